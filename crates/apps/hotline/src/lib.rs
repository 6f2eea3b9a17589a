//! Floor 6: the hotline (12345热线): appeals of citizens, from their first word on.
//!
//! - [`import`]: the messages of older systems, as tables of any column layout, made cases

pub mod import;
