//! Leaving without a request lost: the balancer is told first, connections are closed by their
//! answers, and only when nobody comes any more does the house stop listening.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

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

/// Where balancers ask.
const READINESS: &str = "/api/v1/ready";

/// So long nobody may have come or asked before the door is shut.
const LOOKS: u32 = 10;
const A_LOOK: Duration = Duration::from_millis(30);

/// A balancer that goes on sending people for so long after it was told does not listen.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether this process is about to leave, and how much was asked of it.
#[derive(Debug, Clone)]
pub(crate) struct Farewell {
    leave: watch::Receiver<bool>,
    stirs: Arc<AtomicU64>,
}

impl Farewell {
    pub(crate) fn new(leave: watch::Receiver<bool>) -> Self {
        Self { leave, stirs: Arc::default() }
    }

    fn said(&self) -> bool {
        *self.leave.borrow()
    }

    /// Somebody asked or was answered.
    fn stir(&self) {
        self.stirs.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns once the house was told to leave and the door may be shut: after `notice`, and once nobody
    /// has come for a while. The balancer of a busy machine may notice late, and what it has sent by then
    /// lies unread in connections that closing would cut off; each look lets the runtime read them first.
    pub(crate) async fn over(mut self, notice: Duration) {
        let _ = self.leave.wait_for(|leave| *leave).await;
        if notice.is_zero() {
            return;
        }
        tokio::time::sleep(notice).await;
        let quiet = async {
            let (mut seen, mut looks) = (self.stirs.load(Ordering::Relaxed), 0);
            while looks < LOOKS {
                tokio::time::sleep(A_LOOK).await;
                let now = self.stirs.load(Ordering::Relaxed);
                looks = if now == seen { looks + 1 } else { 0 };
                seen = now;
            }
        };
        if tokio::time::timeout(PATIENCE, quiet).await.is_err() {
            tracing::warn!("people are still sent here {PATIENCE:?} after this node said that it leaves");
        }
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
    // A balancer that asks whether this node is ready is not a person who was sent here.
    let counts = request.uri().path() != READINESS;
    let stir = |farewell: &Farewell| {
        if counts {
            farewell.stir();
        }
    };
    stir(&farewell);
    let mut response = next.run(request).await;
    stir(&farewell);
    if farewell.said() && version <= Version::HTTP_11 {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
