//! The public page: to file without an account, and to follow by number and code. Its parts are this folder's
//! `page/`; it asks nothing of any other machine.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_base::time::{DAY, HOUR, MINUTE, Timestamp};
use yipan_casework::case::{Case, Party, Word};
use yipan_http::{Body, Doors, Fault, Language};
use yipan_platform::city::City;

use super::caller::Caller;
use super::limiter::Limits;
use super::requests::followed;
use super::services;
use super::shown::{Own, expected, stage, unit_name};

const PAGE: &str = include_str!("page/report.html");
const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/script.js");

/// The page in the reader's language; `?lang=en` and `?lang=zh` choose it too.
pub(super) async fn page(State(doors): State<Doors>, asked: Language, RawQuery(query): RawQuery) -> Response {
    let language = match query.as_deref() {
        Some("lang=en") => Language::English,
        Some("lang=zh") => Language::Chinese,
        _ => asked,
    };
    let city = doors.house.city();
    let name = city.directory.city().map(|area| escaped(&area.name)).unwrap_or_default();
    let text = PAGE.replace("{language}", language.tag()).replace("{city}", &name);
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_LANGUAGE, language.tag()),
        (VARY, "accept-language"),
    ];
    (headers, text).into_response()
}

pub(super) async fn style() -> Response {
    part("text/css; charset=utf-8", STYLE)
}

pub(super) async fn script() -> Response {
    part("text/javascript; charset=utf-8", SCRIPT)
}

fn part(kind: &'static str, text: &'static str) -> Response {
    let mut response = ([(CONTENT_TYPE, kind)], text).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// What a citizen knows of the matter. It comes in the body, since addresses are written into logs.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Follow {
    number: String,
    code: String,
}

/// How far a citizen's matter is (办理进度), in the reader's language.
#[derive(Debug, Serialize)]
pub(super) struct Progress {
    number: String,
    service: String,
    stage: &'static str,
    ended: bool,
    /// How it ended.
    outcome: Option<&'static str>,
    /// Who holds it now; nobody once it has ended.
    holder: Option<String>,
    /// Since when.
    since: Option<Timestamp>,
    /// For how long, in words.
    held_for: Option<String>,
    received_at: Timestamp,
    ended_at: Option<Timestamp>,
    /// By when the unit must have answered.
    expected_at: Option<Timestamp>,
    /// The public answer.
    answer: Option<String>,
}

pub(super) async fn follow(
    State(doors): State<Doors>,
    Extension(limits): Extension<Arc<Limits>>,
    caller: Caller,
    language: Language,
    body: Body<Follow>,
) -> Result<Json<Progress>, Fault> {
    let house = &doors.house;
    limits.reading.admit(caller, house.wall()).map_err(too_often)?;
    let Follow { number, code } = &body.value;
    let (case, own) = followed(house, number.trim(), code).await?.ok_or_else(|| {
        Refusal::not_found(
            "report.unknown",
            "没有这个编号，或查询码不符；请核对，遗失查询码请拨打 12345",
            "there is no such number, or its code is another; check both. If the code is lost, call 12345",
        )
    })?;
    Ok(Json(progress(&case, own, &house.city(), house.now(), language)))
}

fn too_often(seconds: i64) -> Refusal {
    Refusal::new(
        RefusalKind::Busy,
        "report.too_often",
        format!("此地址请求过多，请 {seconds} 秒后再试"),
        format!("too many calls from this address; try again in {seconds} seconds"),
    )
    .fact("retry_after_s", seconds)
}

fn progress(case: &Case, own: Own, city: &City, now: Timestamp, language: Language) -> Progress {
    let held = case.custody.last().filter(|segment| segment.to.is_none() && !case.is_ended());
    let category = city.categories.get(&case.category);
    Progress {
        number: case.number.clone(),
        service: category.map(|c| services::name(c, language).to_owned()).unwrap_or_default(),
        stage: stage(case, language),
        ended: case.is_ended(),
        outcome: case.outcome.map(|outcome| language.pick(outcome.zh(), outcome.en())),
        holder: held.map(|segment| holder(&segment.party, city, language)),
        since: held.map(|segment| segment.from),
        held_for: held.map(|segment| lasted(now.since(segment.from), language)),
        received_at: case.intake.received_at,
        ended_at: case.closed_at.filter(|_| case.is_ended()),
        expected_at: expected(case),
        answer: own.answer,
    }
}

fn holder(party: &Party, city: &City, language: Language) -> String {
    let words = match party {
        Party::Centre(unit) | Party::Unit(unit) => {
            return unit_name(&city.directory, unit).unwrap_or_else(|| unit.to_string());
        }
        Party::Citizen => ("等待您约定的回访时间", "nobody: waiting for the hour that you chose for a call"),
        Party::Other => ("暂停办理，或由外部单位处理", "paused, or with an authority outside"),
    };
    language.pick(words.0, words.1).to_owned()
}

/// A time in words: the two largest units that it has.
fn lasted(micros: i64, language: Language) -> String {
    let units = [(DAY, "天", "day"), (HOUR, "小时", "hour"), (MINUTE, "分钟", "minute")];
    let mut rest = micros;
    let mut told = Vec::new();
    for (length, zh, en) in units {
        let count = rest / length;
        rest %= length;
        match count {
            ..1 if told.is_empty() => {}
            ..1 => break,
            _ => told.push(match language {
                Language::Chinese => format!("{count} {zh}"),
                Language::English => format!("{count} {en}{}", if count == 1 { "" } else { "s" }),
            }),
        }
        if told.len() == 2 {
            break;
        }
    }
    if told.is_empty() {
        return language.pick("不到 1 分钟", "less than a minute").to_owned();
    }
    told.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_its_two_largest_units() {
        let told = |micros| (lasted(micros, Language::Chinese), lasted(micros, Language::English));
        let is = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
        assert_eq!(told(0), is("不到 1 分钟", "less than a minute"));
        assert_eq!(told(MINUTE), is("1 分钟", "1 minute"));
        assert_eq!(told(2 * HOUR + 5 * MINUTE), is("2 小时 5 分钟", "2 hours 5 minutes"));
        assert_eq!(told(3 * DAY + HOUR + 5 * MINUTE), is("3 天 1 小时", "3 days 1 hour"));
        assert_eq!(told(3 * DAY + 5 * MINUTE), is("3 天", "3 days"));
    }
}
