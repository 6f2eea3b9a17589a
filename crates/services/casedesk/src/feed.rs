//! The live feed of cases.

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
use yipan_platform::changes::{self, CaseChanges};
use yipan_platform::{House, Viewer};

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
    let CaseChanges { changes, upto, more } = house.case_changes(viewer, after).await?;
    let told = changes.into_iter().map(|change| {
        let changes::CaseChange { ledger, event, at, version, line } = change;
        (ledger, CaseChange { event, at, version, line })
    });
    Ok(Batch { items: told.collect(), upto, more })
}
