//! Precedents (判例): earlier rulings on who handles what, and which of them are like a matter.

use serde::{Deserialize, Serialize};
use yipan_base::directory::{AreaLevel, Unit};
use yipan_base::id::{AreaId, CategoryId, UnitId};
use yipan_base::time::Timestamp;

use super::ladder::Ladder;

/// An earlier ruling on a return (退单裁定).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Precedent {
    pub at: Timestamp,
    pub category: CategoryId,
    pub area: Option<AreaId>,
    /// The line that regulated the category.
    pub line: Option<String>,
    /// Who asked to be rid of it.
    pub unit_from: UnitId,
    /// Who held it after the ruling: the same unit where the return was refused.
    pub unit_to: UnitId,
    pub ruling: Ruling,
    /// The number of its case.
    pub number: String,
}

/// How a return was ruled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// 同意退单
    Granted,
    /// 不同意退单
    Refused,
    /// 指定承办
    Designated,
}

/// A precedent and in what it is like the matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LikePrecedent {
    pub precedent: Precedent,
    pub likeness: Likeness,
}

/// In what a precedent is like a matter. What stands first weighs more than all that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Likeness {
    /// Words of the category's path in common.
    pub category: usize,
    /// Whether that is the whole of both paths.
    pub same_category: bool,
    /// The deepest area that holds both places.
    pub area: Option<AreaLevel>,
    pub same_line: bool,
}

/// The precedents that are like a matter and older than it, the likest first, of equals the
/// latest. None that names a unit which the matter accuses or the directory lacks.
pub(super) fn ranked<'p>(ladder: &Ladder<'_>, precedents: &'p [Precedent]) -> Vec<(Likeness, &'p Precedent)> {
    let mut found: Vec<_> = precedents
        .iter()
        .filter(|p| p.at <= ladder.matter.at)
        .filter(|p| [&p.unit_from, &p.unit_to].into_iter().all(|unit| may_be_named(ladder, unit)))
        .map(|p| (likeness(ladder, p), p))
        .filter(|(likeness, _)| likeness.category > 0 || likeness.same_line)
        .collect();
    found.sort_by(|(a, p), (b, q)| {
        b.cmp(a).then_with(|| q.at.cmp(&p.at)).then_with(|| p.number.cmp(&q.number))
    });
    found
}

fn may_be_named(ladder: &Ladder<'_>, unit: &UnitId) -> bool {
    ladder.directory.unit(unit).is_some_and(|unit| !ladder.accused(unit))
}

fn likeness(ladder: &Ladder<'_>, precedent: &Precedent) -> Likeness {
    let (ours, theirs) = (ladder.matter.category.as_str(), precedent.category.as_str());
    let place = ladder.ground.area();
    let common = place.zip(precedent.area.as_ref()).and_then(|(place, area)| {
        ladder.directory.ancestors(area).find(|a| ladder.directory.within(&place.id, &a.id))
    });
    Likeness {
        category: ours.split('.').zip(theirs.split('.')).take_while(|(a, b)| a == b).count(),
        same_category: ours == theirs,
        area: common.map(|a| a.level),
        same_line: ladder.line.is_some() && ladder.line == precedent.line.as_deref(),
    }
}

/// The latest ruling on the same category among units that answer for the matter's place.
pub(super) fn latest<'a, 'p>(
    ladder: &Ladder<'a>,
    ranked: &[(Likeness, &'p Precedent)],
) -> Option<(&'a Unit, &'p Precedent)> {
    let place = ladder.place()?;
    ranked
        .iter()
        .filter(|(likeness, _)| likeness.same_category)
        .filter_map(|(_, p)| Some((ladder.directory.unit(&p.unit_to)?, *p)))
        .filter(|(unit, _)| ladder.directory.within(&place.id, &unit.area))
        .max_by_key(|(_, p)| p.at)
}
