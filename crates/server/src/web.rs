//! The pages, built into the binary, and the description of the API.

use std::sync::Arc;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;
use yipan_base::refusal::Refusal;
use yipan_http::Fault;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Pages;

/// `/api/openapi.json`.
pub(crate) fn description(text: Arc<str>) -> Router {
    let answer = move || {
        let text = text.clone();
        async move { ([(CONTENT_TYPE, "application/json")], text.to_string()) }
    };
    Router::new().route("/api/openapi.json", get(answer))
}

/// Whatever is no route: a file of the web pages, or the page itself for an address inside it.
pub(crate) async fn page(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    if path.starts_with("/api/v1") || !matches!(method, Method::GET | Method::HEAD) {
        return nothing_here(path);
    }
    let name = match path.trim_start_matches('/') {
        "" => "index.html",
        "api/docs" | "api/docs/" => "docs.html",
        name => name,
    };
    if let Some(answer) = file(name, &headers) {
        return answer;
    }
    // An address inside the page, such as /cases/…: the page itself finds its way.
    let inside = !name.contains('.') && !name.starts_with("api/");
    match inside.then(|| file("index.html", &headers)).flatten() {
        Some(answer) => answer,
        None => nothing_here(path),
    }
}

fn nothing_here(path: &str) -> Response {
    let built = Pages::get("index.html").is_some();
    let (zh, en) = if built || path.starts_with("/api/v1") {
        (format!("{path} 不存在"), format!("there is nothing at {path}"))
    } else {
        (
            "网页尚未构建，请先运行 make web".to_owned(),
            "the web pages are not built; run `make web`".to_owned(),
        )
    };
    Fault(Refusal::not_found("request.path", zh, en).at(path)).into_response()
}

fn file(name: &str, headers: &HeaderMap) -> Option<Response> {
    let file = Pages::get(name)?;
    let etag = file.metadata.sha256_hash().iter().take(12).map(|b| format!("{b:02x}")).collect::<String>();
    let etag = format!("\"{etag}\"");
    // Files under assets/ carry a digest in their name; the rest is asked for again each time.
    let keep = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let known = headers.get(IF_NONE_MATCH).and_then(|v| v.to_str().ok()) == Some(etag.as_str());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = mime_guess::from_path(name).first_or_octet_stream();
        let mut response = file.data.into_owned().into_response();
        if let Ok(kind) = HeaderValue::from_str(&with_charset(kind.as_ref())) {
            response.headers_mut().insert(CONTENT_TYPE, kind);
        }
        response
    };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(ETAG, etag);
    }
    Some(response)
}

fn with_charset(kind: &str) -> String {
    if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() }
}
