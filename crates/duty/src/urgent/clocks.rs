//! The clocks of an urgent report, and the line along which it went.

use serde::{Deserialize, Serialize};
use yipan_base::id::{StaffId, UnitId};
use yipan_base::time::Timestamp;

use super::event::{ClockKind, Event};
use super::state::{Reading, Urgent};

/// One clock (时限).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UrgentClock))]
pub struct Clock {
    pub kind: ClockKind,
    /// Whose it is.
    pub unit: UnitId,
    /// Who waits for the receipt.
    pub from: Option<UnitId>,
    pub since: Timestamp,
    pub due: Timestamp,
    pub done_at: Option<Timestamp>,
    /// Whether it ran out and people were told.
    pub told: bool,
    pub lamp: Lamp,
}

/// 灯: green below 80 % of the term and for what was done in time, yellow to its end, red beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UrgentLamp))]
#[serde(rename_all = "snake_case")]
pub enum Lamp {
    Green,
    Yellow,
    Red,
}

fn lamp(since: Timestamp, due: Timestamp, done_at: Option<Timestamp>, at: Timestamp) -> Lamp {
    let (elapsed, term) = (at.since(since), due.since(since));
    match done_at {
        Some(done) if done <= due => Lamp::Green,
        None if elapsed.saturating_mul(100) < term.saturating_mul(80) => Lamp::Green,
        None if at <= due => Lamp::Yellow,
        _ => Lamp::Red,
    }
}

/// Every clock as it stands at a moment: each centre's two, the follow-up that is awaited, each receipt.
#[must_use]
pub fn clocks(urgent: &Urgent, at: Timestamp) -> Vec<Clock> {
    let mut clocks = Vec::new();
    let mut add = |kind, unit: &UnitId, from: Option<&UnitId>, since, due, done_at, told| {
        let lamp = lamp(since, due, done_at, at);
        clocks.push(Clock { kind, unit: unit.clone(), from: from.cloned(), since, due, done_at, told, lamp });
    };
    for hop in &urgent.hops {
        let Some(duty) = hop.duty else { continue };
        let called = hop.calls.iter().map(|call| call.at).min();
        let written = hop.written.as_ref().map(|written| written.at);
        for (kind, due, done) in [
            (ClockKind::Telephone, duty.telephone_due, called),
            (ClockKind::Written, duty.written_due, written),
        ] {
            add(kind, &hop.unit, None, hop.since, due, done, hop.told.contains(&kind));
        }
    }
    if let Some(awaited) = &urgent.awaited {
        add(ClockKind::FollowUp, &urgent.unit, None, awaited.since, awaited.due, None, awaited.told);
    }
    for to in &urgent.addressed {
        let done = to.receipt.as_ref().map(|receipt| receipt.at);
        add(ClockKind::Receipt, &to.unit, Some(&to.from), to.at, to.receipt_due, done, to.told);
    }
    clocks
}

/// The clocks that run and were not told of.
fn running(urgent: &Urgent) -> impl Iterator<Item = Clock> {
    // Which clocks run does not depend on the moment; only their lamps do.
    clocks(urgent, urgent.known_at).into_iter().filter(|clock| clock.done_at.is_none() && !clock.told)
}

/// When the house must look again.
pub(super) fn next_look(urgent: &Urgent) -> Option<Timestamp> {
    running(urgent).map(|clock| clock.due).min()
}

/// Tells of each clock that ran out, once.
pub(super) fn tick(urgent: &Urgent, now: Timestamp) -> Vec<Event> {
    running(urgent)
        .filter(|clock| clock.due <= now)
        .map(|clock| Event::Overdue { clock: clock.kind, unit: clock.unit, from: clock.from })
        .collect()
}

/// One step of the line: who told whom, when, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UrgentLink))]
pub struct Link {
    pub from: UnitId,
    pub to: UnitId,
    pub telephoned_at: Option<Timestamp>,
    pub written_at: Option<Timestamp>,
    pub receipted_at: Option<Timestamp>,
    pub receipted_by: Option<StaffId>,
    /// When the unit told sent it on in writing.
    pub forwarded_at: Option<Timestamp>,
    /// The unit's leaders who have read it.
    pub readings: Vec<Reading>,
}

/// The line, in the order in which units came to know.
#[must_use]
pub fn chain(urgent: &Urgent) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for hop in &urgent.hops {
        let calls = hop.calls.iter().map(|call| (&call.to, Some(call.at), None));
        let sent = urgent.addressed.iter().filter(|to| to.from == hop.unit);
        for (to, called, written) in calls.chain(sent.map(|to| (&to.unit, None, Some(to)))) {
            let known = links.iter().position(|link| link.from == hop.unit && link.to == *to);
            let at = known.unwrap_or_else(|| {
                links.push(begun(urgent, &hop.unit, to));
                links.len() - 1
            });
            let link = &mut links[at];
            link.telephoned_at = link.telephoned_at.into_iter().chain(called).min();
            if let Some(written) = written {
                link.written_at = Some(written.at);
                link.receipted_at = written.receipt.as_ref().map(|receipt| receipt.at);
                link.receipted_by = written.receipt.as_ref().map(|receipt| receipt.staff.clone());
            }
        }
    }
    links
}

fn begun(urgent: &Urgent, from: &UnitId, to: &UnitId) -> Link {
    let hop = urgent.hops.iter().find(|hop| hop.unit == *to);
    Link {
        from: from.clone(),
        to: to.clone(),
        telephoned_at: None,
        written_at: None,
        receipted_at: None,
        receipted_by: None,
        forwarded_at: hop.and_then(|hop| hop.written.as_ref()).map(|written| written.at),
        readings: urgent.readings.iter().filter(|reading| reading.unit == *to).cloned().collect(),
    }
}
