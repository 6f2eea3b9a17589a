//! What may be done in a shift, and by whom.

use std::collections::BTreeMap;

use yipan_base::id::UnitId;
use yipan_base::refusal::Refusal;
use yipan_base::time::{DAY, HOUR, MINUTE, Timestamp};

use super::{Command, Event, NewEntry, Open, OpenKind, OpenThing, Shift, Stage};
use crate::dossier::{Desk, Kind, refused};
use crate::rules::{self, PLANNERS, RULERS};

const LONGEST: i64 = DAY;
/// Nobody takes over longer than this before the beginning.
const EARLIEST: i64 = 2 * HOUR;
/// An entry of the log is late if it was written down longer than this after it was.
const LATE: i64 = 10 * MINUTE;
const MOST_ENTRIES: usize = 2_000;
const MOST_OPEN: usize = 200;
const MOST_COUNTS: usize = 40;

pub(super) fn decide(before: Option<&Shift>, command: &Command, desk: &Desk<'_>) -> Result<Event, Refusal> {
    if before.is_some_and(|shift| shift.stage.over()) {
        return Err(refused::over(Kind::Shift));
    }
    let shift = || before.ok_or_else(|| refused::not_begun(Kind::Shift));
    match command {
        Command::Expect { centre, from, to, staff } => {
            window(before, centre, *from, *to, desk)?;
            rules::at_or_over(desk, centre, &PLANNERS)?;
            rules::can_do_duty(desk, desk.centre_called(centre, "/centre")?, staff, "/staff".into())?;
            awaited(before)?;
            let expected = before.and_then(|shift| shift.expected.as_ref());
            if expected.is_some_and(|expected| &expected.staff == staff) {
                return Err(refused::begun(Kind::Shift));
            }
            let absent_at = from.plus(desk.terms.absence_minutes * MINUTE);
            let (centre, staff) = (centre.clone(), staff.clone());
            Ok(Event::Expected { centre, from: *from, to: *to, staff, absent_at })
        }
        Command::CallOff {} => {
            let shift = shift()?;
            rules::at_or_over(desk, &shift.centre, &PLANNERS)?;
            awaited(before)?;
            Ok(Event::CalledOff {})
        }
        Command::TakeOver { centre, from, to, before: earlier } => {
            window(before, centre, *from, *to, desk)?;
            rules::needs_duty_at(desk, centre)?;
            awaited(before)?;
            take_over(before, centre, *from, *to, earlier.as_deref(), desk)
        }
        Command::Log(entry) => log(shift()?, entry, desk),
        Command::HandOver { summary, open_things, counts } => {
            hand_over(shift()?, summary, open_things, counts, desk)
        }
        Command::AcceptHandOver {} => {
            receives(shift()?, desk)?;
            Ok(Event::HandOverAccepted {})
        }
        Command::RefuseHandOver { reason } => {
            receives(shift()?, desk)?;
            Ok(Event::HandOverRefused { reason: desk.keep("reason", reason)? })
        }
    }
}

/// Refuses a shift that is none, is over, or is another than the one that exists.
fn window(
    before: Option<&Shift>,
    centre: &UnitId,
    from: Timestamp,
    to: Timestamp,
    desk: &Desk<'_>,
) -> Result<(), Refusal> {
    desk.centre_called(centre, "/centre")?;
    if before.is_some_and(|shift| (&shift.centre, shift.from, shift.to) != (centre, from, to)) {
        return Err(Refusal::invalid(
            "shift.another",
            "指挥中心或起止时间与本班次不符，请照本班次填写",
            "centre, beginning or end are not this shift's; give those of this shift",
        )
        .at("/from"));
    }
    if !(1..=LONGEST).contains(&to.since(from)) {
        return Err(Refusal::rule(
            "shift.hours",
            "班次须晚于开始时间结束，且不超过 24 小时",
            "a shift ends after it begins and lasts at most 24 hours",
        )
        .at("/to"));
    }
    if to <= desk.now {
        return Err(Refusal::rule(
            "shift.past",
            "该班次的时间已经过去，请检查起止时间",
            "the time of this shift is over; check its beginning and end",
        )
        .at("/to"));
    }
    Ok(())
}

/// Refuses a shift that somebody keeps already.
fn awaited(before: Option<&Shift>) -> Result<(), Refusal> {
    let keeper = before.and_then(|shift| shift.keeper.as_ref());
    keeper.map_or(Ok(()), |keeper| {
        Err(Refusal::conflict(
            "shift.taken_over",
            format!("本班次已由 {} 接班", keeper.staff),
            format!("{} has taken over this shift already", keeper.staff),
        ))
    })
}

fn take_over(
    before: Option<&Shift>,
    centre: &UnitId,
    from: Timestamp,
    to: Timestamp,
    earlier: Option<&str>,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    if from.since(desk.now) > EARLIEST {
        return Err(Refusal::rule(
            "shift.early",
            "离接班还有两个多小时，请到时再接班",
            "the shift begins in more than two hours; take over nearer to it",
        )
        .at("/from"));
    }
    let expected = before.and_then(|shift| shift.expected.as_ref());
    let absent_at = expected
        .map_or_else(|| from.plus(desk.terms.absence_minutes * MINUTE), |expected| expected.absent_at);
    let late_minutes = if desk.now < absent_at { 0 } else { desk.now.since(from) / MINUTE };
    let earlier = earlier.map(|earlier| rules::reference(earlier, "/before")).transpose()?;
    Ok(Event::TakenOver { centre: centre.clone(), from, to, before: earlier, late_minutes })
}

