//! Which cases are shown to whom. Sections "GET Service Requests" and "GET Service Request" of the specification.

use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_base::time::Timestamp;
use yipan_casework::case::{Case, Channel, Kind, NarrativeKind};
use yipan_casework::event::Event;
use yipan_http::Language;
use yipan_platform::{CaseName, House, Viewer};
use yipan_store::{Record, Scope, Value};
use yipan_wire::open311::{Complaint, MOST_REQUESTS, Query, RequestStatus, ServiceRequest, Window};

use super::code::opens;
use super::refused::Refused;
use super::shown::{Own, request};
use super::{REASON, SOURCE};

/// Codes or numbers in one question.
const MOST_NAMES: usize = 50;

/// Requests as anyone may see them, the newest first.
pub(super) async fn list(
    house: &House,
    query: &Query,
    language: Language,
) -> Result<Vec<ServiceRequest>, Refused> {
    let few = |what, names: &[String]| match names.len() {
        ..=MOST_NAMES => Ok(()),
        _ => Err(Complaint::TooMuch { what, limit: MOST_NAMES }),
    };
    few("service_request_id", &query.service_request_ids)?;
    few("service_code", &query.service_codes)?;
    let (sql, args) = match query.service_request_ids.as_slice() {
        [] => within(query, query.window(house.now())?),
        numbers => named(numbers),
    };
    let city = house.city();
    let mut requests = Vec::new();
    for row in house.store().cases(&Scope::system(REASON), &sql, &args).await? {
        let case = state(&row)?;
        if is_public(&case) {
            requests.push(request(&case, &city, None, language));
        }
    }
    Ok(requests)
}

/// One request: as anyone may see it, or with the follow code as its filer sees it.
///
/// # Errors
/// The same for a number that does not exist, one that is not shown, and one whose code is another.
pub(super) async fn one(
    house: &House,
    number: &str,
    code: Option<&str>,
    language: Language,
) -> Result<ServiceRequest, Refused> {
    let city = house.city();
    let Some(code) = code else {
        let case = open_case(house, number).await?.filter(is_public).ok_or_else(|| unknown(number))?;
        return Ok(request(&case, &city, None, language));
    };
    let (case, own) = followed(house, number, code).await?.ok_or_else(|| unknown(number))?;
    Ok(request(&case, &city, Some(&own), language))
}

/// The case whose number and follow code somebody knows, with what only that one reads.
pub(super) async fn followed(
    house: &House,
    number: &str,
    code: &str,
) -> Result<Option<(Case, Own)>, Refusal> {
    let Some(case) = open_case(house, number).await? else { return Ok(None) };
    if !opens(house.keys(), &case.id, code) {
        return Ok(None);
    }
    let viewer = Viewer::system(REASON);
    let name = CaseName(case.id.to_string());
    let texts = house.case_detail(&viewer, &name).await?.texts;
    let mut own = Own { texts, answer: None };
    let handled = case.last_main().filter(|main| main.completed_at.is_some());
    let reply = handled.and_then(|main| main.reply.as_ref()).and_then(|reply| reply.public_text.as_ref());
    own.answer = match reply {
        Some(reply) => own.text(reply),
        None if case.answered_at.is_some() => {
            let events = house.case_events(&viewer, &name).await?;
            let answered = events.iter().rev().find_map(|recorded| match &recorded.event {
                Event::AnsweredDirectly { text, .. } => Some(text),
                _ => None,
            });
            answered.and_then(|text| own.text(text))
        }
        None => None,
    };
    // What units and centres said to each other stays inside the house.
    own.texts.retain(|text| matches!(text.kind, NarrativeKind::Text | NarrativeKind::Address));
    Ok(Some((case, own)))
}

/// A case by its number, unless it is one of which nobody outside may know that it exists.
async fn open_case(house: &House, number: &str) -> Result<Option<Case>, Refusal> {
    match house.case(&Viewer::system(REASON), &CaseName(number.to_owned())).await {
        // A case answers to its id too, which is no number to be told.
        Ok(case) => Ok(Some(case).filter(|case| case.number == number && !is_withheld(case))),
        Err(refusal) if refusal.kind == RefusalKind::NotFound => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// Secret, or a report of wrongdoing.
fn is_withheld(case: &Case) -> bool {
    case.secret || case.kind == Kind::Report
}

/// Whether it came in by this door: whoever telephoned did not ask for a place in a public list.
fn is_public(case: &Case) -> bool {
    let by_the_house = case.intake.accepted_by == Viewer::system(REASON).actor.staff;
    by_the_house && case.intake.channel == Channel::Application && !case.historical && !is_withheld(case)
}

fn unknown(number: &str) -> Refused {
    Complaint::NotFound { name: "service_request_id", value: number.to_owned() }.into()
}

fn state(row: &Record) -> Result<Case, Refusal> {
    serde_json::from_str(row.text("state")?)
        .map_err(|fault| Refusal::internal(format!("a case's state cannot be read: {fault}")))
}

/// What came in by this door within a time. Its rows lie in the order in which they came.
fn within(query: &Query, window: Window) -> (String, Vec<Value>) {
    let mut args: Vec<Value> = vec![
        format!(":{SOURCE}").into(),
        first_key(window.from).into(),
        first_key(Timestamp::from_millis(window.to.as_millis() + 1)).into(),
    ];
    let mut more = String::new();
    if !query.service_codes.is_empty() {
        more = format!(" AND c.category IN ({})", places(args.len(), query.service_codes.len()));
        args.extend(query.service_codes.iter().map(|code| Value::from(code.as_str())));
    }
    match query.statuses.as_slice() {
        [RequestStatus::Open] => more.push_str(" AND c.stage NOT IN ('closed', 'archived')"),
        [RequestStatus::Closed] => more.push_str(" AND c.stage IN ('closed', 'archived')"),
        _ => {}
    }
    let sql = format!(
        "SELECT c.state FROM import_row i JOIN case_file c ON c.id = i.case_id \
         WHERE i.source = $1 AND i.key >= $2 AND i.key < $3 AND c.secret = 0 AND {{visible:c.id}}{more} \
         ORDER BY i.key DESC LIMIT {MOST_REQUESTS}"
    );
    (sql, args)
}

fn named(numbers: &[String]) -> (String, Vec<Value>) {
    let sql = format!(
        "SELECT c.state FROM case_file c WHERE c.number IN ({}) AND {{visible:c.id}} ORDER BY c.id DESC",
        places(0, numbers.len())
    );
    (sql, numbers.iter().map(|number| number.as_str().into()).collect())
}

/// So many placeholders after those that there are already.
fn places(after: usize, count: usize) -> String {
    (1..=count).map(|n| format!("${}", after + n)).collect::<Vec<_>>().join(", ")
}

/// What sorts before every UUIDv7 of an instant and after all of the milliseconds before: they begin with the time.
fn first_key(at: Timestamp) -> String {
    let millis = at.as_millis().clamp(0, 0xffff_ffff_ffff);
    format!("{:08x}-{:04x}", millis >> 16, millis & 0xffff)
}

#[cfg(test)]
mod tests {
    use yipan_base::id::{Ids, SeededIds};

    use super::*;

    #[test]
    fn keys_of_an_instant_lie_between_its_bounds() {
        let ids = SeededIds::new(1);
        let at = |millis: i64| Timestamp::from_millis(1_621_303_200_000 + millis);
        for millis in [0, 1, 0xffff, 0x1_0000] {
            let key = ids.next(at(millis)).to_string();
            assert!(first_key(at(millis)) < key && key < first_key(at(millis + 1)), "{key}");
        }
    }
}
