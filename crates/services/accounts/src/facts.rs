//! Counting by a scan of the facts: one statement for all figures that look at the same ones.

use std::collections::BTreeMap;
use std::fmt::Write;

use yipan_base::refusal::Refusal;
use yipan_casework::kpi::{Counted, Cut, Definition, Query, Statistic, Subset};
use yipan_store::{Moment, Record, Scope, StoreError};

use crate::sql::Sql;

pub(crate) type Groups = BTreeMap<Option<String>, Counted>;

/// Whether two definitions look at the same facts and count them for the same days and units.
pub(crate) fn alike(one: &Definition, other: &Definition) -> bool {
    (one.base, &one.period, &one.unit, &one.denominator)
        == (other.base, &other.period, &other.unit, &other.denominator)
}

/// What definitions that are alike count, by the keys of the cut, in their order.
pub(crate) async fn count(
    moment: &mut Moment<'_>,
    scope: &Scope,
    definitions: &[&Definition],
    query: &Query,
) -> Result<Vec<Groups>, Refusal> {
    let mut sql = Sql::new(definitions[0], query);
    counting(&mut sql, definitions);
    let mut all = vec![Groups::new(); definitions.len()];
    for record in moment.cases(scope, &sql.text, &sql.args).await? {
        take(&record, definitions, query, &mut all)?;
    }
    for (groups, definition) in all.iter_mut().zip(definitions) {
        let Some(sql) = middle(definition, query) else { continue };
        for record in moment.cases(scope, &sql.text, &sql.args).await? {
            let odd = record.int("facts")? % 2 == 1;
            if let Some(counted) = groups.get_mut(&key(&record, query.cut)?) {
                counted.middle = record.int("middle")? * if odd { 2 } else { 1 };
            }
        }
    }
    Ok(all)
}

/// Takes down what a row says of each definition.
pub(crate) fn take(
    record: &Record,
    definitions: &[&Definition],
    query: &Query,
    all: &mut [Groups],
) -> Result<(), StoreError> {
    let (key, facts) = (key(record, query.cut)?, record.int("facts")?);
    for (at, (groups, definition)) in all.iter_mut().zip(definitions).enumerate() {
        let group = groups.entry(key.clone());
        let counted = group.or_insert_with(|| Counted::nothing(definition, query));
        let place = record.int(&format!("place{}", placed_with(definitions, at)))?;
        if let Some(excluded) = place.checked_sub(1).and_then(|at| usize::try_from(at).ok()) {
            if let Some(count) = counted.exclusions.get_mut(excluded) {
                *count += facts;
            }
            continue;
        }
        counted.denominator += facts;
        counted.numerator += record.int(&format!("hits{at}"))?;
        counted.sum += record.int(&format!("total{at}"))?;
        for (nth, beside) in counted.beside.iter_mut().enumerate() {
            *beside += record.int(&format!("beside{at}_{nth}"))?;
        }
    }
    Ok(())
}

/// The key of a row's group.
pub(crate) fn key(record: &Record, cut: Cut) -> Result<Option<String>, StoreError> {
    match cut {
        Cut::Day | Cut::Week | Cut::Month => Ok(record.opt_int("grp")?.and_then(|day| cut.label(day))),
        Cut::Whole | Cut::By(_) | Cut::Category(_) => Ok(record.opt_text("grp")?.map(str::to_owned)),
    }
}

/// The first of the definitions that takes out the same facts as the one at a place.
fn placed_with(definitions: &[&Definition], at: usize) -> usize {
    let same = |other: &&Definition| other.exclusions == definitions[at].exclusions;
    definitions.iter().position(same).unwrap_or(at)
}

/// The numbers of the definitions of which each takes out other facts than those before it.
fn placing(definitions: &[&Definition]) -> Vec<usize> {
    (0..definitions.len()).filter(|at| placed_with(definitions, *at) == *at).collect()
}

/// What stands beside, as far as is asked.
fn beside<'a>(definition: &'a Definition, query: &Query) -> &'a [Subset] {
    if query.beside { &definition.beside } else { &[] }
}

