//! KPIs (指标): definitions as data, and the plain reading of them.
//!
//! ```text
//! Definition ─┬─ figures(&Definitions, FactSet, &Query) ──▶ Figure     in memory
//!             └─ the accounts' SQL, proved equal by a test ──▶ Figure     over the store
//! ```
//!
//! - [`Definition`]: numerator, denominator, exclusions, period, formula text; `data/kpis.json`
//! - [`Condition`]: the closed algebra in which they are written
//! - [`Field`], [`Base`], [`Fact`]: the facts, field by field, as the store has them
//! - [`Query`]: which figures, of which period, as of when, of whom, cut by what
//! - [`RollupSource`]: the daily roll-up's counters that say the same
//! - [`Figure`]: exact integers and how they are published
//! - [`Readout`]: a figure with the words of its definition, to be printed
//! - [`bands`]: quarters within peer groups, off by default

mod band;
mod condition;
mod count;
mod definition;
mod field;
mod figure;
mod query;
mod readout;
mod source;
#[cfg(test)]
mod tests;

pub use band::{Band, Banding, bands};
pub use condition::{Asked, Condition, Operand};
pub use count::{FactSet, figures};
pub use definition::{Better, Definition, Definitions, Expression, Measure, Statistic, Subset};
pub use field::{Base, Column, Datum, Fact, Field, FieldKind};
pub use figure::{Counted, Figure, Published, Tally, published};
pub use query::{CATEGORY_LEVELS, Cut, Dimension, Filters, Period, Query, Tier};
pub use readout::{NamedTally, Readout, Wording};
pub use source::{CounterSum, RollupSource};
