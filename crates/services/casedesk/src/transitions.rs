//! The transition table, as data.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;
use yipan_casework::case::Stage;
use yipan_casework::command::CommandName;
use yipan_casework::table;
use yipan_http::Seat;

/// One row: where a command is allowed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Transition {
    command: CommandName,
    /// How people say it.
    zh: String,
    /// The stages from which it is allowed.
    stages: Vec<Stage>,
}

/// The transition table: every command and the stages from which it is allowed.
#[utoipa::path(
    get,
    path = "/transitions",
    operation_id = "getTransitions",
    tag = "cases",
    responses((status = 200, description = "One row a command.", body = Vec<Transition>))
)]
pub(crate) async fn get_transitions(_: Seat) -> Json<Vec<Transition>> {
    let rows = table::TABLE.iter();
    Json(
        rows.map(|row| Transition {
            command: row.command,
            zh: row.zh.to_owned(),
            stages: row.stages.to_vec(),
        })
        .collect(),
    )
}
