//! The cases behind a figure.

use axum::Json;
use axum::extract::{Path, State};
use yipan_base::refusal::Refusal;
use yipan_http::cursor::{self, Page};
use yipan_http::{Doors, Fault, Problems, Query, Seat};

use super::question::Question;
use crate::{Accounts, Behind, CaseBehind, Part};

/// The cases behind a figure, or behind one group of it.
///
/// The same question as for the figure, with the `part` asked for. Secret cases are counted, and
/// listed only to whoever may open them.
#[utoipa::path(
    get, path = "/kpis/{id}/cases", operation_id = "listCasesBehind", tag = "kpis",
    params(("id" = String, Path, description = "The definition."), Question),
    responses((status = 200, description = "A page.", body = Page<CaseBehind>), Problems)
)]
pub(crate) async fn list_cases_behind(
    State(doors): State<Doors>,
    seat: Seat,
    Path(id): Path<String>,
    Query(question): Query<Question>,
) -> Result<Json<Page<CaseBehind>>, Fault> {
    let elsewhere = [("ids", question.ids.is_some()), ("format", question.format.is_some())];
    question.only("/kpis/{id}/cases", &elsewhere)?;
    let query = question.query(doors.house.now())?;
    let behind = Behind {
        id,
        part: part(question.part.as_deref().unwrap_or("denominator"))?,
        key: question.key.clone(),
        after: question.cursor.as_deref().map(cursor::read).transpose()?,
        limit: question.limit.unwrap_or(50),
    };
    let accounts = Accounts::new(doors.house.store().clone());
    let page = accounts.cases_behind(&seat.viewer.scope(), &query, &behind).await?;
    Ok(Json(Page { items: page.cases, next: page.next.as_ref().map(cursor::write) }))
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
