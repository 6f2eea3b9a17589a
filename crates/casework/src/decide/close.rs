//! The end: close with an honest outcome (结案), archive (归档), reopen (重新打开).

use yipan_base::id::NarrativeId;
use yipan_base::refusal::Refusal;

use super::Draft;
use super::callback::{master, master_answered};
use crate::case::{Case, ConsentSubject, Outcome, Solved, Stage, TermKind, Word};
use crate::event::Event;
use crate::policy::CallbackRules;

pub(super) fn close(
    d: &mut Draft<'_>,
    outcome: Outcome,
    reason: Option<&NarrativeId>,
) -> Result<(), Refusal> {
    if d.case.merged_into.is_some() {
        if outcome != Outcome::Withdrawn {
            called(d)?;
        }
    } else if outcome == Outcome::Merged {
        return Err(
            Refusal::rule("close.not_merged", "本单没有并单", "this case has not been merged").at("/outcome")
        );
    } else {
        early(d, outcome)?;
    }
    if matches!(outcome, Outcome::CannotBeSolved | Outcome::Untrue | Outcome::BeyondDuty | Outcome::Withdrawn)
        && reason.is_none()
    {
        return Err(Refusal::invalid(
            "close.reason",
            format!("以“{}”结案须写明理由", outcome.zh()),
            format!("closing as {} needs a reason", outcome.en()),
        )
        .at("/reason"));
    }
    honest(d, outcome)?;
    d.stop_all();
    d.push(Event::Closed { outcome, reason: reason.cloned() });
    d.reach(Stage::Closed);
    Ok(())
}

/// Whether the case may end now at all, with one outcome or another.
pub(super) fn may_close(d: &Draft<'_>) -> Result<(), Refusal> {
    if d.case.merged_into.is_some() {
        if !master_answered(d) {
            return Err(Refusal::conflict(
                "close.master_open",
                "主单尚未办结，并入的工单不能结案",
                "the master case has no accepted answer yet; a merged case ends after it",
            ));
        }
    } else if d.case.stage == Stage::CallingBack {
        called(d)?;
    } else if !d.case.members.is_empty() {
        return Err(Refusal::rule(
            "close.has_members",
            "尚有并入的工单等待本单答复，请先取消并单",
            "merged cases wait for this one's answer; unmerge them first",
        ));
    }
    super::outer::require_consent(d, ConsentSubject::Close)
}

/// Before an answer is accepted a case may end only because the citizen or the law takes it back.
fn early(d: &Draft<'_>, outcome: Outcome) -> Result<(), Refusal> {
    match d.case.stage {
        Stage::Accepted | Stage::Dispatched | Stage::Handling
            if !matches!(outcome, Outcome::Withdrawn | Outcome::BeyondDuty) =>
        {
            Err(Refusal::rule(
                "close.too_early",
                format!("工单处于“{}”，只能因撤回或超出职责结案", d.case.stage.zh()),
                format!("the case is {}; it can end now only as withdrawn or beyond duty", d.case.stage.en()),
            )
            .at("/outcome"))
        }
        _ => Ok(()),
    }
}

/// The citizen has been asked, or could not be: nobody to ask, or the attempts were in vain.
fn called(d: &Draft<'_>) -> Result<(), Refusal> {
    let reached = |case: &Case| case.callbacks.iter().any(|c| c.reached && c.round == case.round);
    // A citizen whose two cases were merged is asked once, about the master.
    let asked = reached(&d.case)
        || d.case.merged_into.is_some()
            && master(d).is_some_and(|m| m.intake.person == d.case.intake.person && reached(m));
    let rules = &d.policy()?.callback;
    let attempts = attempts_apart(d, rules)?;
    let needed = rules.attempts;
    if asked || d.case.intake.person.is_none() || attempts >= needed {
        return Ok(());
    }
    Err(Refusal::rule(
        "close.not_called",
        format!("尚未回访到诉求人（已拨 {attempts} 次，须 {needed} 次无果方可结案）"),
        format!("the citizen has not been reached: {attempts} of {needed} attempts made"),
    ))
}

/// The attempts of this round, each so long after the one counted before it as the policy asks.
fn attempts_apart(d: &Draft<'_>, rules: &CallbackRules) -> Result<u32, Refusal> {
    let calendar = d.ctx.rules.calendar(&d.policy()?.calendar)?;
    let mut last = None;
    let mut count = 0;
    for tried in d.case.callbacks.iter().filter(|c| c.round == d.case.round && !c.reached) {
        let apart = match last {
            Some(before) => calendar.due(before, rules.spacing)? <= tried.at,
            None => true,
        };
        if apart {
            last = Some(tried.at);
            count += 1;
        }
    }
    Ok(count)
}

