//! Reminders (催办) and supervision sheets (督办单).

use yipan_base::directory::Role;
use yipan_base::id::NarrativeId;
use yipan_base::refusal::Refusal;

use super::Draft;
use super::gate::acts_for;
use crate::case::{Sheet, SheetLevel};
use crate::clock::Clock;
use crate::event::Event;

pub(super) fn remind(d: &mut Draft<'_>, no: u32, note: Option<&NarrativeId>) -> Result<(), Refusal> {
    d.working_holding(no)?;
    d.push(Event::Reminded { holding: no, note: note.cloned() });
    Ok(())
}

pub(super) fn supervise(
    d: &mut Draft<'_>,
    level: SheetLevel,
    no: u32,
    reason: &NarrativeId,
) -> Result<(), Refusal> {
    let to = d.open_holding(no)?.unit.clone();
    if level == SheetLevel::Red && !d.ctx.actor.has_any(&[Role::Supervisor, Role::Leader]) {
        return Err(Refusal::forbidden(
            "sheet.red",
            "红色督办由督办员或领导发出",
            "a red sheet is issued by a supervisor or a leader",
        ));
    }
    if let Some(open) =
        d.case.sheets.iter().find(|s| s.holding == Some(no) && s.lifted_at.is_none() && s.level >= level)
    {
        return Err(Refusal::conflict(
            "sheet.open",
            format!("已有同级或更高的督办单（第 {} 号）未解除", open.no),
            format!("sheet {} of this or a higher level is still open", open.no),
        ));
    }
    let issuer =
        d.ctx.actor.unit.clone().ok_or_else(|| Refusal::internal("a sheet needs an issuing unit"))?;
    let policy = d.policy()?;
    let clock = Clock::start(
        d.now(),
        policy.supervision.of(level),
        "supervision",
        &policy.pin(),
        d.ctx.rules.calendar(&policy.calendar)?,
        None,
    )?;
    let number = d.case.sheets.iter().map(|s| s.no).max().unwrap_or_default() + 1;
    d.push(Event::SheetIssued {
        no: number,
        level,
        holding: Some(no),
        to,
        issuer,
        reason: reason.clone(),
        clock,
    });
    Ok(())
}

pub(super) fn answer(d: &mut Draft<'_>, no: u32, answer: &NarrativeId) -> Result<(), Refusal> {
    let open = sheet(d, no)?;
    if !d.ctx.actor.unit.as_ref().is_some_and(|own| acts_for(own, &open.to, &d.ctx)) {
        return Err(Refusal::forbidden(
            "sheet.not_yours",
            "督办单由被督办单位反馈",
            "a sheet is answered by the unit it was issued to",
        ));
    }
    if open.lifted_at.is_some() {
        return Err(Refusal::conflict("sheet.lifted", "督办单已解除", "the sheet has been lifted"));
    }
    if let Some(at) = open.answered_at {
        return Err(Refusal::conflict(
            "sheet.answered",
            format!("督办单已于 {at} 反馈"),
            format!("the sheet was answered at {at}; a new matter needs a new sheet"),
        ));
    }
    d.push(Event::SheetAnswered { no, answer: answer.clone() });
    Ok(())
}

/// Only the issuer lifts a sheet, and only once it has been answered.
pub(super) fn lift(d: &mut Draft<'_>, no: u32) -> Result<(), Refusal> {
    let open = sheet(d, no)?;
    if open.lifted_at.is_some() {
        return Err(Refusal::conflict("sheet.lifted", "督办单已解除", "the sheet has been lifted"));
    }
    if open.answered_at.is_none() {
        return Err(Refusal::rule(
            "sheet.unanswered",
            "督办单尚未反馈，不能解除",
            "the sheet has not been answered; it cannot be lifted",
        ));
    }
    d.push(Event::SheetLifted { no });
    Ok(())
}

fn sheet<'a>(d: &'a Draft<'_>, no: u32) -> Result<&'a Sheet, Refusal> {
    d.case.sheets.iter().find(|s| s.no == no).ok_or_else(|| {
        Refusal::not_found(
            "sheet.unknown",
            format!("没有第 {no} 号督办单"),
            format!("there is no sheet {no}"),
        )
        .at("/sheet")
    })
}
