//! A logical dump and its restoration: one format for both engines.
//!
//! Lines of JSON: a [`Header`]; every table's rows as arrays, tables in the order of the header,
//! rows in the order of their keys; a [`Trailer`] with the SHA-256 of all bytes before it. Two
//! stores of equal content have equal dumps, to the byte.

mod restore;
mod write;

use serde::{Deserialize, Serialize};

pub use restore::restore;
pub use write::dump;

/// The version of the format.
const FORMAT: u32 = 1;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    yipan_dump: u32,
    schema: i64,
    /// The ledger's sequence at the moment of the dump.
    ledger: i64,
    tables: Vec<Section>,
}

/// One table of the dump.
#[derive(Debug, Serialize, Deserialize)]
struct Section {
    name: String,
    columns: Vec<String>,
    rows: u64,
}

/// The last line.
#[derive(Debug, Serialize, Deserialize)]
struct Trailer {
    sha256: String,
}

/// What was dumped or restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DumpSummary {
    pub ledger: i64,
    pub rows: u64,
}
