//! What surrounds every request: an id, a log line for what failed, problem documents, headers.

use std::any::Any;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::Full;
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_http::{Fault, Language, RequestId, problem_response};
use yipan_platform::ambient;

/// Scripts and styles come from here alone; nothing is framed; forms go nowhere else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; \
                      font-src 'self'; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Counts the requests of this process; with the process's own token it makes a request's id.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// The outermost layer.
pub(crate) async fn wrap(request: Request, next: Next) -> Response {
    static PROCESS: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    let process = PROCESS.get_or_init(|| ambient::token().chars().take(8).collect());
    let id = RequestId(format!("{process}-{}", COUNT.fetch_add(1, Ordering::Relaxed)));
    let language = Language::of(request.headers());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    let mut response = told(response, language, &id, &method, &path);
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &'static str); 4] = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        headers.insert("x-request-id", value);
    }
    response
}

/// Writes the problem document of a refusal, and logs once what is the house's own fault.
fn told(mut response: Response, language: Language, id: &RequestId, method: &Method, path: &str) -> Response {
    if let Some(Fault(refusal)) = response.extensions().get::<Fault>() {
        if matches!(refusal.kind, RefusalKind::Internal | RefusalKind::Unavailable | RefusalKind::NoSpace) {
            tracing::error!(request = id.0, %method, path, code = refusal.code, "{}", refusal.en);
        }
        let mut document = problem_response(refusal, response.status(), language, id);
        for (name, value) in response.headers() {
            document.headers_mut().entry(name).or_insert(value.clone());
        }
        // The length of the empty body that the document replaces.
        document.headers_mut().remove(axum::http::header::CONTENT_LENGTH);
        return document;
    }
    response.extensions_mut().insert(id.clone());
    response
}

/// A method that a path does not know.
pub(crate) async fn no_such_method(method: Method, uri: Uri) -> Response {
    let path = uri.path();
    let refusal = Refusal::invalid(
        "request.method",
        format!("{path} 不支持 {method}"),
        format!("{path} does not answer {method}"),
    );
    let mut response = Fault(refusal).into_response();
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

/// A handler that panicked: the caller learns that the house is at fault, and nothing more.
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> axum::http::Response<Full<axum::body::Bytes>> {
    let said =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!("a handler panicked: {}", said.unwrap_or("without a word"));
    let refusal = Refusal::internal("a handler panicked");
    let mut response = axum::http::Response::new(Full::default());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.extensions_mut().insert(Fault(refusal));
    response
}
