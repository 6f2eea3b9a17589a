//! Dossiers (卷宗) of the duty room: given commands, read, folded again.
//!
//! The models are pure (`yipan-duty`); here they meet the store, the clock and the vault. Everything
//! of one command is one transaction: events, present state, readers, timer, notices, audit entry.

mod give;
mod kinds;
mod notices;
mod read;
mod replay;
mod rows;

pub use give::{DossierName, Kept};
pub use notices::NoticeLine;
pub use read::{DossierLine, DossierQuery, Opened};

pub(crate) use kinds::of_kind;
