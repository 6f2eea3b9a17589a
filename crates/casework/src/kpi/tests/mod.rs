//! What the shipped definitions count, told by published weeks, small cases and laws.

mod build;
mod cases;
mod laws;
mod published;
mod rollup;
mod shipped;

use super::{Counted, Definition, FactSet, Query};

/// What one definition counts, uncut, even if it is in no list.
fn count_of(definition: &Definition, facts: FactSet<'_>, query: &Query) -> Counted {
    super::count::counted(definition, facts, query).remove(&None).unwrap_or_default()
}
