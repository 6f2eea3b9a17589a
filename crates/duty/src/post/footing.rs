//! What a plan brings at a level, for the centre that raises a command post.

use std::collections::BTreeSet;

use yipan_base::directory::{Directory, Unit, UnitKind};
use yipan_base::id::{AreaId, UnitId};
use yipan_base::refusal::Refusal;
use yipan_base::time::MINUTE;

use super::plans::{Plan, plans};
use super::{Footing, Level, SetCycle};
use crate::check;
use crate::dossier::Desk;

pub(super) fn plan_called(id: &str) -> Result<&'static Plan, Refusal> {
    plans().plan(id).ok_or_else(|| {
        let known: Vec<_> = plans().plans.keys().map(String::as_str).collect();
        let known = known.join(", ");
        Refusal::invalid(
            "post.plan",
            format!("没有这个预案，可用：{known}"),
            format!("no such plan; there are: {known}"),
        )
        .at("/plan")
    })
}

/// What the plan brings at a level. `named` centres are told whatever the plan says.
pub(super) fn footing(
    own: &Unit,
    plan: &Plan,
    level: Level,
    areas: &BTreeSet<AreaId>,
    named: BTreeSet<UnitId>,
    desk: &Desk<'_>,
) -> Footing {
    let (directory, now) = (desk.directory, desk.now);
    let response = plan.levels.get(&level);
    let below = response.map_or(0, |response| response.levels_below);
    let covers = |outer: &AreaId, inner: &AreaId| check::covers(directory, outer, inner);
    let near = |unit: &Unit| steps(own, unit, directory).is_some_and(|steps| steps <= below);
    let struck = |unit: &Unit| areas.iter().any(|area| covers(area, &unit.area) || covers(&unit.area, area));
    let told = |unit: &&Unit| {
        unit.kind == UnitKind::Centre
            && covers(&own.area, &unit.area)
            && (areas.contains(&unit.area) || near(unit) && struck(unit))
    };
    let mut centres = named;
    centres.extend(directory.units().filter(told).map(|unit| unit.id.clone()));
    centres.remove(&own.id);
    let lines = response.into_iter().flat_map(|response| &response.lines);
    let cycles = response.into_iter().flat_map(|response| &response.cycles);
    Footing {
        level,
        centres,
        acknowledge_by: now.plus(desk.terms.absence_minutes * MINUTE),
        told: lines
            .filter_map(|line| directory.department(&own.area, line))
            .map(|unit| unit.id.clone())
            .collect(),
        posts: response.map_or_else(Vec::new, |response| response.posts.clone()),
        cycles: cycles
            .map(|cycle| SetCycle {
                what: cycle.what,
                every_minutes: cycle.every_minutes,
                due: now.plus(cycle.first_minutes * MINUTE),
            })
            .collect(),
    }
}

/// How many levels a unit lies below another.
fn steps(own: &Unit, unit: &Unit, directory: &Directory) -> Option<u8> {
    let level = |unit: &Unit| directory.level_of(&unit.id).map(|level| level as u8);
    level(unit)?.checked_sub(level(own)?)
}
