//! What happened to an incident.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yipan_base::id::{AreaId, CaseId, UnitId};
use yipan_base::time::Timestamp;

use super::command::{IncidentKind, Member, Warning};
use crate::dossier::TextRef;

/// An event of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = IncidentEvent))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Opened {
        kind: IncidentKind,
        title: TextRef,
        centre: UnitId,
        areas: BTreeSet<AreaId>,
        began_at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        warning: Option<Warning>,
    },
    /// Only those that were not members before.
    Added {
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        cases: BTreeSet<CaseId>,
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        others: BTreeSet<Member>,
    },
    /// Only those that were members before.
    Removed {
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        cases: BTreeSet<CaseId>,
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        others: BTreeSet<Member>,
        reason: TextRef,
    },
    MasterSet {
        case: CaseId,
    },
    AnswerShared {
        text: TextRef,
    },
    /// Only areas that are new.
    Widened {
        areas: BTreeSet<AreaId>,
    },
    Noted {
        text: TextRef,
    },
    Linked {
        link: Link,
        dossier: String,
    },
    MergedInto {
        incident: String,
    },
    Closed {
        summary: TextRef,
    },
    Reopened {
        reason: TextRef,
    },
}

/// What an incident may be tied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = IncidentLink))]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// 指挥部
    Post,
    /// 灾情收集
    Losses,
    /// 专报
    Brief,
}

impl Event {
    /// The name, as it stands in logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Added { .. } => "added",
            Self::Removed { .. } => "removed",
            Self::MasterSet { .. } => "master_set",
            Self::AnswerShared { .. } => "answer_shared",
            Self::Widened { .. } => "widened",
            Self::Noted { .. } => "noted",
            Self::Linked { .. } => "linked",
            Self::MergedInto { .. } => "merged_into",
            Self::Closed { .. } => "closed",
            Self::Reopened { .. } => "reopened",
        }
    }
}
