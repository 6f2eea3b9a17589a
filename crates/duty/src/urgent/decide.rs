//! Decides what people may ask of an urgent report, and says who may.

use yipan_base::directory::{Role, UnitKind};
use yipan_base::id::{AreaId, BlobId, UnitId};
use yipan_base::refusal::Refusal;
use yipan_base::time::{DAY, MINUTE, Timestamp};

use super::command::{Command, Matter};
use super::event::Event;
use super::sending::{begins, duty, sending, told};
use super::state::{Hop, Stage, Urgent};
use crate::dossier::{Desk, Kind, refused};
use crate::line::speaks_for;
use crate::rules::reference;

pub(super) fn decide(
    before: Option<&Urgent>,
    command: &Command,
    desk: &Desk<'_>,
) -> Result<Vec<Event>, Refusal> {
    let urgent = match (before, command) {
        (None, Command::Know { centre, kind, happened_at, known_at, summary, area, incident }) => {
            let (area, incident) = (area.as_ref(), incident.as_deref());
            let times = (*happened_at, *known_at);
            return know(centre.as_ref(), *kind, times, summary, area, incident, desk).map(|e| vec![e]);
        }
        (None, _) => return Err(refused::not_begun(Kind::Urgent)),
        (Some(urgent), _) => urgent,
    };
    if urgent.settled() && *command != (Command::Read {}) {
        return Err(refused::over(Kind::Urgent));
    }
    let event = match command {
        Command::Know { .. } => return Err(refused::begun(Kind::Urgent)),
        Command::Telephone { to, spoken_with, at } => telephone(urgent, to, spoken_with, *at, desk)?,
        Command::Written { to, text, attachments } => {
            opener(urgent, desk)?;
            if urgent.stage != Stage::Known {
                return Err(Refusal::conflict(
                    "urgent.written",
                    "已有书面报告，新的情况请报续报",
                    "it is in writing already; report what is new as a follow-up",
                ));
            }
            let due = desk.now.plus(desk.terms.urgent_follow_up_minutes * MINUTE);
            Event::Written(sending(urgent, &urgent.unit, to, ("text", text), attachments, Some(due), desk)?)
        }
        Command::FollowUp { text } => {
            reported(urgent, desk)?;
            let due = desk.now.plus(desk.terms.urgent_follow_up_minutes * MINUTE);
            Event::FollowedUp { text: desk.keep("text", text)?, due }
        }
        Command::Final { text } => {
            reported(urgent, desk)?;
            Event::Final { text: desk.keep("text", text)? }
        }
        Command::Receipt {} => receipt(urgent, desk)?,
        Command::Forward { to, comment, attachments } => {
            return forward(urgent, to, comment, attachments, desk);
        }
        Command::Read {} => read(urgent, desk)?,
    };
    Ok(vec![event])
}

fn know(
    centre: Option<&UnitId>,
    kind: Matter,
    (happened_at, known_at): (Timestamp, Timestamp),
    summary: &str,
    area: Option<&AreaId>,
    incident: Option<&str>,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    let own = desk.unit()?;
    let centre = match centre {
        Some(centre) => Some(desk.centre_called(centre, "/centre")?),
        None if own.kind == UnitKind::Centre => Some(own),
        None => desk.directory.centre(&own.area),
    };
    let centre = centre.filter(|centre| speaks_for(desk, &centre.id)).ok_or_else(|| {
        Refusal::forbidden(
            "urgent.not_yours",
            "紧急信息由本级指挥中心或本级政府报告",
            "urgent information is reported by a centre or by the government of its area",
        )
    })?;
    let wrong = |pointer: &str, zh: &str, en: &str| Err(Refusal::rule("urgent.times", zh, en).at(pointer));
    if known_at > desk.now {
        return wrong(
            "/known_at",
            "获知时间晚于现在，请改正",
            "it was known at a time still to come; correct it",
        );
    }
    if known_at < desk.now.plus(-31 * DAY) {
        return wrong(
            "/known_at",
            "获知时间早于一个月前，请核对",
            "it was known more than a month ago; check the date",
        );
    }
    if happened_at > known_at {
        return wrong(
            "/happened_at",
            "发生时间晚于获知时间，请改正",
            "it happened after it was known; correct one of them",
        );
    }
    if area.is_some_and(|area| !desk.directory.within(area, &centre.area)) {
        return Err(Refusal::rule(
            "urgent.area",
            "发生地须在本级辖区内",
            "it must have happened within the centre's own area",
        )
        .at("/area"));
    }
    let incident = incident.map(|incident| reference(incident, "/incident")).transpose()?;
    Ok(Event::Known {
        unit: centre.id.clone(),
        kind,
        happened_at,
        known_at,
        summary: desk.keep("summary", summary)?,
        area: area.cloned(),
        incident,
        duty: duty(known_at, desk),
    })
}

