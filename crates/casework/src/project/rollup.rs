//! Daily roll-ups (日汇总): counters by day, unit, kind and channel, kept by signed deltas in the
//! same transaction as the events. Beside the rows of the units stand those of the whole city, so
//! that its figures cost the same however many units it has.
//!
//! A day's counters say what the definitions count once everything in the day is due; which ones a
//! definition is made of stands in its own text. A test of the accounts holds them to each other.

use std::collections::BTreeMap;

use yipan_base::id::UnitId;
use yipan_base::time::Timestamp;

use super::counter::{Counter, Counters};
use super::facts::{CaseFact, Facts, HoldingFact, TermFact};
use crate::case::{Channel, Grade, HoldingRole, Kind, RepeatVerdict, Solved, Standing};

/// The key of a roll-up row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RollupKey {
    /// Civil day since 1970-01-01.
    pub day: i64,
    /// [`RollupKey::CITY`] in the rows of the whole city.
    pub unit: String,
    /// 0 for a city's top-level holdings, for cases and terms, 1 and deeper for child orders.
    pub depth: i64,
    pub kind: Kind,
    pub channel: Channel,
}

impl RollupKey {
    /// Stands for all units together.
    pub const CITY: &'static str = "";
}

type Rows = BTreeMap<RollupKey, Counters>;

/// What a case adds to the roll-ups. Historical cases count as volume only.
#[must_use]
pub fn rollup(facts: &Facts) -> Rows {
    with_city(of_units(facts))
}

/// The signed difference between two states.
#[must_use]
pub fn rollup_delta(before: Option<&Facts>, after: &Facts) -> Rows {
    let mut delta = of_units(after);
    for (key, counters) in before.map(of_units).unwrap_or_default() {
        let row = delta.entry(key).or_insert_with(Counters::zero);
        for (to, by) in row.0.iter_mut().zip(counters.0) {
            *to -= by;
        }
    }
    with_city(delta)
}

/// The rows and those of the whole city, without the empty ones.
fn with_city(mut rows: Rows) -> Rows {
    rows.retain(|_, counters| !counters.is_zero());
    let mut city = Rows::new();
    for (key, counters) in &rows {
        let sum = city.entry(RollupKey { unit: RollupKey::CITY.to_owned(), ..key.clone() });
        for (to, by) in sum.or_insert_with(Counters::zero).0.iter_mut().zip(counters.0) {
            *to += by;
        }
    }
    // What went from one unit to another is still the city's.
    city.retain(|_, counters| !counters.is_zero());
    rows.append(&mut city);
    rows
}

fn of_units(facts: &Facts) -> Rows {
    let mut rows = Rows::new();
    let case = &facts.case;
    of_case(case, Days { rows: &mut rows, depth: 0, kind: case.kind, channel: case.channel });
    for holding in facts.holdings.iter().filter(|holding| holding.role == HoldingRole::Main) {
        let HoldingFact { depth, kind, channel, .. } = *holding;
        of_holding(holding, Days { rows: &mut rows, depth, kind, channel });
    }
    for term in &facts.terms {
        of_term(term, Days { rows: &mut rows, depth: 0, kind: term.case_kind, channel: term.channel });
    }
    rows
}

/// The rows of one depth, kind and channel.
struct Days<'a> {
    rows: &'a mut Rows,
    depth: i64,
    kind: Kind,
    channel: Channel,
}

impl Days<'_> {
    fn at(&mut self, at: Timestamp, unit: &UnitId) -> &mut Counters {
        let Self { depth, kind, channel, .. } = *self;
        let key = RollupKey { day: at.day(), unit: unit.to_string(), depth, kind, channel };
        self.rows.entry(key).or_insert_with(Counters::zero)
    }
}

