//! What happened in a shift.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yipan_base::id::{StaffId, UnitId};
use yipan_base::time::Timestamp;

use super::{LogKind, Open};
use crate::dossier::TextRef;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Expected {
        centre: UnitId,
        from: Timestamp,
        to: Timestamp,
        staff: StaffId,
        /// Nobody there by then is an absence.
        absent_at: Timestamp,
    },
    CalledOff {},
    TakenOver {
        centre: UnitId,
        from: Timestamp,
        to: Timestamp,
        before: Option<String>,
        /// Minutes after the beginning; 0 within the term that is allowed.
        late_minutes: i64,
    },
    Logged {
        kind: LogKind,
        text: TextRef,
        counterpart: Option<TextRef>,
        case: Option<String>,
        dossier: Option<String>,
        happened_at: Timestamp,
        /// Written down more than ten minutes after it was.
        late: bool,
    },
    HandedOver {
        summary: TextRef,
        open_things: Vec<Open>,
        counts: BTreeMap<String, u32>,
    },
    HandOverAccepted {},
    HandOverRefused {
        reason: TextRef,
    },
    /// 缺岗: nobody took over in time.
    Absent {},
    /// Nobody took over until it was over.
    Lapsed {},
    /// Nobody accepted it half an hour after its end.
    Overrun {},
}

impl Event {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Expected { .. } => "expected",
            Self::CalledOff {} => "called_off",
            Self::TakenOver { .. } => "taken_over",
            Self::Logged { .. } => "logged",
            Self::HandedOver { .. } => "handed_over",
            Self::HandOverAccepted {} => "hand_over_accepted",
            Self::HandOverRefused { .. } => "hand_over_refused",
            Self::Absent {} => "absent",
            Self::Lapsed {} => "lapsed",
            Self::Overrun {} => "overrun",
        }
    }
}
