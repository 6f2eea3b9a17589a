//! Floor 5: briefs (专报), official documents whose every figure can be opened down to its cases.
//!
//! ```text
//!           ┌─ html(&Brief)          one page, no scripts, prints on A4
//! Brief ────┼─ docx(&Brief)          to be edited, signed and sent
//!           └─ pdf(&Brief, &Fonts)   reads the same where no Chinese font is installed
//! ```
//!
//! A [`Brief`] is plain data: who fills it asks the accounts, and gives each figure the number of the
//! [`Reference`] that tells what was asked, as of when, and how to open the cases. All three formats
//! follow the layout of official documents (GB/T 9704-2012) as far as a 专报 does, and show each
//! reference twice: in short at the foot, in full at the end. The same brief gives the same bytes.

mod docx;
mod fonts;
mod html;
mod model;
mod pdf;
mod words;

pub use docx::docx;
pub use fonts::Fonts;
pub use html::html;
pub use model::{Annex, Brief, Column, Fault, Figure, Kind, Paragraph, Reference, Secrecy, Section, Span};
pub use pdf::pdf;
