//! Warnings (预警信息) as OASIS Common Alerting Protocol 1.2, in and out; 1.1 is read too.
//!
//! An [`Alert`] has any number of [`Info`] blocks (one a language, or one a stage), each with [`Resource`]s and
//! [`Area`]s. "Clause" in the documentation is one of the OASIS Standard "Common Alerting Protocol Version 1.2",
//! 1 July 2010.
//!
//! - [`read`] takes what the schema of the standard takes, and of that only what also keeps the data dictionary's
//!   rules for single values: identifiers and senders without spaces, commas, `<` and `&`; references of three parts,
//!   at least one; closed polygons of at least four pairs; coordinates on the ground. An optional element that is
//!   empty says nothing and is read as absent.
//! - [`write()`] gives 1.2 in UTF-8, and refuses what [`Alert::check`] finds: besides the above, rules between elements
//!   that a reader forgives.
//! - Elements that the schema does not know are refused, as the schema says. At the end of an alert, XML signatures
//!   are passed over and counted: whoever must prove a signature keeps the bytes as they came.

mod alert;
mod area;
mod codes;
mod info;
mod message;
mod quoted;
mod reference;
mod resource;
mod value;

pub use alert::Alert;
pub use area::{Area, Circle, Polygon};
pub use codes::{Category, Certainty, MessageType, ResponseType, Scope, Severity, Status, Urgency};
pub use info::{Info, NamedValue};
pub use message::{Message, Version, read, read_within, write};
pub use reference::Reference;
pub use resource::Resource;
