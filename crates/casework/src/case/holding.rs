//! Holdings (承办): each unit's part of a case, with its own clocks.

use serde::{Deserialize, Serialize};
use yipan_base::directory::Step;
use yipan_base::id::{NarrativeId, StaffId, UnitId};
use yipan_base::time::Timestamp;

use super::words::{HoldingRole, Solved};
use crate::clock::{Clock, Mark};
use crate::command::Basis;

/// How a holding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Work is going on, or a reply waits for review.
    Open,
    /// A review accepted its reply.
    Completed,
    /// Given back by a ruling (退单).
    Returned,
    /// The case was merged into another (并单).
    Merged,
    /// The case ended otherwise, or the centre took the order elsewhere.
    Withdrawn,
}

impl Standing {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Completed => "completed",
            Self::Returned => "returned",
            Self::Merged => "merged",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Numbers the rounds of a case: the first handling is 1, each redo (重办) adds one.
pub type Round = u32;

/// One unit's part of a case (承办).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Holding {
    /// Its number within the case, from 1.
    pub no: u32,
    pub unit: UnitId,
    pub role: HoldingRole,
    /// The holding that dispatched it further down (county → town); `None` at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u32>,
    pub round: Round,
    pub basis: Basis,
    pub dispatched_at: Timestamp,
    pub dispatched_by: StaffId,
    pub sign: Clock,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Clock>,
    pub handle: Clock,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<Timestamp>,
    /// The first time the citizen was reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contacted_at: Option<Timestamp>,
    /// The unit's own steps still to be passed by the drafted reply; empty when none is in work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<Reply>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
    /// When the unit gave its reply (signed for by its leader).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replied_at: Option<Timestamp>,
    /// When the reply that review later accepted was given: the end of handling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_at: Option<Timestamp>,
    /// Replies that review sent back.
    #[serde(default, skip_serializing_if = "super::is_zero")]
    pub rejected_replies: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    pub standing: Standing,
    /// Standing before a merge, so that unmerging restores it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing_before_merge: Option<Standing>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub returns: Vec<ReturnRequest>,
    /// A ruling fixed the unit: only one last review on new facts remains.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub designated: bool,
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub final_review_used: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<ExtensionRequest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspension: Option<Suspension>,
    #[serde(default, skip_serializing_if = "super::is_zero")]
    pub suspended_times: u32,
    /// On the deferred list (挂账): shown beside every rate, outside its denominator.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub deferred: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub milestones: Vec<Milestone>,
    /// For an assistant: the main handler's recorded reason to go without its answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excused: Option<NarrativeId>,
    /// A later round was needed: this one is never repaired.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub redone: bool,
    /// Marks of its clocks that have been noted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub noted: Vec<(String, Mark)>,
}

impl Holding {
    #[must_use]
    pub fn is_top_main(&self) -> bool {
        self.parent.is_none() && self.role == HoldingRole::Main
    }

    /// Neither returned, merged nor withdrawn.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self.standing, Standing::Open | Standing::Completed)
    }

    #[must_use]
    pub fn is_working(&self) -> bool {
        self.standing == Standing::Open && self.replied_at.is_none()
    }

    /// Sets the handling clock anew; a mark that lies ahead again will be noted again.
    pub(super) fn retime(&mut self, clock: &Clock, at: Timestamp) {
        self.handle = clock.clone();
        self.noted.retain(|(of, mark)| of != "handle" || clock.mark(*mark) <= at);
    }

    /// A request to return that waits for its ruling.
    #[must_use]
    pub fn pending_return(&self) -> Option<&ReturnRequest> {
        self.returns.last().filter(|r| r.ruling.is_none())
    }

    #[must_use]
    pub fn pending_extension(&self) -> Option<&ExtensionRequest> {
        self.extension.as_ref().filter(|e| e.granted.is_none())
    }
}

/// What a unit answers (答复): references to texts, and the facts it claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Reply {
    pub text: NarrativeId,
    /// The separate text that may be published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_text: Option<NarrativeId>,
    /// 诉求是否属实
    pub truth: bool,
    /// 是否超出职责
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub beyond_duty: bool,
    pub solved: Solved,
    pub by: StaffId,
    pub at: Timestamp,
}

/// A request to return an order (退单).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReturnRequest {
    pub at: Timestamp,
    pub by: StaffId,
    /// `wrong_area`, `not_our_duty`, `overlap`, … as the return rule lists them.
    pub reason: String,
    /// The law, duty list or ruling that the unit points to.
    pub basis: NarrativeId,
    pub proposed: UnitId,
    /// The last review after a designation, on new facts.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub final_review: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruling: Option<ReturnRuling>,
}

/// What the centre ruled on a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReturnRuling {
    pub at: Timestamp,
    pub by: StaffId,
    /// `granted`, `refused` or `designated`; `withdrawn` where the unit answered instead of waiting.
    pub verdict: String,
    pub reason: NarrativeId,
}

/// A request for more time (延期): once, before expiry, not longer than the first term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ExtensionRequest {
    pub at: Timestamp,
    pub by: StaffId,
    /// In the unit of the handling term.
    pub amount: i64,
    pub reason: NarrativeId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruled_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruled_by: Option<StaffId>,
}

/// A pause that runs (中止): clocks stand still until it is lifted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Suspension {
    pub from: Timestamp,
    pub reason: NarrativeId,
    pub approved_by: StaffId,
}

/// A staged term inside one case (阶段时限): fence 3 urgent hours, repair 8, road surface 5 days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Milestone {
    pub name: String,
    pub clock: Clock,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached_at: Option<Timestamp>,
}
