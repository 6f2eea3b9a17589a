//! Where the answer to a question is read: whole days in the daily roll-up, of which one may need a
//! look at some of its facts, and the rest in the facts.

use std::ops::Range;

use yipan_base::time::{DAY, Timestamp, day_to_date};
use yipan_casework::kpi::{Cut, Definition, Dimension, Period, Query};
use yipan_store::Scope;

/// Days and stretches that do not overlap and together are the period.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Split {
    /// What the roll-up answers, in order.
    pub days: Vec<Days>,
    /// What the facts must be asked.
    pub rest: Vec<Period>,
}

/// Whole days.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Days {
    /// Since 1970-01-01; at least one.
    pub range: Range<i64>,
    pub due: Due,
}

/// How much of what is placed in some days is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// Or the definition does not ask.
    All,
    /// The one day in which the as-of time lies: see [`today`](crate::today).
    Partly,
    Nothing,
}

impl Split {
    /// How a figure is best counted. `now` is when the question is asked, if that is known: the
    /// roll-up tells what was done by now, so as of an earlier time some figures are only in the facts.
    pub fn of(definition: &Definition, scope: &Scope, query: &Query, now: Option<Timestamp>) -> Self {
        let Period { mut from, to } = query.period;
        let days = days(definition, scope, query, now);
        let midnight = |day| Timestamp::midnight(day_to_date(day));
        let mut rest = Vec::new();
        for Days { range, .. } in &days {
            rest.push(Period { from, to: midnight(range.start) });
            from = midnight(range.end);
        }
        rest.push(Period { from, to });
        rest.retain(|period| period.from < period.to);
        Self { days, rest }
    }
}

/// The days of which the roll-up says what the facts say.
fn days(definition: &Definition, scope: &Scope, query: &Query, now: Option<Timestamp>) -> Vec<Days> {
    let Some(source) = &definition.rollup else { return Vec::new() };
    // Its rows know one unit and no area, so whoever counts a part of the city would see another part
    // in it than in the facts.
    if !scope.counts_everything() || !knows(query) {
        return Vec::new();
    }
    // As of the time of asking, nothing has happened later.
    let present = now.is_some_and(|now| now <= query.as_of);
    if !present && source.counters(query.beside).iter().any(|counter| counter.is_so_far()) {
        return Vec::new();
    }
    let Period { from, to } = query.period;
    let (first, end) = (from.plus(DAY - 1).day(), to.day());
    // The days before the first are over as of then; those from the other on have not begun.
    let (over, later) = (query.as_of.plus(1).day(), query.as_of.plus(DAY).day());
    let days = if source.asks_whether_due() {
        vec![(first..over, Due::All), (over..later, Due::Partly), (later..end, Due::Nothing)]
    } else {
        // What has happened has happened by now.
        vec![(first..if present { end } else { over }, Due::All)]
    };
    let within =
        |(range, due): (Range<i64>, Due)| Days { range: range.start.max(first)..range.end.min(end), due };
    days.into_iter().map(within).filter(|days| !days.range.is_empty()).collect()
}

/// Whether the roll-up has the question's cut and filters.
fn knows(query: &Query) -> bool {
    let filters = &query.filters;
    let cut = match query.cut {
        Cut::Whole | Cut::Day | Cut::Week | Cut::Month => true,
        Cut::By(dimension) => column(dimension).is_some(),
        Cut::Category(_) => false,
    };
    cut && filters.areas.is_empty()
        && filters.lines.is_empty()
        && filters.categories.is_empty()
        && filters.levels.is_empty()
}

/// The roll-up's column of a dimension.
pub(crate) const fn column(dimension: Dimension) -> Option<&'static str> {
    match dimension {
        Dimension::Unit => Some("d.unit"),
        Dimension::Kind => Some("d.kind"),
        Dimension::Channel => Some("d.channel"),
        _ => None,
    }
}
