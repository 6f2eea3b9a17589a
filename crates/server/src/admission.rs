//! Who sits at a request.

use std::net::IpAddr;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::COOKIE as COOKIES;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use yipan_base::refusal::Refusal;
use yipan_http::{Fault, Seat};

use crate::assemble::{COOKIE, Server};
use crate::serve::Peer;

/// The session's token, if the request carries one.
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(COOKIES)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// Seats the owner of the session. A request without one goes on unseated; a session that has
/// ended says so, so that the page can ask to log in again without losing what was typed.
pub(crate) async fn by_cookie(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    if let Some(refusal) = from_a_stranger(&request) {
        return Fault(refusal).into_response();
    }
    if let Some(address) = caller(&server, &request) {
        request.extensions_mut().insert(ConnectInfo(address));
    }
    if let Some(token) = token(request.headers()).map(str::to_owned) {
        match server.house.session(&token).await {
            Ok(session) => {
                request.extensions_mut().insert(Seat { viewer: session.viewer, staff: session.staff });
            }
            Err(refusal) => {
                request.extensions_mut().insert(Ended(refusal.clone()));
            }
        }
    }
    let ended = request.extensions().get::<Ended>().cloned();
    let response = next.run(request).await;
    match (ended, response.extensions().get::<Fault>()) {
        (Some(Ended(refusal)), Some(Fault(fault))) if fault.code == "session.none" => {
            Fault(refusal).into_response()
        }
        _ => response,
    }
}

/// From where a request comes; behind a declared proxy, from where that one says.
fn caller(server: &Server, request: &Request) -> Option<IpAddr> {
    let forwarded = request.headers().get("x-forwarded-for").filter(|_| server.options.behind_proxy);
    let last = forwarded.and_then(|value| value.to_str().ok()).and_then(|value| value.rsplit(',').next());
    let peer = || request.extensions().get::<ConnectInfo<Peer>>().map(|info| info.0.0.ip());
    last.and_then(|address| address.trim().parse().ok()).or_else(peer)
}

/// Why the request's session does not count.
#[derive(Clone)]
struct Ended(Refusal);

/// Browsers say where a write comes from; one that another site's page sent is refused.
fn from_a_stranger(request: &Request) -> Option<Refusal> {
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS];
    if reads.contains(request.method()) {
        return None;
    }
    let header = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok());
    let own = match (header("sec-fetch-site"), header("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        // Browsers of before that header still say where a page comes from.
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == header("host"),
        (None, None) => true,
    };
    if own {
        return None;
    }
    Some(Refusal::forbidden(
        "request.cross_site",
        "拒绝来自其他网站页面的写操作",
        "writes that another site's page sends are refused",
    ))
}

/// The machine's owner: whoever may open the data directory's socket.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner;

/// Seats the member of staff whom the owner names in `Yipan-As`.
pub(crate) async fn by_owner(State(server): State<Server>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Owner);
    if let Some(login) = request.headers().get("yipan-as") {
        let login = login.to_str().unwrap_or_default();
        let city = server.house.city();
        let Some(staff) = city.directory.staff_by_login(login) else {
            return Fault(
                Refusal::not_found(
                    "staff.unknown",
                    format!("人员目录中没有登录名 {login}"),
                    format!("the directory has no log-in {login}"),
                )
                .at("--as"),
            )
            .into_response();
        };
        let seat = Seat { viewer: city.viewer(staff), staff: staff.clone() };
        request.extensions_mut().insert(seat);
    }
    next.run(request).await
}
