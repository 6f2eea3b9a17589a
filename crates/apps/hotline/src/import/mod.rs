//! Import of appeals (历史诉求导入): a table of any column layout becomes cases.
//!
//! [`ImportPlan`] says which column feeds which [`Field`] and what holds where a column is missing.
//! [`Importer`] reads the rows, hands each to the house's own door of acceptance, many at a time so
//! that they share commits, and answers each with a [`RowOutcome`], in the order of the file.
//!
//! A bad row is refused by itself and the rest goes on. A row is known again by its source and key,
//! so that importing twice adds nothing, and an interrupted import is completed by running it again.

mod field;
mod importer;
mod outcome;
mod plan;
mod preview;
mod reading;
mod refused_file;
mod route;
mod seen;
mod told;

pub use field::Field;
pub use importer::{Importer, Mode};
pub use outcome::{Counts, RowOutcome, Taken};
pub use plan::ImportPlan;
pub use preview::PreviewRow;
pub use refused_file::RefusedFile;
pub use route::ImportQuestion;
pub(crate) use route::{__path_import_appeals, import_appeals};
pub use told::Told;
