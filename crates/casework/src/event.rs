//! Events: what happened. They are the truth; every state is `fold(events)`.
//!
//! No event holds personal data or free text: persons and texts are named by id and digest.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yipan_base::directory::Step;
use yipan_base::id::{BlobId, CaseId, CategoryId, NarrativeId, StaffId, UnitId};
use yipan_base::time::Timestamp;

use crate::case::{
    AttachmentKind, ConsentSubject, Grade, HoldingRole, Intake, Kind, Level, NarrativeRef, Outcome,
    OuterOrder, Place, RepeatVerdict, Reply, SheetLevel, Solved, Stage, TermKind,
};
use crate::clock::{Clock, Mark, Pin};
use crate::command::Basis;

/// An event with its place in the case's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Recorded {
    pub seq: u64,
    pub at: Timestamp,
    pub staff: StaffId,
    #[serde(flatten)]
    pub event: Event,
}

/// A new holding, as it is given out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Grant {
    pub no: u32,
    pub unit: UnitId,
    pub role: HoldingRole,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u32>,
    pub sign: Clock,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Clock>,
    pub handle: Clock,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub milestones: Vec<(String, Clock)>,
    pub basis: Basis,
}

/// What happened to a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Accepted {
        id: CaseId,
        number: String,
        intake: Intake,
        kind: Kind,
        category: CategoryId,
        level: Level,
        place: Place,
        centre: UnitId,
        narratives: Vec<NarrativeRef>,
        #[serde(default)]
        secret: bool,
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        accused_units: BTreeSet<UnitId>,
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        accused_staff: BTreeSet<StaffId>,
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        safety: BTreeSet<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outer: Option<OuterOrder>,
        #[serde(default)]
        historical: bool,
    },
    TermStarted {
        no: u32,
        term: TermKind,
        holding: Option<u32>,
        centre: UnitId,
        clock: Clock,
    },
    TermEnded {
        no: u32,
    },
    /// The stage moved; it always follows another event of the same command.
    StageReached {
        stage: Stage,
    },
    NarrativeAdded {
        narrative: NarrativeRef,
    },
    AnsweredDirectly {
        text: NarrativeId,
        solved: Solved,
    },
    Dispatched {
        round: u32,
        holdings: Vec<Grant>,
        copies: Vec<(UnitId, String)>,
    },
    Copied {
        units: Vec<(UnitId, String)>,
    },
    Signed {
        holding: u32,
    },
    Contacted {
        holding: u32,
        reached: bool,
    },
    MilestoneReached {
        holding: u32,
        name: String,
    },
    ReplyDrafted {
        holding: u32,
        reply: Reply,
        steps: Vec<Step>,
    },
    StepPassed {
        holding: u32,
        step: Step,
    },
    StepSentBack {
        holding: u32,
        step: Step,
        reason: NarrativeId,
    },
    Replied {
        holding: u32,
    },
    AssistantExcused {
        holding: u32,
        reason: NarrativeId,
    },
    ReviewStarted,
    ReplyAccepted {
        holding: u32,
    },
    ReplyRejected {
        holding: u32,
        reason: NarrativeId,
    },
    ReturnRequested {
        holding: u32,
        reason: String,
        basis: NarrativeId,
        proposed: UnitId,
        final_review: bool,
    },
    ReturnRuled {
        holding: u32,
        verdict: String,
        reason: NarrativeId,
    },
    HoldingWithdrawn {
        holding: u32,
    },
    ExtensionRequested {
        holding: u32,
        amount: i64,
        reason: NarrativeId,
    },
    ExtensionRuled {
        holding: u32,
        granted: bool,
        clock: Option<Clock>,
        reason: NarrativeId,
    },
    Suspended {
        holding: u32,
        reason: NarrativeId,
    },
    Resumed {
        holding: u32,
        sign: Clock,
        contact: Option<Clock>,
        handle: Clock,
        milestones: Vec<(String, Clock)>,
    },
    Deferred {
        holding: u32,
        reason: NarrativeId,
    },
    Undeferred {
        holding: u32,
    },
    Reminded {
        holding: u32,
        note: Option<NarrativeId>,
    },
    SheetIssued {
        no: u32,
        level: SheetLevel,
        holding: Option<u32>,
        to: UnitId,
        issuer: UnitId,
        reason: NarrativeId,
        clock: Clock,
    },
    SheetAnswered {
        no: u32,
        answer: NarrativeId,
    },
    SheetLifted {
        no: u32,
    },
    Corrected {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<Kind>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        category: Option<CategoryId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<Level>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<Place>,
        reason: NarrativeId,
    },
    /// Another centre takes the case over: escalated above a county's border, or above the accused.
    CentreChanged {
        centre: UnitId,
        reason: NarrativeId,
    },
    Verified {
        confirmed: bool,
        remark: Option<NarrativeId>,
        photos: Vec<BlobId>,
        point: Option<[f64; 2]>,
    },
    CallBackTried {
        agreed: Option<Timestamp>,
    },
    CalledBack {
        attitude: Grade,
        result: Grade,
        solved: Solved,
        remark: Option<NarrativeId>,
    },
    RedoOrdered {
        round: u32,
        reason: NarrativeId,
    },
    Closed {
        outcome: Outcome,
        reason: Option<NarrativeId>,
    },
    Archived,
    Reopened {
        round: u32,
        reason: NarrativeId,
    },
    /// This case was merged into another.
    Merged {
        master: CaseId,
    },
    Unmerged {
        reason: NarrativeId,
    },
    /// Another case was merged into this one; the earliest due time binds.
    MemberAdopted {
        member: CaseId,
        due: Option<Timestamp>,
        clocks: Vec<(u32, Clock)>,
    },
    MemberReleased {
        member: CaseId,
        clocks: Vec<(u32, Clock)>,
    },
    ConsentRecorded {
        subject: ConsentSubject,
        granted: bool,
        reference: String,
    },
    OuterUpdated {
        deadline: Option<Timestamp>,
        clocks: Vec<(u32, Clock)>,
    },
    MadeSecret {
        accused_units: BTreeSet<UnitId>,
        accused_staff: BTreeSet<StaffId>,
    },
    ExtractSet {
        extract: NarrativeId,
    },
    ReferredAway {
        authority: String,
        reason: NarrativeId,
    },
    RepeatJudged {
        earlier: CaseId,
        verdict: RepeatVerdict,
    },
    RepeatContested {
        reason: NarrativeId,
    },
    RepeatConfirmed {
        verdict: RepeatVerdict,
    },
    /// Open holdings moved to another version of policy or calendar.
    Repinned {
        policy: Pin,
        clocks: Vec<(u32, Clock, Clock)>,
        reason: NarrativeId,
    },
    /// A clock reached a mark: `sign`, `handle`, `contact` of a holding, or a term or sheet.
    Marked {
        clock: Marked,
        mark: Mark,
    },
    /// A file was put to the case.
    Attached {
        what: AttachmentKind,
        file: BlobId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<NarrativeId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        point: Option<[f64; 2]>,
    },
    Noted {
        text: NarrativeId,
    },
}

/// Which clock a mark belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Marked {
    Sign { holding: u32 },
    Handle { holding: u32 },
    Term { no: u32 },
    Sheet { no: u32 },
}

impl Event {
    /// The name of the event as it stands in rows and feeds.
    #[must_use]
    pub fn name(&self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::Object(map)) => {
                map.get("event").and_then(|v| v.as_str()).unwrap_or_default().to_owned()
            }
            _ => String::new(),
        }
    }
}
