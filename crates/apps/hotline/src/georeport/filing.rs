//! A submission becomes a case (受理). Section "POST Service Request" of the specification.

use axum::http::HeaderMap;
use yipan_base::geo::Datum;
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_casework::case::{Channel, Kind, Word};
use yipan_http::Language;
use yipan_platform::city::City;
use yipan_platform::{Appellant, House, Idempotency, NewAppeal, NewPlace, Viewer};
use yipan_wire::open311::{Complaint, Outcome, Receipt, Submission};

use super::code::code;
use super::refused::{Refused, wrong};
use super::services::{KIND, KINDS, name, offered};
use super::{REASON, SOURCE};

/// The longest address and the longest link to a photo, in characters.
const LONGEST: usize = 500;

/// Accepts a submission at the city's centre. Returns after the case is durable.
pub(super) async fn file(
    house: &House,
    body: &[u8],
    key: Option<Idempotency>,
    language: Language,
) -> Result<Receipt, Refused> {
    let submission = Submission::read(body)?;
    let city = house.city();
    let new = appeal(&city, submission, house.id(), language)?;
    let outcome = house.accept(&Viewer::system(REASON), new, key.map(|key| of_strangers(&key))).await?;
    let code = code(house.keys(), &outcome.id);
    let notice = match language {
        Language::Chinese => format!(
            "已受理，编号 {}。查询码 {code} 只在此显示，请记下：在 /report 凭编号和查询码可查看由谁办理、办理结果。",
            outcome.number
        ),
        Language::English => format!(
            "Accepted as {}. Note the follow code {code}, which is shown here only: with number and code, /report tells who holds the matter and what came of it.",
            outcome.number
        ),
    };
    Ok(Receipt {
        outcome: Outcome::Request(outcome.number),
        service_notice: Some(notice),
        account_id: Some(code),
    })
}

/// Checks whether a call is meant for this city.
pub(super) fn check_jurisdiction(city: &City, named: Option<&str>) -> Result<(), Complaint> {
    let (Some(named), Some(own)) = (named.filter(|named| !named.is_empty()), city.directory.city()) else {
        return Ok(());
    };
    if named == own.id.as_str() || Some(named) == own.code.as_deref() {
        return Ok(());
    }
    Err(Complaint::NotFound { name: "jurisdiction_id", value: named.to_owned() })
}

/// The type of body that the standard knows; one that is not named is taken for it.
pub(super) fn check_type(headers: &HeaderMap) -> Result<(), Refused> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let Some(told) = headers.get(axum::http::header::CONTENT_TYPE) else { return Ok(()) };
    let told = told.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if told.eq_ignore_ascii_case(FORM) {
        return Ok(());
    }
    Err(wrong("Content-Type", format!("请求体须为 {FORM}"), format!("the body is {FORM}")))
}

/// All strangers are one actor to the house. Bound to the request, a key can neither be used up by somebody else nor
/// be asked about.
fn of_strangers(key: &Idempotency) -> Idempotency {
    let bound = Idempotency::new("", format!("{}\n{}", key.key, key.digest).as_bytes()).digest;
    Idempotency { key: format!("open311/{bound}"), digest: key.digest.clone() }
}

