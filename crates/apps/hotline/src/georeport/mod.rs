//! The open door (开放受理): what citizens and their applications file and follow without an account, as Open311
//! GeoReport v2 and by a small page. `docs/open311.md` says the same for whoever integrates.
//!
//! - `calls`: the routes of the standard; `page`: those of the page
//! - `services`: which categories are offered, and as what
//! - `filing`: a submission becomes a case of the city's centre
//! - `requests`: which cases are shown to whom; `shown`: how much of one
//! - `code`: the follow code that a case answers to; `limiter`, `caller`: how often, and who calls
//! - `refused`: refusals in the standard's shape
//!
//! Nobody is seated here. Without the follow code a reader learns what service, which unit, when and roughly where,
//! and only of what came in by this door; a secret report is never shown, not even to whoever knows its code.

mod caller;
mod calls;
mod code;
mod discovery;
mod filing;
mod limiter;
mod page;
mod refused;
mod requests;
mod services;
mod shown;

use std::sync::Arc;

use axum::routing::{get, post};
use axum::{Extension, Router};
use yipan_http::Doors;

use limiter::Limits;

/// Where the standard's calls begin.
pub const BASE: &str = "/open311/v2";

/// Why the house itself reads and accepts here, for the log.
const REASON: &str = "open311";

/// The source under which a case is remembered to have come in by this door.
const SOURCE: &str = "open311";

pub(crate) fn routes() -> Router<Doors> {
    Router::new()
        .route("/open311/v2/{*call}", get(calls::read).post(calls::write))
        .route("/report", get(page::page))
        .route("/report/", get(page::page))
        .route("/report/style.css", get(page::style))
        .route("/report/script.js", get(page::script))
        .route("/report/follow", post(page::follow))
        .layer(Extension(Arc::new(Limits::default())))
}
