//! Who acts: members of staff, by unit and role.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use yipan_base::directory::{Directory, Role};
use yipan_base::id::{StaffId, UnitId};
use yipan_platform::Viewer;

use crate::fault::PlayFault;

/// The staff of the city at their desks. What each may see is worked out once.
pub(crate) struct Crew {
    directory: Arc<Directory>,
    viewers: Mutex<HashMap<StaffId, Arc<Viewer>>>,
}

impl Crew {
    pub fn new(directory: Arc<Directory>) -> Self {
        Self { directory, viewers: Mutex::default() }
    }

    /// The nth of those at a unit who have a role, round and round.
    pub fn at(&self, unit: &UnitId, role: Role, nth: u32) -> Result<Arc<Viewer>, PlayFault> {
        let able: Vec<_> =
            self.directory.staff_of(unit).filter(|s| !s.disabled && s.roles.contains(&role)).collect();
        let Some(staff) = able.get(nth as usize % able.len().max(1)) else {
            return Err(PlayFault::City(format!("nobody at {unit} is {role:?}")));
        };
        let mut viewers = self.viewers.lock().unwrap_or_else(PoisonError::into_inner);
        let viewer = viewers.entry(staff.id.clone());
        Ok(viewer.or_insert_with(|| Arc::new(Viewer::of(staff, &self.directory))).clone())
    }
}
