//! Rosters (值班表), one for each centre, and the board of who is on duty.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use yipan_base::directory::UnitKind;
use yipan_base::id::UnitId;
use yipan_base::refusal::Refusal;
use yipan_base::time::{DAY, Timestamp};
use yipan_duty::Roster;
use yipan_duty::roster::{self, CentreOnDuty, Hole};
use yipan_http::cursor::Page;
use yipan_http::{Body, Doors, Fault, IdempotencyKey, Problems, Query, Seat};
use yipan_platform::Viewer;
use yipan_platform::dossiers::{DossierName, DossierQuery, Kept, Opened};

use crate::desk::{self, Happened, ListQuery, Listed};

/// At which moment.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Moment {
    /// The present, if absent.
    at: Option<Timestamp>,
}

/// In which stretch of time.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stretch {
    /// The present, if absent.
    from: Option<Timestamp>,
    /// A week after `from`, if absent; at most 62 days.
    to: Option<Timestamp>,
}

/// A command to a roster, with the version that its giver saw.
#[derive(Debug, Deserialize, ToSchema)]
#[allow(dead_code, reason = "describes what is read field by field")]
pub(crate) struct GivenRosterCommand {
    version: Option<u64>,
    #[serde(flatten)]
    command: roster::Command,
}

/// Who is on duty at every centre, those that nobody keeps included.
#[utoipa::path(
    get, path = "/duty/on-duty", operation_id = "getDutyBoard", tag = "duty", params(Moment),
    responses((status = 200, description = "By level, then by id.", body = Vec<CentreOnDuty>), Problems)
)]
pub(crate) async fn board(
    State(doors): State<Doors>,
    _seat: Seat,
    Query(moment): Query<Moment>,
) -> Result<Json<Vec<CentreOnDuty>>, Fault> {
    let house = &doors.house;
    // Whom to call is no secret among those who work here.
    let all = DossierQuery { limit: usize::MAX, ..DossierQuery::default() };
    let rosters = house.dossiers::<Roster>(&Viewer::system("duty board"), &all).await?;
    let rosters: Vec<Roster> = rosters.into_iter().map(|(_, roster)| roster).collect();
    let at = moment.at.unwrap_or_else(|| house.now());
    Ok(Json(roster::board(&rosters, &house.city().directory, at)))
}

/// The rosters in the asker's sight.
#[utoipa::path(
    get, path = "/duty/rosters", operation_id = "listRosters", tag = "duty", params(ListQuery),
    responses((status = 200, description = "A page.", body = Page<Listed<Roster>>), Problems)
)]
pub(crate) async fn list(
    State(doors): State<Doors>,
    seat: Seat,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Listed<Roster>>>, Fault> {
    desk::list::<Roster>(&doors, &seat, query).await
}

/// A centre's roster.
#[utoipa::path(
    get, path = "/duty/rosters/{centre}", operation_id = "getRoster", tag = "duty",
    params(("centre" = String, Path, description = "The centre's id, such as `rudong.centre`.")),
    responses((status = 200, description = "As it stands.", body = Opened<Roster>), Problems)
)]
pub(crate) async fn get(
    State(doors): State<Doors>,
    seat: Seat,
    Path(centre): Path<String>,
) -> Result<Json<Opened<Roster>>, Fault> {
    desk::open::<Roster>(&doors, &seat, &centre).await
}

/// Give a command to a centre's roster; the first `plan` begins it.
#[utoipa::path(
    post, path = "/duty/rosters/{centre}/commands", operation_id = "giveRosterCommand", tag = "duty",
    request_body = GivenRosterCommand,
    params(
        ("centre" = String, Path, description = "The centre's id."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated call harmless; kept 30 days."),
    ),
    responses((status = 200, description = "What came of it.", body = Kept), Problems)
)]
pub(crate) async fn give(
    State(doors): State<Doors>,
    seat: Seat,
    Path(centre): Path<String>,
    key: IdempotencyKey,
    body: Body<serde_json::Value>,
) -> Result<Json<Kept>, Fault> {
    let unit = UnitId::new(&centre);
    let city = doors.house.city();
    if city.directory.unit(&unit).is_none_or(|unit| unit.kind != UnitKind::Centre) {
        return Err(Fault(Refusal::not_found(
            "duty.centre.unknown",
            format!("没有指挥中心 {centre}"),
            format!("there is no command centre {centre}"),
        )));
    }
    let path = format!("/duty/rosters/{centre}/commands");
    desk::give::<Roster>(&doors, &seat, DossierName::Named(centre), &path, key, body).await
}

/// What happened to a centre's roster.
#[utoipa::path(
    get, path = "/duty/rosters/{centre}/events", operation_id = "listRosterEvents", tag = "duty",
    params(("centre" = String, Path, description = "The centre's id.")),
    responses((status = 200, description = "In order.", body = Vec<Happened>), Problems)
)]
pub(crate) async fn events(
    State(doors): State<Doors>,
    seat: Seat,
    Path(centre): Path<String>,
) -> Result<Json<Vec<Happened>>, Fault> {
    desk::events::<Roster>(&doors, &seat, &centre).await
}

/// The stretches in which nobody keeps a centre.
#[utoipa::path(
    get, path = "/duty/rosters/{centre}/holes", operation_id = "listRosterHoles", tag = "duty",
    params(("centre" = String, Path, description = "The centre's id."), Stretch),
    responses((status = 200, description = "In order.", body = Vec<Hole>), Problems)
)]
pub(crate) async fn holes(
    State(doors): State<Doors>,
    seat: Seat,
    Path(centre): Path<String>,
    Query(stretch): Query<Stretch>,
) -> Result<Json<Vec<Hole>>, Fault> {
    let opened = doors.house.dossier::<Roster>(&seat.viewer, &centre).await?;
    let from = stretch.from.unwrap_or_else(|| doors.house.now());
    let to = stretch.to.unwrap_or_else(|| from.plus(7 * DAY));
    if to <= from || to > from.plus(62 * DAY) {
        return Err(Fault(
            Refusal::invalid(
                "query.stretch",
                "to 须晚于 from，且不超过 62 天",
                "`to` must lie after `from`, by at most 62 days",
            )
            .at("to"),
        ));
    }
    Ok(Json(roster::holes(&opened.state, from, to, &roster::REQUIRED)))
}
