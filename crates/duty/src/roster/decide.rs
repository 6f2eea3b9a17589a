//! What may be done to a roster, and by whom.

use yipan_base::id::{StaffId, UnitId};
use yipan_base::refusal::Refusal;
use yipan_base::time::{DAY, Timestamp};

use super::{Assignment, Command, Event, Planned, Roster, Swap};
use crate::dossier::{Desk, Kind, TextRef, refused};
use crate::rules::{self, PLANNERS, RULERS};

/// From the first beginning to the last end of one plan.
const LONGEST_PLAN: i64 = 62 * DAY;
const LONGEST_DUTY: i64 = DAY;
/// How far ahead anybody plans: beyond it a year was mistyped.
const FARTHEST: i64 = 366 * DAY;
/// Assignments on one roster, those of the last forty days included.
const MOST: usize = 2_000;

pub(super) fn decide(before: Option<&Roster>, command: &Command, desk: &Desk<'_>) -> Result<Event, Refusal> {
    let roster = || before.ok_or_else(|| refused::not_begun(Kind::Roster));
    match command {
        Command::Plan { centre, assignments } => {
            let assignments = plan(before, centre, None, assignments, desk)?;
            Ok(Event::Planned { centre: centre.clone(), assignments })
        }
        Command::Raise { centre, post, assignments } => {
            let post = rules::reference(post, "/post")?;
            let assignments = plan(before, centre, Some(post), assignments, desk)?;
            Ok(Event::Raised { centre: centre.clone(), assignments })
        }
        Command::Withdraw { assignment } => withdraw(roster()?, *assignment, desk),
        Command::Swap { assignment, with, reason } => ask(roster()?, *assignment, with, reason, desk),
        Command::AgreeSwap { assignment } => agree(roster()?, *assignment, desk),
        Command::DropSwap { assignment } => drop_swap(roster()?, *assignment, desk),
        Command::RuleSwap { assignment, granted, reason } => {
            rule(roster()?, *assignment, *granted, reason.as_deref(), desk)
        }
    }
}

fn plan(
    before: Option<&Roster>,
    centre: &UnitId,
    raised_by: Option<String>,
    planned: &[Planned],
    desk: &Desk<'_>,
) -> Result<Vec<Assignment>, Refusal> {
    if before.is_some_and(|roster| &roster.centre != centre) {
        return Err(Refusal::invalid(
            "roster.centre",
            "这份值班表不是该指挥中心的，请打开它自己的值班表",
            "this is another centre's roster; open that centre's own",
        )
        .at("/centre"));
    }
    let unit = desk.centre_called(centre, "/centre")?;
    rules::at_or_over(desk, centre, &PLANNERS)?;
    fits(before, planned)?;
    let known = before.map_or(&[][..], |roster| &roster.assignments);
    let last = before.map_or(0, |roster| roster.last);
    let mut made: Vec<Assignment> = Vec::with_capacity(planned.len());
    for (no, (index, one)) in (last + 1..).zip(planned.iter().enumerate()) {
        let pointer = format!("/assignments/{index}");
        stretch(one.from, one.to, desk.now).map_err(|refusal| refusal.at(pointer.clone()))?;
        rules::can_do_duty(desk, unit, &one.staff, format!("{pointer}/staff"))?;
        alone(known.iter().chain(&made), &one.staff, one.from, one.to)
            .map_err(|refusal| refusal.at(pointer))?;
        let (staff, raised_by) = (one.staff.clone(), raised_by.clone());
        made.push(Assignment {
            no,
            post: one.post,
            staff,
            from: one.from,
            to: one.to,
            raised_by,
            swap: None,
        });
    }
    Ok(made)
}

/// Refuses a plan that is empty, too long, or more than one roster holds.
fn fits(before: Option<&Roster>, planned: &[Planned]) -> Result<(), Refusal> {
    let from = planned.iter().map(|one| one.from).min();
    let to = planned.iter().map(|one| one.to).max();
    let refusal = match from.zip(to) {
        None => Refusal::invalid("roster.empty", "没有排任何班次", "nothing is planned"),
        Some((from, to)) if to.since(from) > LONGEST_PLAN => Refusal::rule(
            "roster.too_long",
            "一次排班最长 62 天，请分次排",
            "one plan covers at most 62 days; plan the rest in another",
        ),
        Some(_) if before.map_or(0, |roster| roster.assignments.len()) + planned.len() > MOST => {
            Refusal::rule(
                "roster.full",
                format!("一份值班表最多 {MOST} 条，请分次排"),
                format!("a roster holds at most {MOST} assignments; plan a shorter time"),
            )
        }
        Some(_) => return Ok(()),
    };
    Err(refusal.at("/assignments"))
}

/// Refuses a stretch of duty that is none, is too long, is over, or lies too far ahead.
fn stretch(from: Timestamp, to: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    if !(1..=LONGEST_DUTY).contains(&to.since(from)) {
        return Err(Refusal::rule(
            "roster.hours",
            "一次值班须晚于开始时间结束，且不超过 24 小时",
            "a duty ends after it begins and lasts at most 24 hours",
        ));
    }
    if to <= now {
        return Err(Refusal::rule(
            "roster.ended",
            "该班已经结束，不能再排",
            "this duty is over already; it cannot be changed",
        ));
    }
    if to.since(now) > FARTHEST {
        return Err(Refusal::rule(
            "roster.too_far",
            "只能排一年以内的班，请检查年份",
            "duty is planned at most a year ahead; check the year",
        ));
    }
    Ok(())
}

