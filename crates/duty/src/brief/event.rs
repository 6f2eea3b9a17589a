//! What happened to a brief.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yipan_base::id::{CaseId, StaffId, UnitId};
use yipan_base::time::Timestamp;

use super::command::BriefKind;
use crate::dossier::TextRef;

/// An event of a brief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BriefEvent))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Drafted {
        kind: BriefKind,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<TextRef>,
        title: TextRef,
        centre: UnitId,
        from: Timestamp,
        to: Timestamp,
        body: TextRef,
        cut_off: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        incident: Option<String>,
        figures: u32,
        recipients: BTreeSet<Recipient>,
    },
    /// As it stands now; what did not change included.
    Revised {
        body: TextRef,
        cut_off: Timestamp,
        figures: u32,
        recipients: BTreeSet<Recipient>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<TextRef>,
    },
    Submitted {},
    Signed {},
    Returned {
        reason: TextRef,
    },
    Sent {
        /// When every recipient must have receipted.
        due: Timestamp,
    },
    Receipted {
        recipients: BTreeSet<Recipient>,
    },
    Read {},
    Instructed {
        /// Counted within the brief, from 1.
        instruction: u32,
        text: TextRef,
        to: UnitId,
        due: Timestamp,
    },
    CaseOpened {
        instruction: u32,
        case: CaseId,
        number: String,
    },
    Answered {
        instruction: u32,
        case: CaseId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<TextRef>,
    },
    AnswerAccepted {
        instruction: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<TextRef>,
    },
    AnswerRefused {
        instruction: u32,
        text: TextRef,
        due: Timestamp,
    },
    Withdrawn {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<TextRef>,
    },
    /// A recipient's term ran out; told once.
    ReceiptMissing {
        recipient: Recipient,
    },
    /// An instruction's term ran out unanswered; told once for each term.
    InstructionOverdue {
        instruction: u32,
    },
}

/// A recipient of a brief.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BriefRecipient))]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Recipient {
    /// Any of the unit's people receipts for it.
    Unit { unit: UnitId },
    /// One leader, and where that leader worked when the brief was addressed.
    Leader { staff: StaffId, unit: UnitId },
}

impl Recipient {
    /// The unit whose people are told.
    #[must_use]
    pub const fn unit(&self) -> &UnitId {
        match self {
            Self::Unit { unit } | Self::Leader { unit, .. } => unit,
        }
    }
}

impl Event {
    /// The name, as it stands in logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Drafted { .. } => "drafted",
            Self::Revised { .. } => "revised",
            Self::Submitted {} => "submitted",
            Self::Signed {} => "signed",
            Self::Returned { .. } => "returned",
            Self::Sent { .. } => "sent",
            Self::Receipted { .. } => "receipted",
            Self::Read {} => "read",
            Self::Instructed { .. } => "instructed",
            Self::CaseOpened { .. } => "case_opened",
            Self::Answered { .. } => "answered",
            Self::AnswerAccepted { .. } => "answer_accepted",
            Self::AnswerRefused { .. } => "answer_refused",
            Self::Withdrawn { .. } => "withdrawn",
            Self::ReceiptMissing { .. } => "receipt_missing",
            Self::InstructionOverdue { .. } => "instruction_overdue",
        }
    }
}
