//! Counting by the daily roll-up, where it says the same as the facts: whole days that are wholly
//! due, no cut or filter that it has not, nothing beside, and a scope that may count everything.

use yipan_base::refusal::Refusal;
use yipan_casework::kpi::{Base, Counted, Cut, Definition, Dimension, Query, RollupSource, Statistic};
use yipan_store::{Scope, Store};

use crate::facts::{Groups, key};
use crate::sql::Sql;

/// The counters that answer the question; `None` if the facts must be asked.
pub(crate) fn source<'a>(
    definition: &'a Definition,
    scope: &Scope,
    query: &Query,
) -> Option<&'a RollupSource> {
    let source = definition.rollup.as_ref()?;
    let period = query.period;
    let whole_days = period.from.time_of_day() == 0 && period.to.time_of_day() == 0;
    let all_due = query.as_of >= period.to.plus(-1);
    let filters = &query.filters;
    let same_filters = filters.areas.is_empty()
        && filters.lines.is_empty()
        && filters.categories.is_empty()
        && filters.levels.is_empty();
    let same_cut = match query.cut {
        Cut::Whole | Cut::Day | Cut::Week | Cut::Month => true,
        Cut::By(dimension) => column(dimension).is_some(),
        Cut::Category(_) => false,
    };
    // Its rows know one unit and no area, so whoever counts a part of the city would see another part
    // in it than in the facts.
    let everything = scope.counts_everything();
    (!query.beside && whole_days && all_due && same_filters && same_cut && everything).then_some(source)
}

fn column(dimension: Dimension) -> Option<&'static str> {
    match dimension {
        Dimension::Unit => Some("d.unit"),
        Dimension::Kind => Some("d.kind"),
        Dimension::Channel => Some("d.channel"),
        _ => None,
    }
}

/// What a definition counts, by the keys of the cut.
pub(crate) async fn count(
    store: &Store,
    scope: &Scope,
    definition: &Definition,
    source: &RollupSource,
    query: &Query,
) -> Result<Groups, Refusal> {
    let sql = counting(definition, source, query);
    let mut groups = Groups::new();
    for record in store.cases(scope, &sql.text, &sql.args).await? {
        let (above, below) = (record.int("above")?, record.int("below")?);
        let counted = match definition.statistic {
            Statistic::Ratio | Statistic::Count => {
                Counted { numerator: above, denominator: below, ..Counted::default() }
            }
            _ => Counted { sum: above, denominator: below, ..Counted::default() },
        };
        groups.insert(key(&record, query.cut)?, counted);
    }
    Ok(groups)
}

fn counting<'a>(definition: &'a Definition, source: &RollupSource, query: &'a Query) -> Sql<'a> {
    let sum = |counters: &[String]| {
        let counters: Vec<String> = counters.iter().map(|counter| format!("d.{counter}")).collect();
        if counters.is_empty() { "0".to_owned() } else { counters.join(" + ") }
    };
    let mut sql = Sql::new(definition, query);
    sql.push(
        "SELECT r.grp AS grp, CAST(SUM(r.above) AS BIGINT) AS above, CAST(SUM(r.below) AS BIGINT) AS below ",
    );
    sql.push("FROM (SELECT ");
    match query.cut {
        Cut::By(dimension) => sql.push(column(dimension).unwrap_or("NULL")),
        Cut::Day | Cut::Week | Cut::Month => sql.stretch("d.day"),
        Cut::Whole | Cut::Category(_) => sql.push("CAST(NULL AS TEXT)"),
    };
    sql.push(" AS grp, ").push(&sum(&source.numerator)).push(" AS above, ");
    sql.push(&sum(&source.denominator)).push(" AS below FROM rollup_day d WHERE {facts:d} AND d.day >= ");
    sql.arg(query.period.from.day()).push(" AND d.day < ").arg(query.period.to.day());
    let depth = if definition.base == Base::Holding { query.tier.depth() } else { 0 };
    sql.push(" AND d.depth = ").arg(depth);
    for (dimension, values) in query.filters.words() {
        sql.push(" AND ").push(column(dimension).unwrap_or("NULL")).one_of(&values);
    }
    sql.push(") r GROUP BY r.grp");
    sql
}
