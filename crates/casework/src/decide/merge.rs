//! Merging (并单): volume and call-backs stay per citizen; handling counts once, at the earliest due.

use yipan_base::id::{CaseId, NarrativeId};
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

use super::Draft;
use crate::case::{Case, Holding, HoldingRole, TermKind};
use crate::clock::Clock;
use crate::event::Event;

pub(super) fn merge_into(d: &mut Draft<'_>, master: &CaseId) -> Result<(), Refusal> {
    let other = related(d, master)?;
    pair(&d.case, other)?;
    if !d.case.members.is_empty() {
        return Err(Refusal::rule(
            "merge.has_members",
            "本单已有并入的工单，请以本单为主单",
            "other cases were merged into this one; make this one the master",
        ));
    }
    if other.merged_into.is_some() {
        return Err(Refusal::rule(
            "merge.chain",
            format!("{} 自己已并入他单", other.number),
            format!("{} has itself been merged; choose its master", other.number),
        )
        .at("/master"));
    }
    d.end_term(TermKind::Dispatch, None);
    d.push(Event::Merged { master: master.clone() });
    Ok(())
}

pub(super) fn adopt(d: &mut Draft<'_>, member: &CaseId) -> Result<(), Refusal> {
    let other = related(d, member)?;
    pair(&d.case, other)?;
    let due = own_due(other);
    let clocks = capped(d, due)?;
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
    let rest = d.case.members.iter().filter(|m| m.case != *member).filter_map(|m| m.due).min();
    let clocks = recapped(d, rest)?;
    d.push(Event::MemberReleased { member: member.clone(), clocks });
    Ok(())
}

/// When the case on its own would have to be done: what the master inherits.
fn own_due(case: &Case) -> Option<Timestamp> {
    case.main().map(|h| h.handle.due)
}

fn open_mains<'a>(d: &'a Draft<'_>) -> impl Iterator<Item = &'a Holding> {
    d.case.holdings.iter().filter(|h| h.is_working() && h.role == HoldingRole::Main && h.parent.is_none())
}

fn capped(d: &Draft<'_>, due: Option<Timestamp>) -> Result<Vec<(u32, Clock)>, Refusal> {
    let Some(due) = due else {
        return Ok(Vec::new());
    };
    open_mains(d)
        .filter(|h| due < h.handle.due)
        .map(|h| {
            let clock = Clock { cap: Some(due), ..h.handle.clone() };
            Ok((h.no, d.reckon(clock)?))
        })
        .collect()
}

/// The clocks with the earliest cap that is left: the outer order's or a remaining member's.
fn recapped(d: &Draft<'_>, rest: Option<Timestamp>) -> Result<Vec<(u32, Clock)>, Refusal> {
    let outer = d.case.outer.as_ref().and_then(|o| o.deadline);
    let cap = [outer, rest].into_iter().flatten().min();
    open_mains(d)
        .filter(|h| h.handle.cap != cap)
        .map(|h| Ok((h.no, d.reckon(Clock { cap, ..h.handle.clone() })?)))
        .collect()
}

fn related<'a>(d: &Draft<'a>, id: &CaseId) -> Result<&'a Case, Refusal> {
    d.ctx.related.filter(|c| c.id == *id).ok_or_else(|| {
        Refusal::not_found("merge.unknown", format!("没有工单 {id}"), format!("there is no case {id}")).at("/master")
    })
}

fn pair(case: &Case, other: &Case) -> Result<(), Refusal> {
    if case.id == other.id {
        return Err(Refusal::rule("merge.self", "不能并入自己", "a case cannot be merged into itself"));
    }
    if case.secret || other.secret {
        return Err(Refusal::rule(
            "merge.secret",
            "涉密举报不得并单",
            "a secret report is never merged with another case",
        ));
    }
    if case.is_ended() || other.is_ended() {
        return Err(Refusal::conflict("merge.ended", "已结案的工单不能并单", "a case that has ended cannot be merged"));
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
