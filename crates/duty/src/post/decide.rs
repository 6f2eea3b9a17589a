//! What may be done at a command post, and by whom.

use std::collections::BTreeSet;

use yipan_base::directory::{AreaLevel, Directory, Role, Unit};
use yipan_base::id::{AreaId, UnitId};
use yipan_base::refusal::Refusal;
use yipan_base::time::{DAY, Timestamp};

use super::footing::{footing, plan_called};
use super::plans::{CYCLE, plans};
use super::{Command, Event, Level, Post, Report, SetCycle};
use crate::check;
use crate::dossier::{Desk, Kind, refused};
use crate::line::speaks_for;
use crate::rules::{self, RULERS};

const MOST_ENTRIES: usize = 2_000;
/// How far ahead the first report of a cycle may be due.
const FARTHEST: i64 = 7 * DAY;

pub(super) fn decide(before: Option<&Post>, command: &Command, desk: &Desk<'_>) -> Result<Event, Refusal> {
    if let Command::Raise { level, plan, areas, centres, reason, incident } = command {
        if before.is_some() {
            return Err(refused::begun(Kind::Post));
        }
        let incident = incident.as_deref().map(|id| rules::reference(id, "/incident")).transpose()?;
        return raise(*level, plan, areas, centres, reason, incident, desk);
    }
    let post = before.ok_or_else(|| refused::not_begun(Kind::Post))?;
    if post.stood_down.is_some() {
        return Err(refused::over(Kind::Post));
    }
    match command {
        Command::Raise { .. } => Err(refused::begun(Kind::Post)),
        Command::ChangeLevel { level, reason } => change_level(post, *level, reason, desk),
        Command::Acknowledge {} => acknowledge(post, desk),
        Command::Note { text } => {
            takes_part(post, desk)?;
            room(post)?;
            Ok(Event::Noted { text: desk.keep("text", text)? })
        }
        Command::Order { to, text } => {
            rules::at_or_over(desk, &post.unit, &RULERS)?;
            room(post)?;
            let unit = desk.unit_called(to, "/to")?;
            own_area(desk.unit()?, &unit.area, "/to", desk.directory)?;
            Ok(Event::Ordered { to: to.clone(), text: desk.keep("text", text)? })
        }
        Command::ReportCycle { what, every_minutes, first_due } => {
            rules::at_or_over(desk, &post.unit, &RULERS)?;
            room(post)?;
            set_cycle(*what, *every_minutes, *first_due, desk.now)
        }
        Command::Reported { unit, what } => reported(post, unit, *what, desk),
        Command::StandDown { reason } => {
            decides(post, post.level, desk)?;
            Ok(Event::StoodDown { reason: desk.keep("reason", reason)? })
        }
    }
}

fn raise(
    level: Level,
    plan_id: &str,
    areas: &[AreaId],
    centres: &[UnitId],
    reason: &str,
    incident: Option<String>,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    let own = raiser(level, desk)?;
    let plan = plan_called(plan_id)?;
    for (index, area) in areas.iter().enumerate() {
        own_area(own, area, &format!("/areas/{index}"), desk.directory)?;
    }
    for (index, centre) in centres.iter().enumerate() {
        let pointer = format!("/centres/{index}");
        own_area(own, &desk.centre_called(centre, &pointer)?.area, &pointer, desk.directory)?;
    }
    let mut areas: BTreeSet<_> = areas.iter().cloned().collect();
    if areas.is_empty() {
        areas.insert(own.area.clone());
    }
    let footing = footing(own, plan, level, &areas, centres.iter().cloned().collect(), desk);
    let (unit, plan, plans) = (own.id.clone(), plan_id.to_owned(), plans().version);
    Ok(Event::Raised { unit, plan, plans, areas, incident, reason: desk.keep("reason", reason)?, footing })
}

/// The actor's centre, if it may decide that level: the city's any, a county's III and IV, a town's none.
fn raiser<'a>(level: Level, desk: &Desk<'a>) -> Result<&'a Unit, Refusal> {
    desk.needs(&[Role::Leader, Role::ShiftLeader])?;
    let own = desk.unit()?;
    desk.centre_called(&own.id, "/unit")?;
    match desk.directory.level_of(&own.id) {
        Some(AreaLevel::City) => Ok(own),
        Some(AreaLevel::County) if level >= Level::III => Ok(own),
        Some(AreaLevel::County) => Err(Refusal::forbidden(
            "post.level",
            format!("县区只能决定三级、四级响应，{}响应请报市指挥中心", level.zh()),
            format!("a county decides levels III and IV; ask the city's centre for level {level:?}"),
        )
        .at("/level")),
        _ => Err(Refusal::forbidden(
            "post.town",
            "镇街不启动响应，请报县区指挥中心",
            "a town raises no command post; ask the county's centre",
        )),
    }
}

