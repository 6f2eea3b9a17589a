//! Outer orders (外部工单): the earlier deadline binds; extension, return and closing need the owner's consent.

use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

use super::Draft;
use crate::case::{ConsentSubject, OuterOrder};
use crate::event::Event;

pub(super) fn consent(
    d: &mut Draft<'_>,
    subject: ConsentSubject,
    granted: bool,
    reference: &str,
) -> Result<(), Refusal> {
    let outer = order(d)?;
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

pub(super) fn update(d: &mut Draft<'_>, deadline: Option<Timestamp>) -> Result<(), Refusal> {
    order(d)?;
    let members = d.case.members.iter().filter_map(|m| m.due);
    let clocks = d.recapped(deadline.into_iter().chain(members).min())?;
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
