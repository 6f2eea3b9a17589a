//! Dispatch (派单): one main handler, assistants, copies; child dispatch county → town (下派).

use std::collections::BTreeSet;

use yipan_base::directory::{AreaLevel, Unit, UnitKind};
use yipan_base::id::UnitId;
use yipan_base::refusal::Refusal;

use super::Draft;
use super::basis::{self, check_basis};
use super::draft::{unit_name, unknown_unit};
use super::gate::{stands_under, unit_accused};
use super::secret::readable;
use crate::case::{HoldingRole, Stage, Standing, TermKind};
use crate::clock::Clock;
use crate::command::Basis;
use crate::event::{Event, Grant};

pub(super) fn dispatch(
    d: &mut Draft<'_>,
    main: &UnitId,
    assistants: &[UnitId],
    copies: &[UnitId],
    basis: &Basis,
) -> Result<(), Refusal> {
    check_basis(d, main, basis)?;
    let grants = grants(d, None, main, assistants, basis)?;
    let copies = copies_for(d, &grants, copies)?;
    d.end_term(TermKind::Dispatch, None);
    d.push(Event::Dispatched { round: d.case.round, holdings: grants, copies });
    d.reach(Stage::Dispatched);
    Ok(())
}

pub(super) fn dispatch_child(
    d: &mut Draft<'_>,
    parent: u32,
    main: &UnitId,
    assistants: &[UnitId],
    basis: &Basis,
) -> Result<(), Refusal> {
    let holding = d.working_holding(parent)?;
    if holding.signed_at.is_none() {
        return Err(not_signed(parent));
    }
    if d.case.open_children(parent).any(|c| c.role == HoldingRole::Main) {
        return Err(Refusal::conflict(
            "dispatch.child_open",
            "已有下派的主办在办理，请先收回或等其答复",
            "a child order is being handled already; take it back or wait for its reply",
        ));
    }
    let giver = holding.unit.clone();
    check_basis(d, main, basis)?;
    let grants = grants(d, Some(parent), main, assistants, basis)?;
    for grant in &grants {
        below(d, &giver, &grant.unit)?;
    }
    let copies = copies_for(d, &grants, &[])?;
    let round = d.holding(parent)?.round;
    d.push(Event::Dispatched { round, holdings: grants, copies });
    Ok(())
}

pub(super) fn add_assistant(d: &mut Draft<'_>, unit: &UnitId, basis: &Basis) -> Result<(), Refusal> {
    check_basis(d, unit, basis)?;
    let holdings = vec![grant(d, None, unit, HoldingRole::Assistant, basis, d.next_holding())?];
    let copies = copies_for(d, &holdings, &[])?;
    d.push(Event::Dispatched { round: d.case.round, holdings, copies });
    Ok(())
}

pub(super) fn copy(d: &mut Draft<'_>, units: &[UnitId]) -> Result<(), Refusal> {
    let mut named = Vec::new();
    for unit in units {
        let found = check_unit(d, unit, "/units")?;
        if unit_accused(&d.case, unit, d.ctx.directory) {
            return Err(accused(found, "/units"));
        }
        named.push((unit.clone(), "named".to_owned()));
    }
    if named.is_empty() {
        return Err(Refusal::invalid("copy.empty", "没有指明抄送单位", "no unit is named").at("/units"));
    }
    d.push(Event::Copied { units: named });
    Ok(())
}

/// The grants of a dispatch: main first, then the assistants.
pub(super) fn grants(
    d: &Draft<'_>,
    parent: Option<u32>,
    main: &UnitId,
    assistants: &[UnitId],
    basis: &Basis,
) -> Result<Vec<Grant>, Refusal> {
    let mut seen = BTreeSet::from([main]);
    let first = d.next_holding();
    let mut grants = vec![grant(d, parent, main, HoldingRole::Main, basis, first)?];
    for unit in assistants {
        if !seen.insert(unit) {
            return Err(twice(d, unit).at("/assistants"));
        }
        let no = first + grants.len() as u32;
        grants.push(grant(d, parent, unit, HoldingRole::Assistant, basis, no)?);
    }
    Ok(grants)
}

pub(super) fn grant(
    d: &Draft<'_>,
    parent: Option<u32>,
    unit: &UnitId,
    role: HoldingRole,
    basis: &Basis,
    no: u32,
) -> Result<Grant, Refusal> {
    let pointer = if role == HoldingRole::Main { "/main" } else { "/assistants" };
    let found = check_unit(d, unit, pointer)?;
    if unit_accused(&d.case, unit, d.ctx.directory) {
        return Err(accused(found, pointer));
    }
    if d.case
        .holdings
        .iter()
        .any(|h| h.unit == *unit && h.round == d.case.round && h.standing == Standing::Open)
    {
        return Err(twice(d, unit).at(pointer));
    }
    readable(&d.case)?;
    if found.kind == UnitKind::Centre && *unit == d.case.centre {
        return Err(Refusal::rule(
            "dispatch.self",
            "不能派给本中心；可直接答复",
            "a centre cannot dispatch to itself; answer directly instead",
        )
        .at(pointer));
    }
    basis::duty_list(d, found, basis, pointer)?;
    if parent.is_none() {
        within_reach(d, found, pointer)?;
    }
    let (sign, contact, handle, milestones) = clocks(d, role)?;
    Ok(Grant {
        no,
        unit: unit.clone(),
        role,
        parent,
        sign,
        contact,
        handle,
        milestones,
        basis: basis.clone(),
    })
}

type Clocks = (Clock, Option<Clock>, Clock, Vec<(String, Clock)>);

