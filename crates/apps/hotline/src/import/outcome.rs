//! What became of a row, and of all of them.

use serde::{Deserialize, Serialize};
use yipan_base::refusal::Refusal;

use super::field::Field;

/// What became of one row (行结果).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowOutcome {
    /// The line of the file on which the row begins, or its row number in a sheet, from 1.
    pub line: u64,
    /// As they stood in the file, with � for what is no text; none if the row could not be cut into cells.
    pub cells: Vec<String>,
    pub answer: Result<Taken, Refusal>,
}

/// How a row was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// As a new case; `located` if an area was given or recognised (已定位).
    New { located: bool },
    /// It had been taken before: nothing was added.
    Already,
}

/// How many rows became what. `rows = accepted + already + refused`, `accepted = located + unlocated`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub rows: u64,
    pub accepted: u64,
    pub already: u64,
    pub refused: u64,
    pub located: u64,
    /// Accepted without a recognised place (未定位).
    pub unlocated: u64,
}

impl Counts {
    pub(super) fn add(&mut self, answer: &Result<Taken, Refusal>) {
        self.rows += 1;
        match answer {
            Ok(Taken::New { located }) => {
                self.accepted += 1;
                self.located += u64::from(*located);
                self.unlocated += u64::from(!*located);
            }
            Ok(Taken::Already) => self.already += 1,
            Err(_) => self.refused += 1,
        }
    }
}

/// A refusal of the door of acceptance, pointed at the row and field of the table: `/rows/7/received`.
pub(super) fn point_at_row(refusal: Refusal, line: u64) -> Refusal {
    let pointer = match refusal.pointer.as_deref() {
        Some(pointer) if pointer.starts_with("/rows/") => return refusal,
        Some(pointer) => match Field::behind(pointer) {
            Some(field) => format!("/rows/{line}/{}", field.name()),
            None => format!("/rows/{line}{pointer}"),
        },
        None => format!("/rows/{line}"),
    };
    refusal.at(pointer)
}
