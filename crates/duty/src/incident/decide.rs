//! What may be done to an incident, and by whom.

use std::collections::BTreeSet;

use yipan_base::directory::{Role, UnitKind};
use yipan_base::id::{AreaId, UnitId};
use yipan_base::refusal::Refusal;
use yipan_base::time::{DAY, Timestamp};

use super::command::{Command, IncidentKind, Warning};
use super::event::{Event, Link};
use super::members::{add, nothing_new, remove, set_master};
use super::state::{Incident, Stage};
use crate::check;
use crate::dossier::{Desk, Kind, refused};

/// Who keeps incidents.
const KEEPERS: [Role; 5] =
    [Role::ShiftLeader, Role::Dispatcher, Role::Supervisor, Role::Leader, Role::Analyst];

/// Who may also add cases and notes.
const CONTRIBUTORS: [Role; 6] =
    [Role::ShiftLeader, Role::Dispatcher, Role::Supervisor, Role::Leader, Role::Analyst, Role::CallTaker];

const MOST_AREAS: usize = 200;
const REOPEN_WITHIN: i64 = 7 * DAY;

pub(super) fn decide(
    before: Option<&Incident>,
    command: &Command,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    if let Command::Open { kind, title, centre, areas, began_at, warning } = command {
        if before.is_some() {
            return Err(refused::begun(Kind::Incident));
        }
        return open(*kind, title, centre.as_ref(), areas, *began_at, warning.as_ref(), desk);
    }
    let incident = before.ok_or_else(|| refused::not_begun(Kind::Incident))?;
    may(incident, command, desk)?;
    if let Command::Reopen { reason } = command {
        return reopen(incident, reason, desk);
    }
    if incident.stage != Stage::Open {
        return Err(refused::over(Kind::Incident));
    }
    match command {
        Command::Add { cases, others } => add(incident, cases, others),
        Command::Remove { cases, others, reason } => remove(incident, cases, others, reason, desk),
        Command::SetMaster { case } => set_master(incident, case),
        Command::ShareAnswer { text } => Ok(Event::AnswerShared { text: desk.keep("text", text)? }),
        Command::Widen { areas } => widen(incident, areas, desk),
        Command::Note { text } => Ok(Event::Noted { text: desk.keep("text", text)? }),
        Command::LinkPost { dossier } => link(incident, Link::Post, dossier),
        Command::LinkLosses { dossier } => link(incident, Link::Losses, dossier),
        Command::LinkBrief { dossier } => link(incident, Link::Brief, dossier),
        Command::MergeInto { incident } => {
            check::reference(incident, "/incident")?;
            Ok(Event::MergedInto { incident: incident.clone() })
        }
        Command::Close { summary } => Ok(Event::Closed { summary: desk.keep("summary", summary)? }),
        Command::Open { .. } | Command::Reopen { .. } => Err(refused::begun(Kind::Incident)),
    }
}

/// The keeper's line does everything; the centres of the areas add members and notes.
fn may(incident: &Incident, command: &Command, desk: &Desk<'_>) -> Result<(), Refusal> {
    let (roles, contributes): (&[Role], bool) = match command {
        Command::Note { .. } => (&CONTRIBUTORS, true),
        Command::Add { others, .. } if others.is_empty() => (&CONTRIBUTORS, true),
        Command::Add { .. } => (&KEEPERS, true),
        _ => (&KEEPERS, false),
    };
    desk.needs(roles)?;
    if check::keeps(desk, &incident.centre) || contributes && touched(incident, desk) {
        return Ok(());
    }
    Err(not_yours())
}

/// Whether the actor works at a centre whose area holds one of the incident's, or lies in one.
fn touched(incident: &Incident, desk: &Desk<'_>) -> bool {
    let own = desk.actor.unit.as_ref().and_then(|own| desk.directory.unit(own));
    own.filter(|own| own.kind == UnitKind::Centre).is_some_and(|own| {
        let covers = |outer: &AreaId, inner: &AreaId| check::covers(desk.directory, outer, inner);
        incident.areas.iter().any(|area| covers(&own.area, area) || covers(area, &own.area))
    })
}

fn not_yours() -> Refusal {
    Refusal::forbidden(
        "incident.not_yours",
        "此事件由牵头中心及其上级中心管理；所涉区域的中心可以归并工单、记事",
        "this is done by the centre that keeps the incident or one above it; centres of the areas may add members and notes",
    )
}

