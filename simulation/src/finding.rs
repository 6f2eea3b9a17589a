//! What a simulation finds.

use yipan_base::refusal::Refusal;
use yipan_store::{CommitError, StoreError};

/// Which promise is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breach {
    /// Something acknowledged is gone.
    Lost,
    /// Something was done twice, or nobody asked for it.
    Doubled,
    /// An answer is not the one that must be given.
    Answer,
    /// A timer fired early, twice, or not at all.
    Timer,
    /// The audit chain or the replay does not hold.
    Unsound,
    /// A case stands as no case may.
    Case,
    /// A figure is not what a count says.
    Figure,
    /// A message is missing, or went out again.
    Outbox,
    /// The house failed where nothing had befallen it.
    House,
}

/// A broken promise, and where it shows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{breach:?}: {what}")]
pub struct Finding {
    pub breach: Breach,
    pub what: String,
}

impl Finding {
    pub fn new(breach: Breach, what: impl Into<String>) -> Self {
        Self { breach, what: what.into() }
    }
}

impl From<Refusal> for Finding {
    fn from(refusal: Refusal) -> Self {
        Self::new(Breach::House, refusal.to_string())
    }
}

impl From<StoreError> for Finding {
    fn from(error: StoreError) -> Self {
        Self::new(Breach::House, error.to_string())
    }
}

impl From<CommitError> for Finding {
    fn from(error: CommitError) -> Self {
        Self::new(Breach::House, error.to_string())
    }
}

impl From<std::io::Error> for Finding {
    fn from(error: std::io::Error) -> Self {
        Self::new(Breach::House, error.to_string())
    }
}

impl From<serde_json::Error> for Finding {
    fn from(error: serde_json::Error) -> Self {
        Self::new(Breach::House, error.to_string())
    }
}

/// Demands something of the house.
///
/// # Errors
/// The finding that it does not hold.
pub fn demand(holds: bool, breach: Breach, what: impl FnOnce() -> String) -> Result<(), Finding> {
    if holds { Ok(()) } else { Err(Finding::new(breach, what())) }
}
