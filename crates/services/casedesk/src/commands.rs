//! Giving a command to a case: one door for every move of the transition table.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yipan_casework::Command;
use yipan_http::{Body, Doors, Fault, IdempotencyKey, Problems, Seat};
use yipan_platform::{CaseName, Outcome};

/// A command with the version of the case that its giver saw.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct GivenCommand {
    /// A case that changed since refuses with `case.stale`; without a version it is not asked.
    #[serde(default)]
    version: Option<u64>,
    #[serde(flatten)]
    command: Command<String>,
}

/// Give a command to a case.
///
/// Every move goes through here and through the one transition table (`GET /api/v1/transitions`);
/// a refused move answers which rule refused it, and changes nothing.
#[utoipa::path(
    post,
    path = "/cases/{number}/commands",
    operation_id = "giveCommand",
    tag = "cases",
    params(
        ("number" = String, Path, description = "The case's number, or its id."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated call harmless; kept 30 days."),
    ),
    request_body = GivenCommand,
    responses((status = 200, description = "What came of it.", body = Outcome), Problems)
)]
pub(crate) async fn give_command(
    State(doors): State<Doors>,
    seat: Seat,
    Path(number): Path<String>,
    key: IdempotencyKey,
    body: Body<serde_json::Value>,
) -> Result<Json<Outcome>, Fault> {
    let idempotency = key.over(&format!("POST /cases/{number}/commands"), &body.bytes);
    let (version, command) = read(body.value)?;
    let outcome = doors.house.give(&seat.viewer, &CaseName(number), command, version, idempotency).await?;
    Ok(Json(outcome))
}

/// Takes the version out, so that what is left is the command alone and unknown fields are refused.
fn read(mut value: serde_json::Value) -> Result<(Option<u64>, Command<String>), Fault> {
    let version = match value.as_object_mut().and_then(|o| o.remove("version")) {
        None | Some(serde_json::Value::Null) => None,
        Some(version) => Some(version.as_u64().ok_or_else(|| {
            yipan_base::refusal::Refusal::invalid(
                "body.field",
                "version 须为非负整数",
                format!("`version` is a whole number from 0 up, not {version}"),
            )
            .at("/version")
        })?),
    };
    let command = serde_json::from_value(value).map_err(|fault| {
        yipan_base::refusal::Refusal::invalid("body.field", format!("命令有误：{fault}"), fault.to_string())
            .at("/")
    })?;
    Ok((version, command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_read_with_its_version_and_nothing_unknown() {
        let (version, command) =
            read(serde_json::json!({"command": "sign", "holding": 1, "version": 4})).expect("a command");
        assert_eq!((version, command.holding()), (Some(4), Some(1)));
        let refused = |value| read(value).err().map(|f| (f.0.code, f.0.pointer));
        let at = |pointer: &str| Some(("body.field".to_owned(), Some(pointer.to_owned())));
        assert_eq!(
            refused(serde_json::json!({"command": "sign", "holding": 1, "version": "4"})),
            at("/version")
        );
        assert_eq!(refused(serde_json::json!({"command": "sign", "holding": 1, "extra": 4})), at("/"));
        assert_eq!(refused(serde_json::json!({"command": "jump"})), at("/"));
    }
}
