//! What a case's state means elsewhere: pure projections, so that a replay proves every row.

mod access;
mod counter;
mod facts;
mod rollup;

pub use access::{Access, Clearance, access};
pub use counter::{Counter, Counters};
pub use facts::{CaseFact, Facts, HoldingFact, TermFact, facts};
pub use rollup::{RollupKey, rollup, rollup_delta};

use yipan_base::time::Timestamp;

use crate::case::Case;

/// When the house must look at the case again by itself.
#[must_use]
pub fn next_tick(case: &Case) -> Option<Timestamp> {
    crate::decide::next_tick(case)
}
