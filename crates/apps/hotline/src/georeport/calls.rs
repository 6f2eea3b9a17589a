//! The calls of GeoReport v2, as they come in by HTTP.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{FromRequestParts, Query as Pairs, Request, State};
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_http::{Doors, IdempotencyKey, Language, whole};
use yipan_platform::House;
use yipan_wire::open311::{Answer, Complaint, Format, Query, Target, write as bytes_of};

use super::BASE;
use super::caller::Caller;
use super::discovery::discovery;
use super::filing::{check_jurisdiction, check_type, file};
use super::limiter::Limits;
use super::refused::Refused;
use super::requests::{list, one};
use super::services::{definition, offered, services};

/// The largest body, in bytes.
const LARGEST: usize = 256 << 10;

/// How a call is answered.
#[derive(Clone, Copy)]
struct Reply {
    format: Format,
    language: Language,
}

impl Reply {
    fn with(self, status: StatusCode, answer: &impl Answer) -> Response {
        let headers = [(CONTENT_TYPE, self.format.content_type()), (CONTENT_LANGUAGE, self.language.tag())];
        (status, headers, bytes_of(answer, self.format)).into_response()
    }

    fn refused(self, refused: &Refused) -> Response {
        refused.log();
        let status = StatusCode::from_u16(refused.status()).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = self.with(status, &refused.errors(self.language));
        if let Some(seconds) = refused.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// What a call is about and how it is answered; a call without a format is answered in XML.
fn aimed(uri: &Uri, language: Language) -> (Result<Target, Refused>, Reply) {
    let path = uri.path().strip_prefix(BASE).unwrap_or_default();
    match Target::read(path) {
        Ok((target, format)) => (Ok(target), Reply { format, language }),
        Err(complaint) => {
            let format = if path.ends_with(".json") { Format::Json } else { Format::Xml };
            (Err(complaint.into()), Reply { format, language })
        }
    }
}

/// `GET` of anything.
pub(super) async fn read(
    State(doors): State<Doors>,
    Extension(limits): Extension<Arc<Limits>>,
    caller: Caller,
    language: Language,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let (target, reply) = aimed(&uri, language);
    let answered = async {
        let target = target?;
        if matches!(target, Target::Requests | Target::Request(_)) {
            limits.reading.admit(caller, doors.house.wall()).map_err(Refused::TooOften)?;
        }
        answer(&doors.house, target, &uri, &headers, reply).await
    };
    answered.await.unwrap_or_else(|refused| reply.refused(&refused))
}

async fn answer(
    house: &House,
    target: Target,
    uri: &Uri,
    headers: &HeaderMap,
    reply: Reply,
) -> Result<Response, Refused> {
    let city = house.city();
    let parameter = |name| parameter(uri, name);
    check_jurisdiction(&city, parameter("jurisdiction_id").as_deref())?;
    let language = reply.language;
    Ok(match target {
        Target::Discovery => reply.with(StatusCode::OK, &discovery(house, headers, language).await?),
        Target::Services => reply.with(StatusCode::OK, &services(&city, language)),
        Target::Definition(code) => {
            let category = offered(&city, &code)
                .ok_or(Complaint::NotFound { name: "service_code", value: code.clone() })?;
            reply.with(StatusCode::OK, &definition(category, language))
        }
        Target::Requests => {
            let query = Query::read(uri.query().unwrap_or_default().as_bytes())?;
            reply.with(StatusCode::OK, &list(house, &query, language).await?)
        }
        Target::Request(number) => {
            let code = parameter("account_id");
            reply.with(StatusCode::OK, &vec![one(house, &number, code.as_deref(), language).await?])
        }
        // Every service answers with its number at once: nobody was given a token.
        Target::Token(token) => return Err(Complaint::NotFound { name: "token", value: token }.into()),
    })
}

/// `POST` of a submission.
pub(super) async fn write(
    State(doors): State<Doors>,
    Extension(limits): Extension<Arc<Limits>>,
    caller: Caller,
    language: Language,
    request: Request,
) -> Response {
    let (target, reply) = aimed(request.uri(), language);
    let answered = async {
        if target? != Target::Requests {
            return Err(Complaint::NoPath.into());
        }
        limits.filing.admit(caller, doors.house.wall()).map_err(Refused::TooOften)?;
        check_type(request.headers())?;
        let (mut parts, body) = request.into_parts();
        let key = IdempotencyKey::from_request_parts(&mut parts, &()).await.map_err(|fault| fault.0)?;
        let body = whole(body, LARGEST).await.map_err(|refusal| match refusal.kind {
            RefusalKind::TooLarge => too_large(),
            _ => refusal.into(),
        })?;
        let receipt = file(&doors.house, &body, key.over("POST open311/requests", &body), language).await?;
        Ok(reply.with(StatusCode::CREATED, &vec![receipt]))
    };
    answered.await.unwrap_or_else(|refused| reply.refused(&refused))
}

fn too_large() -> Refused {
    let kib = LARGEST >> 10;
    let (zh, en) =
        (format!("请求体超过 {kib} KiB 上限，请减少内容"), format!("it is larger than {kib} KiB; send less"));
    Refusal::new(RefusalKind::TooLarge, "open311.too_large", zh, en).at("body").into()
}

/// The value of a parameter that the standard's own questions do not know, or that any call may carry.
fn parameter(uri: &Uri, name: &str) -> Option<String> {
    let Pairs(pairs) = Pairs::<Vec<(String, String)>>::try_from_uri(uri).ok()?;
    pairs.into_iter().find(|(other, value)| other == name && !value.is_empty()).map(|(_, value)| value)
}
