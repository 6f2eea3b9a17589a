//! What the doors of all dossiers share: lists, commands, one with its texts, its history.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yipan_base::id::{StaffId, UnitId};
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_duty::Dossier;
use yipan_http::cursor::{self, Page};
use yipan_http::{Body, Doors, Fault, IdempotencyKey, Seat};
use yipan_platform::dossiers::{DossierLine, DossierName, DossierQuery, Kept, Opened};

/// Which dossiers, and how many.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    /// Those that are over, too.
    #[serde(default)]
    over: bool,
    /// Kept by that unit.
    unit: Option<String>,
    /// 1 to 200; 50 if absent.
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A dossier in a list, with its state; its texts stay closed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Listed<D> {
    #[serde(flatten)]
    line: DossierLine,
    state: D,
}

/// Something that happened to a dossier.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Happened {
    seq: u64,
    at: Timestamp,
    staff: StaffId,
    unit: Option<UnitId>,
    /// The event, with `event` as its name; texts are references into `texts` of the dossier.
    #[schema(value_type = Object)]
    event: serde_json::Value,
}

const MOST: usize = 200;

pub(crate) async fn list<D: Dossier>(
    doors: &Doors,
    seat: &Seat,
    query: ListQuery,
) -> Result<Json<Page<Listed<D>>>, Fault> {
    let limit = query.limit.unwrap_or(50);
    if !(1..=MOST).contains(&limit) {
        return Err(Fault(
            Refusal::invalid(
                "query.limit",
                format!("limit 须在 1 至 {MOST} 之间"),
                format!("limit is from 1 to {MOST}"),
            )
            .at("limit"),
        ));
    }
    let before = query.cursor.as_deref().map(cursor::read::<(i64, String)>).transpose()?;
    let asked = DossierQuery {
        over: query.over,
        unit: query.unit,
        before: before.map(|(at, id)| (Timestamp::from_micros(at), id)),
        limit: limit + 1,
    };
    let found = doors.house.dossiers::<D>(&seat.viewer, &asked).await?;
    let page = Page::cut(found, limit, |(line, _)| (line.opened_at.as_micros(), line.id.clone()));
    let items = page.items.into_iter().map(|(line, state)| Listed { line, state }).collect();
    Ok(Json(Page { items, next: page.next }))
}

pub(crate) async fn open<D: Dossier>(doors: &Doors, seat: &Seat, id: &str) -> Result<Json<Opened<D>>, Fault> {
    Ok(Json(doors.house.dossier::<D>(&seat.viewer, id).await?))
}

pub(crate) async fn events<D: Dossier>(
    doors: &Doors,
    seat: &Seat,
    id: &str,
) -> Result<Json<Vec<Happened>>, Fault> {
    let events = doors.house.dossier_events(&seat.viewer, D::KIND, id).await?;
    let told = |event: yipan_duty::refold::Stored| Happened {
        seq: event.seq,
        at: event.at,
        staff: event.staff,
        unit: event.unit,
        event: event.event,
    };
    Ok(Json(events.into_iter().map(told).collect()))
}

/// Gives a command. `path` names the request for its idempotency key.
pub(crate) async fn give<D: Dossier>(
    doors: &Doors,
    seat: &Seat,
    name: DossierName,
    path: &str,
    key: IdempotencyKey,
    body: Body<serde_json::Value>,
) -> Result<Json<Kept>, Fault> {
    let idempotency = key.over(&format!("POST {path}"), &body.bytes);
    let (version, command) = read::<D>(body.value)?;
    let name = match name {
        // People say the number; the machine goes by the id.
        DossierName::Id(name) => DossierName::Id(doors.house.dossier_id(&seat.viewer, D::KIND, &name).await?),
        other => other,
    };
    Ok(Json(doors.house.keep::<D>(&seat.viewer, &name, command, version, idempotency).await?))
}

/// Takes the version out, so that what is left is the command alone and unknown fields are refused.
fn read<D: Dossier>(mut value: serde_json::Value) -> Result<(Option<u64>, D::Command), Refusal> {
    let version = match value.as_object_mut().and_then(|fields| fields.remove("version")) {
        None | Some(serde_json::Value::Null) => None,
        Some(version) => Some(version.as_u64().ok_or_else(|| {
            Refusal::invalid(
                "body.field",
                "version 须为非负整数",
                format!("`version` is a whole number from 0 up, not {version}"),
            )
            .at("/version")
        })?),
    };
    let command = serde_json::from_value(value).map_err(|fault| {
        Refusal::invalid("body.field", format!("命令有误：{fault}"), fault.to_string()).at("/")
    })?;
    Ok((version, command))
}
