//! What people may ask of a roster.

use serde::{Deserialize, Serialize};
use yipan_base::id::{StaffId, UnitId};
use yipan_base::time::Timestamp;

use super::DutyPost;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = RosterCommand))]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// 排班: puts people on duty; begins the roster of a centre that has none.
    Plan { centre: UnitId, assignments: Vec<Planned> },
    /// 战时增派: more people, because a command post stands.
    Raise {
        centre: UnitId,
        /// The command post's id.
        post: String,
        assignments: Vec<Planned>,
    },
    /// Takes back an assignment that has not begun.
    Withdraw { assignment: u32 },
    /// 换班: whoever is on duty asks a colleague to take the rest of it.
    Swap {
        assignment: u32,
        with: StaffId,
        /// Why.
        reason: String,
    },
    /// The colleague agrees.
    AgreeSwap { assignment: u32 },
    /// The one who asked, or the colleague who was asked, drops it.
    DropSwap { assignment: u32 },
    /// Shift leader, leader or dispatcher decides it.
    RuleSwap {
        assignment: u32,
        granted: bool,
        #[serde(default)]
        reason: Option<String>,
    },
}

/// One person on duty for one stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = PlannedAssignment))]
#[serde(deny_unknown_fields)]
pub struct Planned {
    pub post: DutyPost,
    pub staff: StaffId,
    pub from: Timestamp,
    /// At most 24 h later.
    pub to: Timestamp,
}
