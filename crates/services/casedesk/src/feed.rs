//! The live feed of cases.

use std::collections::BTreeSet;
use std::convert::Infallible;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, Sse};
use futures_util::Stream;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_http::feed::{Batch, resumed, stream};
use yipan_http::{Doors, Fault, Problems, Query, Seat};
use yipan_platform::cases::CaseLine;
use yipan_platform::{House, Viewer};

/// How many changes are read at once.
const AT_ONCE: usize = 500;

/// Something happened to a case in the asker's scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct CaseChange {
    /// The kind of event.
    event: String,
    at: Timestamp,
    version: i64,
    /// The case as it stands now.
    #[serde(flatten)]
    line: CaseLine,
}

#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeedQuery {
    /// From this place in the ledger on; from now on if absent. `Last-Event-ID` wins.
    after: Option<i64>,
}

/// Follow the cases in the asker's scope, by server-sent events.
///
/// Each event is a `case` whose id is its place in the ledger; a client that lost the line sends
/// `Last-Event-ID` and misses nothing.
#[utoipa::path(
    get,
    path = "/feed/cases",
    operation_id = "followCases",
    tag = "cases",
    params(FeedQuery),
    responses((status = 200, description = "Server-sent events.", body = CaseChange, content_type = "text/event-stream"), Problems)
)]
pub(crate) async fn follow_cases(
    State(doors): State<Doors>,
    seat: Seat,
    headers: HeaderMap,
    Query(query): Query<FeedQuery>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Fault> {
    let commits = doors.house.store().after_commit();
    let from = resumed(&headers).or(query.after).unwrap_or_else(|| *commits.borrow());
    let (house, viewer) = (doors.house.clone(), seat.viewer);
    Ok(stream("case", from, commits, move |after| {
        let (house, viewer) = (house.clone(), viewer.clone());
        async move { read(&house, &viewer, after).await }
    }))
}

async fn read(house: &House, viewer: &Viewer, after: i64) -> Result<Batch<CaseChange>, Refusal> {
    let upto = *house.store().after_commit().borrow();
    let sql = format!(
        "SELECT e.ledger, e.kind AS event, e.at, e.case_id, c.version, c.number, c.stage, c.kind, c.category, c.channel, c.level, \
         c.area, c.main_unit, c.accepted_at, c.due_at, c.secret, c.accuses FROM case_event e \
         JOIN case_file c ON c.id = e.case_id WHERE e.ledger > $1 AND e.ledger <= $2 AND {{visible:e.case_id}} \
         ORDER BY e.ledger, e.case_id, e.seq LIMIT {AT_ONCE}"
    );
    let rows = house.store().cases(&viewer.scope(), &sql, &[after.into(), upto.into()]).await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in &rows {
        let change = CaseChange {
            event: row.text("event")?.to_owned(),
            at: Timestamp::from_micros(row.int("at")?),
            version: row.int("version")?,
            line: CaseLine::read(row)?,
        };
        items.push((row.int("ledger")?, change));
    }
    let full = items.len() == AT_ONCE;
    let last = items.last().map_or(upto, |(at, _)| *at);
    let first = items.first().map(|(at, _)| *at);
    let items = unaccused(house, viewer, items).await?;
    if !full {
        return Ok(Batch { items, upto, more: false });
    }
    // The last place may be cut in the middle: it is read again, whole, with the next batch.
    if first < Some(last) {
        let items = items.into_iter().filter(|(at, _)| *at < last).collect();
        Ok(Batch { items, upto: last - 1, more: true })
    } else {
        Ok(Batch { items, upto: last, more: true })
    }
}

/// Without what happens to cases that accuse the viewer in person.
async fn unaccused(
    house: &House,
    viewer: &Viewer,
    items: Vec<(i64, CaseChange)>,
) -> Result<Vec<(i64, CaseChange)>, Refusal> {
    let lines = items.iter().map(|(_, change)| change.line.clone()).collect();
    let kept: BTreeSet<String> =
        house.unaccused(viewer, lines).await?.into_iter().map(|line| line.number).collect();
    Ok(items.into_iter().filter(|(_, change)| kept.contains(&change.line.number)).collect())
}
