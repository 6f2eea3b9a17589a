//! Proof and copy of a running house: for the audit administrator, and for the machine's owner.

use std::path::PathBuf;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yipan_base::directory::Role;
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_base::time::MINUTE;
use yipan_http::{Body, Fault, Problems, Query, Seat};
use yipan_platform::Viewer;
use yipan_platform::outbox::Stuck;
use yipan_store::{audit_holds, audit_verify};

use crate::admission::Owner;
use crate::assemble::Server;

/// What a proof found. `sound` is the answer; the rest says why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Proof {
    sound: bool,
    report: serde_json::Value,
}

/// What else the log must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyQuestion {
    /// `SEQ:HASH`: head and head_hash of an earlier report, kept elsewhere. The log must still hold that entry.
    holds: Option<String>,
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
    /// Photos, recordings and documents that were not beside earlier copies.
    files: u64,
}

/// Walk the hash chain of the audit log: any change, gap or reorder is found.
#[utoipa::path(
    post, path = "/audit/verify", operation_id = "verifyAudit", tag = "upkeep", params(VerifyQuestion),
    responses((status = 200, description = "What was found.", body = Proof), Problems)
)]
pub(crate) async fn verify_audit(
    State(server): State<Server>,
    owner: Option<Extension<Owner>>,
    seat: Option<Extension<Seat>>,
    Query(question): Query<VerifyQuestion>,
) -> Result<Json<Proof>, Fault> {
    auditor(owner.is_some(), seat.as_deref())?;
    let store = server.house.store();
    let report = match question.holds.as_deref().map(str::parse).transpose()? {
        Some(anchor) => audit_holds(store, &anchor).await?,
        None => audit_verify(store).await?,
    };
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
    Ok(Json(BackupMade { ledger: made.dump.ledger, rows: made.dump.rows, files: made.files }))
}

/// How long a message may take before it counts as stuck.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct StuckQuery {
    /// 10 if absent.
    minutes: Option<u32>,
}

/// Messages to the outside that have not arrived: what the alarm is about.
#[utoipa::path(
    get, path = "/outbox/stuck", operation_id = "listStuckMessages", tag = "upkeep", params(StuckQuery),
    responses((status = 200, description = "The oldest first.", body = Vec<Stuck>), Problems)
)]
pub(crate) async fn list_stuck(
    State(server): State<Server>,
    owner: Option<Extension<Owner>>,
    seat: Option<Extension<Seat>>,
    Query(query): Query<StuckQuery>,
) -> Result<Json<Vec<Stuck>>, Fault> {
    let runs = seat.is_some_and(|s| s.staff.roles.contains(&Role::SystemAdministrator));
    if owner.is_none() && !runs {
        return Err(Fault(Refusal::forbidden(
            "outbox.role",
            "须由系统管理员办理",
            "this is for a system administrator",
        )));
    }
    let minutes = i64::from(query.minutes.unwrap_or(10));
    Ok(Json(server.house.stuck_messages(minutes * MINUTE).await?))
}

/// Try a message again that had been given up.
#[utoipa::path(
    post, path = "/outbox/{id}/retry", operation_id = "retryMessage", tag = "upkeep",
    params(("id" = String, Path, description = "The message.")),
    responses((status = 204, description = "It waits for its turn."), Problems)
)]
pub(crate) async fn retry_message(
    State(server): State<Server>,
    owner: Option<Extension<Owner>>,
    seat: Option<Extension<Seat>>,
    Path(id): Path<String>,
) -> Result<StatusCode, Fault> {
    let viewer = match (owner, seat) {
        (_, Some(seat)) => seat.viewer.clone(),
        (Some(_), None) => Viewer::system("retry a message"),
        (None, None) => return Err(Fault(nobody())),
    };
    server.house.retry_message(&viewer, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn nobody() -> Refusal {
    Refusal::new(RefusalKind::Unauthenticated, "session.none", "请先登录", "log in first")
}

/// An audit administrator, or the machine's owner as long as nobody is named who acts.
fn auditor(owner: bool, seat: Option<&Seat>) -> Result<(), Refusal> {
    if seat.map_or(owner, |s| s.staff.roles.contains(&Role::AuditAdministrator)) {
        return Ok(());
    }
    Err(Refusal::forbidden("audit.role", "须由审计管理员办理", "this is for an audit administrator"))
}

fn json(report: &impl Serialize) -> Result<serde_json::Value, Refusal> {
    serde_json::to_value(report).map_err(|fault| Refusal::internal(fault.to_string()))
}
