//! Logging in and out.

use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yipan_base::directory::Role;
use yipan_base::time::Timestamp;
use yipan_http::{Body, Fault, Problems, Seat};
use yipan_platform::NewSession;

use crate::admission::token;
use crate::assemble::{COOKIE, Server};
use crate::serve::Peer;

/// A member of staff at a desk.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionInfo {
    login: String,
    name: String,
    unit: String,
    unit_name: String,
    roles: Vec<Role>,
    /// Whether a matter may be accepted from this desk.
    may_accept: bool,
    /// The business time.
    now: Timestamp,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    login: String,
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkRedemption {
    /// What follows `#` in the one-time link.
    token: String,
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordChange {
    old: String,
    new: String,
}

/// Where a request comes from, for the limits on failed log-ins.
pub(crate) struct Source(String);

impl axum::extract::FromRequestParts<Server> for Source {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        server: &Server,
    ) -> Result<Self, Self::Rejection> {
        let forwarded = parts.headers.get("x-forwarded-for").filter(|_| server.options.behind_proxy);
        // The last hop is the one that our own proxy saw.
        let forwarded = forwarded.and_then(|v| v.to_str().ok()).and_then(|v| v.rsplit(',').next());
        let peer = parts.extensions.get::<ConnectInfo<Peer>>().map(|info| info.0.0.ip().to_string());
        Ok(Self(forwarded.map(|v| v.trim().to_owned()).or(peer).unwrap_or_else(|| "local".to_owned())))
    }
}

/// Who is logged in.
#[utoipa::path(
    get, path = "/session", operation_id = "getSession", tag = "session",
    responses((status = 200, description = "The session.", body = SessionInfo), Problems)
)]
pub(crate) async fn get_session(State(server): State<Server>, seat: Seat) -> Json<SessionInfo> {
    Json(info(&server, &seat))
}

/// Log in. The session is a cookie that scripts cannot read.
#[utoipa::path(
    post, path = "/session", operation_id = "logIn", tag = "session", security(()),
    request_body = Credentials,
    responses((status = 204, description = "Logged in."), Problems)
)]
pub(crate) async fn log_in(
    State(server): State<Server>,
    from: Source,
    body: Body<Credentials>,
) -> Result<impl IntoResponse, Fault> {
    let session = server.house.log_in(&body.value.login, &body.value.password, &from.0).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, cookie(&server, &session))])))
}

/// Log out.
#[utoipa::path(
    delete, path = "/session", operation_id = "logOut", tag = "session",
    responses((status = 204, description = "Logged out."), Problems)
)]
pub(crate) async fn log_out(
    State(server): State<Server>,
    request: Request,
) -> Result<impl IntoResponse, Fault> {
    if let Some(token) = token(request.headers()) {
        server.house.log_out(token).await?;
    }
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, set_cookie(&server, "", 0))])))
}

/// Set a first password by a one-time link.
#[utoipa::path(
    post, path = "/session/link", operation_id = "redeemLink", tag = "session", security(()),
    request_body = LinkRedemption,
    responses((status = 204, description = "The password is set; log in with it."), Problems)
)]
pub(crate) async fn redeem_link(
    State(server): State<Server>,
    body: Body<LinkRedemption>,
) -> Result<StatusCode, Fault> {
    server.house.redeem_link(&body.value.token, &body.value.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Change one's own password. Every other session of the same person ends.
#[utoipa::path(
    put, path = "/session/password", operation_id = "changePassword", tag = "session",
    request_body = PasswordChange,
    responses((status = 204, description = "Changed; the cookie carries a new session."), Problems)
)]
pub(crate) async fn change_password(
    State(server): State<Server>,
    from: Source,
    _: Seat,
    headers: HeaderMap,
    body: Body<PasswordChange>,
) -> Result<impl IntoResponse, Fault> {
    let token = token(&headers).unwrap_or_default();
    let session = server.house.set_password(token, &body.value.old, &body.value.new, &from.0).await?;
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, cookie(&server, &session))])))
}

fn info(server: &Server, seat: &Seat) -> SessionInfo {
    let city = server.house.city();
    SessionInfo {
        login: seat.staff.login.clone(),
        name: seat.staff.name.clone(),
        unit: seat.staff.unit.to_string(),
        unit_name: city.directory.unit(&seat.staff.unit).map(|u| u.name.clone()).unwrap_or_default(),
        roles: seat.staff.roles.iter().copied().collect(),
        may_accept: yipan_platform::may_accept(&seat.staff),
        now: server.house.now(),
    }
}

fn cookie(server: &Server, session: &NewSession) -> String {
    let seconds = session.expires_at.since(server.house.wall()) / 1_000_000;
    set_cookie(server, &session.token, seconds)
}

fn set_cookie(server: &Server, token: &str, seconds: i64) -> String {
    let secure = if server.options.encrypted { "; Secure" } else { "" };
    format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}")
}