fn of_case(case: &CaseFact, mut days: Days<'_>) {
    let accepted = days.at(case.accepted_at, &case.centre);
    accepted.count(Counter::Accepted);
    accepted.count_if(Counter::Direct, case.answered_at.is_some());
    accepted.count_if(Counter::Dispatched, case.answered_at.is_none() && case.dispatched_at.is_some());
    accepted.count_if(Counter::Repeats, case.repeat.is_some());
    if let Some(at) = case.closed_at {
        days.at(at, &case.centre).count(Counter::Closed);
    }
    let unit = case.main_unit.as_ref().unwrap_or(&case.centre);
    let (sent, reached) = (case.dispatched_at.is_some(), case.callback_at.is_some());
    if case.historical {
        let accepted = days.at(case.accepted_at, unit);
        accepted.count(Counter::AcceptedHistorical);
        accepted.count_if(Counter::SentHistorical, sent);
        if let Some(at) = case.callback_at {
            days.at(at, unit).count(Counter::CallbacksHistorical);
        }
        if let Some(at) = case.closed_at {
            let closed = days.at(at, unit);
            closed.count(Counter::ConcludedHistorical);
            closed.count_if(Counter::UnreachedHistorical, !reached);
        }
        return;
    }
    let accepted = days.at(case.accepted_at, unit);
    accepted.add(Counter::Returns, case.returns);
    accepted.add(Counter::Redos, case.redos);
    accepted.add(Counter::Sheets, case.sheets);
    accepted.count_if(Counter::Sent, sent);
    accepted.count_if(Counter::Redone, sent && case.redos > 0);
    if let Some(at) = case.callback_at {
        of_call_back(case, days.at(at, unit));
    }
    if let Some(at) = case.closed_at {
        let closed = days.at(at, unit);
        closed.count(Counter::Concluded);
        closed.count_if(Counter::Unreached, !reached);
        closed.add(Counter::CentreMicros, case.centre_time);
        closed.add(Counter::UnitMicros, case.unit_time);
        closed.add(Counter::CitizenMicros, case.citizen_time);
        closed.add(Counter::OtherMicros, case.other_time);
    }
}

fn of_call_back(case: &CaseFact, day: &mut Counters) {
    day.count(Counter::Callbacks);
    if case.callback_valid == Some(true) {
        let either = |grade| case.attitude == Some(grade) || case.result == Some(grade);
        let dissatisfied = either(Grade::Dissatisfied);
        day.count(Counter::Valid);
        day.count_if(Counter::Dissatisfied, dissatisfied);
        day.count_if(Counter::Basically, !dissatisfied && either(Grade::Basically));
    }
    if let Some(solved @ (Solved::Yes | Solved::Partly | Solved::No)) = case.solved {
        // A repeat of an unsolved appeal counts against "solved", whatever was said on the phone.
        let repeat = case.repeat == Some(RepeatVerdict::Unsolved);
        day.count(Counter::SolvedAsked);
        day.count_if(Counter::Solved, solved == Solved::Yes && !repeat);
        day.count_if(Counter::SolvedPartly, solved == Solved::Partly);
        day.count_if(Counter::RepeatUnsolved, repeat);
    }
}

fn of_term(term: &TermFact, mut days: Days<'_>) {
    let due = days.at(term.due_at, &term.centre);
    due.count(Counter::TermDue);
    due.count_if(Counter::TermDone, term.ended_at.is_some());
    due.count_if(Counter::TermOnTime, in_time(term.ended_at, term.due_at));
    if let Some(at) = term.ended_at {
        let ended = days.at(at, &term.centre);
        ended.count(Counter::TermCount);
        ended.add(Counter::TermMicros, at.since(term.started_at));
    }
}

