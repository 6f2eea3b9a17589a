//! What citizens say when they are called back.

use serde::Deserialize;
use yipan_casework::case::{Grade, Outcome, Solved};

/// Quotas of opinions.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Opinions {
    /// Every so many calls hear no opinion.
    pub no_opinion_every: u32,
    /// Every so many opinions are dissatisfied with the result.
    pub dissatisfied_every: u32,
    /// Every so many opinions are basically satisfied.
    pub basically_every: u32,
}

/// What one citizen says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Opinion {
    pub attitude: Grade,
    pub result: Grade,
    pub solved: Solved,
    /// How the case ends; `None`: it is handled again.
    pub ends: Option<Outcome>,
}

impl Opinion {
    /// The unit answered without having handled anything.
    pub const NOTHING_DONE: Self =
        Self { attitude: Grade::Dissatisfied, result: Grade::Dissatisfied, solved: Solved::No, ends: None };
}

/// Deals opinions out, call by call.
#[derive(Debug, Clone)]
pub(crate) struct Telephone {
    quotas: Opinions,
    calls: u32,
    heard: u32,
}

impl Telephone {
    pub const fn new(quotas: Opinions) -> Self {
        Self { quotas, calls: 0, heard: 0 }
    }

    /// What the next citizen says.
    pub fn call(&mut self) -> Opinion {
        self.calls += 1;
        if due(self.calls, self.quotas.no_opinion_every) {
            let (grade, ends) = (Grade::NoOpinion, Some(Outcome::Solved));
            return Opinion { attitude: grade, result: grade, solved: Solved::Unknown, ends };
        }
        self.heard += 1;
        let (result, solved, ends) = if due(self.heard, self.quotas.dissatisfied_every) {
            // What displeases lies outside the unit's power, such as the rate of a compensation.
            (Grade::Dissatisfied, Solved::Partly, Outcome::Explained)
        } else if due(self.heard, self.quotas.basically_every) {
            (Grade::Basically, Solved::Yes, Outcome::Solved)
        } else {
            (Grade::Satisfied, Solved::Yes, Outcome::Solved)
        };
        Opinion { attitude: Grade::Satisfied, result, solved, ends: Some(ends) }
    }
}

const fn due(count: u32, every: u32) -> bool {
    every > 0 && count.is_multiple_of(every)
}
