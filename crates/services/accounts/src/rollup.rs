//! Counting by the daily roll-up: one statement for all figures of the same days.

use std::collections::BTreeSet;
use std::ops::Range;

use yipan_base::refusal::Refusal;
use yipan_casework::kpi::{Base, Cut, Definition, Dimension, Query, RollupSource};
use yipan_casework::project::{Counter, Counters};
use yipan_store::{Moment, Record, Scope, StoreError};

use crate::facts::{Groups, key};
use crate::split::{Days, Due, column};
use crate::sql::Sql;

/// The depth of the rows in which a definition's counters stand.
pub(crate) fn depth(definition: &Definition, query: &Query) -> i64 {
    if definition.base == Base::Holding { query.tier.depth() } else { 0 }
}

/// What definitions of one depth count in these days, by the keys of the cut, in their order.
pub(crate) async fn count(
    moment: &mut Moment<'_>,
    scope: &Scope,
    definitions: &[&Definition],
    query: &Query,
    days: &Days,
) -> Result<Vec<Groups>, Refusal> {
    let mut counted = vec![Groups::new(); definitions.len()];
    let all_due = days.due == Due::All;
    if !all_due && !query.beside {
        // Of what is not due yet, there is only what is taken out.
        return Ok(counted);
    }
    let counters = counters(definitions, query);
    let mut sql = Sql::new(definitions[0], query);
    adding(&mut sql, &days.range, &counters);
    for record in moment.cases(scope, &sql.text, &sql.args).await? {
        take(&record, definitions, query, &counters, all_due, &mut counted)?;
    }
    Ok(counted)
}

/// The counters of which these definitions are made.
pub(crate) fn counters(definitions: &[&Definition], query: &Query) -> BTreeSet<Counter> {
    let sources = definitions.iter().filter_map(|definition| definition.rollup.as_ref());
    sources.flat_map(|source| source.counters(query.beside)).collect()
}

/// Takes down for each definition what a row says if everything in it is due, or nothing.
pub(crate) fn take(
    record: &Record,
    definitions: &[&Definition],
    query: &Query,
    counters: &BTreeSet<Counter>,
    all_due: bool,
    counted: &mut [Groups],
) -> Result<(), StoreError> {
    let mut row = Counters::zero();
    for counter in counters {
        row.0[*counter as usize] = record.int(counter.name())?;
    }
    let key = key(record, query.cut)?;
    let says = if all_due { RollupSource::counted } else { RollupSource::ahead };
    for (groups, definition) in counted.iter_mut().zip(definitions) {
        if let Some(source) = &definition.rollup {
            groups.insert(key.clone(), says(source, definition, query.beside, &row));
        }
    }
    Ok(())
}

/// One row for each group: the counters, added up.
pub(crate) fn adding(sql: &mut Sql<'_>, days: &Range<i64>, counters: &BTreeSet<Counter>) {
    let (definition, query) = (sql.definition, sql.query);
    // The whole is one group without being put in order.
    let whole = query.cut == Cut::Whole;
    sql.push(if whole { "SELECT CAST(NULL AS TEXT) AS grp" } else { "SELECT r.grp AS grp" });
    for name in counters.iter().map(|counter| counter.name()) {
        sql.push(", CAST(COALESCE(SUM(r.").push(name).push("), 0) AS BIGINT) AS ").push(name);
    }
    sql.push(" FROM (SELECT ");
    match query.cut {
        Cut::By(dimension) => sql.push(column(dimension).unwrap_or("NULL")),
        Cut::Day | Cut::Week | Cut::Month => sql.stretch("d.day"),
        Cut::Whole | Cut::Category(_) => sql.push("CAST(NULL AS TEXT)"),
    };
    sql.push(" AS grp");
    for name in counters.iter().map(|counter| counter.name()) {
        sql.push(", d.").push(name).push(" AS ").push(name);
    }
    sql.push(" FROM rollup_day d WHERE {facts:d} AND d.day >= ").arg(days.start);
    sql.push(" AND d.day < ").arg(days.end).push(" AND d.depth = ").arg(depth(definition, query));
    // The rows of the whole city stand beside those of its units.
    let by_unit = query.cut == Cut::By(Dimension::Unit) || !query.filters.units.is_empty();
    sql.push(if by_unit { " AND d.unit <> ''" } else { " AND d.unit = ''" });
    for (dimension, values) in query.filters.words() {
        sql.push(" AND ").push(column(dimension).unwrap_or("NULL")).one_of(&values);
    }
    sql.push(if whole { ") r" } else { ") r GROUP BY r.grp" });
}