fn of_holding(holding: &HoldingFact, mut days: Days<'_>) {
    of_order(holding, days.at(holding.dispatched_at, &holding.unit));
    let suspended = |counter| holding.suspended.then_some(counter);
    // Historical holdings, and only those, have no due times: the rates count them where they were
    // dispatched. Each rate's order of exclusions is that of its definition.
    if let Some(due) = holding.sign_due.filter(|_| !holding.historical) {
        let excluded = holding.gone(Counter::SignMerged, Counter::SignWithdrawn, Counter::SignReturned);
        let excluded = excluded.or(suspended(Counter::SignSuspended));
        let counters = [Counter::SignDue, Counter::Signed, Counter::SignOnTime];
        of_due(days.at(due, &holding.unit), excluded, counters, due, holding.signed_at);
    }
    if !holding.historical {
        let due = holding.contact_due.unwrap_or(holding.dispatched_at);
        let nobody = holding.contact_due.is_none().then_some(Counter::ContactNobody);
        let excluded =
            holding.gone(Counter::ContactMerged, Counter::ContactWithdrawn, Counter::ContactReturned);
        let excluded = excluded.or(nobody).or(suspended(Counter::ContactSuspended));
        let counters = [Counter::ContactDue, Counter::Contacted, Counter::ContactOnTime];
        of_due(days.at(due, &holding.unit), excluded, counters, due, holding.contacted_at);
    }
    if let Some(due) = holding.handle_due.filter(|_| !holding.historical) {
        let deferred = holding.deferred.then_some(Counter::HandleDeferred);
        let awaiting = holding.awaits_review_in_time().then_some(Counter::HandleAwaiting);
        let excluded = holding.gone(Counter::HandleMerged, Counter::HandleWithdrawn, Counter::HandleReturned);
        let excluded = excluded.or(suspended(Counter::HandleSuspended)).or(deferred).or(awaiting);
        let counters = [Counter::HandleDue, Counter::Handled, Counter::HandleOnTime];
        let day = days.at(due, &holding.unit);
        of_due(day, excluded, counters, due, holding.completed_at);
        day.count_if(Counter::HandleExtended, excluded.is_none() && holding.extended);
    }
    if let Some(at) = holding.completed_at {
        of_handling(holding, at, days.at(at, &holding.unit));
    }
}

fn of_order(holding: &HoldingFact, day: &mut Counters) {
    let is = |standing| holding.standing == standing;
    day.count(Counter::Orders);
    day.count_if(Counter::OrdersMerged, is(Standing::Merged));
    day.count_if(Counter::OrdersWithdrawn, is(Standing::Withdrawn));
    day.count_if(Counter::OrdersSuspended, holding.suspended);
    day.count_if(Counter::OrdersDeferred, holding.deferred);
    day.count_if(Counter::OrdersExtended, holding.extended);
    if holding.historical {
        day.count(Counter::OrdersHistorical);
        day.count_if(Counter::HistoricalReturned, is(Standing::Returned));
    } else {
        day.count_if(Counter::OrdersReturned, is(Standing::Returned));
        day.add(Counter::RefusedReturns, holding.refused_returns);
    }
}

/// What falls due: taken out, or due, done and done in time.
fn of_due(
    day: &mut Counters,
    excluded: Option<Counter>,
    [counted, done, on_time]: [Counter; 3],
    due: Timestamp,
    at: Option<Timestamp>,
) {
    if let Some(excluded) = excluded {
        return day.count(excluded);
    }
    day.count(counted);
    day.count_if(done, at.is_some());
    day.count_if(on_time, in_time(at, due));
}

fn of_handling(holding: &HoldingFact, completed_at: Timestamp, day: &mut Counters) {
    use Counter::{HandlingHistorical, HandlingMerged, HandlingReturned, HandlingWithdrawn};
    let historical = holding.historical.then_some(HandlingHistorical);
    if let Some(excluded) = historical.or(holding.gone(HandlingMerged, HandlingWithdrawn, HandlingReturned)) {
        return day.count(excluded);
    }
    day.count(Counter::HandlingCount);
    day.count_if(Counter::HandlingExtended, holding.extended);
    day.add(Counter::HandlingMicros, completed_at.since(holding.dispatched_at) - holding.paused);
}

fn in_time(at: Option<Timestamp>, due: Timestamp) -> bool {
    at.is_some_and(|at| at <= due)
}

impl HoldingFact {
    /// The one of three counters that says how the holding went from its unit, if it did.
    fn gone(&self, merged: Counter, withdrawn: Counter, returned: Counter) -> Option<Counter> {
        match self.standing {
            Standing::Merged => Some(merged),
            Standing::Withdrawn => Some(withdrawn),
            Standing::Returned => Some(returned),
            Standing::Open | Standing::Completed => None,
        }
    }

    /// Replied in time, and the centre has not reviewed it yet: nobody's fault, so in no rate.
    #[must_use]
    pub fn awaits_review_in_time(&self) -> bool {
        self.completed_at.is_none()
            && self.standing == Standing::Open
            && matches!((self.replied_at, self.handle_due), (Some(at), Some(due)) if at <= due)
    }
}
