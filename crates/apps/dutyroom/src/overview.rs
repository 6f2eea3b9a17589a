//! What pages ask of one dossier beside its state: clocks of urgent information, opinions side by side,
//! who owes a command post something, the cases of an incident; and each department's record of judging.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;
use yipan_base::id::UnitId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_duty::judgement::{self, DepartmentRecord, Side};
use yipan_duty::post::{self, LateUnit};
use yipan_duty::urgent::{self, Clock, Link};
use yipan_duty::{Incident, Judgement, Post, Urgent};
use yipan_http::{Doors, Fault, Problems, Seat};
use yipan_platform::dossiers::DossierQuery;
use yipan_store::Value;

/// The clocks of an urgent report, and who got it when.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UrgentOverview {
    clocks: Vec<Clock>,
    chain: Vec<Link>,
}

/// The clocks of an urgent report, each with its lamp, and the chain of receipts.
#[utoipa::path(
    get, path = "/duty/urgent/{id}/clocks", operation_id = "getUrgentClocks", tag = "duty",
    params(("id" = String, Path, description = "Its id or its number.")),
    responses((status = 200, description = "As they stand now.", body = UrgentOverview), Problems)
)]
pub(crate) async fn urgent_clocks(
    State(doors): State<Doors>,
    seat: Seat,
    Path(id): Path<String>,
) -> Result<Json<UrgentOverview>, Fault> {
    let urgent = doors.house.dossier::<Urgent>(&seat.viewer, &id).await?.state;
    Ok(Json(UrgentOverview {
        clocks: urgent::clocks(&urgent, doors.house.now()),
        chain: urgent::chain(&urgent),
    }))
}

/// The opinions of a judgement beside each other, with the decision and what was found.
#[utoipa::path(
    get, path = "/duty/judgements/{id}/opinions", operation_id = "listOpinions", tag = "duty",
    params(("id" = String, Path, description = "Its id or its number.")),
    responses((status = 200, description = "By department.", body = Vec<Side>), Problems)
)]
pub(crate) async fn opinions(
    State(doors): State<Doors>,
    seat: Seat,
    Path(id): Path<String>,
) -> Result<Json<Vec<Side>>, Fault> {
    let judgement = doors.house.dossier::<Judgement>(&seat.viewer, &id).await?.state;
    Ok(Json(judgement::side_by_side(&judgement)))
}

/// How each department has judged, over the 500 newest judgements in the asker's sight.
#[utoipa::path(
    get, path = "/duty/judgement-records", operation_id = "listJudgementRecords", tag = "duty",
    responses((status = 200, description = "By department.", body = BTreeMap<String, DepartmentRecord>), Problems)
)]
pub(crate) async fn records(
    State(doors): State<Doors>,
    seat: Seat,
) -> Result<Json<BTreeMap<UnitId, DepartmentRecord>>, Fault> {
    let all = DossierQuery { over: true, limit: usize::MAX, ..DossierQuery::default() };
    let found = doors.house.dossiers::<Judgement>(&seat.viewer, &all).await?;
    let judgements: Vec<Judgement> = found.into_iter().map(|(_, judgement)| judgement).collect();
    Ok(Json(judgement::records(&judgements)))
}

/// Which centres owe a command post an acknowledgement or a report.
#[utoipa::path(
    get, path = "/duty/posts/{id}/late", operation_id = "listLateCentres", tag = "duty",
    params(("id" = String, Path, description = "Its id or its number.")),
    responses((status = 200, description = "None, if empty.", body = Vec<LateUnit>), Problems)
)]
pub(crate) async fn late_centres(
    State(doors): State<Doors>,
    seat: Seat,
    Path(id): Path<String>,
) -> Result<Json<Vec<LateUnit>>, Fault> {
    let post = doors.house.dossier::<Post>(&seat.viewer, &id).await?.state;
    Ok(Json(post::late_units(&post, doors.house.now())))
}

/// The cases of an incident, counted as far as the asker may see them.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct IncidentFigures {
    /// Cases that stand under it.
    members: usize,
    /// Of these, the ones in the asker's sight, which the other figures count.
    seen: usize,
    by_stage: BTreeMap<String, usize>,
    by_area: BTreeMap<String, usize>,
    open: usize,
    overdue: usize,
    as_of: Option<Timestamp>,
}

/// How many cases are asked for at a time.
const AT_ONCE: usize = 400;

/// The figures of an incident's cases.
#[utoipa::path(
    get, path = "/duty/incidents/{id}/figures", operation_id = "getIncidentFigures", tag = "duty",
    params(("id" = String, Path, description = "Its id or its number.")),
    responses((status = 200, description = "Of the cases in the asker's sight.", body = IncidentFigures), Problems)
)]
pub(crate) async fn incident_figures(
    State(doors): State<Doors>,
    seat: Seat,
    Path(id): Path<String>,
) -> Result<Json<IncidentFigures>, Fault> {
    let house = &doors.house;
    let incident = house.dossier::<Incident>(&seat.viewer, &id).await?.state;
    let now = house.now();
    let cases: Vec<_> = incident.cases.iter().collect();
    let mut figures =
        IncidentFigures { members: cases.len(), as_of: Some(now), ..IncidentFigures::default() };
    for some in cases.chunks(AT_ONCE) {
        let marks: Vec<_> = (1..=some.len()).map(|at| format!("${at}")).collect();
        let sql = format!(
            "SELECT c.stage, c.area, c.due_at FROM case_file c WHERE c.id IN ({}) AND {{visible:c.id}}",
            marks.join(", ")
        );
        let args: Vec<Value> = some.iter().map(|id| id.as_str().into()).collect();
        let rows = house.store().cases(&seat.viewer.scope(), &sql, &args).await.map_err(Refusal::from)?;
        for row in &rows {
            let read = || -> Result<_, yipan_store::StoreError> {
                Ok((
                    row.text("stage")?.to_owned(),
                    row.opt_text("area")?.map(str::to_owned),
                    row.opt_int("due_at")?,
                ))
            };
            let (stage, area, due) = read().map_err(Refusal::from)?;
            let open = !matches!(stage.as_str(), "closed" | "archived");
            figures.seen += 1;
            figures.open += usize::from(open);
            figures.overdue += usize::from(open && due.is_some_and(|due| due < now.as_micros()));
            *figures.by_stage.entry(stage).or_default() += 1;
            *figures.by_area.entry(area.unwrap_or_default()).or_default() += 1;
        }
    }
    Ok(Json(figures))
}