fn open(
    kind: IncidentKind,
    title: &str,
    centre: Option<&UnitId>,
    areas: &[AreaId],
    began_at: Timestamp,
    warning: Option<&Warning>,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    desk.needs(&KEEPERS)?;
    let centre = match centre {
        Some(centre) => centre,
        None => &desk.unit()?.id,
    };
    let centre = &desk.centre_called(centre, "/centre")?.id;
    if !check::keeps(desk, centre) {
        return Err(not_yours().at("/centre"));
    }
    let areas = sound_areas(areas, centre, desk)?;
    if areas.is_empty() {
        return Err(Refusal::invalid(
            "incident.areas",
            "请至少选择一个区域",
            "name at least one area in which it happens",
        )
        .at("/areas"));
    }
    room_for_areas(areas.len())?;
    if began_at > desk.now {
        return Err(Refusal::rule(
            "incident.future",
            "事件的开始时间不能晚于现在",
            "an incident cannot begin in the future; give the time at which it began",
        )
        .at("/began_at"));
    }
    if let Some(warning) = warning {
        check::reference(&warning.reference, "/warning/reference")?;
    }
    let title = desk.keep("title", title)?;
    Ok(Event::Opened { kind, title, centre: centre.clone(), areas, began_at, warning: warning.cloned() })
}

/// Areas that exist and lie in the centre's own.
fn sound_areas(areas: &[AreaId], centre: &UnitId, desk: &Desk<'_>) -> Result<BTreeSet<AreaId>, Refusal> {
    let own = &desk.centre_called(centre, "/centre")?.area;
    for (index, area) in areas.iter().enumerate() {
        let pointer = format!("/areas/{index}");
        if desk.directory.area(area).is_none() {
            let (zh, en) = (format!("没有区域 {area}"), format!("there is no area {area}"));
            return Err(Refusal::rule("area.unknown", zh, en).at(pointer));
        }
        if !check::covers(desk.directory, own, area) {
            return Err(Refusal::rule(
                "incident.area",
                format!("{area} 不在 {centre} 的管辖区域内；请由上级中心牵头"),
                format!("{area} lies outside the area of {centre}; let the centre above keep the incident"),
            )
            .at(pointer));
        }
    }
    Ok(areas.iter().cloned().collect())
}

fn room_for_areas(count: usize) -> Result<(), Refusal> {
    if count <= MOST_AREAS {
        return Ok(());
    }
    Err(Refusal::rule(
        "incident.areas",
        format!("共 {count} 个区域，最多 {MOST_AREAS} 个；请改选上一级区域"),
        format!("{count} areas are more than {MOST_AREAS}; name the area above them instead"),
    )
    .at("/areas"))
}

fn widen(incident: &Incident, areas: &[AreaId], desk: &Desk<'_>) -> Result<Event, Refusal> {
    let mut areas = sound_areas(areas, &incident.centre, desk)?;
    areas.retain(|area| !incident.areas.contains(area));
    if areas.is_empty() {
        return Err(nothing_new("/areas"));
    }
    room_for_areas(incident.areas.len() + areas.len())?;
    Ok(Event::Widened { areas })
}

fn link(incident: &Incident, link: Link, dossier: &str) -> Result<Event, Refusal> {
    check::reference(dossier, "/dossier")?;
    if incident.links.get(&link).is_some_and(|known| known.contains(dossier)) {
        return Err(nothing_new("/dossier"));
    }
    Ok(Event::Linked { link, dossier: dossier.to_owned() })
}

fn reopen(incident: &Incident, reason: &str, desk: &Desk<'_>) -> Result<Event, Refusal> {
    let Some(closed) = &incident.closed else {
        return Err(Refusal::conflict(
            "incident.not_closed",
            "只有已办结的事件可以重启",
            "only an incident that was closed can be reopened",
        ));
    };
    if desk.now.since(closed.at) > REOPEN_WITHIN {
        return Err(Refusal::rule(
            "incident.reopen_late",
            "办结已超过七天，不能重启；请另立事件",
            "it was closed more than seven days ago and stays closed; open a new incident",
        ));
    }
    Ok(Event::Reopened { reason: desk.keep("reason", reason)? })
}
