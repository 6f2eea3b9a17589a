//! One case: as it stands, what happened to it, where its deadlines come from.

use axum::Json;
use axum::extract::{Path, State};
use yipan_casework::event::Recorded;
use yipan_casework::why::Derivation;
use yipan_http::{Doors, Fault, Problems, Seat};
use yipan_platform::CaseName;
use yipan_platform::cases::CaseDetail;

/// One case with its texts, its person (masked), and what the asker may do next.
#[utoipa::path(
    get,
    path = "/cases/{number}",
    operation_id = "getCase",
    tag = "cases",
    params(("number" = String, Path, description = "The case's number, or its id.")),
    responses((status = 200, description = "The case.", body = CaseDetail), Problems)
)]
pub(crate) async fn get_case(
    State(doors): State<Doors>,
    seat: Seat,
    Path(number): Path<String>,
) -> Result<Json<CaseDetail>, Fault> {
    Ok(Json(doors.house.case_detail(&seat.viewer, &CaseName(number)).await?))
}

/// What happened to a case, in order.
#[utoipa::path(
    get,
    path = "/cases/{number}/events",
    operation_id = "listCaseEvents",
    tag = "cases",
    params(("number" = String, Path, description = "The case's number, or its id.")),
    responses((status = 200, description = "Every event, the oldest first.", body = Vec<Recorded>), Problems)
)]
pub(crate) async fn list_case_events(
    State(doors): State<Doors>,
    seat: Seat,
    Path(number): Path<String>,
) -> Result<Json<Vec<Recorded>>, Fault> {
    Ok(Json(doors.house.case_events(&seat.viewer, &CaseName(number)).await?))
}

/// Where every deadline of a case comes from: rule, version, days used, pauses, extensions.
#[utoipa::path(
    get,
    path = "/cases/{number}/why",
    operation_id = "explainCaseDeadlines",
    tag = "cases",
    params(("number" = String, Path, description = "The case's number, or its id.")),
    responses((status = 200, description = "One derivation a clock.", body = Vec<Derivation>), Problems)
)]
pub(crate) async fn explain_case_deadlines(
    State(doors): State<Doors>,
    seat: Seat,
    Path(number): Path<String>,
) -> Result<Json<Vec<Derivation>>, Fault> {
    Ok(Json(doors.house.case_why(&seat.viewer, &CaseName(number)).await?))
}
