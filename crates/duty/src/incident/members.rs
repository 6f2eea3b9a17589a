//! Who and what stands under an incident: added, removed, put at the head.

use std::collections::BTreeSet;

use yipan_base::id::CaseId;
use yipan_base::refusal::Refusal;

use super::command::Member;
use super::event::Event;
use super::state::Incident;
use crate::check;
use crate::dossier::Desk;

const MOST_AT_A_TIME: usize = 1_000;
const MOST_MEMBERS: usize = 20_000;

pub(super) fn nothing_new(pointer: &str) -> Refusal {
    Refusal::conflict(
        "incident.nothing_new",
        "所列内容都已在此事件中，无需再次提交",
        "the incident holds all of this already; nothing is left to be done",
    )
    .at(pointer)
}

/// Every name is a reference, and no more than the house takes at a time.
fn sound_members(cases: &[CaseId], others: &[Member]) -> Result<(), Refusal> {
    let count = cases.len() + others.len();
    if count > MOST_AT_A_TIME {
        return Err(Refusal::invalid(
            "incident.too_many",
            format!("一次最多 {MOST_AT_A_TIME} 项，此次为 {count} 项；请分批提交"),
            format!("{count} are more than {MOST_AT_A_TIME} at a time; send them in parts"),
        )
        .at("/cases"));
    }
    for (index, case) in cases.iter().enumerate() {
        check::reference(case.as_str(), &format!("/cases/{index}"))?;
    }
    for (index, other) in others.iter().enumerate() {
        check::reference(&other.reference, &format!("/others/{index}/reference"))?;
    }
    Ok(())
}

pub(super) fn add(incident: &Incident, cases: &[CaseId], others: &[Member]) -> Result<Event, Refusal> {
    sound_members(cases, others)?;
    let cases: BTreeSet<_> = cases.iter().filter(|case| !incident.cases.contains(*case)).cloned().collect();
    let others: BTreeSet<_> =
        others.iter().filter(|other| !incident.others.contains(*other)).cloned().collect();
    if cases.is_empty() && others.is_empty() {
        return Err(nothing_new("/cases"));
    }
    let count = incident.cases.len() + incident.others.len() + cases.len() + others.len();
    if count > MOST_MEMBERS {
        return Err(Refusal::rule(
            "incident.full",
            format!("一个事件最多 {MOST_MEMBERS} 项；请按区域另立事件"),
            format!("an incident holds at most {MOST_MEMBERS} members; open a further one by area"),
        )
        .at("/cases"));
    }
    Ok(Event::Added { cases, others })
}

pub(super) fn remove(
    incident: &Incident,
    cases: &[CaseId],
    others: &[Member],
    reason: &str,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    sound_members(cases, others)?;
    let cases: BTreeSet<_> = cases.iter().filter(|case| incident.cases.contains(*case)).cloned().collect();
    let others: BTreeSet<_> =
        others.iter().filter(|other| incident.others.contains(*other)).cloned().collect();
    if cases.is_empty() && others.is_empty() {
        return Err(not_a_member("/cases"));
    }
    Ok(Event::Removed { cases, others, reason: desk.keep("reason", reason)? })
}

fn not_a_member(pointer: &str) -> Refusal {
    Refusal::rule(
        "incident.not_a_member",
        "所列内容不在此事件中；请先归并",
        "this is no member of the incident; add it first",
    )
    .at(pointer)
}

pub(super) fn set_master(incident: &Incident, case: &CaseId) -> Result<Event, Refusal> {
    if !incident.cases.contains(case) {
        return Err(not_a_member("/case"));
    }
    if incident.master.as_ref() == Some(case) {
        return Err(nothing_new("/case"));
    }
    Ok(Event::MasterSet { case: case.clone() })
}
