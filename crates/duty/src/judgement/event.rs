//! What happened to a joint judgement.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yipan_base::id::UnitId;
use yipan_base::time::Timestamp;

use super::command::{Subject, Verdict};
use crate::dossier::TextRef;

/// An event of a joint judgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = JudgementEvent))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Asked {
        /// The centre that asks.
        centre: UnitId,
        subject: Subject,
        question: TextRef,
        departments: BTreeSet<UnitId>,
        lead: UnitId,
        due: Timestamp,
    },
    Opined {
        department: UnitId,
        answer: Answer,
        text: TextRef,
    },
    Decided {
        answer: Answer,
        text: TextRef,
        /// Why it did not wait.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        early: Option<TextRef>,
        /// Departments that said otherwise.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        dissent: BTreeSet<UnitId>,
        /// Departments that said nothing.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        silent: BTreeSet<UnitId>,
    },
    Found {
        answer: Answer,
    },
    Withdrawn {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<TextRef>,
    },
    /// The clock ran out before these departments had said anything.
    Expired {
        silent: BTreeSet<UnitId>,
    },
}

/// A verdict, and whose it is where it is not ours. Two that are equal agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = JudgementAnswer))]
pub struct Answer {
    pub verdict: Verdict,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whose: Option<UnitId>,
}

impl Event {
    /// The name, as it stands in logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Asked { .. } => "asked",
            Self::Opined { .. } => "opined",
            Self::Decided { .. } => "decided",
            Self::Found { .. } => "found",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Expired { .. } => "expired",
        }
    }
}
