//! The cases behind a figure.

use serde::{Deserialize, Serialize};
use yipan_base::id::CaseId;
use yipan_base::refusal::Refusal;
use yipan_casework::kpi::{Condition, Cut, Definition, Query, Subset};
use yipan_store::{Moment, Scope};

use crate::sql::Sql;

/// The most cases on one page.
pub const LARGEST_PAGE: usize = 500;

/// Which facts of a figure are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behind {
    /// The figure's definition.
    pub id: String,
    pub part: Part,
    /// The figure's key, where the question has a cut.
    #[serde(default)]
    pub key: Option<String>,
    /// The page after this place.
    #[serde(default)]
    pub after: Option<Cursor>,
    /// How many at most, up to [`LARGEST_PAGE`].
    pub limit: usize,
}

/// A part of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Numerator,
    Denominator,
    /// Those that the exclusion of this id took out.
    Exclusion(String),
    Beside(String),
}

/// A place in the list: after this holding or term of this case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub case: CaseId,
    pub part: i64,
}

/// One case, or one holding or term of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CaseBehind {
    pub case: CaseId,
    pub number: String,
    /// The number of the holding or of the term within the case; 0 for the case itself.
    pub part: i64,
}

/// Cases in the order of their ids, which is that of their acceptance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    pub cases: Vec<CaseBehind>,
    /// How many more the figure counts that the scope may not open. The first page says it of all
    /// pages, the others say 0.
    pub withheld: i64,
    /// Where the next page begins, if there is more.
    pub next: Option<Cursor>,
}

pub(crate) async fn page(
    moment: &mut Moment<'_>,
    scope: &Scope,
    definition: &Definition,
    query: &Query,
    behind: &Behind,
) -> Result<Page, Refusal> {
    let query = &within(query, behind)?;
    let limit = behind.limit.clamp(1, LARGEST_PAGE);
    // By standing in a list, a secret case would tell its handlers' staff of its kind and time.
    let seeing = &scope.clone().seeing_open();
    let open = seeing.clone().counting_open();
    let sql = listing(definition, query, behind, limit)?;
    let mut cases = Vec::new();
    for record in moment.cases(&open, &sql.text, &sql.args).await? {
        let (case, number) = (record.text("case_id")?.into(), record.text("number")?.to_owned());
        cases.push(CaseBehind { case, number, part: record.int("part")? });
    }
    let more = cases.len() > limit;
    cases.truncate(limit);
    let last = cases.last().filter(|_| more);
    let next = last.map(|last| Cursor { case: last.case.clone(), part: last.part });
    let mut withheld = 0;
    if behind.after.is_none() && scope.reason().is_none() {
        let sql = unseen(definition, query, behind)?;
        for record in moment.cases(seeing, &sql.text, &sql.args).await? {
            withheld = record.int("withheld")?;
        }
    }
    Ok(Page { cases, withheld, next })
}

/// The question for one stretch of a cut by time: a period of its own.
fn within(query: &Query, behind: &Behind) -> Result<Query, Refusal> {
    let mut query = query.clone();
    if matches!(query.cut, Cut::Day | Cut::Week | Cut::Month) {
        let label = behind.key.as_deref().unwrap_or_default();
        let stretch = query.cut.stretch(label).ok_or_else(|| unknown("key", label))?;
        query.period = query.period.and(stretch);
    }
    Ok(query)
}

fn listing<'a>(
    definition: &'a Definition,
    query: &'a Query,
    behind: &Behind,
    limit: usize,
) -> Result<Sql<'a>, Refusal> {
    let part = definition.base.part().map_or("0".to_owned(), |field| format!("q.{}", field.name()));
    let mut sql = Sql::new(definition, query);
    sql.push("SELECT q.case_id AS case_id, c.number AS number, ").push(&part).push(" AS part FROM (");
    let place = part_of(&mut sql, behind)?;
    sql.push(" AND {visible:f.case_id}) q JOIN fact_case c ON c.case_id = q.case_id WHERE q.place = ");
    sql.push(&place.to_string());
    if let Some(Cursor { case, part: after }) = &behind.after {
        sql.push(" AND (q.case_id > ").arg(case).push(" OR (q.case_id = ").arg(case);
        sql.push(" AND ").push(&part).push(" > ").arg(*after).push("))");
    }
    sql.push(" ORDER BY case_id, part LIMIT ").arg(limit as i64 + 1);
    Ok(sql)
}

/// How many the figure counts that may not be seen.
fn unseen<'a>(definition: &'a Definition, query: &'a Query, behind: &Behind) -> Result<Sql<'a>, Refusal> {
    let mut sql = Sql::new(definition, query);
    sql.push("SELECT COUNT(*) AS withheld FROM (");
    let place = part_of(&mut sql, behind)?;
    sql.push(" AND NOT ({visible:f.case_id})) q WHERE q.place = ").push(&place.to_string());
    Ok(sql)
}

/// `SELECT … FROM fact_case f WHERE …`: the facts of which the asked part of the figure has those of
/// the returned place.
fn part_of(sql: &mut Sql<'_>, behind: &Behind) -> Result<usize, Refusal> {
    let (definition, query) = (sql.definition, sql.query);
    sql.push("SELECT f.*, ").place(definition).push(" AS place").looked_at();
    if let Cut::By(_) | Cut::Category(_) = query.cut {
        sql.push(" AND ").key();
        match &behind.key {
            Some(key) => sql.push(" = ").arg(key),
            None => sql.push(" IS NULL"),
        };
    }
    fn subset<'a>(subsets: &'a [Subset], id: &str) -> Result<(usize, &'a [Condition]), Refusal> {
        let at = subsets.iter().position(|subset| subset.id == id);
        at.map(|at| (at, subsets[at].when.as_slice())).ok_or_else(|| unknown("part", id))
    }
    Ok(match &behind.part {
        Part::Numerator => {
            sql.push(" AND ").all(&definition.numerator);
            0
        }
        Part::Denominator => 0,
        Part::Beside(id) => {
            sql.push(" AND ").all(subset(&definition.beside, id)?.1);
            0
        }
        Part::Exclusion(id) => subset(&definition.exclusions, id)?.0 + 1,
    })
}

fn unknown(field: &str, value: &str) -> Refusal {
    Refusal::invalid(
        "kpi.behind",
        format!("该指标没有“{value}”这一部分，请从指标结果中选择"),
        format!("the figure has no {field} `{value}`; choose one that the figure shows"),
    )
    .at(field)
}
