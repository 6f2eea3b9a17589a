//! Where the answer to a question is read: whole days in the daily roll-up, the rest in the facts.

use std::ops::Range;

use yipan_base::time::{DAY, Timestamp, day_to_date};
use yipan_casework::kpi::{Cut, Definition, Dimension, Period, Query};
use yipan_store::Scope;

/// Days and stretches that do not overlap and together are the period.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Split {
    /// Days since 1970-01-01 that the roll-up answers.
    pub days: Range<i64>,
    /// What the facts must be asked.
    pub rest: Vec<Period>,
}

impl Split {
    /// How a figure is best counted. `now` is when the question is asked, if that is known: the
    /// roll-up tells what was done by now, so as of an earlier time some figures are only in the facts.
    pub fn of(definition: &Definition, scope: &Scope, query: &Query, now: Option<Timestamp>) -> Self {
        let Period { from, to } = query.period;
        let first = from.plus(DAY - 1).day();
        let end = end_day(definition, scope, query, now).unwrap_or(first);
        if first >= end {
            return Self { days: 0..0, rest: vec![query.period] };
        }
        let midnight = |day| Timestamp::midnight(day_to_date(day));
        let mut rest = vec![Period { from, to: midnight(first) }, Period { from: midnight(end), to }];
        rest.retain(|period| period.from < period.to);
        Self { days: first..end, rest }
    }
}

/// The day before which the roll-up says what the facts say; `None` if it does not on any.
fn end_day(definition: &Definition, scope: &Scope, query: &Query, now: Option<Timestamp>) -> Option<i64> {
    let source = definition.rollup.as_ref()?;
    // Its rows know one unit and no area, so whoever counts a part of the city would see another part
    // in it than in the facts.
    if !scope.counts_everything() || !knows(query) {
        return None;
    }
    // As of the time of asking, nothing has happened later.
    let present = now.is_some_and(|now| now <= query.as_of);
    if !present && source.counters(query.beside).iter().any(|counter| counter.is_so_far()) {
        return None;
    }
    let (asked, not_over) = (query.period.to.day(), query.as_of.plus(1).day());
    // What has happened has happened by now; what is due today may not be due yet.
    Some(if present && !definition.falls_due() { asked } else { asked.min(not_over) })
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
