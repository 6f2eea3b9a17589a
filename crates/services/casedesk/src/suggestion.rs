//! Whom the rules would give a case to.

use axum::Json;
use axum::extract::{Path, State};
use yipan_casework::routing::Suggestion;
use yipan_http::{Doors, Fault, Problems, Seat};
use yipan_platform::CaseName;

/// Whom the routing rules suggest for a case, with the way to the answer and earlier rulings.
///
/// A suggestion dispatches nothing; where it says `hold`, a person must decide.
#[utoipa::path(
    get,
    path = "/cases/{number}/suggestion",
    operation_id = "suggestDispatch",
    tag = "routing",
    params(("number" = String, Path, description = "The case's number, or its id.")),
    responses((status = 200, description = "The suggestion.", body = Suggestion), Problems)
)]
pub(crate) async fn suggest_dispatch(
    State(doors): State<Doors>,
    seat: Seat,
    Path(number): Path<String>,
) -> Result<Json<Suggestion>, Fault> {
    Ok(Json(doors.house.suggest(&seat.viewer, &CaseName(number)).await?))
}
