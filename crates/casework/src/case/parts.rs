//! The smaller parts of a case: intake, place, sheets, terms, call-backs, outer orders, custody.

use serde::{Deserialize, Serialize};
use yipan_base::id::{AreaId, BlobId, CaseId, NarrativeId, PersonId, StaffId, UnitId};
use yipan_base::time::Timestamp;

use super::words::{AttachmentKind, Channel, Grade, Solved};
use crate::clock::{Clock, Mark};

/// How the matter came in (来件).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Intake {
    pub channel: Channel,
    /// The citizen's first word: the citizen's clock starts here.
    pub received_at: Timestamp,
    pub accepted_at: Timestamp,
    pub accepted_by: StaffId,
    /// Who spoke; absent for anonymous and machine sources.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The citizen asked that nobody learns who spoke.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub anonymous: bool,
    /// Taken on paper, and entered later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<LateEntry>,
}

/// A late entry (补录): what was taken on a paper form while the house was down, with its true times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LateEntry {
    /// The paper form's number.
    pub form: String,
    pub entered_at: Timestamp,
}

/// Where it is. Unlocated cases are real cases.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Place {
    /// The deepest area recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaId>,
    /// Longitude and latitude, WGS-84.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<[f64; 2]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<NarrativeId>,
    /// Metres to the nearest county boundary, where the point is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary_m: Option<f64>,
}

/// A text kept elsewhere under its own key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NarrativeRef {
    pub id: NarrativeId,
    pub kind: NarrativeKind,
    /// Keyed digest of the text: proves it unchanged without telling it.
    pub digest: String,
}

/// What a text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NarrativeKind {
    Title,
    Text,
    Address,
    Reply,
    PublicReply,
    Reason,
    Extract,
    Note,
}

impl NarrativeKind {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Text => "text",
            Self::Address => "address",
            Self::Reply => "reply",
            Self::PublicReply => "public_reply",
            Self::Reason => "reason",
            Self::Extract => "extract",
            Self::Note => "note",
        }
    }
}

/// A unit that reads and urges, and has no clock (抄送).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Copied {
    pub unit: UnitId,
    /// Why: `county`, `regulator` or `named`.
    pub because: String,
    pub at: Timestamp,
}

/// The colours of supervision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SheetLevel {
    /// 蓝色提醒
    Blue,
    /// 橙色预警
    Orange,
    /// 红色督办
    Red,
}

/// A supervision sheet (督办单): its own answer, its own due time; only its issuer lifts it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Sheet {
    pub no: u32,
    pub level: SheetLevel,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holding: Option<u32>,
    /// The unit that must answer.
    pub to: UnitId,
    pub issuer: UnitId,
    pub issued_by: StaffId,
    pub issued_at: Timestamp,
    pub reason: NarrativeId,
    pub clock: Clock,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<NarrativeId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub noted: Vec<Mark>,
}

/// Which duty of the centre a term measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TermKind {
    /// accept → dispatch or direct answer
    Dispatch,
    /// ruling a request to return
    RuleReturn,
    /// ruling a request for more time
    RuleExtension,
    Review,
    Verify,
    CallBack,
}

impl TermKind {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Dispatch => "dispatch",
            Self::RuleReturn => "rule_return",
            Self::RuleExtension => "rule_extension",
            Self::Review => "review",
            Self::Verify => "verify",
            Self::CallBack => "call_back",
        }
    }
}

/// A term of the centre itself: it too has deadlines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CentreTerm {
    pub no: u32,
    pub kind: TermKind,
    /// The holding it concerns, where it concerns one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holding: Option<u32>,
    pub centre: UnitId,
    pub clock: Clock,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub noted: Vec<Mark>,
}

/// A check on the spot (现场核查).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Verification {
    pub round: u32,
    pub at: Timestamp,
    pub by: StaffId,
    pub confirmed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<NarrativeId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<BlobId>,
    /// Longitude and latitude, WGS-84, as the device said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<[f64; 2]>,
}

/// A file that belongs to a case (附件).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Attachment {
    pub at: Timestamp,
    pub by: StaffId,
    pub what: AttachmentKind,
    /// The SHA-256 of its content.
    pub file: BlobId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<NarrativeId>,
    /// Where it was taken, as the device said: longitude and latitude, WGS-84.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<[f64; 2]>,
}

/// A call-back (回访): an attempt, or an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CallBack {
    pub round: u32,
    pub at: Timestamp,
    pub by: StaffId,
    pub reached: bool,
    /// The citizen asked to be called at this hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreed: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attitude: Option<Grade>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Grade>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solved: Option<Solved>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<NarrativeId>,
}

impl CallBack {
    /// Reached, and at least one opinion given (有效回访).
    #[must_use]
    pub fn valid(&self) -> bool {
        let voiced = |g: Option<Grade>| g.is_some_and(|g| g != Grade::NoOpinion);
        self.reached && (voiced(self.attitude) || voiced(self.result))
    }

    /// The opinion that counts: the worse of attitude and result.
    #[must_use]
    pub fn overall(&self) -> Option<Grade> {
        let voiced = |g: Option<Grade>| g.filter(|g| *g != Grade::NoOpinion);
        voiced(self.attitude).max(voiced(self.result))
    }
}

/// An order that belongs to someone outside (外部工单).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OuterOrder {
    /// `province`, or the name of a department's own system.
    pub owner: String,
    pub number: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
    /// Whether its owner takes returns at all.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub returnable: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<Consent>,
}

/// What the owner of an outer order must agree to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConsentSubject {
    Extension,
    Return,
    Close,
}

/// The owner's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Consent {
    pub subject: ConsentSubject,
    pub granted: bool,
    pub reference: String,
    pub at: Timestamp,
}

/// A case that was merged into this one (并单): its volume and call-back stay its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Member {
    pub case: CaseId,
    /// The member's own due time at the merge: the earliest binds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
}

/// A repeat appeal (重复诉求), judged and contestable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Repeat {
    pub earlier: CaseId,
    pub verdict: RepeatVerdict,
    pub by: StaffId,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contested: Option<NarrativeId>,
    pub confirmed: bool,
}

/// Only the first counts against "solved".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RepeatVerdict {
    /// 未解决
    Unsolved,
    /// 复发
    Recurred,
    /// 新情况
    NewFact,
    /// 已依法答复
    AlreadyAnswered,
}

impl RepeatVerdict {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unsolved => "unsolved",
            Self::Recurred => "recurred",
            Self::NewFact => "new_fact",
            Self::AlreadyAnswered => "already_answered",
        }
    }
}

/// Who holds the citizen's time now.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "party", content = "unit")]
pub enum Party {
    Centre(UnitId),
    Unit(UnitId),
    /// The citizen asked to be called later.
    Citizen,
    /// The owner of the outer order, or a pause approved for a reason outside the house.
    Other,
}

/// A stretch of the citizen's time in one party's hands; the last one is open until the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Segment {
    #[serde(flatten)]
    pub party: Party,
    pub from: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
}
