//! Turns: who has something to do, and when.

use std::collections::BTreeMap;

use yipan_base::id::UnitId;
use yipan_base::time::Timestamp;
use yipan_platform::CaseName;

use crate::opinion::Opinion;

/// Something that somebody has to do for one appeal. An appeal has one turn at a time.
#[derive(Debug, Clone)]
pub(crate) struct Turn {
    pub at: Timestamp,
    /// Whose: appeals by their place in the table, the evening's reports after them.
    pub key: u32,
    pub duty: Duty,
    /// `None` until it has been accepted.
    pub case: Option<CaseName>,
    /// `None` until it has been dispatched.
    pub order: Option<Order>,
}

/// The order that a unit holds.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub unit: UnitId,
    pub dispatched_at: Timestamp,
    /// 0 at first, 1 when it is handled again.
    pub round: u32,
    /// A return of it was ruled, one way or the other.
    pub settled: bool,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duty {
    /// A row of `dutyroom.jsonl`.
    Room(usize),
    /// A row of `evening.csv`.
    Report(usize),
    Accept,
    Answer,
    Dispatch,
    Sign,
    Contact,
    Handle,
    Return,
    Rule,
    Review,
    CallBack(Option<Opinion>),
}

impl Duty {
    /// Whether a unit does it, and not the centre.
    pub const fn is_units(self) -> bool {
        matches!(self, Self::Sign | Self::Contact | Self::Handle | Self::Return)
    }
}

/// The turns to come, in the order of time; at one instant in the order of their keys, so that the
/// same storm runs the same way every time.
#[derive(Debug, Default)]
pub(crate) struct Turns(BTreeMap<(Timestamp, u32), Turn>);

impl Turns {
    pub fn add(&mut self, turn: Turn) {
        self.0.insert((turn.at, turn.key), turn);
    }

    /// The instant of the next turn.
    pub fn next_at(&self) -> Option<Timestamp> {
        self.0.keys().next().map(|(at, _)| *at)
    }

    /// Takes all turns of an instant.
    pub fn take(&mut self, at: Timestamp) -> Vec<Turn> {
        let later = self.0.split_off(&(at.plus(1), 0));
        std::mem::replace(&mut self.0, later).into_values().collect()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }
}
