//! What the asker's unit was told, and saying that it was read.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use yipan_http::{Doors, Fault, Problems, Query, Seat};
use yipan_platform::dossiers::NoticeLine;

/// Which notices.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticeQuery {
    /// Those only that nobody of the unit has read.
    #[serde(default)]
    unread: bool,
}

/// Notices to the asker's unit, the newest first; at most 200.
#[utoipa::path(
    get, path = "/duty/notices", operation_id = "listNotices", tag = "duty", params(NoticeQuery),
    responses((status = 200, description = "The newest first.", body = Vec<NoticeLine>), Problems)
)]
pub(crate) async fn list_notices(
    State(doors): State<Doors>,
    seat: Seat,
    Query(query): Query<NoticeQuery>,
) -> Result<Json<Vec<NoticeLine>>, Fault> {
    Ok(Json(doors.house.notices(&seat.viewer, query.unread).await?))
}

/// Say that a notice was read, for the whole unit. Saying so again changes nothing.
#[utoipa::path(
    post, path = "/duty/notices/{id}/read", operation_id = "readNotice", tag = "duty",
    params(("id" = String, Path, description = "The notice, its slashes written as `%2F`.")),
    responses((status = 204, description = "It is read."), Problems)
)]
pub(crate) async fn read_notice(
    State(doors): State<Doors>,
    seat: Seat,
    Path(id): Path<String>,
) -> Result<StatusCode, Fault> {
    doors.house.read_notice(&seat.viewer, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
