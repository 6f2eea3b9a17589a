//! Who asks.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use yipan_base::directory::Staff;
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_platform::Viewer;

use crate::problem::Fault;

/// A member of staff at a desk. The server puts it beside the request, from the session's cookie
/// or the local socket; a handler that takes one answers nobody else.
#[derive(Debug, Clone)]
pub struct Seat {
    pub viewer: Viewer,
    pub staff: Staff,
}

impl<S: Sync> FromRequestParts<S> for Seat {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            Fault(Refusal::new(RefusalKind::Unauthenticated, "session.none", "请先登录", "log in first"))
        })
    }
}
