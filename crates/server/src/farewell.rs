//! Leaving without a request lost: the balancer is told first, connections are closed by their
//! answers, and only then does the house stop listening.

use axum::extract::{Request, State};
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, StatusCode, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_http::{Fault, Problem};

/// Whether this process is about to leave.
#[derive(Debug, Clone)]
pub(crate) struct Farewell(pub(crate) watch::Receiver<bool>);

impl Farewell {
    fn said(&self) -> bool {
        *self.0.borrow()
    }
}

/// Whether a balancer may send people here.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Readiness {
    ready: bool,
}

/// For balancers: whether this node takes requests. It goes on answering them for a while after it
/// has said no. Needs no session.
#[utoipa::path(
    get, path = "/ready", operation_id = "getReadiness", tag = "house", security(()),
    responses(
        (status = 200, description = "Send requests here.", body = Readiness),
        (status = 503, description = "`house.leaving`: this node is about to leave.", body = Problem),
    )
)]
pub(crate) async fn get_readiness(Extension(farewell): Extension<Farewell>) -> Response {
    if !farewell.said() {
        return Json(Readiness { ready: true }).into_response();
    }
    let refusal = Refusal::new(
        RefusalKind::Busy,
        "house.leaving",
        "本节点即将停止，请改用其他节点",
        "this node is about to leave; use another",
    );
    let mut response = Fault(refusal).into_response();
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response
}

/// Once the house leaves, every answer is the last of its connection, so that none is cut off while
/// it sends the next request.
pub(crate) async fn close(State(farewell): State<Farewell>, request: Request, next: Next) -> Response {
    let version = request.version();
    let mut response = next.run(request).await;
    if farewell.said() && version <= Version::HTTP_11 {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