/// Refuses a shift that nobody keeps.
fn kept(shift: &Shift) -> Result<(), Refusal> {
    if shift.keeper.is_some() {
        return Ok(());
    }
    Err(Refusal::conflict(
        "shift.nobody",
        "本班次还无人接班，请先接班",
        "nobody keeps this shift; take over first",
    ))
}

fn log(shift: &Shift, entry: &NewEntry, desk: &Desk<'_>) -> Result<Event, Refusal> {
    rules::needs_duty_at(desk, &shift.centre)?;
    kept(shift)?;
    if shift.log.len() >= MOST_ENTRIES {
        return Err(Refusal::rule(
            "shift.full",
            format!("本班次日志已满 {MOST_ENTRIES} 条，请交班后续记"),
            format!("the log of this shift holds {MOST_ENTRIES} entries; hand over and go on in the next"),
        ));
    }
    let happened_at = entry.happened_at.unwrap_or(desk.now);
    if happened_at > desk.now || happened_at < shift.from.plus(-DAY) {
        return Err(Refusal::rule(
            "shift.when",
            "发生时间不能晚于现在，也不能早于接班前一天",
            "it cannot have happened after now, or more than a day before this shift",
        )
        .at("/happened_at"));
    }
    let linked = |name: &Option<String>, pointer: &str| {
        name.as_deref().map(|name| rules::reference(name, pointer)).transpose()
    };
    Ok(Event::Logged {
        kind: entry.kind,
        case: linked(&entry.case, "/case")?,
        dossier: linked(&entry.dossier, "/dossier")?,
        text: desk.keep("text", &entry.text)?,
        counterpart: entry.counterpart.as_deref().map(|who| desk.keep("counterpart", who)).transpose()?,
        happened_at,
        late: desk.now.since(happened_at) > LATE,
    })
}

fn hand_over(
    shift: &Shift,
    summary: &str,
    open_things: &[OpenThing],
    counts: &BTreeMap<String, u32>,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    kept(shift)?;
    if shift.keeper.as_ref().is_none_or(|keeper| keeper.staff != desk.actor.staff) {
        rules::at_or_over(desk, &shift.centre, &RULERS)?;
    }
    if shift.stage == Stage::HandingOver {
        return Err(Refusal::conflict(
            "shift.handed_over",
            "已经交班，等待接班人确认",
            "this shift has been handed over; it waits to be accepted",
        ));
    }
    if open_things.len() > MOST_OPEN {
        return Err(Refusal::rule(
            "shift.too_many_open",
            format!("未办结事项最多 {MOST_OPEN} 条，请合并说明"),
            format!("at most {MOST_OPEN} open things are handed over; sum them up"),
        )
        .at("/open_things"));
    }
    let stage = |name: &String| rules::reference(name, "/counts").map(drop);
    counts.keys().take(MOST_COUNTS + 1).try_for_each(stage)?;
    if counts.len() > MOST_COUNTS {
        return Err(
            Refusal::invalid("shift.counts", "阶段数量过多", "there are not so many stages").at("/counts")
        );
    }
    let open_things = open_things.iter().enumerate().map(|(index, thing)| open(index, thing, desk));
    Ok(Event::HandedOver {
        open_things: open_things.collect::<Result<_, _>>()?,
        summary: desk.keep("summary", summary)?,
        counts: counts.clone(),
    })
}

fn open(index: usize, thing: &OpenThing, desk: &Desk<'_>) -> Result<Open, Refusal> {
    let at = |field: &str| format!("/open_things/{index}/{field}");
    if thing.kind == OpenKind::Matter && thing.text.is_none() {
        return Err(
            Refusal::invalid("shift.matter", "请写明是什么事项", "say what the matter is").at(at("text"))
        );
    }
    if thing.kind != OpenKind::Matter && thing.reference.is_none() {
        return Err(Refusal::invalid(
            "shift.which",
            "请写明工单编号或卷宗编号",
            "name the case's number or the dossier's id",
        )
        .at(at("reference")));
    }
    Ok(Open {
        kind: thing.kind,
        reference: thing
            .reference
            .as_ref()
            .map(|name| rules::reference(name, at("reference")))
            .transpose()?,
        text: thing.text.as_ref().map(|text| desk.keep("open_things", text)).transpose()?,
    })
}

/// Refuses whoever cannot receive the hand-over: it must be somebody else of the centre.
fn receives(shift: &Shift, desk: &Desk<'_>) -> Result<(), Refusal> {
    rules::needs_duty_at(desk, &shift.centre)?;
    let hand_over = shift.hand_over.as_ref().ok_or_else(|| {
        Refusal::conflict("shift.not_handed_over", "本班次尚未交班", "this shift has not been handed over")
    })?;
    let keeper = shift.keeper.as_ref().map(|keeper| &keeper.staff);
    if hand_over.staff == desk.actor.staff || keeper == Some(&desk.actor.staff) {
        return Err(Refusal::forbidden(
            "shift.own",
            "交班须由另一人接收，请接班人办理",
            "a hand-over is received by somebody else; let your successor do it",
        ));
    }
    Ok(())
}
