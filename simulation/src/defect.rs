//! Defects planted on purpose: a simulation that does not find them is worth nothing.

use yipan_base::time::HOUR;

/// A defect of the house, or of the machine below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// The disk says that a commit is durable before it is: the power cut takes the last one.
    ForgetsCommit,
    /// The answer to a request is not kept under its key.
    ForgetsKey,
    /// Every timer fires twice.
    FiresTwice,
    /// Timers go by a clock that is an hour ahead.
    FiresEarly,
    /// A message stays ready after it was acknowledged.
    SendsTwice,
}

impl Defect {
    pub const ALL: [Self; 5] =
        [Self::ForgetsCommit, Self::ForgetsKey, Self::FiresTwice, Self::FiresEarly, Self::SendsTwice];

    /// How far the house's clock is ahead of the truth.
    #[must_use]
    pub const fn ahead(self) -> i64 {
        if matches!(self, Self::FiresEarly) { HOUR } else { 0 }
    }
}
