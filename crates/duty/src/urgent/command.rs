//! What people may ask of an urgent report.

use serde::{Deserialize, Serialize};
use yipan_base::id::{AreaId, BlobId, UnitId};
use yipan_base::time::Timestamp;

/// A command on an urgent report.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UrgentCommand))]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// A centre learnt of something (获知); the clocks run from `known_at`.
    Know {
        /// The centre that learnt of it; the actor's own if left out.
        centre: Option<UnitId>,
        kind: Matter,
        happened_at: Timestamp,
        known_at: Timestamp,
        /// What happened, where, to whom.
        summary: String,
        /// Where it happened.
        area: Option<AreaId>,
        /// The incident it belongs to.
        incident: Option<String>,
    },
    /// Told by telephone (电话报告): by the centre that knows to the one above it, or to a government.
    Telephone {
        to: UnitId,
        /// Who answered, and what was said.
        spoken_with: String,
        at: Timestamp,
    },
    /// Told in writing (书面报告) by the centre that learnt of it first.
    Written {
        /// The centre above if left out.
        #[serde(default)]
        to: Vec<UnitId>,
        text: String,
        #[serde(default)]
        attachments: Vec<BlobId>,
    },
    /// What became of it since (续报).
    FollowUp { text: String },
    /// How it ended (终报).
    Final { text: String },
    /// The addressed unit has received it (签收回执).
    Receipt {},
    /// A centre in the line sends it on with its own comment (转报); it receipts it thereby.
    Forward {
        /// The centre above if left out.
        #[serde(default)]
        to: Vec<UnitId>,
        comment: String,
        #[serde(default)]
        attachments: Vec<BlobId>,
    },
    /// A leader has read it (阅知).
    Read {},
}

/// What kind of matter it is, after the four classes of public emergencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UrgentMatter))]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// 事故灾难
    Accident,
    /// 自然灾害
    Disaster,
    /// 公共卫生事件
    PublicHealth,
    /// 社会安全事件
    SocialSecurity,
    /// 其他
    Other,
}
