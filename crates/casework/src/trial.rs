//! A policy tried on the past (试算): what its terms would have made of orders that are over or under way.
//!
//! What people did stays as it was; only the due times are worked out anew, from the same start, with
//! the same pauses and caps. An extension is not carried over: it was granted against another term.

use serde::{Deserialize, Serialize};
use yipan_base::calendar::{Calendar, CalendarGap};
use yipan_base::time::Timestamp;

use crate::case::{Case, Holding};
use crate::clock::Clock;
use crate::policy::{Policy, Subject};

/// What a trial found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Trial {
    /// Orders looked at: main holdings at the top, of cases that are not historical.
    pub orders: u64,
    pub sign: Compared,
    pub handle: Compared,
    /// The first [`Trial::CHANGES`] orders that would have been late and were not, or the other way.
    pub changes: Vec<Changed>,
}

/// One deadline under the terms that were in force and under those on trial.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Compared {
    /// Due by now under the terms in force, and of those on time.
    pub due: u64,
    pub on_time: u64,
    /// The same under the terms on trial.
    pub trial_due: u64,
    pub trial_on_time: u64,
    /// Orders whose due time would have been earlier, and later.
    pub earlier: u64,
    pub later: u64,
}

/// An order that would have fared otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Changed {
    pub number: String,
    pub holding: u32,
    /// `sign` or `handle`.
    pub clock: String,
    pub due: Timestamp,
    pub trial_due: Timestamp,
    pub done_at: Option<Timestamp>,
}

impl Trial {
    /// Changes that are told one by one, at most.
    pub const CHANGES: usize = 100;

    /// Adds a case.
    ///
    /// # Errors
    /// Where the calendar has no such year.
    pub fn add(
        &mut self,
        case: &Case,
        policy: &Policy,
        calendar: &Calendar,
        now: Timestamp,
    ) -> Result<(), CalendarGap> {
        if case.historical {
            return Ok(());
        }
        let subject = Subject {
            kind: case.kind,
            level: case.level,
            channel: case.intake.channel,
            category: case.category.as_str(),
        };
        let Some(rule) = policy.rule(subject) else { return Ok(()) };
        for holding in case.holdings.iter().filter(|h| h.is_top_main() && h.is_live()) {
            self.orders += 1;
            for (name, old, term, done) in [
                ("sign", &holding.sign, rule.sign, holding.signed_at),
                ("handle", &holding.handle, rule.handle, done(holding)),
            ] {
                let mut new = Clock::start(old.started_at, term, &rule.id, &policy.pin(), calendar, old.cap)?;
                new.pauses.clone_from(&old.pauses);
                new.reckon(calendar)?;
                let compared = if name == "sign" { &mut self.sign } else { &mut self.handle };
                let turned = compared.add(old.due, new.due, done, now);
                if turned && self.changes.len() < Self::CHANGES {
                    self.changes.push(Changed {
                        number: case.number.clone(),
                        holding: holding.no,
                        clock: name.to_owned(),
                        due: old.due,
                        trial_due: new.due,
                        done_at: done,
                    });
                }
            }
        }
        Ok(())
    }
}

impl Compared {
    /// Adds an order; says whether it would have fared otherwise.
    fn add(&mut self, due: Timestamp, trial: Timestamp, done: Option<Timestamp>, now: Timestamp) -> bool {
        let on_time = |due: Timestamp| done.is_some_and(|done| done <= due);
        self.due += u64::from(due <= now);
        self.on_time += u64::from(due <= now && on_time(due));
        self.trial_due += u64::from(trial <= now);
        self.trial_on_time += u64::from(trial <= now && on_time(trial));
        self.earlier += u64::from(trial < due);
        self.later += u64::from(trial > due);
        let late = |due: Timestamp| due <= now && !on_time(due);
        late(due) != late(trial)
    }
}

/// The end of handling: a reply that review accepted, or one that waits for review.
fn done(holding: &Holding) -> Option<Timestamp> {
    holding.completed_at.or(holding.replied_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_counts_where_it_is_due_and_turns_where_it_would_have_been_late() {
        let at = Timestamp::from_micros;
        let mut compared = Compared::default();
        // Done at 30: on time for 40, late for 20.
        assert!(compared.add(at(40), at(20), Some(at(30)), at(100)));
        // Open: late under both.
        assert!(!compared.add(at(40), at(50), None, at(100)));
        // Not due yet under the trial.
        assert!(compared.add(at(40), at(200), None, at(100)));
        assert_eq!(
            compared,
            Compared { due: 3, on_time: 1, trial_due: 2, trial_on_time: 0, earlier: 1, later: 2 }
        );
    }
}
