//! What people may ask of an incident.

use serde::{Deserialize, Serialize};
use yipan_base::id::{AreaId, CaseId, UnitId};
use yipan_base::time::Timestamp;

/// A command on an incident.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = IncidentCommand))]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// 立项
    Open {
        kind: IncidentKind,
        title: String,
        /// The centre that keeps it; the actor's own if left out.
        centre: Option<UnitId>,
        /// Where it happens: 1 to 200 areas of that centre's.
        areas: Vec<AreaId>,
        began_at: Timestamp,
        /// The public warning under which it happens.
        warning: Option<Warning>,
    },
    /// 归并: at most 1,000 at a time; those already known are passed over.
    Add {
        #[serde(default)]
        cases: Vec<CaseId>,
        #[serde(default)]
        others: Vec<Member>,
    },
    /// 移出
    Remove {
        #[serde(default)]
        cases: Vec<CaseId>,
        #[serde(default)]
        others: Vec<Member>,
        reason: String,
    },
    /// 主单: the case under which the others are handled.
    SetMaster { case: CaseId },
    /// 统一口径: the prepared answer shown to call takers; takes the place of an earlier one.
    ShareAnswer { text: String },
    /// 扩大范围: further areas.
    Widen { areas: Vec<AreaId> },
    /// 记事
    Note { text: String },
    /// Ties a command post to it.
    LinkPost { dossier: String },
    /// Ties a collection of losses to it.
    LinkLosses { dossier: String },
    /// Ties a brief to it.
    LinkBrief { dossier: String },
    /// 并入: it was about the same thing as another incident, and is over.
    MergeInto { incident: String },
    /// 办结
    Close { summary: String },
    /// 重启, within seven days of closing.
    Reopen { reason: String },
}

/// What sort of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IncidentKind {
    /// 风雹
    Storm,
    /// 洪涝
    Flood,
    /// 火灾
    Fire,
    /// 事故
    Accident,
    /// 停水停电停气
    Outage,
    /// 舆情
    PublicOpinion,
    /// 群体聚集
    Gathering,
    /// 疫情
    Epidemic,
    /// 其他
    Other,
}

/// A public warning (预警信号), by the number under which it was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = IncidentWarning))]
#[serde(deny_unknown_fields)]
pub struct Warning {
    pub reference: String,
    pub level: WarningLevel,
}

/// The level of a public warning, the highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WarningLevel {
    /// 红色
    Red,
    /// 橙色
    Orange,
    /// 黄色
    Yellow,
    /// 蓝色
    Blue,
}

/// What stands under an incident beside its cases.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = IncidentMember))]
#[serde(deny_unknown_fields)]
pub struct Member {
    pub kind: MemberKind,
    pub reference: String,
}

/// What sort of member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = IncidentMemberKind))]
#[serde(rename_all = "snake_case")]
pub enum MemberKind {
    /// 模型预警
    Alert,
    /// 公众预警信号
    Warning,
    /// 卷宗: an urgent report, a judgement, another dossier
    Dossier,
}
