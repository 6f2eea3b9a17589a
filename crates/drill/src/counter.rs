//! Counter-storms (反例): the same storm with something done badly, so that the figures must fall.

use serde::{Deserialize, Serialize};
use yipan_base::directory::Directory;
use yipan_base::id::{AreaId, UnitId};
use yipan_base::time::{HOUR, Timestamp};

/// A counter-storm of `counter-storms.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Counter {
    pub zh: String,
    pub en: String,
    #[serde(flatten)]
    pub wrong: Wrong,
    /// The area whose units are concerned …
    pub area: AreaId,
    /// … from here …
    pub from: Timestamp,
    /// … until just before here.
    pub to: Timestamp,
}

/// What is done badly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Wrong {
    /// Nobody is at work: whatever a unit would do within the time, it does at its end.
    Asleep,
    /// Orders dispatched within the time are answered after some hours without having been handled.
    /// The citizen says so when called, and the order is handled again, this time in earnest.
    Unhandled { answer_after_hours: i64, redo_hours: i64 },
    /// Orders dispatched within the time are returned instead of signed. The centre rules them from
    /// `ruled_at` on: of every `of`, the first `granted` go to another unit.
    Returns { ruled_at: Timestamp, granted: u32, of: u32 },
}

impl Counter {
    fn concerns(&self, unit: &UnitId, at: Timestamp, directory: &Directory) -> bool {
        self.from <= at
            && at < self.to
            && directory.unit(unit).is_some_and(|unit| directory.within(&unit.area, &self.area))
    }

    /// When a unit gets to what it would do at `at`.
    pub(crate) fn awake(&self, unit: &UnitId, at: Timestamp, directory: &Directory) -> Timestamp {
        if self.wrong == Wrong::Asleep && self.concerns(unit, at, directory) { self.to } else { at }
    }

    /// How long a unit takes for an order that it does not handle in earnest, or has to handle again;
    /// `None` where it does as usual.
    pub(crate) fn handling(&self, order: &Dealt<'_>, directory: &Directory) -> Option<i64> {
        let Wrong::Unhandled { answer_after_hours, redo_hours } = self.wrong else { return None };
        match order.round {
            0 => {
                self.concerns(order.unit, order.dispatched_at, directory).then_some(answer_after_hours * HOUR)
            }
            _ => Some(redo_hours * HOUR),
        }
    }

    /// Whether the citizen will say that nothing was done.
    pub(crate) fn unhandled(&self, order: &Dealt<'_>, directory: &Directory) -> bool {
        matches!(self.wrong, Wrong::Unhandled { .. })
            && order.round == 0
            && self.concerns(order.unit, order.dispatched_at, directory)
    }

    /// How the return of an order will be ruled, if its unit returns it.
    pub(crate) fn returned(&self, order: &Dealt<'_>, directory: &Directory) -> Option<Ruling> {
        let Wrong::Returns { ruled_at, granted, of } = self.wrong else { return None };
        let concerned = order.round == 0 && self.concerns(order.unit, order.dispatched_at, directory);
        concerned.then(|| Ruling { at: ruled_at, granted: order.nth % of.max(1) < granted })
    }
}

/// An order as it was dealt: the nth of the storm, to whom, when, in which round of handling.
pub(crate) struct Dealt<'a> {
    pub nth: u32,
    pub unit: &'a UnitId,
    pub dispatched_at: Timestamp,
    pub round: u32,
}

/// When a return is ruled, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ruling {
    pub at: Timestamp,
    pub granted: bool,
}
