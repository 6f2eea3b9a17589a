//! What follows from a session: who acts, which cases may be seen, how much of them.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use yipan_base::directory::{AreaLayer, AreaLevel, Directory, Role, Staff, UnitKind, area_key, unit_key};
use yipan_casework::Actor;
use yipan_casework::case::Case;
use yipan_casework::project::{Access, Clearance, access};
use yipan_store::Scope;

/// A member of staff at work, or the house itself. Clones are the same viewer.
#[derive(Debug, Clone)]
pub struct Viewer(Arc<Sight>);

/// What a [`Viewer`] is made of.
#[derive(Debug)]
pub struct Sight {
    pub actor: Actor,
    holders: BTreeSet<String>,
    clearance: Clearance,
    scope: Scope,
    house: bool,
}

impl Deref for Viewer {
    type Target = Sight;

    fn deref(&self) -> &Sight {
        &self.0
    }
}

/// Administrators run the machine; cases are none of their business.
const ADMINISTRATORS: &[Role] =
    &[Role::SystemAdministrator, Role::SecurityAdministrator, Role::AuditAdministrator, Role::DataSteward];

impl Viewer {
    /// The house at background work, which sees everything; the reason stands in the audit log.
    #[must_use]
    pub fn system(reason: &'static str) -> Self {
        Self(Arc::new(Sight {
            actor: Actor::system(),
            holders: BTreeSet::new(),
            clearance: Clearance::Cleared,
            scope: Scope::system(reason),
            house: true,
        }))
    }

    /// A member of staff: the scope follows from unit, area and roles.
    #[must_use]
    pub fn of(staff: &Staff, directory: &Directory) -> Self {
        let actor = Actor::from(staff);
        let mut holders = BTreeSet::new();
        let mut citywide = false;
        let mut counting = Vec::new();
        let works_cases = staff.roles.iter().any(|r| !ADMINISTRATORS.contains(r));
        if let Some(unit) = directory.unit(&staff.unit).filter(|_| works_cases) {
            holders.insert(unit_key(&unit.id));
            let sees_area = unit.kind == UnitKind::Centre || staff.roles.contains(&Role::Leader);
            if sees_area && !matches!(unit.kind, UnitKind::Department | UnitKind::Team) {
                holders.insert(area_key(&unit.area));
                if let Some(area) = directory.area(&unit.area) {
                    citywide = area.level == AreaLevel::City && area.layer == AreaLayer::Division;
                    // A board's centre counts what lies in the divisions it holds; the city's counts all.
                    let within = |a: &_| area.holds.iter().any(|h| directory.within(a, h));
                    let counted = directory
                        .units()
                        .filter(|u| !citywide && (directory.within(&u.area, &area.id) || within(&u.area)));
                    counting.extend(counted.map(|u| u.id.to_string()));
                }
                if let Some(government) = directory.government(&unit.area) {
                    holders.insert(unit_key(&government.id));
                }
            }
            // The line above counts its branches.
            counting.extend(
                directory
                    .units()
                    .filter(|u| u.parent.as_ref() == Some(&unit.id) && unit.line.is_some())
                    .map(|u| u.id.to_string()),
            );
        }
        let cleared = staff.roles.contains(&Role::SecrecyOfficer);
        let clearance = if cleared { Clearance::Cleared } else { Clearance::Extract };
        let scope = Scope::staff(holders.iter().cloned().collect(), clearance as i64).counting(counting);
        let scope = if citywide { scope.citywide() } else { scope };
        Self(Arc::new(Sight { actor, holders, clearance, scope, house: false }))
    }
}

impl Sight {
    /// The scope for queries.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.scope.clone()
    }

    /// Whether a case with this access may be seen.
    #[must_use]
    pub fn sees(&self, access: &Access) -> bool {
        self.house
            || access
                .iter()
                .any(|(holder, needed)| self.holders.contains(holder) && *needed <= self.clearance)
    }

    /// Whether this is the house itself, which sees everything.
    #[must_use]
    pub const fn is_house(&self) -> bool {
        self.house
    }

    /// Whether this viewer may see a case: it lies in the scope, and does not accuse the viewer.
    #[must_use]
    pub fn may_see(&self, case: &Case, directory: &Directory) -> bool {
        !case.accused_staff.contains(&self.actor.staff) && self.sees(&access(case, directory))
    }

    /// Whether a secret report may be read whole, not only its extract.
    #[must_use]
    pub const fn cleared(&self) -> bool {
        matches!(self.clearance, Clearance::Cleared)
    }

    /// The keys under which this viewer holds access.
    #[must_use]
    pub fn holders(&self) -> &BTreeSet<String> {
        &self.holders
    }
}