/// Whether whoever can be asked was reached: with an opinion or without, they did not object.
fn confirmed(d: &Draft<'_>) -> bool {
    let said = |case: &Case| case.heard().is_some();
    // At the desk the citizen is still on the line: what the desk says of it, the citizen said.
    let at_the_desk =
        d.case.stage == Stage::AnsweredDirectly && d.case.answered_solved != Some(Solved::Unknown);
    d.case.intake.person.is_none()
        || at_the_desk
        || said(&d.case)
        || d.case.merged_into.is_some()
            && master(d).is_some_and(|m| m.intake.person == d.case.intake.person && said(m))
}

/// Closed is not solved: the outcome may not say more than the citizen and the check said.
fn honest(d: &Draft<'_>, outcome: Outcome) -> Result<(), Refusal> {
    if outcome != Outcome::Solved {
        return Ok(());
    }
    let said = d.case.heard().and_then(|c| c.solved);
    if matches!(said, Some(Solved::No | Solved::Partly)) {
        return Err(Refusal::rule(
            "close.not_confirmed",
            "诉求人表示未解决，不能以“已解决”结案；请重办或如实选择结果",
            "the citizen says it is not solved; order a redo or close with the honest outcome",
        )
        .at("/outcome"));
    }
    let claimed = if d.case.stage == Stage::AnsweredDirectly {
        d.case.answered_solved
    } else {
        let main = d.case.last_main().filter(|h| h.round == d.case.round);
        main.and_then(|h| h.reply.as_ref()).map(|r| r.solved)
    };
    if said.is_none_or(|s| s == Solved::Unknown) && matches!(claimed, Some(Solved::No | Solved::Partly)) {
        return Err(Refusal::rule(
            "close.not_claimed",
            "答复本身说明未解决，不能以“已解决”结案；请如实选择结果",
            "the answer itself says that it is not solved; close with the honest outcome",
        )
        .at("/outcome"));
    }
    if !confirmed(d) {
        return Err(Refusal::rule(
            "close.not_asked",
            "没有诉求人的有效回访，不能以“已解决”结案；请如实选择结果",
            "the citizen has not confirmed anything; close with another honest outcome",
        )
        .at("/outcome"));
    }
    Ok(())
}

pub(super) fn archive(d: &mut Draft<'_>) {
    d.push(Event::Archived);
    d.reach(Stage::Archived);
}

/// Whether nothing keeps the case from the archive.
pub(super) fn may_archive(d: &Draft<'_>) -> Result<(), Refusal> {
    if let Some(sheet) = d.case.sheets.iter().find(|s| s.lifted_at.is_none()) {
        return Err(Refusal::conflict(
            "archive.sheet_open",
            format!("第 {} 号督办单未解除，不能归档", sheet.no),
            format!("sheet {} has not been lifted; the case cannot be archived", sheet.no),
        ));
    }
    Ok(())
}

/// Whether the case may be opened again, and still is in time for it.
pub(super) fn may_reopen(d: &Draft<'_>) -> Result<(), Refusal> {
    if d.case.historical {
        return Err(Refusal::rule(
            "reopen.historical",
            "历史导入的工单不能重新打开，请作为新诉求受理并关联",
            "a case brought in from an older system is not opened again; accept a new one and link it",
        ));
    }
    let policy = d.policy()?;
    if let (Some(within), Some(closed)) = (policy.reopen_within, d.case.closed_at) {
        let calendar = d.ctx.rules.calendar(&policy.calendar)?;
        // The limit may lie in a year that is not announced yet; while less than the term has
        // passed, nobody needs to know where it ends.
        let passed = calendar.elapsed(closed, d.now(), within.unit, &[])?;
        if passed.reaches(within) && calendar.due(closed, within)? < d.now() {
            return Err(Refusal::rule(
                "reopen.too_late",
                format!("结案已超过{}，请作为新诉求受理并关联", within.zh()),
                format!("the case was closed more than {} ago; accept a new one and link it", within.en()),
            ));
        }
    }
    Ok(())
}

pub(super) fn reopen(d: &mut Draft<'_>, reason: &NarrativeId) -> Result<(), Refusal> {
    let round = d.case.round + 1;
    d.push(Event::Reopened { round, reason: reason.clone() });
    d.reach(Stage::Accepted);
    d.start_term(TermKind::Dispatch, None)
}
