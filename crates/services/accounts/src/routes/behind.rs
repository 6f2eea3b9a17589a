//! The cases behind a figure.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;
use yipan_base::refusal::Refusal;
use yipan_http::cursor;
use yipan_http::{Doors, Fault, Problems, Query, Seat};

use super::question::Question;
use crate::{Accounts, Behind, CaseBehind, Part};

/// A page of the cases behind a figure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CasesBehind {
    items: Vec<CaseBehind>,
    /// How many the figure counts that the asker may not open. With the items, those of all pages add
    /// up to the figure.
    withheld: i64,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// The cases behind a figure, or behind one group of it.
///
/// The same question as for the figure, with the `part` asked for. Secret cases are listed only to
/// whoever is cleared for them; what is counted and not listed is told in `withheld`.
#[utoipa::path(
    get, path = "/kpis/{id}/cases", operation_id = "listCasesBehind", tag = "kpis",
    params(("id" = String, Path, description = "The definition."), Question),
    responses((status = 200, description = "A page.", body = CasesBehind), Problems)
)]
pub(crate) async fn list_cases_behind(
    State(doors): State<Doors>,
    seat: Seat,
    Path(id): Path<String>,
    Query(question): Query<Question>,
) -> Result<Json<CasesBehind>, Fault> {
    let elsewhere = [("ids", question.ids.is_some()), ("format", question.format.is_some())];
    question.only("/kpis/{id}/cases", &elsewhere)?;
    let now = doors.house.now();
    let query = question.query(now)?;
    let behind = Behind {
        id,
        part: part(question.part.as_deref().unwrap_or("denominator"))?,
        key: question.key.clone(),
        after: question.cursor.as_deref().map(cursor::read).transpose()?,
        limit: question.limit.unwrap_or(50),
    };
    let accounts = Accounts::new(doors.house.store().clone()).asked_at(now);
    let page = accounts.cases_behind(&seat.viewer.scope(), &query, &behind).await?;
    let numbers: Vec<&str> = page.cases.iter().map(|case| case.number.as_str()).collect();
    let accusing = doors.house.accusing(&seat.viewer, &numbers).await?;
    let (own, items): (Vec<_>, Vec<_>) =
        page.cases.into_iter().partition(|case| accusing.contains(&case.number));
    let withheld = page.withheld + own.len() as i64;
    Ok(Json(CasesBehind { items, withheld, next: page.next.as_ref().map(cursor::write) }))
}

fn part(word: &str) -> Result<Part, Refusal> {
    Ok(match word.split_once(':') {
        None if word == "numerator" => Part::Numerator,
        None if word == "denominator" => Part::Denominator,
        Some(("exclusion", id)) => Part::Exclusion(id.to_owned()),
        Some(("beside", id)) => Part::Beside(id.to_owned()),
        _ => {
            return Err(Refusal::invalid(
                "kpi.part",
                format!("没有部分 {word}；可用 numerator、denominator、exclusion:ID、beside:ID"),
                format!("there is no part `{word}`; use numerator, denominator, exclusion:ID or beside:ID"),
            )
            .at("part"));
        }
    })
}
