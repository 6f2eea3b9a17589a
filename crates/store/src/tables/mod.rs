//! Every table of the house, as data. The migrations make them; a test holds both to each other.

mod cases;
mod directory;
mod dossiers;
mod facts;
mod works;

pub use cases::{CASE_ACCESS, CASE_EVENT, CASE_FILE, CASE_PERSON, NARRATIVE, PERSON};
pub use directory::{ACCOUNT, AREA, LOGIN_LINK, RULEBOOK, SESSION, SETTING, STAFF, UNIT};
pub use dossiers::{DOSSIER, DOSSIER_ACCESS, DOSSIER_EVENT, DOSSIER_TEXT, NOTICE};
pub use facts::{FACT_CASE, FACT_HOLDING, FACT_TERM, ROLLUP_DAY};
pub use works::{AUDIT, BLOB, COUNTER, IDEMPOTENCY, IMPORT_ROW, LEDGER_HEAD, OUTBOX, PRECEDENT, TIMER};

use crate::table::Table;

/// Every table, in the order in which a dump writes them.
pub static ALL: &[&Table] = &[
    &AREA,
    &UNIT,
    &STAFF,
    &RULEBOOK,
    &SETTING,
    &ACCOUNT,
    &LOGIN_LINK,
    &SESSION,
    &CASE_FILE,
    &CASE_EVENT,
    &CASE_ACCESS,
    &CASE_PERSON,
    &PERSON,
    &NARRATIVE,
    &FACT_CASE,
    &FACT_HOLDING,
    &FACT_TERM,
    &ROLLUP_DAY,
    &DOSSIER,
    &DOSSIER_EVENT,
    &DOSSIER_ACCESS,
    &DOSSIER_TEXT,
    &NOTICE,
    &PRECEDENT,
    &TIMER,
    &OUTBOX,
    &AUDIT,
    &LEDGER_HEAD,
    &IDEMPOTENCY,
    &COUNTER,
    &IMPORT_ROW,
    &BLOB,
];

/// The table of that name, if there is one.
#[must_use]
pub fn named(name: &str) -> Option<&'static Table> {
    ALL.iter().copied().find(|table| table.name == name)
}
