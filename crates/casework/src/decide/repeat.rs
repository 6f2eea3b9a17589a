//! Repeat appeals (重复诉求): judged, contestable, confirmed.

use yipan_base::id::{CaseId, NarrativeId};
use yipan_base::refusal::Refusal;

use super::Draft;
use crate::case::RepeatVerdict;
use crate::event::Event;

pub(super) fn judge(d: &mut Draft<'_>, earlier: &CaseId, verdict: RepeatVerdict) -> Result<(), Refusal> {
    if *earlier == d.case.id {
        return Err(Refusal::rule("repeat.self", "不能认定为自己的重复", "a case does not repeat itself")
            .at("/earlier"));
    }
    if d.ctx.related.is_none_or(|c| c.id != *earlier) {
        return Err(Refusal::not_found(
            "repeat.unknown",
            format!("没有工单 {earlier}"),
            format!("there is no case {earlier}"),
        )
        .at("/earlier"));
    }
    if d.case.repeat.as_ref().is_some_and(|r| r.contested.is_some()) {
        return Err(Refusal::conflict(
            "repeat.contested",
            "重复认定已有异议，只能裁定，不能重新认定",
            "the verdict is contested: rule on the objection; it cannot be judged afresh",
        ));
    }
    d.push(Event::RepeatJudged { earlier: earlier.clone(), verdict });
    Ok(())
}

pub(super) fn contest(d: &mut Draft<'_>, reason: &NarrativeId) -> Result<(), Refusal> {
    match &d.case.repeat {
        Some(repeat) if repeat.contested.is_none() => {
            d.push(Event::RepeatContested { reason: reason.clone() });
            Ok(())
        }
        Some(_) => {
            Err(Refusal::conflict("repeat.contested", "已提出异议", "the verdict is contested already"))
        }
        None => Err(none()),
    }
}

pub(super) fn confirm(d: &mut Draft<'_>, verdict: RepeatVerdict) -> Result<(), Refusal> {
    let Some(repeat) = &d.case.repeat else {
        return Err(none());
    };
    if repeat.contested.is_none() || repeat.confirmed {
        return Err(Refusal::conflict(
            "repeat.not_contested",
            "没有待裁定的异议",
            "no objection waits for a ruling",
        ));
    }
    if repeat.by == d.ctx.actor.staff {
        return Err(Refusal::forbidden(
            "repeat.own_verdict",
            "异议由他人裁定",
            "a contested verdict is confirmed by somebody else than who gave it",
        ));
    }
    d.push(Event::RepeatConfirmed { verdict });
    Ok(())
}

fn none() -> Refusal {
    Refusal::conflict("repeat.none", "本单没有重复认定", "this case has not been judged a repeat")
}
