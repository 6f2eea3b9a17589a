//! Counting by the daily roll-up: one statement for all figures of the same days.

use std::collections::BTreeSet;
use std::ops::Range;

use yipan_base::refusal::Refusal;
use yipan_casework::kpi::{Base, Cut, Definition, Dimension, Query};
use yipan_casework::project::{Counter, Counters};
use yipan_store::{Scope, Store};

use crate::facts::{Groups, key};
use crate::split::column;
use crate::sql::Sql;

/// The depth of the rows in which a definition's counters stand.
pub(crate) fn depth(definition: &Definition, query: &Query) -> i64 {
    if definition.base == Base::Holding { query.tier.depth() } else { 0 }
}

/// What definitions of one depth count in these days, by the keys of the cut, in their order.
pub(crate) async fn count(
    store: &Store,
    scope: &Scope,
    definitions: &[&Definition],
    query: &Query,
    days: &Range<i64>,
) -> Result<Vec<Groups>, Refusal> {
    let sources = definitions.iter().filter_map(|definition| definition.rollup.as_ref());
    let counters: BTreeSet<Counter> = sources.flat_map(|source| source.counters(query.beside)).collect();
    let sql = adding(definitions[0], query, days, &counters);
    let mut counted = vec![Groups::new(); definitions.len()];
    for record in store.cases(scope, &sql.text, &sql.args).await? {
        let mut row = Counters::zero();
        for counter in &counters {
            row.0[*counter as usize] = record.int(counter.name())?;
        }
        let key = key(&record, query.cut)?;
        for (groups, definition) in counted.iter_mut().zip(definitions) {
            if let Some(source) = &definition.rollup {
                groups.insert(key.clone(), source.counted(definition, query.beside, &row));
            }
        }
    }
    Ok(counted)
}

/// One row for each group: the counters, added up.
fn adding<'a>(
    definition: &'a Definition,
    query: &'a Query,
    days: &Range<i64>,
    counters: &BTreeSet<Counter>,
) -> Sql<'a> {
    let mut sql = Sql::new(definition, query);
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
    sql
}
