//! Commands: what a person, another system or the house itself may ask of a case.
//!
//! Inside the house a command carries no personal data and no text: texts are stored first,
//! encrypted, and named by id. At a door it is a `Command<String>`, whose texts
//! [`Command::map_texts`] turns into such ids. One variant here, one row in [`table`](crate::table), one arm in
//! [`decide`](crate::decide), and usually one event.

mod name;
mod texts;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yipan_base::id::{BlobId, CaseId, CategoryId, NarrativeId, PersonId, RuleId, StaffId, UnitId};
use yipan_base::time::Timestamp;

pub use name::CommandName;

use crate::case::{
    AttachmentKind, Channel, ConsentSubject, Grade, Kind, Level, NarrativeRef, Outcome, OuterOrder, Place,
    RepeatVerdict, SheetLevel, Solved,
};

/// On what a dispatch rests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "basis", rename_all = "snake_case")]
pub enum Basis {
    /// A person's judgement.
    Judgement,
    /// A routing rule suggested it and a person agreed.
    Rule { rule: RuleId, version: i64 },
    /// An entry of the dispatch catalogue or of a town's duty list.
    DutyList { line: String },
    /// A recorded ruling, by its reference.
    Ruling { reference: String },
}

/// The first word of a case, ready to be accepted (受理).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Acceptance {
    pub id: CaseId,
    pub number: String,
    pub channel: Channel,
    pub received_at: Timestamp,
    pub person: Option<PersonId>,
    #[serde(default)]
    pub anonymous: bool,
    pub kind: Kind,
    pub category: CategoryId,
    pub level: Level,
    #[serde(default)]
    pub place: Place,
    pub narratives: Vec<NarrativeRef>,
    /// `None`: secret if it is a report of wrongdoing.
    pub secret: Option<bool>,
    #[serde(default)]
    pub accused_units: BTreeSet<UnitId>,
    #[serde(default)]
    pub accused_staff: BTreeSet<StaffId>,
    #[serde(default)]
    pub safety: BTreeSet<String>,
    pub outer: Option<OuterOrder>,
    /// Already over when it came here: no clocks, no timers.
    #[serde(default)]
    pub historical: bool,
    /// The centre that accepts; the actor's own if absent.
    pub centre: Option<UnitId>,
    /// The number of the paper form on which it was taken while the house was down.
    #[serde(default)]
    pub late: Option<String>,
}

