//! Reports of wrongdoing (举报): secrecy, the redacted extract, and leaving the house.

use std::collections::BTreeSet;

use yipan_base::id::{NarrativeId, StaffId, UnitId};
use yipan_base::refusal::Refusal;

use super::Draft;
use super::accept::clear_centre;
use super::correct::change_centre;
use super::draft::unknown_unit;
use super::gate::unit_accused;
use crate::case::{Outcome, Stage, TermKind};
use crate::event::Event;

pub(super) fn make(
    d: &mut Draft<'_>,
    accused_units: &BTreeSet<UnitId>,
    accused_staff: &BTreeSet<StaffId>,
) -> Result<(), Refusal> {
    if !d.case.members.is_empty() {
        return Err(Refusal::rule(
            "secret.merged",
            "已有并入的工单，请先取消并单",
            "cases were merged into this one; release them first",
        ));
    }
    if let Some(unknown) = accused_units.iter().find(|u| d.ctx.directory.unit(u).is_none()) {
        return Err(unknown_unit(unknown, "/accused_units"));
    }
    d.push(Event::MadeSecret { accused_units: accused_units.clone(), accused_staff: accused_staff.clone() });
    go_above(d)?;
    take_back(d)
}

/// An accused centre runs the case no longer: the next clear one above it does.
fn go_above(d: &mut Draft<'_>) -> Result<(), Refusal> {
    let directory = d.ctx.directory;
    let Some(clear) = clear_centre(directory.unit(&d.case.centre), &d.case.accused_units, directory) else {
        return Err(Refusal::rule(
            "secret.no_centre_above",
            "被举报的是最高一级指挥中心，请移送上级机关",
            "the accused is the highest centre of this house; refer the report to the authority above",
        ));
    };
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

pub(super) fn extract(d: &mut Draft<'_>, extract: &NarrativeId) -> Result<(), Refusal> {
    if !d.case.secret {
        return Err(Refusal::rule(
            "secret.not",
            "本单不涉密，无需摘要",
            "this case is not secret; it needs no extract",
        ));
    }
    d.push(Event::ExtractSet { extract: extract.clone() });
    Ok(())
}

/// Discipline matters leave the house: closed here as beyond duty, handed to the authority named.
pub(super) fn refer_away(d: &mut Draft<'_>, authority: &str, reason: &NarrativeId) -> Result<(), Refusal> {
    if authority.trim().is_empty() {
        return Err(
            Refusal::invalid("refer.authority", "须写明移送机关", "name the authority").at("/authority")
        );
    }
    d.push(Event::ReferredAway { authority: authority.to_owned(), reason: reason.clone() });
    d.stop_all();
    d.push(Event::Closed { outcome: Outcome::BeyondDuty, reason: Some(reason.clone()) });
    d.reach(Stage::Closed);
    Ok(())
}
