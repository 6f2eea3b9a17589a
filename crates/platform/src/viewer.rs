//! What follows from a session: who acts, which cases may be seen, how much of them.

use std::collections::BTreeSet;

use yipan_base::directory::{AreaLayer, AreaLevel, Directory, Role, Staff, UnitKind, area_key, unit_key};
use yipan_casework::Actor;
use yipan_casework::case::Case;
use yipan_casework::project::{Access, Clearance, access};
use yipan_store::Scope;

/// A member of staff at work, or the house itself.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub actor: Actor,
    holders: BTreeSet<String>,
    clearance: Clearance,
    citywide: bool,
    counting: Vec<String>,
    reason: Option<&'static str>,
}

/// Administrators run the machine; cases are none of their business.
const ADMINISTRATORS: &[Role] =
    &[Role::SystemAdministrator, Role::SecurityAdministrator, Role::AuditAdministrator, Role::DataSteward];

impl Viewer {
    /// The house at background work, which sees everything; the reason stands in the audit log.
    #[must_use]
    pub fn system(reason: &'static str) -> Self {
        Self {
            actor: Actor::system(),
            holders: BTreeSet::new(),
            clearance: Clearance::Cleared,
            citywide: true,
            counting: Vec::new(),
            reason: Some(reason),
        }
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
                    // A board's centre counts what lies in the divisions it holds.
                    let within = |a: &_| area.holds.iter().any(|h| directory.within(a, h));
                    counting.extend(
                        directory
                            .units()
                            .filter(|u| directory.within(&u.area, &area.id) || within(&u.area))
                            .map(|u| u.id.to_string()),
                    );
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
        Self {
            actor,
            holders,
            clearance: if cleared { Clearance::Cleared } else { Clearance::Extract },
            citywide,
            counting,
            reason: None,
        }
    }

    /// The scope for queries.
    #[must_use]
    pub fn scope(&self) -> Scope {
        if let Some(reason) = self.reason {
            return Scope::system(reason);
        }
        let scope = Scope::staff(self.holders.iter().cloned().collect(), self.clearance as i64)
            .counting(self.counting.iter().cloned());
        if self.citywide { scope.citywide() } else { scope }
    }

    /// Whether a case with this access may be seen.
    #[must_use]
    pub fn sees(&self, access: &Access) -> bool {
        self.reason.is_some()
            || access
                .iter()
                .any(|(holder, needed)| self.holders.contains(holder) && *needed <= self.clearance)
    }

    /// Whether this is the house itself, which sees everything.
    #[must_use]
    pub const fn is_house(&self) -> bool {
        self.reason.is_some()
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
