//! What happened at a command post.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yipan_base::id::{AreaId, UnitId};
use yipan_base::time::Timestamp;

use super::{ExtraPost, Level, Report};
use crate::dossier::TextRef;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Raised {
        /// The centre that raised it and keeps it.
        unit: UnitId,
        plan: String,
        /// The version of the plans that it was read from.
        plans: i64,
        areas: BTreeSet<AreaId>,
        incident: Option<String>,
        reason: TextRef,
        footing: Footing,
    },
    LevelChanged {
        reason: TextRef,
        footing: Footing,
    },
    Acknowledged {
        unit: UnitId,
    },
    /// By the house, once per level: these did not acknowledge in time.
    Unacknowledged {
        missing: BTreeSet<UnitId>,
    },
    Noted {
        text: TextRef,
    },
    Ordered {
        to: UnitId,
        text: TextRef,
    },
    CycleSet(SetCycle),
    Reported {
        unit: UnitId,
        what: Report,
    },
    /// By the house, when a cycle is due: these did not report, and the next cycle begins.
    CycleClosed {
        what: Report,
        missing: BTreeSet<UnitId>,
        next_due: Timestamp,
    },
    StoodDown {
        reason: TextRef,
    },
}

/// What a level brings, as the plan had it then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footing {
    pub level: Level,
    /// Who must acknowledge, by when, and then owes the reports.
    pub centres: BTreeSet<UnitId>,
    pub acknowledge_by: Timestamp,
    /// Departments that are told, and owe nothing.
    pub told: BTreeSet<UnitId>,
    pub posts: Vec<ExtraPost>,
    pub cycles: Vec<SetCycle>,
}

/// A report's cycle, from the first that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetCycle {
    pub what: Report,
    pub every_minutes: i64,
    pub due: Timestamp,
}

impl Event {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Raised { .. } => "raised",
            Self::LevelChanged { .. } => "level_changed",
            Self::Acknowledged { .. } => "acknowledged",
            Self::Unacknowledged { .. } => "unacknowledged",
            Self::Noted { .. } => "noted",
            Self::Ordered { .. } => "ordered",
            Self::CycleSet(_) => "cycle_set",
            Self::Reported { .. } => "reported",
            Self::CycleClosed { .. } => "cycle_closed",
            Self::StoodDown { .. } => "stood_down",
        }
    }
}
