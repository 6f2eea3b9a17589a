//! Accepting a matter (受理).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{AppendHeaders, IntoResponse};
use yipan_base::refusal::Refusal;
use yipan_http::{Body, Doors, Fault, IdempotencyKey, Problems, Seat};
use yipan_platform::{NewAppeal, Outcome};

/// Accept a matter as a case (受理).
///
/// Whatever came in, by telephone, from the province or from the street, becomes a case here. The
/// answer is given after the case is durable.
#[utoipa::path(
    post,
    path = "/cases",
    operation_id = "acceptCase",
    tag = "cases",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated call harmless; kept 30 days.")),
    request_body = NewAppeal,
    responses((status = 201, description = "The case.", body = Outcome), Problems)
)]
pub(crate) async fn accept_case(
    State(doors): State<Doors>,
    seat: Seat,
    key: IdempotencyKey,
    body: Body<NewAppeal>,
) -> Result<impl IntoResponse, Fault> {
    for (given, pointer) in [(body.value.historical, "/historical"), (body.value.source.is_some(), "/source")]
    {
        if given {
            return Err(Fault(
                Refusal::invalid(
                    "accept.imported",
                    "历史件和来源行只能通过导入办理（POST /appeals/imports）",
                    "history and rows of a source come in by an import only (POST /appeals/imports)",
                )
                .at(pointer),
            ));
        }
    }
    let idempotency = key.over("POST /cases", &body.bytes);
    let outcome = doors.house.accept(&seat.viewer, body.value, idempotency).await?;
    let location = format!("/api/v1/cases/{}", outcome.number);
    Ok((StatusCode::CREATED, AppendHeaders([(LOCATION, location)]), Json(outcome)))
}
