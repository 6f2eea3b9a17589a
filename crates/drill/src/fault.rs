//! What can be wrong with a scenario, and what can go wrong while it is played.

use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

/// A fault in a scenario's files: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioFault {
    #[error("{file} is missing; add it to the scenario")]
    Missing { file: &'static str },
    #[error("{file}: {reason}")]
    Unreadable { file: &'static str, reason: String },
    #[error("there is no counter-storm `{name}`; choose one of: {known}")]
    NoCounter { name: String, known: String },
}

impl ScenarioFault {
    pub(crate) fn of(file: &'static str, reason: impl ToString) -> Self {
        Self::Unreadable { file, reason: reason.to_string() }
    }
}

/// Why a drill stopped.
#[derive(Debug, thiserror::Error)]
pub enum PlayFault {
    /// An actor did something that the house refuses: the scenario does not fit the rules.
    #[error("{at}, {case}: {who} was refused ({refusal}); correct the scenario or the rules")]
    Refused { at: Timestamp, case: String, who: String, refusal: Refusal },
    /// The city lacks somebody or something that the scenario needs.
    #[error("the scenario does not fit the city: {0}")]
    City(String),
    /// The house cannot play: its clock, its rules, its store.
    #[error("{0}")]
    House(#[from] Refusal),
    #[error("an actor broke down: {0}")]
    Broken(String),
}
