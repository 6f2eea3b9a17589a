//! Daily roll-ups (日汇总): counters by day, unit, kind and channel, kept by signed deltas in the
//! same transaction as the events. A counter belongs to one day: volumes to acceptance and
//! dispatch, timeliness to the due time, opinions to the call-back.

use std::collections::BTreeMap;

use yipan_base::time::Timestamp;

use super::facts::{CaseFact, Facts, HoldingFact};
use crate::case::{Channel, Grade, HoldingRole, Kind, RepeatVerdict, Solved, Standing};

/// The key of a roll-up row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RollupKey {
    /// Civil day since 1970-01-01.
    pub day: i64,
    pub unit: String,
    /// 0 for a city's top-level holdings and for cases, 1 and deeper for child orders.
    pub depth: i64,
    pub kind: Kind,
    pub channel: Channel,
}

/// The counters of a row, in the order of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counters(pub [i64; Counters::NAMES.len()]);

impl Counters {
    pub const NAMES: [&'static str; 24] = [
        "accepted",
        "direct",
        "dispatched",
        "sign_due",
        "signed",
        "sign_on_time",
        "contact_due",
        "contact_on_time",
        "handle_due",
        "handled",
        "handle_on_time",
        "handling_count",
        "handling_micros",
        "callbacks",
        "valid",
        "satisfied",
        "basically",
        "dissatisfied",
        "solved_asked",
        "solved",
        "returns",
        "redos",
        "sheets",
        "closed",
    ];

    #[must_use]
    pub const fn zero() -> Self {
        Self([0; Self::NAMES.len()])
    }

    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.iter().all(|n| *n == 0)
    }
}

struct Sums(BTreeMap<RollupKey, Counters>);

impl Sums {
    fn add(&mut self, key: RollupKey, name: &str, by: i64) {
        if let Some(at) = Counters::NAMES.iter().position(|n| *n == name) {
            self.0.entry(key).or_insert_with(Counters::zero).0[at] += by;
        }
    }
}

/// What a case adds to the roll-ups. Historical cases count as volume only.
#[must_use]
pub fn rollup(facts: &Facts) -> BTreeMap<RollupKey, Counters> {
    let mut sums = Sums(BTreeMap::new());
    of_case(&facts.case, &mut sums);
    for holding in facts.holdings.iter().filter(|h| h.role == HoldingRole::Main && !h.historical) {
        of_holding(holding, &mut sums);
    }
    sums.0
}

/// The signed difference between two states.
#[must_use]
pub fn rollup_delta(before: Option<&Facts>, after: &Facts) -> BTreeMap<RollupKey, Counters> {
    let mut delta = rollup(after);
    for (key, counters) in before.map(rollup).unwrap_or_default() {
        let slot = delta.entry(key).or_insert_with(Counters::zero);
        for (to, by) in slot.0.iter_mut().zip(counters.0) {
            *to -= by;
        }
    }
    delta.retain(|_, counters| !counters.is_zero());
    delta
}

fn of_case(case: &CaseFact, sums: &mut Sums) {
    let key = |at: Timestamp, unit: &str| RollupKey {
        day: at.day(),
        unit: unit.to_owned(),
        depth: 0,
        kind: case.kind,
        channel: case.channel,
    };
    let centre = case.centre.as_str();
    sums.add(key(case.accepted_at, centre), "accepted", 1);
    if case.answered_at.is_some() {
        sums.add(key(case.accepted_at, centre), "direct", 1);
    } else if case.dispatched_at.is_some() {
        sums.add(key(case.accepted_at, centre), "dispatched", 1);
    }
    if let Some(at) = case.closed_at {
        sums.add(key(at, centre), "closed", 1);
    }
    if case.historical {
        return;
    }
    let unit = case.main_unit.as_ref().unwrap_or(&case.centre).as_str();
    if let Some(at) = case.callback_at {
        let at = key(at, unit);
        sums.add(at.clone(), "callbacks", 1);
        if case.callback_valid == Some(true) {
            sums.add(at.clone(), "valid", 1);
            let voiced = |g: Option<Grade>| g.filter(|g| *g != Grade::NoOpinion);
            let name = match voiced(case.attitude).max(voiced(case.result)) {
                Some(Grade::Satisfied) => "satisfied",
                Some(Grade::Basically) => "basically",
                _ => "dissatisfied",
            };
            sums.add(at.clone(), name, 1);
        }
        if matches!(case.solved, Some(Solved::Yes | Solved::Partly | Solved::No)) {
            sums.add(at.clone(), "solved_asked", 1);
            // A repeat of an unsolved appeal counts against "solved", whatever was said on the phone.
            let solved = case.solved == Some(Solved::Yes) && case.repeat != Some(RepeatVerdict::Unsolved);
            sums.add(at, "solved", i64::from(solved));
        }
    }
    let accepted = key(case.accepted_at, unit);
    sums.add(accepted.clone(), "returns", case.returns);
    sums.add(accepted.clone(), "redos", case.redos);
    sums.add(accepted, "sheets", case.sheets);
}

fn of_holding(holding: &HoldingFact, sums: &mut Sums) {
    if !matches!(holding.standing, Standing::Open | Standing::Completed) {
        return;
    }
    let key = |at: Timestamp| RollupKey {
        day: at.day(),
        unit: holding.unit.to_string(),
        depth: holding.depth,
        kind: holding.kind,
        channel: holding.channel,
    };
    if let Some(due) = holding.sign_due.filter(|_| !holding.suspended) {
        sums.add(key(due), "sign_due", 1);
        sums.add(key(due), "signed", i64::from(holding.signed_at.is_some()));
        sums.add(key(due), "sign_on_time", i64::from(holding.signed_at.is_some_and(|at| at <= due)));
    }
    if let Some(due) = holding.contact_due.filter(|_| !holding.suspended) {
        sums.add(key(due), "contact_due", 1);
        sums.add(key(due), "contact_on_time", i64::from(holding.contacted_at.is_some_and(|at| at <= due)));
    }
    let counts = !holding.deferred && !holding.suspended && !holding.awaits_review_in_time();
    if let Some(due) = holding.handle_due.filter(|_| counts) {
        sums.add(key(due), "handle_due", 1);
        sums.add(key(due), "handled", i64::from(holding.completed_at.is_some()));
        sums.add(key(due), "handle_on_time", i64::from(holding.completed_at.is_some_and(|at| at <= due)));
    }
    if let Some(done) = holding.completed_at {
        sums.add(key(done), "handling_count", 1);
        sums.add(key(done), "handling_micros", done.since(holding.dispatched_at) - holding.paused);
    }
}

impl HoldingFact {
    /// Replied in time, and the centre has not reviewed it yet: nobody's fault, so in no rate.
    #[must_use]
    pub fn awaits_review_in_time(&self) -> bool {
        self.completed_at.is_none()
            && self.standing == Standing::Open
            && matches!((self.replied_at, self.handle_due), (Some(at), Some(due)) if at <= due)
    }
}
