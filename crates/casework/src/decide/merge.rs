//! Merging (并单): volume and call-backs stay per citizen; handling counts once, at the earliest due.

use yipan_base::id::{CaseId, NarrativeId};
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

use super::Draft;
use super::draft::Deadlines;
use crate::case::{Case, TermKind};
use crate::event::Event;

/// Whether the case may be merged away at all, whatever its master.
pub(super) fn may_merge(case: &Case) -> Result<(), Refusal> {
    if case.secret {
        return Err(secret());
    }
    if !case.members.is_empty() {
        return Err(Refusal::rule(
            "merge.has_members",
            "本单已有并入的工单，请以本单为主单",
            "other cases were merged into this one; make this one the master",
        ));
    }
    if case
        .holdings
        .iter()
        .any(|h| h.is_working() && (h.pending_return().is_some() || h.pending_extension().is_some()))
    {
        return Err(Refusal::conflict(
            "merge.pending",
            "尚有退单或延期申请待裁定，请先裁定",
            "a return or an extension waits for its ruling; rule it first",
        ));
    }
    Ok(())
}

pub(super) fn merge_into(d: &mut Draft<'_>, master: &CaseId) -> Result<(), Refusal> {
    let other = related(d, master)?;
    pair(&d.case, other)?;
    if other.merged_into.is_some() {
        return Err(chain(other).at("/master"));
    }
    d.end_term(TermKind::Dispatch, None);
    d.push(Event::Merged { master: master.clone() });
    Ok(())
}

pub(super) fn adopt(d: &mut Draft<'_>, member: &CaseId) -> Result<(), Refusal> {
    let other = related(d, member)?;
    pair(&d.case, other)?;
    if d.case.members.iter().any(|m| m.case == *member) {
        return Err(Refusal::conflict(
            "merge.twice",
            format!("{} 已并入本单", other.number),
            format!("{} has been merged into this case already", other.number),
        )
        .at("/member"));
    }
    if !other.members.is_empty() || other.merged_into.as_ref().is_some_and(|m| *m != d.case.id) {
        return Err(chain(other).at("/member"));
    }
    let due = own_due(other);
    let mut deadlines = d.deadlines();
    deadlines.members.extend(due);
    let clocks = d.recapped(&deadlines)?;
    d.push(Event::MemberAdopted { member: member.clone(), due, clocks });
    Ok(())
}

pub(super) fn unmerge(d: &mut Draft<'_>, reason: &NarrativeId) -> Result<(), Refusal> {
    if d.case.merged_into.is_none() {
        return Err(Refusal::conflict("unmerge.none", "本单没有并单", "this case has not been merged"));
    }
    d.push(Event::Unmerged { reason: reason.clone() });
    if d.case.main().is_none() {
        d.start_term(TermKind::Dispatch, None)?;
    }
    Ok(())
}

pub(super) fn release(d: &mut Draft<'_>, member: &CaseId) -> Result<(), Refusal> {
    if !d.case.members.iter().any(|m| m.case == *member) {
        return Err(Refusal::not_found(
            "release.not_member",
            format!("{member} 没有并入本单"),
            format!("{member} is not a member of this case"),
        )
        .at("/member"));
    }
    let members = d.case.members.iter().filter(|m| m.case != *member).filter_map(|m| m.due).collect();
    let clocks = d.recapped(&Deadlines { members, ..d.deadlines() })?;
    d.push(Event::MemberReleased { member: member.clone(), clocks });
    Ok(())
}

/// When the case on its own would have to be done: what the master inherits.
fn own_due(case: &Case) -> Option<Timestamp> {
    let held = case.holdings.iter().rev().find(|h| {
        h.is_top_main() && h.round == case.round && (h.is_live() || h.standing_before_merge.is_some())
    });
    held.map(|h| h.handle.due).or_else(|| case.outer.as_ref().and_then(|o| o.deadline))
}

fn secret() -> Refusal {
    Refusal::rule(
        "merge.secret",
        "涉密举报不得并单；请分别办理",
        "a secret report is never merged with another case; handle each by itself",
    )
}

fn chain(case: &Case) -> Refusal {
    Refusal::rule(
        "merge.chain",
        format!("{} 自己已有并单关系", case.number),
        format!("{} is itself part of a merge; choose the master of that", case.number),
    )
}

fn related<'a>(d: &Draft<'a>, id: &CaseId) -> Result<&'a Case, Refusal> {
    d.ctx.related.filter(|c| c.id == *id).ok_or_else(|| {
        Refusal::not_found("merge.unknown", format!("没有工单 {id}"), format!("there is no case {id}"))
            .at("/master")
    })
}

fn pair(case: &Case, other: &Case) -> Result<(), Refusal> {
    if case.id == other.id {
        return Err(Refusal::rule("merge.self", "不能并入自己", "a case cannot be merged into itself"));
    }
    if case.secret || other.secret {
        return Err(secret());
    }
    if case.is_ended() || other.is_ended() {
        return Err(Refusal::conflict(
            "merge.ended",
            "已结案的工单不能并单",
            "a case that has ended cannot be merged",
        ));
    }
    if case.centre != other.centre {
        return Err(Refusal::rule(
            "merge.centres",
            "两单由不同中心受理，请先提级到同一中心",
            "the cases are run by different centres; escalate them to one first",
        ));
    }
    Ok(())
}
