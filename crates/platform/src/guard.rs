//! What a door looks at before a command is decided: short words, places and names of staff, which
//! stand in events as they are and so must not smuggle text or persons in.

use yipan_base::directory::Directory;
use yipan_base::geo::{Located, Point};
use yipan_base::id::StaffId;
use yipan_base::refusal::Refusal;
use yipan_base::time::{MINUTE, Timestamp};
use yipan_casework::Command;
use yipan_casework::case::{Case, Place};
use yipan_casework::command::Basis;

use crate::accept::NewAppeal;
use crate::city::City;
use crate::idempotency::Idempotency;

/// The longest reference, name of an authority or key, in characters.
pub(crate) const LONGEST_WORD: usize = 100;

/// Nothing that reaches a desk today was said before this year.
const EARLIEST_YEAR: i16 = 2000;

/// How far a sender's clock may be ahead of ours; a first word from that little future is now.
const CLOCK_SKEW: i64 = 2 * MINUTE;

/// Checks what a command names beside its texts.
pub(crate) fn check(command: &Command<String>, city: &City) -> Result<(), Refusal> {
    match command {
        Command::Dispatch { basis, .. }
        | Command::AddAssistant { basis, .. }
        | Command::DispatchChild { basis, .. } => check_basis(basis, city),
        Command::RecordConsent { reference, .. } => check_word(reference, "/reference"),
        Command::ReferAway { authority, .. } => check_word(authority, "/authority"),
        Command::MakeSecret { accused_staff, .. } => check_staff(accused_staff, &city.directory),
        Command::Verify { point, .. } | Command::Attach { point, .. } => {
            if let Some(at) = command.files().iter().position(|p| !is_digest(p.as_str())) {
                let pointer = match command {
                    Command::Verify { .. } => format!("/photos/{at}"),
                    _ => "/file".to_owned(),
                };
                return Err(Refusal::invalid(
                    "blob.id",
                    "附件编号须为 64 位十六进制摘要",
                    "a file is named by the SHA-256 of its content, 64 hexadecimal digits",
                )
                .at(pointer));
            }
            match point {
                Some([lon, lat]) => inside(*lon, *lat, city, "/point").map(drop),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Checks what only the case itself can answer: a place's address is one of its own texts.
pub(crate) fn check_on(command: &Command, case: &Case) -> Result<(), Refusal> {
    if let Command::Correct { place: Some(Place { address: Some(address), .. }), .. } = command
        && !case.narratives.iter().any(|n| n.id == *address)
    {
        return Err(Refusal::rule(
            "place.address",
            "地址须引用本单已登记的文字",
            "an address is named by the id of a text of this case",
        )
        .at("/place/address"));
    }
    Ok(())
}

/// A corrected place as the house reckons it: the distance to a boundary is never taken from outside.
pub(crate) fn located(place: &Place, city: &City) -> Result<Place, Refusal> {
    let mut place = Place { boundary_m: None, ..place.clone() };
    if let Some([lon, lat]) = place.point {
        match inside(lon, lat, city, "/place/point")? {
            Located::Inside { area, neighbour, .. } => {
                place.boundary_m = neighbour.map(|n| n.distance_m);
                place.area.get_or_insert(area);
            }
            Located::Outside { .. } => {}
        }
    }
    Ok(place)
}

fn inside(lon: f64, lat: f64, city: &City, pointer: &str) -> Result<Located, Refusal> {
    let point = Point::new(lon, lat).map_err(|fault| Refusal::from(fault).at(pointer))?;
    match city.locate(point) {
        Located::Outside { .. } if !city.boundaries.is_empty() => Err(Refusal::rule(
            "place.outside",
            format!("坐标（{lon}, {lat}）在本市以外；请核对经纬度和坐标系"),
            format!("the coordinates ({lon}, {lat}) lie outside the city; check order and datum"),
        )
        .at(pointer)),
        located => Ok(located),
    }
}

/// When the first word was said: within living memory, and not later than now.
pub(crate) fn check_time(received: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, Refusal> {
    let received = received.unwrap_or(now);
    if received.date().year() < EARLIEST_YEAR {
        return Err(Refusal::invalid(
            "accept.too_old",
            format!("来件时间 {received} 早于 {EARLIEST_YEAR} 年，请核对"),
            format!("received at {received}, before the year {EARLIEST_YEAR}; check the date"),
        )
        .at("/received_at"));
    }
    if received > now.plus(CLOCK_SKEW) {
        return Err(Refusal::invalid(
            "accept.future",
            format!("来件时间 {received} 晚于现在（{now}），请核对"),
            format!("received at {received}, later than now ({now}); check the date"),
        )
        .at("/received_at"));
    }
    Ok(received.min(now))
}

/// The longest title, in characters.
const LONGEST_TITLE: usize = 200;

/// A title fits into a line of a list.
pub(crate) fn check_title(title: Option<&str>) -> Result<(), Refusal> {
    let length = title.map_or(0, |title| title.trim().chars().count());
    if length <= LONGEST_TITLE {
        return Ok(());
    }
    Err(Refusal::invalid(
        "title.too_long",
        format!("标题有 {length} 个字，最多 {LONGEST_TITLE} 个；其余请写在正文中"),
        format!("the title has {length} characters, at most {LONGEST_TITLE} are taken; write the rest into the text"),
    )
    .at("/title"))
}

/// What stands in rows and events as it is: keys and numbers of others.
pub(crate) fn check_words(new: &NewAppeal, idempotency: Option<&Idempotency>) -> Result<(), Refusal> {
    if let Some(idempotency) = idempotency {
        idempotency.check()?;
    }
    if let Some((source, key)) = &new.source {
        check_word(source, "/source/0")?;
        check_word(key, "/source/1")?;
    }
    if let Some(outer) = &new.outer {
        check_word(&outer.owner, "/outer/owner")?;
        check_word(&outer.number, "/outer/number")?;
    }
    Ok(())
}

fn check_basis(basis: &Basis, city: &City) -> Result<(), Refusal> {
    match basis {
        Basis::Judgement => Ok(()),
        Basis::Rule { rule, version } => {
            check_word(rule.as_str(), "/basis/rule")?;
            if city.routing.version_of(rule) == Some(*version) {
                return Ok(());
            }
            Err(Refusal::rule(
                "dispatch.rule",
                format!("现行派单规则中没有第 {version} 版“{rule}”；请重新获取派单建议，或注明由人工判断"),
                format!(
                    "no routing rule or catalogue entry `{rule}` of version {version} is in force; ask for the suggestion again, or name a person's judgement"
                ),
            )
            .at("/basis/rule"))
        }
        Basis::DutyList { line } => check_word(line, "/basis/line"),
        Basis::Ruling { reference } => check_word(reference, "/basis/reference"),
    }
}

/// A word that stands in an event in clear: a number, a reference, a name of an office.
pub(crate) fn check_word(word: &str, pointer: &str) -> Result<(), Refusal> {
    let length = word.chars().count();
    if word.trim().is_empty() || length > LONGEST_WORD || word.chars().any(char::is_control) {
        return Err(Refusal::invalid(
            "word.shape",
            format!("须为 1 至 {LONGEST_WORD} 个字符，不含控制字符；文字内容请写在说明里"),
            format!("1 to {LONGEST_WORD} characters without control characters; write sentences into the text fields"),
        )
        .at(pointer));
    }
    Ok(())
}

/// Persons are accused by their id in the directory; anyone else is named in the text, which is sealed.
pub(crate) fn check_staff<'a>(
    accused: impl IntoIterator<Item = &'a StaffId>,
    directory: &Directory,
) -> Result<(), Refusal> {
    match accused.into_iter().find(|id| directory.staff(id).is_none()) {
        None => Ok(()),
        Some(_) => Err(Refusal::rule(
            "staff.unknown",
            "被举报人须为人员表中的编号；其他人请写在正文中",
            "the accused are named by their ids in the directory; name anyone else in the text",
        )
        .at("/accused_staff")),
    }
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}
