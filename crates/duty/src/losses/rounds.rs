//! Rounds (轮次): whose report is due when, and who is late.

use serde::{Deserialize, Serialize};
use yipan_base::id::UnitId;
use yipan_base::time::{MINUTE, Timestamp};

use super::event::Event;
use super::state::{Asked, Losses, Stage};

/// A unit that owes a report which was due (迟报).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesLate))]
pub struct Late {
    pub unit: UnitId,
    /// When the first report that it owes was due.
    pub due: Timestamp,
    /// Whole minutes since then.
    pub minutes: i64,
}

/// Who is late at a moment, the longest first.
#[must_use]
pub fn late(losses: &Losses, at: Timestamp) -> Vec<Late> {
    if losses.stage != Stage::Open {
        return Vec::new();
    }
    let owed = losses.units.iter().filter_map(|(unit, asked)| {
        let pending = || (!asked.answered(losses.round)).then(|| losses.due_of(asked));
        let due = asked.late.map(|late| late.since).or_else(pending).filter(|due| *due <= at)?;
        Some(Late { unit: unit.clone(), due, minutes: at.since(due) / MINUTE })
    });
    let mut owed: Vec<_> = owed.collect();
    owed.sort_by(|a, b| a.due.cmp(&b.due).then_with(|| a.unit.cmp(&b.unit)));
    owed
}

/// Units that are to be told of the round that runs, with the moment; each is told once a round.
fn untold(losses: &Losses) -> impl Iterator<Item = (&UnitId, Timestamp)> {
    let told = |asked: &Asked| asked.late.is_some_and(|late| late.round >= losses.round);
    losses
        .units
        .iter()
        .filter(move |(_, asked)| !asked.answered(losses.round) && !told(asked))
        .map(|(unit, asked)| (unit, losses.due_of(asked)))
}

/// When the house must look again.
pub(super) fn next_look(losses: &Losses) -> Option<Timestamp> {
    let first = untold(losses).map(|(_, due)| due).min();
    (losses.stage == Stage::Open).then(|| first.map_or(losses.due, |first| first.min(losses.due)))
}

/// Tells who is late and turns the round. Rounds that passed while the house was down are not made up:
/// nobody could have reported.
pub(super) fn tick(losses: &Losses, now: Timestamp) -> Vec<Event> {
    let mut events = Vec::new();
    if losses.stage != Stage::Open {
        return events;
    }
    let units: Vec<_> = untold(losses).filter(|(_, due)| *due <= now).map(|(unit, _)| unit.clone()).collect();
    if !units.is_empty() {
        events.push(Event::Overdue { round: losses.round, units });
    }
    if losses.due <= now {
        let cycle = losses.cycle_minutes.max(1).saturating_mul(MINUTE);
        let passed = now.since(losses.due) / cycle + 1;
        let due = losses.due.plus(cycle.saturating_mul(passed));
        events.push(Event::Turned { round: losses.round.saturating_add(1), due });
    }
    events
}
