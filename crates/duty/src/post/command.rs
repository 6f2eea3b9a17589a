//! What people may ask of a command post.

use serde::{Deserialize, Serialize};
use yipan_base::id::{AreaId, UnitId};
use yipan_base::time::Timestamp;

use super::{Level, Report};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = PostCommand))]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// 启动响应: raises a command post at the actor's own centre.
    Raise {
        level: Level,
        /// The id of a plan: `storm`.
        plan: String,
        /// The areas that are struck; none is the centre's whole area.
        #[serde(default)]
        areas: Vec<AreaId>,
        /// Centres that must know beside those that the plan tells.
        #[serde(default)]
        centres: Vec<UnitId>,
        reason: String,
        /// The incident that it is about.
        #[serde(default)]
        incident: Option<String>,
    },
    /// 调整响应级别: brings what the plan says of the new level; every centre acknowledges anew.
    ChangeLevel { level: Level, reason: String },
    /// A named centre knows of the level.
    Acknowledge {},
    /// 指挥日志
    Note { text: String },
    /// 指令, to a unit of the centre's area.
    Order { to: UnitId, text: String },
    /// Sets a report's cycle, or sets it anew.
    ReportCycle { what: Report, every_minutes: i64, first_due: Timestamp },
    /// A named centre's report of the current cycle is in.
    Reported { unit: UnitId, what: Report },
    /// 终止响应
    StandDown { reason: String },
}
