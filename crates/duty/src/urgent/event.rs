//! What happened to an urgent report.

use serde::{Deserialize, Serialize};
use yipan_base::id::{AreaId, BlobId, UnitId};
use yipan_base::time::Timestamp;

use super::command::Matter;
use crate::dossier::TextRef;

/// An event of an urgent report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UrgentEvent))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Known {
        /// The centre that learnt of it.
        unit: UnitId,
        kind: Matter,
        happened_at: Timestamp,
        known_at: Timestamp,
        summary: TextRef,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        area: Option<AreaId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        incident: Option<String>,
        duty: Duty,
    },
    Telephoned {
        from: UnitId,
        to: UnitId,
        at: Timestamp,
        spoken_with: TextRef,
        /// The centre that knows of it now and did not before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        begins: Option<NewHop>,
    },
    Written(Sending),
    Forwarded(Sending),
    FollowedUp {
        text: TextRef,
        /// When the next one is due.
        due: Timestamp,
    },
    Final {
        text: TextRef,
    },
    Receipted {
        unit: UnitId,
    },
    Read {
        unit: UnitId,
    },
    /// A clock ran out; each is told once.
    Overdue {
        clock: ClockKind,
        unit: UnitId,
        /// Who waits for the receipt.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<UnitId>,
    },
}

/// Something written that goes to units above.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UrgentSending))]
pub struct Sending {
    pub from: UnitId,
    pub to: Vec<UnitId>,
    pub text: TextRef,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<BlobId>,
    pub receipt_due: Timestamp,
    /// When the first follow-up is due; the first report has it, what is sent on has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up_due: Option<Timestamp>,
    /// Centres that know of it now and did not before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub begins: Vec<NewHop>,
}

/// A centre that comes to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UrgentNewHop))]
pub struct NewHop {
    pub unit: UnitId,
    /// By when it must tell the centre above; `None` at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty: Option<Duty>,
}

/// By when a centre that knows must tell the one above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UrgentDuty))]
pub struct Duty {
    pub telephone_due: Timestamp,
    pub written_due: Timestamp,
}

/// What a clock waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UrgentClockKind))]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    Telephone,
    Written,
    FollowUp,
    Receipt,
}

impl ClockKind {
    /// What people are told when it has run out.
    #[must_use]
    pub const fn overdue(self) -> &'static str {
        match self {
            Self::Telephone => "urgent.telephone_overdue",
            Self::Written => "urgent.written_overdue",
            Self::FollowUp => "urgent.follow_up_overdue",
            Self::Receipt => "urgent.unreceipted",
        }
    }
}

impl Event {
    /// The name, as it stands in logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Known { .. } => "known",
            Self::Telephoned { .. } => "telephoned",
            Self::Written(_) => "written",
            Self::Forwarded(_) => "forwarded",
            Self::FollowedUp { .. } => "followed_up",
            Self::Final { .. } => "final",
            Self::Receipted { .. } => "receipted",
            Self::Read { .. } => "read",
            Self::Overdue { .. } => "overdue",
        }
    }
}
