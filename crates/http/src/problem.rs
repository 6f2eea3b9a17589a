//! Refusals as problem documents (RFC 9457).
//!
//! A handler answers `Err(Fault)`. The response carries the refusal itself; the server's outermost
//! layer, which knows the request's id and the reader's language, writes the document.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoResponses, ToSchema};
use yipan_base::refusal::{Refusal, RefusalKind};

use crate::language::Language;

/// The id under which the log knows a request.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// A refusal on its way out of a handler.
#[derive(Debug, Clone)]
pub struct Fault(pub Refusal);

impl<R: Into<Refusal>> From<R> for Fault {
    fn from(refusal: R) -> Self {
        Self(refusal.into())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = status(self.0.kind).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A problem document (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `urn:yipan:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of refusal in words.
    pub title: String,
    pub status: u16,
    /// What is wrong and what to do, in the reader's language.
    pub detail: String,
    /// Stable and greppable, such as `case.stage`.
    pub code: String,
    /// Where in the request, as a JSON pointer, or the object that refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Figures a client may want without reading the sentence.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
    /// The id under which the log knows the request.
    pub instance: String,
}

impl Problem {
    #[must_use]
    pub fn new(refusal: &Refusal, status: StatusCode, language: Language, id: &RequestId) -> Self {
        let (zh, en) = title(refusal.kind);
        Self {
            kind: format!("urn:yipan:problem:{}", refusal.code),
            title: language.pick(zh, en).to_owned(),
            status: status.as_u16(),
            detail: language.pick(&refusal.zh, &refusal.en).to_owned(),
            code: refusal.code.clone(),
            pointer: refusal.pointer.clone(),
            facts: refusal.facts.clone(),
            instance: format!("urn:yipan:request:{}", id.0),
        }
    }
}

/// The response that tells a refusal.
#[must_use]
pub fn problem_response(
    refusal: &Refusal,
    status: StatusCode,
    language: Language,
    id: &RequestId,
) -> Response {
    let problem = Problem::new(refusal, status, language, id);
    let mut response = (status, Json(problem)).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    if matches!(refusal.kind, RefusalKind::Busy | RefusalKind::Unavailable) {
        headers.insert("retry-after", HeaderValue::from_static("1"));
    }
    response
}

const fn status(kind: RefusalKind) -> StatusCode {
    match kind {
        RefusalKind::Invalid => StatusCode::BAD_REQUEST,
        RefusalKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        RefusalKind::Forbidden => StatusCode::FORBIDDEN,
        RefusalKind::NotFound => StatusCode::NOT_FOUND,
        RefusalKind::Conflict => StatusCode::CONFLICT,
        RefusalKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        RefusalKind::Rule => StatusCode::UNPROCESSABLE_ENTITY,
        RefusalKind::Busy => StatusCode::TOO_MANY_REQUESTS,
        RefusalKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        RefusalKind::NoSpace => StatusCode::INSUFFICIENT_STORAGE,
        RefusalKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

const fn title(kind: RefusalKind) -> (&'static str, &'static str) {
    match kind {
        RefusalKind::Invalid => ("请求有误", "The request is wrong"),
        RefusalKind::Unauthenticated => ("未登录", "Not logged in"),
        RefusalKind::Forbidden => ("无权办理", "Not allowed"),
        RefusalKind::NotFound => ("没有找到", "Not found"),
        RefusalKind::Conflict => ("状态冲突", "In conflict with the present state"),
        RefusalKind::TooLarge => ("内容过大", "Too large"),
        RefusalKind::Rule => ("不合规则", "Against a rule"),
        RefusalKind::Busy => ("系统繁忙", "Busy"),
        RefusalKind::Unavailable => ("暂不可用", "Unavailable"),
        RefusalKind::NoSpace => ("磁盘已满", "The disk is full"),
        RefusalKind::Internal => ("系统内部错误", "The house is at fault"),
    }
}

/// The problems that any route of the house may answer, for its description.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "describes responses; is never made")]
pub enum Problems {
    /// The request is wrong: an unknown field, a broken value.
    #[response(status = 400, content_type = "application/problem+json")]
    Invalid(Problem),
    /// Nobody is logged in, or the session has ended.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthenticated(Problem),
    /// The actor has no right to do this.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem),
    /// There is no such thing, or it lies outside the actor's scope.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
    /// The thing is not in a state that allows it, or has changed meanwhile.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
    /// The body is larger than the house takes.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// Well formed but against a rule of the house.
    #[response(status = 422, content_type = "application/problem+json")]
    Rule(Problem),
    /// Too many requests, or no room in the queue; try again.
    #[response(status = 429, content_type = "application/problem+json")]
    Busy(Problem),
    /// The house is at fault.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(Problem),
    /// The database cannot be reached; repeat the same request shortly.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
    /// The disk is full; reading goes on.
    #[response(status = 507, content_type = "application/problem+json")]
    NoSpace(Problem),
}