/// Refuses somebody who is on duty then already.
fn alone<'a>(
    others: impl IntoIterator<Item = &'a Assignment>,
    staff: &StaffId,
    from: Timestamp,
    to: Timestamp,
) -> Result<(), Refusal> {
    let twice = |other: &&Assignment| &other.staff == staff && other.from < to && from < other.to;
    others.into_iter().find(twice).map_or(Ok(()), |other| {
        Err(Refusal::rule(
            "roster.overlap",
            format!("{staff} 在 {} 至 {} 已有班，请错开时间或另选人员", other.from, other.to),
            format!(
                "{staff} is on duty from {} to {}; move this or name somebody else",
                other.from, other.to
            ),
        ))
    })
}

fn known(roster: &Roster, no: u32) -> Result<&Assignment, Refusal> {
    roster.assignment(no).ok_or_else(|| {
        Refusal::rule(
            "roster.unknown",
            format!("值班表上没有第 {no} 条，可能已撤回"),
            format!("there is no assignment {no} on this roster; it may have been withdrawn"),
        )
        .at("/assignment")
    })
}

fn withdraw(roster: &Roster, no: u32, desk: &Desk<'_>) -> Result<Event, Refusal> {
    rules::at_or_over(desk, &roster.centre, &PLANNERS)?;
    if known(roster, no)?.from > desk.now {
        return Ok(Event::Withdrawn { assignment: no });
    }
    Err(Refusal::rule(
        "roster.begun",
        "该班已经开始，不能撤回；请换班",
        "this duty has begun and cannot be withdrawn; swap it",
    )
    .at("/assignment"))
}

fn ask(roster: &Roster, no: u32, with: &StaffId, reason: &str, desk: &Desk<'_>) -> Result<Event, Refusal> {
    let assignment = known(roster, no)?;
    if assignment.staff != desk.actor.staff {
        return Err(not_yours("只能为自己的班申请换班", "you may ask only for your own duty to be swapped"));
    }
    colleague(roster, assignment, with, desk)?;
    Ok(Event::SwapAsked { assignment: no, with: with.clone(), reason: desk.keep("reason", reason)? })
}

/// Refuses a colleague who could not take the duty now.
fn colleague(
    roster: &Roster,
    assignment: &Assignment,
    with: &StaffId,
    desk: &Desk<'_>,
) -> Result<(), Refusal> {
    stretch(assignment.from, assignment.to, desk.now).map_err(|refusal| refusal.at("/assignment"))?;
    let centre = desk.centre_called(&roster.centre, "/centre")?;
    rules::can_do_duty(desk, centre, with, "/with".into())?;
    alone(&roster.assignments, with, assignment.from.max(desk.now), assignment.to)
        .map_err(|refusal| refusal.at("/with"))
}

fn pending(roster: &Roster, no: u32) -> Result<(&Assignment, &Swap), Refusal> {
    let assignment = known(roster, no)?;
    let swap = assignment.swap.as_ref().ok_or_else(|| {
        Refusal::conflict(
            "roster.no_swap",
            "没有待办的换班申请，可能已有人处理",
            "no swap of this duty is pending; it may be settled",
        )
        .at("/assignment")
    })?;
    Ok((assignment, swap))
}

fn agree(roster: &Roster, no: u32, desk: &Desk<'_>) -> Result<Event, Refusal> {
    let (assignment, swap) = pending(roster, no)?;
    if swap.with != desk.actor.staff {
        return Err(not_yours("由被请换班的同事本人同意", "only the colleague who was asked can agree"));
    }
    colleague(roster, assignment, &swap.with, desk)?;
    Ok(swapped(roster, assignment, swap, false, None, desk.now))
}

fn drop_swap(roster: &Roster, no: u32, desk: &Desk<'_>) -> Result<Event, Refusal> {
    let (assignment, swap) = pending(roster, no)?;
    if [&assignment.staff, &swap.with].contains(&&desk.actor.staff) {
        return Ok(Event::SwapDropped { assignment: no });
    }
    Err(not_yours("由换班双方本人撤回或谢绝", "only the two whom it concerns can drop a swap"))
}

fn rule(
    roster: &Roster,
    no: u32,
    granted: bool,
    reason: Option<&str>,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    rules::at_or_over(desk, &roster.centre, &RULERS)?;
    let (assignment, swap) = pending(roster, no)?;
    if [&assignment.staff, &swap.with].contains(&&desk.actor.staff) {
        return Err(Refusal::forbidden(
            "roster.own_swap",
            "换班与您本人有关，请由他人裁定",
            "this swap concerns yourself; somebody else must rule on it",
        ));
    }
    let reason = reason.map(|reason| desk.keep("reason", reason)).transpose()?;
    if granted {
        colleague(roster, assignment, &swap.with, desk)?;
        return Ok(swapped(roster, assignment, swap, true, reason, desk.now));
    }
    Ok(Event::SwapRefused { assignment: no, reason })
}

fn swapped(
    roster: &Roster,
    assignment: &Assignment,
    swap: &Swap,
    ruled: bool,
    reason: Option<TextRef>,
    now: Timestamp,
) -> Event {
    let rest = (assignment.from < now).then_some(roster.last + 1);
    Event::Swapped { assignment: assignment.no, staff: swap.with.clone(), ruled, reason, rest }
}

fn not_yours(zh: &str, en: &str) -> Refusal {
    Refusal::forbidden("roster.not_yours", zh, en)
}
