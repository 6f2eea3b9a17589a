//! Who acts.

use std::collections::BTreeSet;

use crate::directory::{Role, Staff};
use crate::id::{StaffId, UnitId};
use serde::{Deserialize, Serialize};

/// The one who gives a command: a member of staff at a unit, or the house itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub staff: StaffId,
    pub unit: Option<UnitId>,
    pub roles: BTreeSet<Role>,
}

impl Actor {
    /// The house: timers, replays of the outbox, the drill's bookkeeping. Never a person.
    #[must_use]
    pub fn system() -> Self {
        Self { staff: StaffId::new("system"), unit: None, roles: BTreeSet::new() }
    }

    #[must_use]
    pub fn is_system(&self) -> bool {
        self.unit.is_none()
    }

    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    #[must_use]
    pub fn has_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|r| self.roles.contains(r))
    }
}

impl From<&Staff> for Actor {
    fn from(staff: &Staff) -> Self {
        Self { staff: staff.id.clone(), unit: Some(staff.unit.clone()), roles: staff.roles.clone() }
    }
}
