//! On what a dispatch rests (派单依据): duty lists, recorded rulings, routing rules.
//!
//! Whether a rule of the routing rules exists is not known here; how it is called must be a number.

use yipan_base::directory::{AreaLevel, Unit, UnitKind};
use yipan_base::id::UnitId;
use yipan_base::refusal::Refusal;

use super::{Draft, word};
use crate::command::Basis;

/// Checks the basis that somebody names for giving work to a unit.
pub(super) fn check_basis(d: &Draft<'_>, unit: &UnitId, basis: &Basis) -> Result<(), Refusal> {
    match basis {
        Basis::Judgement => Ok(()),
        Basis::Rule { rule, .. } => word::check_number(rule.as_str(), "dispatch.rule", "/basis/rule"),
        Basis::Ruling { reference } => {
            word::check_number(reference, "dispatch.reference", "/basis/reference")
        }
        Basis::DutyList { line } => {
            word::check_number(line, "dispatch.line", "/basis/line")?;
            // A unit that does not exist is refused where it is named.
            match d.ctx.directory.unit(unit) {
                Some(unit) if !answers_for(d, unit, line) => Err(unlisted(unit, line).at("/basis/line")),
                _ => Ok(()),
            }
        }
    }
}

/// A department's work goes to a town, or to the centre there, only by the town's duty list or a
/// recorded ruling.
pub(super) fn duty_list(d: &Draft<'_>, unit: &Unit, basis: &Basis, pointer: &str) -> Result<(), Refusal> {
    match d.ctx.rules.line_of(&d.case.category) {
        Some(line)
            if in_a_town(d, unit) && !listed(d, unit, line) && !matches!(basis, Basis::Ruling { .. }) =>
        {
            Err(unlisted(unit, line).at(pointer))
        }
        _ => Ok(()),
    }
}

/// Whether a unit really answers for a line: in a town by its duty list, above by what it is.
fn answers_for(d: &Draft<'_>, unit: &Unit, line: &str) -> bool {
    let governs = matches!(unit.kind, UnitKind::Government | UnitKind::Centre);
    if in_a_town(d, unit) || !governs {
        return listed(d, unit, line);
    }
    // A county or city answers for every line for which it has no department.
    d.ctx.rules.line_of(&d.case.category) == Some(line)
}

/// Whether a line is a unit's own, or stands on its duty list or that of its town.
fn listed(d: &Draft<'_>, unit: &Unit, line: &str) -> bool {
    let directory = d.ctx.directory;
    let town = directory.ancestor_at(&unit.area, AreaLevel::Town).and_then(|t| directory.government(&t.id));
    unit.line.as_deref() == Some(line)
        || unit.duty_list.contains(line)
        || town.is_some_and(|town| town.duty_list.contains(line))
}

fn in_a_town(d: &Draft<'_>, unit: &Unit) -> bool {
    d.ctx.directory.level_of(&unit.id) >= Some(AreaLevel::Town)
}

fn unlisted(unit: &Unit, line: &str) -> Refusal {
    Refusal::rule(
        "dispatch.duty_list",
        format!("{} 的履职事项清单没有“{line}”；部门职责不得派给镇街，除非有书面裁定", unit.name),
        format!(
            "the duty list of {} has no `{line}`; a department's work goes to a town only by its duty list or a recorded ruling",
            unit.name
        ),
    )
    .fact("line", line)
}
