//! Counting by a scan of the facts.

use std::collections::BTreeMap;
use std::fmt::Write;

use yipan_base::refusal::Refusal;
use yipan_casework::kpi::{Counted, Cut, Definition, Query, Statistic};
use yipan_store::{Record, Scope, Store, StoreError};

use crate::sql::Sql;

pub(crate) type Groups = BTreeMap<Option<String>, Counted>;

/// What a definition counts, by the keys of the cut.
pub(crate) async fn count(
    store: &Store,
    scope: &Scope,
    definition: &Definition,
    query: &Query,
) -> Result<Groups, Refusal> {
    let mut groups = Groups::new();
    let sql = counting(definition, query);
    for record in store.cases(scope, &sql.text, &sql.args).await? {
        let group = groups.entry(key(&record, query.cut)?);
        let counted = group.or_insert_with(|| Counted::nothing(definition, query));
        let facts = record.int("facts")?;
        let place = record.int("place")?;
        if place > 0 {
            if let Some(excluded) =
                usize::try_from(place - 1).ok().and_then(|at| counted.exclusions.get_mut(at))
            {
                *excluded = facts;
            }
            continue;
        }
        counted.denominator = facts;
        counted.numerator = record.int("hits")?;
        counted.sum = record.int("total")?;
        for (at, beside) in counted.beside.iter_mut().enumerate() {
            *beside = record.int(&format!("beside{at}"))?;
        }
    }
    if let Some(sql) = middle(definition, query) {
        for record in store.cases(scope, &sql.text, &sql.args).await? {
            let odd = record.int("facts")? % 2 == 1;
            if let Some(counted) = groups.get_mut(&key(&record, query.cut)?) {
                counted.middle = record.int("middle")? * if odd { 2 } else { 1 };
            }
        }
    }
    Ok(groups)
}

/// The key of a row's group.
pub(crate) fn key(record: &Record, cut: Cut) -> Result<Option<String>, StoreError> {
    match cut {
        Cut::Day | Cut::Week | Cut::Month => Ok(record.opt_int("grp")?.and_then(|day| cut.label(day))),
        Cut::Whole | Cut::By(_) | Cut::Category(_) => Ok(record.opt_text("grp")?.map(str::to_owned)),
    }
}

/// One row for each group and place: how many facts, how many of them in the numerator and in each
/// subset beside, and what they add up to.
fn counting<'a>(definition: &'a Definition, query: &'a Query) -> Sql<'a> {
    let mut sql = Sql::new(definition, query);
    let beside = if query.beside { definition.beside.as_slice() } else { &[] };
    sql.push(
        "SELECT q.grp AS grp, q.place AS place, COUNT(*) AS facts, CAST(SUM(q.hit) AS BIGINT) AS hits, ",
    );
    sql.push("CAST(COALESCE(SUM(q.amount), 0) AS BIGINT) AS total");
    for at in 0..beside.len() {
        let _ = write!(sql.text, ", CAST(SUM(q.beside{at}) AS BIGINT) AS beside{at}");
    }
    sql.push(" FROM (SELECT ").key().push(" AS grp, ").place().push(" AS place, CASE WHEN ");
    sql.all(&definition.numerator).push(" THEN 1 ELSE 0 END AS hit, ");
    match &definition.statistic {
        Statistic::Sum(of) | Statistic::Mean(of) => {
            sql.push("CASE WHEN ")
                .all(&definition.numerator)
                .push(" THEN ")
                .expression(of)
                .push(" ELSE 0 END");
        }
        Statistic::Ratio | Statistic::Count | Statistic::Median(_) => {
            sql.push("0");
        }
    }
    sql.push(" AS amount");
    for (at, subset) in beside.iter().enumerate() {
        sql.push(", CASE WHEN ").all(&subset.when);
        let _ = write!(sql.text, " THEN 1 ELSE 0 END AS beside{at}");
    }
    sql.looked_at().push(") q GROUP BY q.grp, q.place");
    sql
}

/// The one or two middle values of each group, added, for a median.
fn middle<'a>(definition: &'a Definition, query: &'a Query) -> Option<Sql<'a>> {
    let Statistic::Median(of) = &definition.statistic else { return None };
    let mut sql = Sql::new(definition, query);
    sql.push("SELECT m.grp AS grp, m.facts AS facts, CAST(SUM(m.amount) AS BIGINT) AS middle FROM (");
    sql.push("SELECT q.grp AS grp, q.amount AS amount, COUNT(*) OVER (PARTITION BY q.grp) AS facts, ");
    sql.push("ROW_NUMBER() OVER (PARTITION BY q.grp ORDER BY q.amount) AS nth FROM (SELECT ");
    sql.key().push(" AS grp, ").place().push(" AS place, ").expression(of).push(" AS amount");
    sql.looked_at().push(") q WHERE q.place = 0) m ");
    sql.push("WHERE m.nth IN ((m.facts + 1) / 2, (m.facts + 2) / 2) GROUP BY m.grp, m.facts");
    Some(sql)
}
