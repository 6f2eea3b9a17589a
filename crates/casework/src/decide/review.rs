//! Review of replies (审核) and redo (重办).

use yipan_base::id::{NarrativeId, UnitId};
use yipan_base::refusal::Refusal;

use super::Draft;
use super::dispatch::{copies_for, grants};
use crate::case::{HoldingRole, Stage, TermKind};
use crate::command::Basis;
use crate::event::Event;

pub(super) fn start(d: &mut Draft<'_>) {
    d.push(Event::ReviewStarted);
    d.reach(Stage::Reviewing);
}

pub(super) fn accept_reply(d: &mut Draft<'_>, no: u32) -> Result<(), Refusal> {
    let top_main = replied(d, no)?;
    d.push(Event::ReplyAccepted { holding: no });
    d.release(no);
    if !top_main {
        return Ok(());
    }
    // The assistants' answers are accepted with the main handler's.
    let round = d.case.round;
    let assistants: Vec<u32> = d
        .case
        .holdings
        .iter()
        .filter(|h| h.parent.is_none() && h.round == round && h.role == HoldingRole::Assistant)
        .filter(|h| h.standing == crate::case::Standing::Open && h.replied_at.is_some())
        .map(|h| h.no)
        .collect();
    for assistant in assistants {
        d.push(Event::ReplyAccepted { holding: assistant });
    }
    d.end_term(TermKind::Review, Some(no));
    if d.policy()?.verification_required(d.subject()) {
        d.reach(Stage::Verifying);
        d.start_term(TermKind::Verify, None)
    } else {
        d.reach(Stage::CallingBack);
        d.start_term(TermKind::CallBack, None)
    }
}

pub(super) fn reject_reply(d: &mut Draft<'_>, no: u32, reason: &NarrativeId) -> Result<(), Refusal> {
    let top_main = replied(d, no)?;
    let assistant = d.holding(no)?.parent.is_none() && !top_main;
    if assistant && matches!(d.case.stage, Stage::Handled | Stage::Reviewing) {
        return Err(Refusal::conflict(
            "review.main_replied",
            "主办已答复，请先退回主办的答复，再退回协办的答复",
            "the main handler has answered on top of this; send the main handler's answer back first",
        )
        .at("/holding"));
    }
    d.push(Event::ReplyRejected { holding: no, reason: reason.clone() });
    // A request for more time that the answer had made void waits for its ruling again.
    if d.holding(no)?.pending_extension().is_some() {
        d.start_term(TermKind::RuleExtension, Some(no))?;
    }
    if top_main {
        d.end_term(TermKind::Review, Some(no));
        d.reach(Stage::Handling);
    }
    Ok(())
}

/// Checks that a holding waits for review; answers whether it decides the case's stage.
fn replied(d: &Draft<'_>, no: u32) -> Result<bool, Refusal> {
    let holding = d.open_holding(no)?;
    if holding.replied_at.is_none() {
        return Err(Refusal::conflict(
            "review.no_reply",
            format!("承办 {no} 还没有答复，无可审核"),
            format!("holding {no} has not replied; there is nothing to review"),
        )
        .at("/holding"));
    }
    let top_main = holding.is_top_main();
    if top_main && !matches!(d.case.stage, Stage::Handled | Stage::Reviewing) {
        return Err(Refusal::conflict("case.stage", "工单不在审核环节", "the case is not under review"));
    }
    Ok(top_main)
}

/// Whether there is a ground for a redo, and somebody who handled the case.
pub(super) fn may_redo(d: &Draft<'_>) -> Result<(), Refusal> {
    let failed_check =
        d.case.verifications.iter().rev().find(|v| v.round == d.case.round).is_some_and(|v| !v.confirmed);
    let unhappy = d.case.heard().is_some_and(|c| {
        c.overall() == Some(crate::case::Grade::Dissatisfied)
            || matches!(c.solved, Some(crate::case::Solved::No | crate::case::Solved::Partly))
    });
    if !failed_check && !unhappy {
        return Err(Refusal::rule(
            "redo.no_ground",
            "没有重办依据：需核查不通过，或回访不满意、未解决",
            "no ground for a redo: it takes a failed check on site, or a citizen who is dissatisfied or unsolved",
        ));
    }
    last_given(d).map(drop)
}

/// Who handled the case last, and on what basis.
fn last_given(d: &Draft<'_>) -> Result<(UnitId, Basis), Refusal> {
    d.case.last_main().map(|h| (h.unit.clone(), h.basis.clone())).ok_or_else(|| {
        Refusal::conflict(
            "redo.direct",
            "直接答复的工单请重新打开后派单",
            "this case was answered directly; reopen it and dispatch",
        )
    })
}

/// A new round with its own clock; it never repairs the first.
pub(super) fn redo(d: &mut Draft<'_>, reason: &NarrativeId, to: Option<&UnitId>) -> Result<(), Refusal> {
    let (last, basis) = last_given(d)?;
    let to = to.unwrap_or(&last);
    let round = d.case.round + 1;
    d.end_term(TermKind::Verify, None);
    d.end_term(TermKind::CallBack, None);
    // Whoever was rightly given the first round may be given the next; anybody else anew.
    let basis = if *to == last { basis } else { Basis::Judgement };
    let mut holdings = grants(d, None, to, &[], &basis)?;
    for grant in &mut holdings {
        grant.basis = Basis::Ruling { reference: format!("redo {round}") };
    }
    let copies = copies_for(d, &holdings, &[])?;
    d.push(Event::RedoOrdered { round, reason: reason.clone() });
    d.push(Event::Dispatched { round, holdings, copies });
    d.reach(Stage::Dispatched);
    Ok(())
}
