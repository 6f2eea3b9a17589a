//! What an import tells while it goes on, a line of JSON each.

use serde::{Deserialize, Serialize};
use yipan_base::refusal::Refusal;

use super::outcome::{Counts, RowOutcome};
use super::preview::PreviewRow;

/// A line of the answer to an import (导入进度). First the table, then counts and refused rows, at last
/// how it ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// The table as it was understood.
    Table {
        rows: u64,
        columns: Vec<String>,
        /// Of a CSV file.
        encoding: Option<String>,
        /// Its first rows as they would be read, masked; in a rehearsal.
        preview: Vec<PreviewRow>,
    },
    /// What has become of the rows so far.
    So(Counts),
    /// A row that was not taken, with its cells as they came.
    Refused { line: u64, cells: Vec<String>, refusal: Refusal },
    /// All rows were looked at.
    Done(Counts),
    /// The import as a whole was stopped. What was accepted stays; importing again does the rest.
    Stopped(Refusal),
}

impl Told {
    /// The line about a row, if it was refused.
    pub(super) fn of(outcome: RowOutcome) -> Option<Self> {
        let RowOutcome { line, cells, answer } = outcome;
        answer.err().map(|refusal| Self::Refused { line, cells, refusal })
    }
}
