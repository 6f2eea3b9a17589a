//! What a shift is made of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yipan_base::id::{StaffId, UnitId};
use yipan_base::time::{MINUTE, Timestamp};

use crate::dossier::TextRef;

/// A shift that nobody accepted so long after its end has overrun.
const OVERRUN: i64 = 30 * MINUTE;

/// Where a shift stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ShiftStage))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 待接班
    Expected,
    /// 缺岗
    Absent,
    /// 值班中
    Open,
    /// 交班中
    HandingOver,
    /// 已交班
    HandedOver,
    /// 无人接班
    Lapsed,
    /// 已取消
    CalledOff,
}

impl Stage {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Expected => "expected",
            Self::Absent => "absent",
            Self::Open => "open",
            Self::HandingOver => "handing_over",
            Self::HandedOver => "handed_over",
            Self::Lapsed => "lapsed",
            Self::CalledOff => "called_off",
        }
    }

    #[must_use]
    pub const fn over(self) -> bool {
        matches!(self, Self::HandedOver | Self::Lapsed | Self::CalledOff)
    }
}

/// What an entry of the log is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ShiftLogKind))]
#[serde(rename_all = "snake_case")]
pub enum LogKind {
    /// 来电
    TelephoneIn,
    /// 去电
    TelephoneOut,
    /// 记事
    Note,
    /// 指令
    Order,
    /// 来访
    Visit,
}

/// What is left to the next shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ShiftOpenKind))]
#[serde(rename_all = "snake_case")]
pub enum OpenKind {
    /// 工单
    Case,
    /// 卷宗
    Dossier,
    /// 事项: told in words only
    Matter,
}

/// One shift of a centre (班次).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Shift {
    pub centre: UnitId,
    pub from: Timestamp,
    pub to: Timestamp,
    pub stage: Stage,
    /// Who was to take over, and by when an absence is raised.
    pub expected: Option<Expected>,
    /// When an absence was raised.
    pub absent: Option<Timestamp>,
    pub keeper: Option<Keeper>,
    /// The shift before this one.
    pub before: Option<String>,
    /// In the order in which it was written down.
    pub log: Vec<Entry>,
    /// The newest hand-over; while one is pending or accepted.
    pub hand_over: Option<HandOver>,
    pub refusals: Vec<Refused>,
    /// When it was noticed that nobody accepted it after its end.
    pub overrun: Option<Timestamp>,
}

impl Shift {
    /// When the house must look at it next.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        match self.stage {
            Stage::Expected => Some(self.expected.as_ref()?.absent_at.min(self.to)),
            Stage::Absent => Some(self.to),
            Stage::Open | Stage::HandingOver if self.overrun.is_none() => Some(self.to.plus(OVERRUN)),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ShiftExpected))]
pub struct Expected {
    pub staff: StaffId,
    pub absent_at: Timestamp,
}

/// 接班人
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ShiftKeeper))]
pub struct Keeper {
    pub staff: StaffId,
    pub at: Timestamp,
    /// Minutes after the beginning; 0 within the term that is allowed.
    pub late_minutes: i64,
}

/// 值班日志的一条
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ShiftEntry))]
pub struct Entry {
    pub kind: LogKind,
    pub happened_at: Timestamp,
    pub written_at: Timestamp,
    /// Written down more than ten minutes after it was.
    pub late: bool,
    pub staff: StaffId,
    pub text: TextRef,
    pub counterpart: Option<TextRef>,
    pub case: Option<String>,
    pub dossier: Option<String>,
}

/// 未办结事项
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ShiftOpen))]
pub struct Open {
    pub kind: OpenKind,
    pub reference: Option<String>,
    pub text: Option<TextRef>,
}

/// 交接单
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ShiftHandOver))]
pub struct HandOver {
    pub staff: StaffId,
    pub at: Timestamp,
    pub summary: TextRef,
    pub open_things: Vec<Open>,
    pub counts: BTreeMap<String, u32>,
    pub accepted: Option<Accepted>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ShiftAccepted))]
pub struct Accepted {
    pub staff: StaffId,
    pub at: Timestamp,
}

/// A hand-over that was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ShiftRefused))]
pub struct Refused {
    pub staff: StaffId,
    pub at: Timestamp,
    pub reason: TextRef,
}
