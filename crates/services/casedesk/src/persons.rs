//! The person behind a case: revealed for a purpose, found by phone, erased.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use yipan_http::{Body, Doors, Fault, Problems, Seat};
use yipan_platform::CaseName;
use yipan_platform::cases::CaseLine;
use yipan_platform::privacy::{Purpose, Revealed};

/// For what a person's data is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Revealing {
    purpose: Purpose,
}

/// A phone number, as people write it. It travels in a body so that no log of addresses holds it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PhoneSearch {
    phone: String,
}

/// Reveal the appellant of a case, for those who work on it. The purpose is recorded first.
#[utoipa::path(
    post, path = "/cases/{number}/person", operation_id = "revealPerson", tag = "persons",
    params(("number" = String, Path, description = "The case's number, or its id.")),
    request_body = Revealing,
    responses((status = 200, description = "In the clear.", body = Revealed), Problems)
)]
pub(crate) async fn reveal_person(
    State(doors): State<Doors>,
    seat: Seat,
    Path(number): Path<String>,
    body: Body<Revealing>,
) -> Result<Json<Revealed>, Fault> {
    Ok(Json(doors.house.reveal(&seat.viewer, &CaseName(number), body.value.purpose).await?))
}

/// Erase the person and the texts of a case that has ended. What happened, and when, stays.
#[utoipa::path(
    delete, path = "/cases/{number}/person", operation_id = "erasePerson", tag = "persons",
    params(("number" = String, Path, description = "The case's number, or its id.")),
    responses((status = 204, description = "Erased."), Problems)
)]
pub(crate) async fn erase_person(
    State(doors): State<Doors>,
    seat: Seat,
    Path(number): Path<String>,
) -> Result<StatusCode, Fault> {
    doors.house.erase(&seat.viewer, &CaseName(number)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The earlier cases of a phone, in the asker's scope.
#[utoipa::path(
    post, path = "/persons/cases", operation_id = "findCasesOfPhone", tag = "persons",
    request_body = PhoneSearch,
    responses((status = 200, description = "The newest first.", body = Vec<CaseLine>), Problems)
)]
pub(crate) async fn find_cases_of_phone(
    State(doors): State<Doors>,
    seat: Seat,
    body: Body<PhoneSearch>,
) -> Result<Json<Vec<CaseLine>>, Fault> {
    Ok(Json(doors.house.cases_of_phone(&seat.viewer, &body.value.phone).await?))
}
