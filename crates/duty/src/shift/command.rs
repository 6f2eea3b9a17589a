//! What people, and the house, may ask of a shift.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yipan_base::id::{StaffId, UnitId};
use yipan_base::time::Timestamp;

use super::{LogKind, OpenKind};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ShiftCommand))]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Opens a shift ahead of its time, so that an absence is noticed; names somebody else if it is open.
    Expect {
        centre: UnitId,
        from: Timestamp,
        to: Timestamp,
        staff: StaffId,
    },
    /// Takes back an expected shift, because the roster was changed.
    CallOff {},
    /// 接班: whoever gives this keeps the shift; opens it, if it was not expected.
    TakeOver {
        centre: UnitId,
        from: Timestamp,
        to: Timestamp,
        /// The shift before this one.
        #[serde(default)]
        before: Option<String>,
    },
    /// 值班记事
    Log(NewEntry),
    /// 交班
    HandOver {
        summary: String,
        #[serde(default)]
        open_things: Vec<OpenThing>,
        /// Open cases by stage, as the application counted them.
        #[serde(default)]
        counts: BTreeMap<String, u32>,
    },
    AcceptHandOver {},
    /// Gives the shift back to whoever kept it.
    RefuseHandOver {
        reason: String,
    },
}

/// What is to be logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ShiftNewEntry))]
#[serde(deny_unknown_fields)]
pub struct NewEntry {
    pub kind: LogKind,
    pub text: String,
    /// Who called or came.
    #[serde(default)]
    pub counterpart: Option<String>,
    /// The number or id of a case that it belongs to.
    #[serde(default)]
    pub case: Option<String>,
    /// The id of a dossier that it belongs to.
    #[serde(default)]
    pub dossier: Option<String>,
    /// When it was; now, if it is left out.
    #[serde(default)]
    pub happened_at: Option<Timestamp>,
}

/// 未办结事项: something that the next shift must see to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ShiftOpenThing))]
#[serde(deny_unknown_fields)]
pub struct OpenThing {
    pub kind: OpenKind,
    /// The case's number or the dossier's id; a matter has none and is told in its text.
    #[serde(default)]
    pub reference: Option<String>,
    #[serde(default)]
    pub text: Option<String>,
}
