//! Reports of wrongdoing (举报): secrecy, the redacted extract, and leaving the house.

use std::collections::BTreeSet;

use yipan_base::id::{NarrativeId, StaffId, UnitId};
use yipan_base::refusal::Refusal;

use super::Draft;
use super::draft::{unit_name, unknown_unit};
use super::gate::unit_accused;
use crate::case::{Outcome, Stage, Standing};
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
    if let Some(holding) =
        d.case.holdings.iter().find(|h| h.standing == Standing::Open && unit_accused(&d.case, &h.unit, d.ctx.directory))
    {
        return Err(Refusal::rule(
            "secret.accused_holds",
            format!("被举报单位 {} 正在承办，请先收回", unit_name(&d.ctx, &holding.unit)),
            format!("{} is accused and holds a part of this case; take it back first", unit_name(&d.ctx, &holding.unit)),
        ));
    }
    Ok(())
}

pub(super) fn extract(d: &mut Draft<'_>, extract: &NarrativeId) -> Result<(), Refusal> {
    if !d.case.secret {
        return Err(Refusal::rule("secret.not", "本单不涉密，无需摘要", "this case is not secret; it needs no extract"));
    }
    d.push(Event::ExtractSet { extract: extract.clone() });
    Ok(())
}

/// Discipline matters leave the house: closed here as beyond duty, handed to the authority named.
pub(super) fn refer_away(d: &mut Draft<'_>, authority: &str, reason: &NarrativeId) -> Result<(), Refusal> {
    if authority.trim().is_empty() {
        return Err(Refusal::invalid("refer.authority", "须写明移送机关", "name the authority").at("/authority"));
    }
    d.push(Event::ReferredAway { authority: authority.to_owned(), reason: reason.clone() });
    for open in d.case.holdings.iter().filter(|h| h.standing == Standing::Open).map(|h| h.no).collect::<Vec<_>>() {
        d.push(Event::HoldingWithdrawn { holding: open });
    }
    for term in d.case.terms.iter().filter(|t| t.ended_at.is_none()).map(|t| t.no).collect::<Vec<_>>() {
        d.push(Event::TermEnded { no: term });
    }
    d.push(Event::Closed { outcome: Outcome::BeyondDuty, reason: Some(reason.clone()) });
    d.reach(Stage::Closed);
    Ok(())
}
