//! From a target to a unit of the directory; what cannot take the work passes it one level up.

use yipan_base::directory::{Area, AreaLevel, Directory, Unit, UnitKind};
use yipan_base::id::AreaId;

use super::bounds;
use super::matter::{Ground, Matter};
use super::rule::Target;
use super::suggestion::Warning;

/// Levels from the deepest up.
const UPWARD: [AreaLevel; 4] = [AreaLevel::Grid, AreaLevel::Town, AreaLevel::County, AreaLevel::City];

/// The units that could take a matter, level above level.
pub(super) struct Ladder<'a> {
    pub matter: &'a Matter<'a>,
    pub directory: &'a Directory,
    pub ground: Ground<'a>,
    /// The line that regulates the matter's category.
    pub line: Option<&'a str>,
}

/// Who takes it, and why not the unit that was wanted first.
pub(super) struct Chosen<'a> {
    pub unit: &'a Unit,
    pub passed: Vec<Passed>,
}

/// Why a level could not take the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passed {
    NoArea,
    NoUnit,
    NotOnDutyList,
    Accused,
}

impl Passed {
    pub const fn zh(self) -> &'static str {
        match self {
            Self::NoArea => "区划不详",
            Self::NoUnit => "该级没有这个单位",
            Self::NotOnDutyList => "不在镇街履职事项清单",
            Self::Accused => "须回避",
        }
    }

    pub const fn en(self) -> &'static str {
        match self {
            Self::NoArea => "the place is not known that closely",
            Self::NoUnit => "there is no such unit at that level",
            Self::NotOnDutyList => "it is not on the town's duty list",
            Self::Accused => "whom the report accuses may not handle it",
        }
    }
}

/// One level of the ladder.
enum Rung<'a> {
    Unit(&'a Unit),
    Without(Passed),
}

impl<'a> Ladder<'a> {
    /// The first unit from the target upward that may be given the work. What stood in the way is
    /// added to `warnings`.
    pub fn choose(&self, target: &Target, warnings: &mut Vec<Warning>) -> Option<Chosen<'a>> {
        let mut passed = Vec::new();
        for rung in self.rungs(target) {
            let reason = match rung {
                Rung::Without(reason) => reason,
                Rung::Unit(unit) if self.accused(unit) => {
                    note(warnings, Warning::Accused);
                    Passed::Accused
                }
                Rung::Unit(unit) if !bounds::on_duty(unit, self.line, self.directory) => {
                    let line = self.line.unwrap_or_default().to_owned();
                    note(warnings, Warning::NotOnDutyList { unit: unit.id.clone(), line });
                    Passed::NotOnDutyList
                }
                Rung::Unit(unit) => return Some(Chosen { unit, passed }),
            };
            if let (Passed::NoArea, Ground::At(area)) = (reason, self.ground) {
                note(warnings, Warning::Coarse { known: area.level, wanted: self.level_of(target) });
            }
            if !passed.contains(&reason) {
                passed.push(reason);
            }
        }
        None
    }

    /// The first unit from the target upward that may read along; reading asks for no duty.
    pub fn reader(&self, target: &Target) -> Option<&'a Unit> {
        self.rungs(target).find_map(|rung| match rung {
            Rung::Unit(unit) if !self.accused(unit) => Some(unit),
            _ => None,
        })
    }

    pub fn accused(&self, unit: &Unit) -> bool {
        bounds::accused(&self.matter.accused_units, unit, self.directory)
    }

    /// Where the matter lies; an unlocated one lies somewhere in the city.
    pub fn place(&self) -> Option<&'a Area> {
        self.ground.area().or_else(|| self.directory.city())
    }

    /// The area of a level around the matter.
    fn area(&self, level: AreaLevel) -> Option<&'a Area> {
        self.around(&self.place()?.id, level)
    }

    fn around(&self, area: &AreaId, level: AreaLevel) -> Option<&'a Area> {
        self.directory.ancestor_at(area, level)
    }

    fn level_of(&self, target: &Target) -> AreaLevel {
        match target {
            Target::Unit { unit } => self.directory.level_of(unit).unwrap_or(AreaLevel::City),
            Target::Department { level, .. } | Target::Government { level } => *level,
            Target::Team { .. } => AreaLevel::Town,
        }
    }

    /// The target itself, then the department of its line at every level above it, or that
    /// level's government where the line has none.
    fn rungs(&self, target: &Target) -> impl Iterator<Item = Rung<'a>> {
        let start = self.level_of(target);
        let named = match target {
            Target::Unit { unit } => self.directory.unit(unit),
            _ => None,
        };
        let line = match target {
            Target::Department { line: Some(line), .. } => Some(line.clone()),
            _ => named.and_then(|unit| unit.line.clone()).or_else(|| self.line.map(str::to_owned)),
        };
        let above = UPWARD.into_iter().filter(move |level| *level < start).map(move |level| {
            // The level above a named unit is that of its own area, wherever the matter lies.
            let area = named.map_or_else(|| self.area(level), |unit| self.around(&unit.area, level));
            let Some(area) = area else { return Rung::Without(Passed::NoArea) };
            let department = line.as_deref().and_then(|line| self.directory.department(&area.id, line));
            let unit = department.or_else(|| self.directory.government(&area.id));
            unit.map_or(Rung::Without(Passed::NoUnit), Rung::Unit)
        });
        std::iter::once(self.wanted(target)).chain(above)
    }

    fn wanted(&self, target: &Target) -> Rung<'a> {
        let area = self.area(self.level_of(target));
        let unit = match target {
            Target::Unit { unit } => self.directory.unit(unit),
            Target::Government { .. } => area.and_then(|a| self.directory.government(&a.id)),
            Target::Department { line, .. } => {
                area.zip(line.as_deref().or(self.line)).and_then(|(a, line)| {
                    let team = || self.team(a, |team| team.line.as_deref() == Some(line));
                    self.directory.department(&a.id, line).or_else(team)
                })
            }
            Target::Team { group } => {
                area.and_then(|a| self.team(a, |team| team.peer_group.as_ref() == Some(group)))
            }
        };
        match (unit, area) {
            (Some(unit), _) => Rung::Unit(unit),
            (None, Some(_)) => Rung::Without(Passed::NoUnit),
            (None, None) => Rung::Without(Passed::NoArea),
        }
    }

    fn team(&self, area: &Area, is: impl Fn(&Unit) -> bool) -> Option<&'a Unit> {
        self.directory.units().find(|unit| unit.kind == UnitKind::Team && unit.area == area.id && is(unit))
    }
}

/// Adds a warning that does not stand there yet.
pub(super) fn note(warnings: &mut Vec<Warning>, warning: Warning) {
    if !warnings.contains(&warning) {
        warnings.push(warning);
    }
}
