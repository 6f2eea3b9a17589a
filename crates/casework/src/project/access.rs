//! Who may see a case: one entry per unit that has to do with it and per area above its place.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yipan_base::directory::{Directory, UnitKind, area_key, unit_key};
use yipan_base::id::{AreaId, UnitId};

use crate::case::Case;

/// What a reader must hold to see the case through this entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Clearance {
    /// Anybody in the scope.
    Open = 0,
    /// A secret report, shown to its handlers as a redacted extract.
    Extract = 1,
    /// A secret report, whole: cleared officers only.
    Cleared = 2,
}

/// Holder key (`a:<area>` or `u:<unit>`) → what it takes to see the case.
pub type Access = BTreeMap<String, Clearance>;

/// The access entries of a case. Whoever is accused has none, and nobody under them.
#[must_use]
pub fn access(case: &Case, directory: &Directory) -> Access {
    let mut access = Access::new();
    let of_areas = if case.secret { Clearance::Cleared } else { Clearance::Open };
    let of_holders = if case.secret { Clearance::Extract } else { Clearance::Open };
    let mut grant = |key: String, clearance: Clearance| {
        access.entry(key).and_modify(|c| *c = (*c).min(clearance)).or_insert(clearance);
    };
    let accused = Accused { case, directory };

    let mut areas: Vec<&AreaId> = case.place.area.iter().collect();
    areas.extend(directory.unit(&case.centre).map(|u| &u.area));
    for holding in &case.holdings {
        areas.extend(directory.unit(&holding.unit).map(|u| &u.area));
    }
    for area in areas {
        let divisions = directory.ancestors(area);
        let boards = directory.governance_of(area);
        for area in divisions.chain(boards).filter(|a| !accused.area(&a.id)) {
            grant(area_key(&area.id), of_areas);
        }
    }
    if !accused.unit(&case.centre) {
        grant(unit_key(&case.centre), of_areas);
    }
    for holding in case.holdings.iter().filter(|h| !accused.unit(&h.unit)) {
        grant(unit_key(&holding.unit), of_holders);
        // The line above watches its branches.
        let above = directory.unit(&holding.unit).and_then(|u| u.parent.as_ref());
        if let Some(parent) = above.filter(|p| !accused.unit(p)) {
            grant(unit_key(parent), of_areas);
        }
    }
    for copy in case.copies.iter().filter(|c| !accused.unit(&c.unit)) {
        grant(unit_key(&copy.unit), of_areas);
    }
    access
}

struct Accused<'a> {
    case: &'a Case,
    directory: &'a Directory,
}

impl Accused<'_> {
    fn unit(&self, unit: &UnitId) -> bool {
        crate::decide::unit_accused(self.case, unit, self.directory)
    }

    /// An area is shut out if the government or the centre that stands for it is accused.
    fn area(&self, area: &AreaId) -> bool {
        self.case.accused_units.iter().filter_map(|u| self.directory.unit(u)).any(|accused| {
            matches!(accused.kind, UnitKind::Government | UnitKind::Centre)
                && self.directory.within(area, &accused.area)
        })
    }
}
