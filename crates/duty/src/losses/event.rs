//! What happened to a collection of losses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yipan_base::id::{AreaId, UnitId};
use yipan_base::time::Timestamp;

use super::command::{ReportKind, Source, Verdict};
use super::form::Figures;
use crate::dossier::TextRef;

/// An event of a collection of losses. Absent options and empty lists are not written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesEvent))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Asked {
        /// The centre that asks.
        unit: UnitId,
        area: AreaId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<TextRef>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        incident: Option<String>,
        units: Vec<UnitId>,
        first_minutes: i64,
        cycle_minutes: i64,
        due: Timestamp,
        /// The version of the form.
        form: u32,
    },
    UnitsAdded {
        units: Vec<UnitId>,
        due: Timestamp,
    },
    Reported {
        unit: UnitId,
        kind: ReportKind,
        as_of: Timestamp,
        /// Without noughts.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        figures: Figures,
        source: Source,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<TextRef>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        explanation: Option<TextRef>,
        /// What leapt and nobody has explained, leaps of earlier reports that still stand included.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        jumps: Vec<Jump>,
        /// The report that it puts right.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        corrects: Option<u64>,
    },
    Checked {
        unit: UnitId,
        report: u64,
        verdict: Verdict,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<TextRef>,
    },
    Signed {
        /// The centre that signs for its area.
        centre: UnitId,
        area: AreaId,
        /// The reports it covers, by unit.
        reports: BTreeMap<UnitId, u64>,
    },
    /// Units that owed a report of the round when it was due.
    Overdue {
        round: u32,
        units: Vec<UnitId>,
    },
    /// The next round began.
    Turned {
        round: u32,
        due: Timestamp,
    },
    Verified {},
    Closed {
        reason: TextRef,
    },
}

impl Event {
    /// The name, as it stands in logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Asked { .. } => "asked",
            Self::UnitsAdded { .. } => "units_added",
            Self::Reported { .. } => "reported",
            Self::Checked { verdict: Verdict::Confirmed, .. } => "confirmed",
            Self::Checked { verdict: Verdict::Returned, .. } => "returned",
            Self::Signed { .. } => "signed",
            Self::Overdue { .. } => "overdue",
            Self::Turned { .. } => "turned",
            Self::Verified {} => "verified",
            Self::Closed { .. } => "closed",
        }
    }
}

/// A figure that grew beyond the factor of the terms without a word why (突增).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesJump))]
pub struct Jump {
    pub field: String,
    pub from: i64,
    pub to: i64,
}
