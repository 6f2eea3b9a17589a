//! Proof and copy of a running house: for the audit administrator, and for the machine's owner.

use std::path::PathBuf;

use axum::extract::State;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yipan_base::directory::Role;
use yipan_base::refusal::Refusal;
use yipan_http::{Body, Fault, Problems, Seat};
use yipan_store::audit_verify;

use crate::admission::Owner;
use crate::assemble::Server;

/// What a proof found. `sound` is the answer; the rest says why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Proof {
    sound: bool,
    report: serde_json::Value,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BackupRequest {
    /// A file on the server's machine that does not exist yet.
    #[schema(value_type = String)]
    to: PathBuf,
}

/// What was copied.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BackupMade {
    /// The place in the ledger up to which everything is in the copy.
    ledger: i64,
    rows: u64,
}

/// Walk the hash chain of the audit log: any change, gap or reorder is found.
#[utoipa::path(
    post, path = "/audit/verify", operation_id = "verifyAudit", tag = "upkeep",
    responses((status = 200, description = "What was found.", body = Proof), Problems)
)]
pub(crate) async fn verify_audit(
    State(server): State<Server>,
    owner: Option<Extension<Owner>>,
    seat: Option<Extension<Seat>>,
) -> Result<Json<Proof>, Fault> {
    auditor(owner.is_some(), seat.as_deref())?;
    let report = audit_verify(server.house.store()).await?;
    Ok(Json(Proof { sound: report.is_sound(), report: json(&report)? }))
}

/// Fold all events again and compare with the present state, facts, timers and figures.
#[utoipa::path(
    post, path = "/audit/replay", operation_id = "replayEvents", tag = "upkeep",
    responses((status = 200, description = "What was found.", body = Proof), Problems)
)]
pub(crate) async fn replay_events(
    State(server): State<Server>,
    owner: Option<Extension<Owner>>,
    seat: Option<Extension<Seat>>,
) -> Result<Json<Proof>, Fault> {
    auditor(owner.is_some(), seat.as_deref())?;
    let report = server.house.replay().await?;
    Ok(Json(Proof { sound: report.agrees(), report: json(&report)? }))
}

/// Copy everything into one file while the house is at work. Only through the local socket: the
/// file lies on the server's machine. Keys are not in it.
#[utoipa::path(
    post, path = "/backup", operation_id = "backUp", tag = "upkeep",
    request_body = BackupRequest,
    responses((status = 200, description = "What was copied.", body = BackupMade), Problems)
)]
pub(crate) async fn back_up(
    State(server): State<Server>,
    owner: Option<Extension<Owner>>,
    body: Body<BackupRequest>,
) -> Result<Json<BackupMade>, Fault> {
    if owner.is_none() {
        return Err(Fault(Refusal::forbidden(
            "backup.local",
            "备份须在服务器本机执行：yipan backup",
            "a backup is made on the server's own machine: yipan backup",
        )));
    }
    let made = server.house.back_up(&body.value.to).await?;
    Ok(Json(BackupMade { ledger: made.ledger, rows: made.rows }))
}

fn auditor(owner: bool, seat: Option<&Seat>) -> Result<(), Refusal> {
    if owner || seat.is_some_and(|s| s.staff.roles.contains(&Role::AuditAdministrator)) {
        return Ok(());
    }
    Err(Refusal::forbidden("audit.role", "须由审计管理员办理", "this is for an audit administrator"))
}

fn json(report: &impl Serialize) -> Result<serde_json::Value, Refusal> {
    serde_json::to_value(report).map_err(|fault| Refusal::internal(fault.to_string()))
}
