//! What anyone may know before logging in.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;
use yipan_base::time::Timestamp;
use yipan_http::{Doors, Fault};

use crate::assemble::ServerOptions;

/// What the log-in page of a demo house tells a newcomer.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct DemoHint {
    /// The password of every demo account.
    pub password: String,
    /// A few log-ins and whose desk each is.
    pub logins: Vec<DemoLogin>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DemoLogin {
    pub login: String,
    pub unit: String,
    pub roles: Vec<String>,
}

/// A house, seen from the street.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct HouseInfo {
    version: &'static str,
    /// The city's name.
    city: Option<String>,
    /// The business time.
    now: Timestamp,
    /// The business clock is a simulated one.
    simulated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    demo: Option<DemoHint>,
}

/// The house: its city, its clock, its version. Needs no session.
#[utoipa::path(
    get, path = "/house", operation_id = "getHouse", tag = "house", security(()),
    responses((status = 200, description = "The house.", body = HouseInfo))
)]
pub(crate) async fn get_house(
    State(doors): State<Doors>,
    Extension(options): Extension<Arc<ServerOptions>>,
) -> Result<Json<HouseInfo>, Fault> {
    let city = doors.house.city();
    Ok(Json(HouseInfo {
        version: env!("CARGO_PKG_VERSION"),
        city: city.directory.city().map(|c| c.name.clone()),
        now: doors.house.now(),
        simulated: options.simulated,
        demo: options.demo.clone(),
    }))
}