/// The clocks of a new holding: every one starts at the dispatch, so that leaving an order unsigned
/// gains nobody time.
pub(super) fn clocks(d: &Draft<'_>, role: HoldingRole) -> Result<Clocks, Refusal> {
    let policy = d.policy()?;
    let calendar = d.ctx.rules.calendar(&policy.calendar)?;
    let rule =
        policy.rule(d.subject()).ok_or_else(|| Refusal::internal("the policy has no catch-all rule"))?;
    let start = |term, cap| Clock::start(d.now(), term, &rule.id, &policy.pin(), calendar, cap);
    let contact = match role {
        HoldingRole::Main => rule.contact.map(|t| start(t, None)).transpose()?,
        HoldingRole::Assistant => None,
    };
    let mut milestones = Vec::new();
    if role == HoldingRole::Main {
        for stage in &rule.milestones {
            milestones.push((stage.name.clone(), start(stage.term, None)?));
        }
    }
    Ok((start(rule.sign, None)?, contact, start(rule.handle, d.deadlines().cap(d.now()))?, milestones))
}

fn accused(unit: &Unit, pointer: &str) -> Refusal {
    Refusal::rule(
        "dispatch.accused",
        format!("{} 是被举报单位或其下属，应交上一级", unit.name),
        format!("{} is accused or stands under the accused; give it to the level above", unit.name),
    )
    .at(pointer)
}

fn check_unit<'a>(d: &Draft<'a>, unit: &UnitId, pointer: &str) -> Result<&'a Unit, Refusal> {
    d.ctx.directory.unit(unit).ok_or_else(|| unknown_unit(unit, pointer))
}

/// A centre dispatches within its own area; what lies across a county's border is escalated.
fn within_reach(d: &Draft<'_>, unit: &Unit, pointer: &str) -> Result<(), Refusal> {
    let directory = d.ctx.directory;
    let Some(centre) = directory.unit(&d.case.centre) else {
        return Err(unknown_unit(&d.case.centre, "/centre"));
    };
    if directory.within(&unit.area, &centre.area) {
        return Ok(());
    }
    Err(Refusal::rule(
        "dispatch.out_of_area",
        format!("{} 不在 {} 辖区内；跨区域事项请提级", unit.name, centre.name),
        format!("{} lies outside the area of {}; escalate what crosses the border", unit.name, centre.name),
    )
    .at(pointer))
}

/// A child order stays below its giver: a government gives to its area, a department to its own line
/// or, by the duty list, to a town.
pub(super) fn below(d: &Draft<'_>, giver: &UnitId, unit: &UnitId) -> Result<(), Refusal> {
    let directory = d.ctx.directory;
    let (Some(from), Some(to)) = (directory.unit(giver), directory.unit(unit)) else {
        return Err(unknown_unit(unit, "/main"));
    };
    let governs = |u: &Unit| matches!(u.kind, UnitKind::Government | UnitKind::Centre);
    let lower = if governs(from) {
        to.area != from.area || !governs(to)
    } else {
        stands_under(to, &from.id, directory)
            || to.area != from.area
                && to.kind == UnitKind::Government
                && directory.level_of(&to.id) >= Some(AreaLevel::Town)
    };
    if from.id != to.id && lower && directory.within(&to.area, &from.area) {
        return Ok(());
    }
    Err(Refusal::rule(
        "dispatch.not_below",
        format!("{} 不能下派给 {}：不在其辖区或就是本单位", from.name, to.name),
        format!("{} cannot give a child order to {}: it is not below it", from.name, to.name),
    )
    .at("/main"))
}

/// Copies: those named, and by rule the county of every town that is given work and the line's
/// regulator there.
pub(super) fn copies_for(
    d: &Draft<'_>,
    grants: &[Grant],
    named: &[UnitId],
) -> Result<Vec<(UnitId, String)>, Refusal> {
    let directory = d.ctx.directory;
    let mut copies: Vec<(UnitId, String)> = Vec::new();
    let mut add = |unit: &Unit, because: &str| {
        let known = d.case.copies.iter().any(|c| c.unit == unit.id) || copies.iter().any(|c| c.0 == unit.id);
        let holds = d.case.holdings.iter().any(|h| h.unit == unit.id && h.is_live());
        let given = grants.iter().any(|g| g.unit == unit.id);
        let by_rule_accused = unit_accused(&d.case, &unit.id, d.ctx.directory);
        if unit.id != d.case.centre && !known && !holds && !given && !by_rule_accused {
            copies.push((unit.id.clone(), because.to_owned()));
        }
    };
    for unit in named {
        let unit = check_unit(d, unit, "/copies")?;
        if unit_accused(&d.case, &unit.id, directory) {
            return Err(accused(unit, "/copies"));
        }
        add(unit, "named");
    }
    for grant in grants {
        let area = directory.unit(&grant.unit).map(|u| &u.area);
        let town = area.filter(|a| directory.ancestor_at(a, AreaLevel::Town).is_some());
        let Some(county) = town.and_then(|a| directory.ancestor_at(a, AreaLevel::County)) else {
            continue;
        };
        if let Some(unit) = directory.government(&county.id).or_else(|| directory.centre(&county.id)) {
            add(unit, "county");
        }
        if let Some(regulator) =
            d.ctx.rules.line_of(&d.case.category).and_then(|line| directory.department(&county.id, line))
        {
            add(regulator, "regulator");
        }
    }
    Ok(copies)
}

fn twice(d: &Draft<'_>, unit: &UnitId) -> Refusal {
    let name = unit_name(&d.ctx, unit);
    Refusal::rule(
        "dispatch.twice",
        format!("{name} 已经承办本单"),
        format!("{name} holds a part of this case already"),
    )
}

pub(super) fn not_signed(no: u32) -> Refusal {
    Refusal::conflict(
        "holding.not_signed",
        format!("承办 {no} 尚未签收"),
        format!("holding {no} has not been signed for yet"),
    )
    .at("/holding")
}