/// What may be asked of a case. `T` is the text: an id inside the house, the words at a door.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command<T = NarrativeId> {
    /// 受理: made by the house from the door's form, never read from a request.
    #[serde(skip)]
    Accept(Box<Acceptance>),
    /// 直接答复
    AnswerDirectly {
        text: T,
        solved: Solved,
    },
    /// 派单: one main handler, assistants, copies.
    Dispatch {
        main: UnitId,
        #[serde(default)]
        assistants: Vec<UnitId>,
        #[serde(default)]
        copies: Vec<UnitId>,
        basis: Basis,
    },
    /// 加派: a further assistant beside the main handler.
    AddAssistant {
        unit: UnitId,
        basis: Basis,
    },
    /// 抄送
    Copy {
        units: Vec<UnitId>,
    },
    /// 下派: a county gives its part, or some of it, to one of its own units.
    DispatchChild {
        holding: u32,
        main: UnitId,
        #[serde(default)]
        assistants: Vec<UnitId>,
        basis: Basis,
    },
    /// 签收
    Sign {
        holding: u32,
    },
    /// 联系诉求人
    Contact {
        holding: u32,
        reached: bool,
    },
    ReachMilestone {
        holding: u32,
        name: String,
    },
    /// 经办: a draft of the unit's answer; passes every step for which the actor has the role.
    DraftReply {
        holding: u32,
        text: T,
        #[serde(default)]
        public_text: Option<T>,
        truth: bool,
        #[serde(default)]
        beyond_duty: bool,
        solved: Solved,
    },
    /// 审核、签发: the next step of the unit's own steps.
    PassStep {
        holding: u32,
    },
    SendBackStep {
        holding: u32,
        reason: T,
    },
    /// The main handler's recorded reason to go without an assistant's answer.
    ExcuseAssistant {
        holding: u32,
        reason: T,
    },
    /// 开始审核
    StartReview,
    AcceptReply {
        holding: u32,
    },
    RejectReply {
        holding: u32,
        reason: T,
    },
    /// 申请退单
    RequestReturn {
        holding: u32,
        reason: String,
        basis: T,
        proposed: UnitId,
    },
    /// 同意退单: a new holding with a new clock; the citizen's runs on.
    GrantReturn {
        holding: u32,
        to: UnitId,
        reason: T,
    },
    /// 不同意退单: no time is given back.
    RefuseReturn {
        holding: u32,
        reason: T,
    },
    /// 指定承办: fixed; one last review on new facts remains.
    Designate {
        holding: u32,
        reason: T,
    },
    /// 申请延期
    RequestExtension {
        holding: u32,
        amount: i64,
        reason: T,
    },
    RuleExtension {
        holding: u32,
        granted: bool,
        reason: T,
    },
    /// 中止
    Suspend {
        holding: u32,
        reason: T,
    },
    Resume {
        holding: u32,
    },
    /// 挂账
    Defer {
        holding: u32,
        reason: T,
    },
    Undefer {
        holding: u32,
    },
    /// 催办
    Remind {
        holding: u32,
        #[serde(default)]
        note: Option<T>,
    },
    /// 督办
    Supervise {
        level: SheetLevel,
        holding: u32,
        reason: T,
    },
    AnswerSheet {
        sheet: u32,
        answer: T,
    },
    LiftSheet {
        sheet: u32,
    },
    /// 更正
    Correct {
        #[serde(default)]
        kind: Option<Kind>,
        #[serde(default)]
        category: Option<CategoryId>,
        #[serde(default)]
        level: Option<Level>,
        #[serde(default)]
        place: Option<Place>,
        reason: T,
    },
    /// 提级: the centre above takes the case over.
    Escalate {
        reason: T,
    },
    /// 现场核查
    Verify {
        confirmed: bool,
        #[serde(default)]
        remark: Option<T>,
        #[serde(default)]
        photos: Vec<BlobId>,
        #[serde(default)]
        point: Option<[f64; 2]>,
    },
    /// 回访未接通
    TryCallBack {
        #[serde(default)]
        agreed: Option<Timestamp>,
    },
    /// 回访
    CallBack {
        attitude: Grade,
        result: Grade,
        solved: Solved,
        #[serde(default)]
        remark: Option<T>,
    },
    /// 重办: a new round with its own clock.
    Redo {
        reason: T,
        #[serde(default)]
        to: Option<UnitId>,
    },
    /// 结案
    Close {
        outcome: Outcome,
        #[serde(default)]
        reason: Option<T>,
    },
    /// 归档
    Archive,
    /// 重新打开
    Reopen {
        reason: T,
    },
    /// 并单, on the case that is merged away.
    MergeInto {
        master: CaseId,
    },
    /// 并单, on the case that takes it in; the house gives it together with `MergeInto`.
    AdoptMember {
        member: CaseId,
    },
    Unmerge {
        reason: T,
    },
    ReleaseMember {
        member: CaseId,
    },
    RecordConsent {
        subject: ConsentSubject,
        granted: bool,
        reference: String,
    },
    UpdateOuter {
        #[serde(default)]
        deadline: Option<Timestamp>,
    },
    /// 转为涉密
    MakeSecret {
        #[serde(default)]
        accused_units: BTreeSet<UnitId>,
        #[serde(default)]
        accused_staff: BTreeSet<StaffId>,
    },
    SetExtract {
        extract: T,
    },
    /// Discipline matters leave the house (移送纪检).
    ReferAway {
        authority: String,
        reason: T,
    },
    /// 重复诉求认定
    JudgeRepeat {
        earlier: CaseId,
        verdict: RepeatVerdict,
    },
    ContestRepeat {
        reason: T,
    },
    ConfirmRepeat {
        verdict: RepeatVerdict,
    },
    /// Moves open holdings to the rules in force now.
    Repin {
        reason: T,
    },
    /// A timer fired: note every mark that has passed.
    Tick,
    /// 附件: a file that was put into the house before, by the digest of its content.
    Attach {
        what: AttachmentKind,
        file: BlobId,
        #[serde(default)]
        note: Option<T>,
        /// Where it was taken, as the device said: longitude and latitude, WGS-84.
        #[serde(default)]
        point: Option<[f64; 2]>,
    },
    Note {
        text: T,
    },
}