/// The centre for which the actor speaks, where it knows of the matter.
fn own_hop<'a>(urgent: &'a Urgent, desk: &Desk<'_>) -> Result<&'a Hop, Refusal> {
    urgent.hops.iter().find(|hop| speaks_for(desk, &hop.unit)).ok_or_else(|| {
        Refusal::forbidden(
            "urgent.not_in_line",
            "您的单位不在此件的报告链条上",
            "your unit does not stand in the line of this report",
        )
    })
}

fn opener(urgent: &Urgent, desk: &Desk<'_>) -> Result<(), Refusal> {
    if speaks_for(desk, &urgent.unit) {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "urgent.not_opener",
        "此项由首报单位办理；上级中心请转报",
        "only the centre that reported first does this; a centre above sends it on with `forward`",
    ))
}

/// Follow-ups and the end come after the first writing and before the final report.
fn reported(urgent: &Urgent, desk: &Desk<'_>) -> Result<(), Refusal> {
    opener(urgent, desk)?;
    match urgent.stage {
        Stage::Reported => Ok(()),
        Stage::Known => Err(Refusal::conflict(
            "urgent.not_written",
            "尚无书面报告，请先书面报告",
            "there is nothing in writing yet; write the first report",
        )),
        Stage::Final => Err(Refusal::conflict(
            "urgent.ended",
            "已报终报；如有新情况，请另报一件",
            "the final report was given; report new facts as a new matter",
        )),
    }
}

fn telephone(
    urgent: &Urgent,
    to: &UnitId,
    spoken_with: &str,
    at: Timestamp,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    let hop = own_hop(urgent, desk)?;
    let unit = told(&hop.unit, to, "/to", desk)?;
    if at > desk.now || at < hop.since {
        return Err(Refusal::rule(
            "urgent.call_time",
            format!("通话时间须在获知（{}）之后、现在之前", hop.since),
            format!("the call lies between {}, when the matter was known, and now", hop.since),
        )
        .at("/at"));
    }
    Ok(Event::Telephoned {
        from: hop.unit.clone(),
        to: to.clone(),
        at,
        spoken_with: desk.keep("spoken_with", spoken_with)?,
        begins: begins(urgent, unit, at, desk),
    })
}

/// Whether a unit was told in writing and has not confirmed it.
fn unreceipted(urgent: &Urgent, unit: &UnitId) -> bool {
    urgent.addressed.iter().any(|addressed| addressed.unit == *unit && addressed.receipt.is_none())
}

fn receipt(urgent: &Urgent, desk: &Desk<'_>) -> Result<Event, Refusal> {
    let own = &desk.unit()?.id;
    if !urgent.addressed.iter().any(|addressed| addressed.unit == *own) {
        return Err(Refusal::forbidden(
            "urgent.not_addressed",
            "此件没有报给您的单位，无需回执",
            "this was not sent to your unit; there is nothing to receipt",
        ));
    }
    if !unreceipted(urgent, own) {
        return Err(Refusal::conflict("urgent.receipted", "已经回执", "it is receipted already"));
    }
    Ok(Event::Receipted { unit: own.clone() })
}

fn forward(
    urgent: &Urgent,
    to: &[UnitId],
    comment: &str,
    attachments: &[BlobId],
    desk: &Desk<'_>,
) -> Result<Vec<Event>, Refusal> {
    let hop = own_hop(urgent, desk)?;
    if hop.unit == urgent.unit {
        return Err(Refusal::rule(
            "urgent.own_report",
            "本单位首报的信息请用书面报告、续报或终报",
            "your own centre reported this first; write, follow up or end it instead of sending it on",
        ));
    }
    if !urgent.addressed.iter().any(|addressed| addressed.unit == hop.unit) {
        return Err(Refusal::conflict(
            "urgent.nothing_written",
            "尚未收到书面报告，暂不能转报；请先电话报告",
            "nothing has come in writing yet; tell the centre above by telephone meanwhile",
        ));
    }
    if hop.written.is_some() {
        return Err(Refusal::conflict("urgent.forwarded", "已经转报", "it was sent on already"));
    }
    let sending = sending(urgent, &hop.unit, to, ("comment", comment), attachments, None, desk)?;
    let receipt = unreceipted(urgent, &hop.unit).then(|| Event::Receipted { unit: hop.unit.clone() });
    Ok(receipt.into_iter().chain([Event::Forwarded(sending)]).collect())
}

fn read(urgent: &Urgent, desk: &Desk<'_>) -> Result<Event, Refusal> {
    let own = &desk.unit()?.id;
    desk.needs(&[Role::Leader])?;
    let told = urgent.hops.iter().map(|hop| &hop.unit).chain(urgent.addressed.iter().map(|to| &to.unit));
    if !(told.into_iter().any(|unit| unit == own) || desk.over(&urgent.unit)) {
        return Err(Refusal::forbidden(
            "urgent.not_in_line",
            "您的单位不在此件的报告链条上",
            "your unit does not stand in the line of this report",
        ));
    }
    if urgent.readings.iter().any(|reading| reading.staff == desk.actor.staff) {
        return Err(Refusal::conflict("urgent.read", "您已阅知", "you have marked it as read already"));
    }
    Ok(Event::Read { unit: own.clone() })
}