/// The submission in the house's words. `source` sorts by time: lists are read in its order.
fn appeal(
    city: &City,
    submission: Submission,
    source: String,
    language: Language,
) -> Result<NewAppeal, Refused> {
    check_jurisdiction(city, submission.jurisdiction_id.as_deref())?;
    let centre = city.directory.city().and_then(|own| city.directory.centre(&own.id)).ok_or_else(|| {
        Refusal::new(
            RefusalKind::Unavailable,
            "open311.no_city",
            "尚未导入城市数据，暂不能受理",
            "no city has been loaded into this house",
        )
    })?;
    let category = offered(city, &submission.service_code).ok_or_else(|| {
        wrong(
            "service_code",
            "没有这个类别，请从 services 列出的类别中选择；举报请拨打 12345 或 12388",
            "there is no such service; choose one that `services` lists. To report wrongdoing call 12345 or 12388",
        )
    })?;
    let kind = kind(&submission)?;
    if submission.place.is_none() && submission.address_string.is_none() {
        return Err(wrong(
            "address_id",
            "本市不提供地址编码查询，请填写 address_string，或 lat 和 long",
            "this city offers no register of addresses; send address_string, or lat and long",
        ));
    }
    for (field, text) in
        [("address_string", &submission.address_string), ("media_url", &submission.media_url)]
    {
        if text.as_ref().is_some_and(|text| text.chars().count() > LONGEST) {
            return Err(Complaint::TooLong { name: field.to_owned(), limit: LONGEST }.into());
        }
    }
    let mut text = submission.description.unwrap_or_else(|| name(category, language).to_owned());
    if let Some(link) = submission.media_url {
        text.push_str(&format!("\n\n（来件附有链接，未核验：{link}）"));
    }
    let person = Appellant {
        name: full_name(submission.last_name.as_deref(), submission.first_name.as_deref()),
        phone: submission.phone,
        identity: None,
        reference: submission.email,
    };
    Ok(NewAppeal {
        channel: Channel::Application,
        title: None,
        text,
        kind,
        category: category.id.clone(),
        level: None,
        place: NewPlace {
            address: submission.address_string,
            area: None,
            longitude: submission.place.map(|place| place.lon()),
            latitude: submission.place.map(|place| place.lat()),
            datum: Some(Datum::Wgs84),
        },
        person: Some(person),
        anonymous: false,
        received_at: None,
        secret: None,
        accused_units: Default::default(),
        accused_staff: Default::default(),
        outer: None,
        centre: Some(centre.id.clone()),
        historical: false,
        source: Some((SOURCE.to_owned(), source)),
    })
}

/// What the submission wants: a help request, unless it says otherwise.
fn kind(submission: &Submission) -> Result<Kind, Refused> {
    let mut told = submission.attributes.iter().filter(|a| a.code == KIND).flat_map(|a| &a.values);
    let Some(word) = told.next().filter(|word| !word.is_empty()) else { return Ok(Kind::Help) };
    KINDS.into_iter().find(|kind| kind.code() == word && told.next().is_none()).ok_or_else(|| {
        wrong(
            "attribute[kind]",
            "不是可选的诉求类型，请从类别定义中选择一个；举报请拨打 12345 或 12388",
            "choose one of the values of the service's definition. To report wrongdoing call 12345 or 12388",
        )
    })
}

/// Family name first, without a space between Chinese characters.
fn full_name(last: Option<&str>, first: Option<&str>) -> Option<String> {
    let (last, first) = (last.unwrap_or_default(), first.unwrap_or_default());
    let name = match (last, first) {
        (last, first) if last.is_ascii() && first.is_ascii() => format!("{first} {last}"),
        (last, first) => format!("{last}{first}"),
    };
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_put_together_as_they_are_said() {
        assert_eq!(full_name(Some("欧阳"), Some("小明")).as_deref(), Some("欧阳小明"));
        assert_eq!(full_name(Some("Smith"), Some("Ann")).as_deref(), Some("Ann Smith"));
        assert_eq!(full_name(None, Some("王小明")).as_deref(), Some("王小明"));
        assert_eq!(full_name(None, None), None);
    }

    #[test]
    fn a_key_of_strangers_stands_for_one_request_of_one_key() {
        let key = |key, body: &[u8]| of_strangers(&Idempotency::new(key, body)).key;
        assert_eq!(key("k", b"one"), key("k", b"one"));
        assert_ne!(key("k", b"one"), key("k", b"two"));
        assert_ne!(key("k", b"one"), key("j", b"one"));
        assert!(key("k", b"one").len() <= 100);
    }
}
