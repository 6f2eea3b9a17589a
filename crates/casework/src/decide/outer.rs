//! Outer orders (外部工单): the earlier deadline binds; extension, return and closing need the owner's consent.

use yipan_base::refusal::Refusal;
use yipan_base::time::{DAY, Timestamp};

use super::Draft;
use super::draft::Deadlines;
use super::word;
use crate::case::{ConsentSubject, OuterOrder};
use crate::event::Event;

pub(super) fn consent(
    d: &mut Draft<'_>,
    subject: ConsentSubject,
    granted: bool,
    reference: &str,
) -> Result<(), Refusal> {
    let outer = order(d)?;
    word::check_number(reference, "consent.reference", "/reference")?;
    if outer.consents.iter().any(|c| c.reference == reference) {
        return Err(Refusal::conflict(
            "consent.twice",
            format!("意见 {reference} 已登记"),
            format!("consent {reference} has been recorded already"),
        )
        .at("/reference"));
    }
    d.push(Event::ConsentRecorded { subject, granted, reference: reference.to_owned() });
    Ok(())
}

/// How long before the day of its acceptance an owner's deadline may lie: an order that comes late
/// is late, but one of years ago is a slip of the pen. A year, leap day and all.
const DEADLINE_BEFORE: i64 = 366 * DAY;

/// How far ahead an owner's deadline may lie: no order runs longer than five years.
const DEADLINE_AHEAD: i64 = 5 * 366 * DAY;

/// Refuses a deadline that nobody can have meant.
pub(super) fn check_deadline(
    deadline: Option<Timestamp>,
    accepted_at: Timestamp,
    now: Timestamp,
    pointer: &str,
) -> Result<(), Refusal> {
    let earliest = Timestamp::midnight(accepted_at.date()).plus(-DEADLINE_BEFORE);
    let latest = now.plus(DEADLINE_AHEAD);
    let Some(deadline) = deadline.filter(|at| *at < earliest || latest < *at) else {
        return Ok(());
    };
    Err(Refusal::invalid(
        "outer.deadline",
        format!("外部时限 {deadline} 不合理，须在 {} 至 {} 之间，请核对年份", earliest.date(), latest.date()),
        format!(
            "the owner's deadline {deadline} must lie between {} and {}; check its year",
            earliest.date(),
            latest.date()
        ),
    )
    .at(pointer))
}

pub(super) fn update(d: &mut Draft<'_>, deadline: Option<Timestamp>) -> Result<(), Refusal> {
    order(d)?;
    check_deadline(deadline, d.case.intake.accepted_at, d.now(), "/deadline")?;
    let clocks = d.recapped(&Deadlines { outer: deadline, ..d.deadlines() })?;
    d.push(Event::OuterUpdated { deadline, clocks });
    Ok(())
}

/// Refuses unless the owner's latest word on the subject was yes; a case of our own needs nobody's.
pub(super) fn require_consent(d: &Draft<'_>, subject: ConsentSubject) -> Result<(), Refusal> {
    let Some(outer) = &d.case.outer else {
        return Ok(());
    };
    if outer.consents.iter().rev().find(|c| c.subject == subject).is_some_and(|c| c.granted) {
        return Ok(());
    }
    Err(Refusal::rule(
        "outer.consent",
        format!("{} 的工单 {}：此事须其同意，请先登记其意见", outer.owner, outer.number),
        format!("order {} belongs to {}: this needs its consent; record it first", outer.number, outer.owner),
    ))
}

fn order<'a>(d: &'a Draft<'_>) -> Result<&'a OuterOrder, Refusal> {
    d.case
        .outer
        .as_ref()
        .ok_or_else(|| Refusal::rule("outer.none", "本单不是外部工单", "this case belongs to nobody outside"))
}