/// The columns of [`counting`] after its group.
pub(crate) fn columns(definitions: &[&Definition], query: &Query) -> Vec<String> {
    let places = placing(definitions).into_iter().map(|at| format!("place{at}"));
    let mut columns: Vec<String> = std::iter::once("facts".to_owned()).chain(places).collect();
    for (at, definition) in definitions.iter().enumerate() {
        columns.extend([format!("hits{at}"), format!("total{at}")]);
        columns.extend((0..beside(definition, query).len()).map(|nth| format!("beside{at}_{nth}")));
    }
    columns
}

/// One row for each group and place: how many facts, and for each definition how many of them in the
/// numerator and in each subset beside, and what they add up to.
pub(crate) fn counting(sql: &mut Sql<'_>, definitions: &[&Definition]) {
    let (places, query) = (placing(definitions), sql.query);
    sql.push("SELECT q.grp AS grp, COUNT(*) AS facts");
    for at in &places {
        let _ = write!(sql.text, ", q.place{at} AS place{at}");
    }
    for (at, definition) in definitions.iter().enumerate() {
        let _ = write!(sql.text, ", CAST(SUM(q.hit{at}) AS BIGINT) AS hits{at}");
        let _ = write!(sql.text, ", CAST(COALESCE(SUM(q.amount{at}), 0) AS BIGINT) AS total{at}");
        for nth in 0..beside(definition, query).len() {
            let _ = write!(sql.text, ", CAST(SUM(q.beside{at}_{nth}) AS BIGINT) AS beside{at}_{nth}");
        }
    }
    sql.push(" FROM (SELECT ").key().push(" AS grp");
    for at in &places {
        sql.push(", ").place(definitions[*at]);
        let _ = write!(sql.text, " AS place{at}");
    }
    for (at, definition) in definitions.iter().enumerate() {
        sql.push(", CASE WHEN ").all(&definition.numerator);
        let _ = write!(sql.text, " THEN 1 ELSE 0 END AS hit{at}, ");
        match &definition.statistic {
            Statistic::Sum(of) | Statistic::Mean(of) => {
                sql.push("CASE WHEN ").all(&definition.numerator);
                sql.push(" THEN ").expression(of).push(" ELSE 0 END");
            }
            Statistic::Ratio | Statistic::Count | Statistic::Median(_) => {
                sql.push("0");
            }
        }
        let _ = write!(sql.text, " AS amount{at}");
        for (nth, subset) in beside(definition, query).iter().enumerate() {
            sql.push(", CASE WHEN ").all(&subset.when);
            let _ = write!(sql.text, " THEN 1 ELSE 0 END AS beside{at}_{nth}");
        }
    }
    sql.looked_at().push(") q GROUP BY q.grp");
    for at in &places {
        let _ = write!(sql.text, ", q.place{at}");
    }
}

/// The one or two middle values of each group, added, for a median.
fn middle<'a>(definition: &'a Definition, query: &'a Query) -> Option<Sql<'a>> {
    let Statistic::Median(of) = &definition.statistic else { return None };
    let mut sql = Sql::new(definition, query);
    sql.push("SELECT m.grp AS grp, m.facts AS facts, CAST(SUM(m.amount) AS BIGINT) AS middle FROM (");
    sql.push("SELECT q.grp AS grp, q.amount AS amount, COUNT(*) OVER (PARTITION BY q.grp) AS facts, ");
    sql.push("ROW_NUMBER() OVER (PARTITION BY q.grp ORDER BY q.amount) AS nth FROM (SELECT ");
    sql.key().push(" AS grp, ").place(definition).push(" AS place, ").expression(of).push(" AS amount");
    sql.looked_at().push(") q WHERE q.place = 0) m ");
    sql.push("WHERE m.nth IN ((m.facts + 1) / 2, (m.facts + 2) / 2) GROUP BY m.grp, m.facts");
    Some(sql)
}
