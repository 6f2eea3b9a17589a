//! Reports of wrongdoing (举报): secrecy, the redacted extract, and leaving the house.

use std::collections::BTreeSet;

use yipan_base::id::{NarrativeId, StaffId, UnitId};
use yipan_base::refusal::Refusal;

use super::accept::Accused;
use super::correct::change_centre;
use super::draft::unknown_unit;
use super::gate::unit_accused;
use super::{Draft, word};
use crate::case::{Case, Outcome, Stage, TermKind};
use crate::event::Event;

/// Whether the case may become secret at all.
pub(super) fn may_make(case: &Case) -> Result<(), Refusal> {
    if case.members.is_empty() {
        return Ok(());
    }
    Err(Refusal::rule(
        "secret.merged",
        "已有并入的工单，请先取消并单",
        "cases were merged into this one; release them first",
    ))
}

pub(super) fn make(
    d: &mut Draft<'_>,
    accused_units: &BTreeSet<UnitId>,
    accused_staff: &BTreeSet<StaffId>,
) -> Result<(), Refusal> {
    may_make(&d.case)?;
    if let Some(unknown) = accused_units.iter().find(|u| d.ctx.directory.unit(u).is_none()) {
        return Err(unknown_unit(unknown, "/accused_units"));
    }
    d.push(Event::MadeSecret { accused_units: accused_units.clone(), accused_staff: accused_staff.clone() });
    go_above(d)?;
    take_back(d)
}

/// A centre that is accused, or where nobody may act on a secret report, runs the case no longer:
/// the next one above it does that may.
fn go_above(d: &mut Draft<'_>) -> Result<(), Refusal> {
    let directory = d.ctx.directory;
    let accused = Accused { units: &d.case.accused_units, staff: &d.case.accused_staff };
    let clear = accused.run_by(directory.unit(&d.case.centre), true, directory, "secret")?;
    if clear.id == d.case.centre {
        return Ok(());
    }
    let Some(report) = d.case.narratives.first().map(|n| n.id.clone()) else {
        return Err(Refusal::internal("a case has the text it was accepted with"));
    };
    change_centre(d, &clear.id, &report)
}

/// What the accused hold in this round is taken from them, answered or not; without a main handler
/// the case waits for its dispatch again.
fn take_back(d: &mut Draft<'_>) -> Result<(), Refusal> {
    let round = d.case.round;
    let held = d.case.holdings.iter().filter(|h| h.round == round && h.is_live());
    let accused = held.filter(|h| unit_accused(&d.case, &h.unit, d.ctx.directory));
    let (mains, others): (Vec<_>, Vec<_>) = accused.partition(|h| h.is_top_main());
    let main_lost = !mains.is_empty();
    for no in mains.into_iter().chain(others).map(|h| h.no).collect::<Vec<_>>() {
        if d.holding(no)?.is_live() {
            d.withdraw(no);
        }
    }
    if !main_lost {
        return Ok(());
    }
    // Whoever assisted the accused is released with it; a clean dispatch follows.
    d.stop_all();
    d.reach(Stage::Accepted);
    d.start_term(TermKind::Dispatch, None)
}

/// Whether the case needs an extract at all.
pub(super) fn may_extract(case: &Case) -> Result<(), Refusal> {
    if case.secret {
        return Ok(());
    }
    Err(Refusal::rule("secret.not", "本单不涉密，无需摘要", "this case is not secret; it needs no extract"))
}

/// Whether whoever is given the case would have something to read.
pub(super) fn readable(case: &Case) -> Result<(), Refusal> {
    if !case.secret || case.extract.is_some() {
        return Ok(());
    }
    Err(Refusal::rule(
        "secret.extract_missing",
        "涉密举报派单前须先由专人形成脱敏摘要",
        "before a secret report is dispatched, a cleared officer must set its redacted extract",
    ))
}

pub(super) fn extract(d: &mut Draft<'_>, extract: &NarrativeId) {
    d.push(Event::ExtractSet { extract: extract.clone() });
}

/// Discipline matters leave the house: closed here as beyond duty, handed to the authority named.
pub(super) fn refer_away(d: &mut Draft<'_>, authority: &str, reason: &NarrativeId) -> Result<(), Refusal> {
    word::check_name(authority, "refer.authority", "/authority")?;
    d.push(Event::ReferredAway { authority: authority.to_owned(), reason: reason.clone() });
    d.stop_all();
    d.push(Event::Closed { outcome: Outcome::BeyondDuty, reason: Some(reason.clone()) });
    d.reach(Stage::Closed);
    Ok(())
}