/// Refuses whoever could not have raised the post at that level.
fn decides(post: &Post, level: Level, desk: &Desk<'_>) -> Result<(), Refusal> {
    raiser(level, desk)?;
    if check::keeps(desk, &post.unit) {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "post.not_yours",
        format!("由 {} 或其上级指挥中心决定", post.unit),
        format!("{} or a centre above it decides this", post.unit),
    ))
}

fn own_area(own: &Unit, area: &AreaId, pointer: &str, directory: &Directory) -> Result<(), Refusal> {
    if directory.area(area).is_some() && check::covers(directory, &own.area, area) {
        return Ok(());
    }
    Err(Refusal::rule(
        "post.area",
        format!("{area} 不在{}辖区内", own.name),
        format!("{area} does not lie within the area of {}", own.id),
    )
    .at(pointer))
}

fn change_level(post: &Post, level: Level, reason: &str, desk: &Desk<'_>) -> Result<Event, Refusal> {
    // Whoever lowers a level must have been able to raise it.
    decides(post, post.level.min(level), desk)?;
    if level == post.level {
        return Err(Refusal::conflict(
            "post.same_level",
            format!("已经是{}响应", level.zh()),
            format!("it stands at level {level:?} already"),
        )
        .at("/level"));
    }
    let own = desk.centre_called(&post.unit, "/unit")?;
    let named = post.centres.keys().cloned().collect();
    let footing = footing(own, plan_called(&post.plan)?, level, &post.areas, named, desk);
    Ok(Event::LevelChanged { reason: desk.keep("reason", reason)?, footing })
}

fn acknowledge(post: &Post, desk: &Desk<'_>) -> Result<Event, Refusal> {
    let own = desk.unit()?;
    match post.centres.get(&own.id) {
        Some(None) => Ok(Event::Acknowledged { unit: own.id.clone() }),
        Some(Some(_)) => Err(Refusal::conflict(
            "post.acknowledged",
            "贵单位已经确认收到",
            "your centre has acknowledged it already",
        )),
        None => Err(not_named(&own.id)),
    }
}

fn not_named(unit: &UnitId) -> Refusal {
    Refusal::rule(
        "post.not_named",
        format!("{unit} 不在本次响应的单位之内"),
        format!("{unit} is not among the centres of this command post"),
    )
    .at("/unit")
}

/// Refuses whoever is neither of the post's centre, nor of one above it, nor of a centre that it names.
fn takes_part(post: &Post, desk: &Desk<'_>) -> Result<(), Refusal> {
    let own = desk.unit()?;
    if check::keeps(desk, &post.unit) || post.centres.contains_key(&own.id) {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "post.no_part",
        "由本次响应的各指挥中心记录",
        "this is written by the centres of this command post",
    ))
}

fn room(post: &Post) -> Result<(), Refusal> {
    if post.log.len() < MOST_ENTRIES {
        return Ok(());
    }
    Err(Refusal::rule(
        "post.full",
        format!("指挥日志已满 {MOST_ENTRIES} 条，请在班次日志中续记"),
        format!("the log of this command post holds {MOST_ENTRIES} entries; go on in the shift's log"),
    ))
}

fn set_cycle(what: Report, every_minutes: i64, due: Timestamp, now: Timestamp) -> Result<Event, Refusal> {
    if !CYCLE.contains(&every_minutes) {
        return Err(Refusal::rule(
            "post.cycle",
            "报送间隔须在 10 分钟至 7 天之间",
            "a cycle lasts from 10 minutes to 7 days",
        )
        .at("/every_minutes"));
    }
    if due <= now || due.since(now) > FARTHEST {
        return Err(Refusal::rule(
            "post.first_due",
            "首次报送时间须在现在之后、7 天以内",
            "the first report is due after now and within 7 days",
        )
        .at("/first_due"));
    }
    Ok(Event::CycleSet(SetCycle { what, every_minutes, due }))
}

fn reported(post: &Post, unit: &UnitId, what: Report, desk: &Desk<'_>) -> Result<Event, Refusal> {
    if !post.centres.contains_key(unit) {
        return Err(not_named(unit));
    }
    if !(speaks_for(desk, unit) || check::keeps(desk, unit)) {
        return Err(Refusal::forbidden(
            "post.not_your_report",
            "由该单位或其上级指挥中心登记",
            "this is entered by that unit or a centre above it",
        ));
    }
    let cycle = post.cycles.get(&what).ok_or_else(|| {
        Refusal::rule(
            "post.no_cycle",
            format!("本次响应没有{}报送周期", what.zh()),
            "this command post asks for no such report",
        )
        .at("/what")
    })?;
    if cycle.reported.contains_key(unit) {
        return Err(Refusal::conflict(
            "post.reported",
            "该单位本期已报",
            "this unit has reported in this cycle already",
        ));
    }
    Ok(Event::Reported { unit: unit.clone(), what })
}
