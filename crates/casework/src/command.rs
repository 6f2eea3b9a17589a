//! Commands: what a person, another system or the house itself may ask of a case.
//!
//! Inside the house a command carries no personal data and no text: texts are stored first,
//! encrypted, and named by id. At a door it is a `Command<String>`, whose texts
//! [`Command::map_texts`] turns into such ids. One variant here, one row in [`table`](crate::table), one arm in
//! [`decide`](crate::decide), and usually one event.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yipan_base::id::{BlobId, CaseId, CategoryId, NarrativeId, PersonId, RuleId, StaffId, UnitId};
use yipan_base::time::Timestamp;

use crate::case::{
    Channel, ConsentSubject, Grade, Kind, Level, NarrativeKind, NarrativeRef, OuterOrder, Outcome, Place, RepeatVerdict,
    SheetLevel, Solved,
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
    AnswerDirectly { text: T, solved: Solved },
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
    AddAssistant { unit: UnitId, basis: Basis },
    /// 抄送
    Copy { units: Vec<UnitId> },
    /// 下派: a county gives its part, or some of it, to one of its own units.
    DispatchChild {
        holding: u32,
        main: UnitId,
        #[serde(default)]
        assistants: Vec<UnitId>,
        basis: Basis,
    },
    /// 签收
    Sign { holding: u32 },
    /// 联系诉求人
    Contact { holding: u32, reached: bool },
    ReachMilestone { holding: u32, name: String },
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
    PassStep { holding: u32 },
    SendBackStep { holding: u32, reason: T },
    /// The main handler's recorded reason to go without an assistant's answer.
    ExcuseAssistant { holding: u32, reason: T },
    /// 开始审核
    StartReview,
    AcceptReply { holding: u32 },
    RejectReply { holding: u32, reason: T },
    /// 申请退单
    RequestReturn { holding: u32, reason: String, basis: T, proposed: UnitId },
    /// 同意退单: a new holding with a new clock; the citizen's runs on.
    GrantReturn { holding: u32, to: UnitId, reason: T },
    /// 不同意退单: no time is given back.
    RefuseReturn { holding: u32, reason: T },
    /// 指定承办: fixed; one last review on new facts remains.
    Designate { holding: u32, reason: T },
    /// 申请延期
    RequestExtension { holding: u32, amount: i64, reason: T },
    RuleExtension { holding: u32, granted: bool, reason: T },
    /// 中止
    Suspend { holding: u32, reason: T },
    Resume { holding: u32 },
    /// 挂账
    Defer { holding: u32, reason: T },
    Undefer { holding: u32 },
    /// 催办
    Remind {
        holding: u32,
        #[serde(default)]
        note: Option<T>,
    },
    /// 督办
    Supervise { level: SheetLevel, holding: u32, reason: T },
    AnswerSheet { sheet: u32, answer: T },
    LiftSheet { sheet: u32 },
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
    Escalate { reason: T },
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
    Reopen { reason: T },
    /// 并单, on the case that is merged away.
    MergeInto { master: CaseId },
    /// 并单, on the case that takes it in; the house gives it together with `MergeInto`.
    AdoptMember { member: CaseId },
    Unmerge { reason: T },
    ReleaseMember { member: CaseId },
    RecordConsent { subject: ConsentSubject, granted: bool, reference: String },
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
    SetExtract { extract: T },
    /// Discipline matters leave the house (移送纪检).
    ReferAway { authority: String, reason: T },
    /// 重复诉求认定
    JudgeRepeat { earlier: CaseId, verdict: RepeatVerdict },
    ContestRepeat { reason: T },
    ConfirmRepeat { verdict: RepeatVerdict },
    /// Moves open holdings to the rules in force now.
    Repin { reason: T },
    /// A timer fired: note every mark that has passed.
    Tick,
    Note { text: T },
}

/// A command's name, for the transition table, the API and the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CommandName {
    Accept, AnswerDirectly, Dispatch, AddAssistant, Copy, DispatchChild, Sign, Contact, ReachMilestone,
    DraftReply, PassStep, SendBackStep, ExcuseAssistant, StartReview, AcceptReply, RejectReply,
    RequestReturn, GrantReturn, RefuseReturn, Designate, RequestExtension, RuleExtension, Suspend, Resume,
    Defer, Undefer, Remind, Supervise, AnswerSheet, LiftSheet, Correct, Escalate, Verify, TryCallBack,
    CallBack, Redo, Close, Archive, Reopen, MergeInto, AdoptMember, Unmerge, ReleaseMember, RecordConsent,
    UpdateOuter, MakeSecret, SetExtract, ReferAway, JudgeRepeat, ContestRepeat, ConfirmRepeat, Repin, Tick,
    Note,
}

impl CommandName {
    /// `add_assistant`
    #[must_use]
    pub fn code(self) -> String {
        serde_json::to_value(self).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

impl<T> Command<T> {
    #[must_use]
    pub const fn name(&self) -> CommandName {
        use CommandName as N;
        match self {
            Self::Accept(_) => N::Accept,
            Self::AnswerDirectly { .. } => N::AnswerDirectly,
            Self::Dispatch { .. } => N::Dispatch,
            Self::AddAssistant { .. } => N::AddAssistant,
            Self::Copy { .. } => N::Copy,
            Self::DispatchChild { .. } => N::DispatchChild,
            Self::Sign { .. } => N::Sign,
            Self::Contact { .. } => N::Contact,
            Self::ReachMilestone { .. } => N::ReachMilestone,
            Self::DraftReply { .. } => N::DraftReply,
            Self::PassStep { .. } => N::PassStep,
            Self::SendBackStep { .. } => N::SendBackStep,
            Self::ExcuseAssistant { .. } => N::ExcuseAssistant,
            Self::StartReview => N::StartReview,
            Self::AcceptReply { .. } => N::AcceptReply,
            Self::RejectReply { .. } => N::RejectReply,
            Self::RequestReturn { .. } => N::RequestReturn,
            Self::GrantReturn { .. } => N::GrantReturn,
            Self::RefuseReturn { .. } => N::RefuseReturn,
            Self::Designate { .. } => N::Designate,
            Self::RequestExtension { .. } => N::RequestExtension,
            Self::RuleExtension { .. } => N::RuleExtension,
            Self::Suspend { .. } => N::Suspend,
            Self::Resume { .. } => N::Resume,
            Self::Defer { .. } => N::Defer,
            Self::Undefer { .. } => N::Undefer,
            Self::Remind { .. } => N::Remind,
            Self::Supervise { .. } => N::Supervise,
            Self::AnswerSheet { .. } => N::AnswerSheet,
            Self::LiftSheet { .. } => N::LiftSheet,
            Self::Correct { .. } => N::Correct,
            Self::Escalate { .. } => N::Escalate,
            Self::Verify { .. } => N::Verify,
            Self::TryCallBack { .. } => N::TryCallBack,
            Self::CallBack { .. } => N::CallBack,
            Self::Redo { .. } => N::Redo,
            Self::Close { .. } => N::Close,
            Self::Archive => N::Archive,
            Self::Reopen { .. } => N::Reopen,
            Self::MergeInto { .. } => N::MergeInto,
            Self::AdoptMember { .. } => N::AdoptMember,
            Self::Unmerge { .. } => N::Unmerge,
            Self::ReleaseMember { .. } => N::ReleaseMember,
            Self::RecordConsent { .. } => N::RecordConsent,
            Self::UpdateOuter { .. } => N::UpdateOuter,
            Self::MakeSecret { .. } => N::MakeSecret,
            Self::SetExtract { .. } => N::SetExtract,
            Self::ReferAway { .. } => N::ReferAway,
            Self::JudgeRepeat { .. } => N::JudgeRepeat,
            Self::ContestRepeat { .. } => N::ContestRepeat,
            Self::ConfirmRepeat { .. } => N::ConfirmRepeat,
            Self::Repin { .. } => N::Repin,
            Self::Tick => N::Tick,
            Self::Note { .. } => N::Note,
        }
    }

    /// The holding the command is about, where it is about one.
    #[must_use]
    pub const fn holding(&self) -> Option<u32> {
        match self {
            Self::DispatchChild { holding, .. }
            | Self::Sign { holding }
            | Self::Contact { holding, .. }
            | Self::ReachMilestone { holding, .. }
            | Self::DraftReply { holding, .. }
            | Self::PassStep { holding }
            | Self::SendBackStep { holding, .. }
            | Self::ExcuseAssistant { holding, .. }
            | Self::AcceptReply { holding }
            | Self::RejectReply { holding, .. }
            | Self::RequestReturn { holding, .. }
            | Self::GrantReturn { holding, .. }
            | Self::RefuseReturn { holding, .. }
            | Self::Designate { holding, .. }
            | Self::RequestExtension { holding, .. }
            | Self::RuleExtension { holding, .. }
            | Self::Suspend { holding, .. }
            | Self::Resume { holding }
            | Self::Defer { holding, .. }
            | Self::Undefer { holding }
            | Self::Remind { holding, .. }
            | Self::Supervise { holding, .. } => Some(*holding),
            _ => None,
        }
    }
}


impl<T> Command<T> {
    /// The same command with every text replaced: `f` is told what the text is for.
    pub fn map_texts<U>(self, f: &mut impl FnMut(NarrativeKind, T) -> U) -> Command<U> {
        use NarrativeKind as K;
        match self {
            Self::Accept(new) => Command::Accept(new),
            Self::AnswerDirectly { text, solved } => Command::AnswerDirectly { text: f(K::Reply, text), solved },
            Self::Dispatch { main, assistants, copies, basis } => Command::Dispatch { main, assistants, copies, basis },
            Self::AddAssistant { unit, basis } => Command::AddAssistant { unit, basis },
            Self::Copy { units } => Command::Copy { units },
            Self::DispatchChild { holding, main, assistants, basis } => {
                Command::DispatchChild { holding, main, assistants, basis }
            }
            Self::Sign { holding } => Command::Sign { holding },
            Self::Contact { holding, reached } => Command::Contact { holding, reached },
            Self::ReachMilestone { holding, name } => Command::ReachMilestone { holding, name },
            Self::DraftReply { holding, text, public_text, truth, beyond_duty, solved } => Command::DraftReply {
                holding,
                text: f(K::Reply, text),
                public_text: public_text.map(|t| f(K::PublicReply, t)),
                truth,
                beyond_duty,
                solved,
            },
            Self::PassStep { holding } => Command::PassStep { holding },
            Self::SendBackStep { holding, reason } => {
                Command::SendBackStep { holding, reason: f(K::Reason, reason) }
            }
            Self::ExcuseAssistant { holding, reason } => {
                Command::ExcuseAssistant { holding, reason: f(K::Reason, reason) }
            }
            Self::StartReview => Command::StartReview,
            Self::AcceptReply { holding } => Command::AcceptReply { holding },
            Self::RejectReply { holding, reason } => Command::RejectReply { holding, reason: f(K::Reason, reason) },
            Self::RequestReturn { holding, reason, basis, proposed } => {
                Command::RequestReturn { holding, reason, basis: f(K::Reason, basis), proposed }
            }
            Self::GrantReturn { holding, to, reason } => {
                Command::GrantReturn { holding, to, reason: f(K::Reason, reason) }
            }
            Self::RefuseReturn { holding, reason } => {
                Command::RefuseReturn { holding, reason: f(K::Reason, reason) }
            }
            Self::Designate { holding, reason } => Command::Designate { holding, reason: f(K::Reason, reason) },
            Self::RequestExtension { holding, amount, reason } => {
                Command::RequestExtension { holding, amount, reason: f(K::Reason, reason) }
            }
            Self::RuleExtension { holding, granted, reason } => {
                Command::RuleExtension { holding, granted, reason: f(K::Reason, reason) }
            }
            Self::Suspend { holding, reason } => Command::Suspend { holding, reason: f(K::Reason, reason) },
            Self::Resume { holding } => Command::Resume { holding },
            Self::Defer { holding, reason } => Command::Defer { holding, reason: f(K::Reason, reason) },
            Self::Undefer { holding } => Command::Undefer { holding },
            Self::Remind { holding, note } => Command::Remind { holding, note: note.map(|t| f(K::Note, t)) },
            Self::Supervise { level, holding, reason } => {
                Command::Supervise { level, holding, reason: f(K::Reason, reason) }
            }
            Self::AnswerSheet { sheet, answer } => Command::AnswerSheet { sheet, answer: f(K::Reply, answer) },
            Self::LiftSheet { sheet } => Command::LiftSheet { sheet },
            Self::Correct { kind, category, level, place, reason } => {
                Command::Correct { kind, category, level, place, reason: f(K::Reason, reason) }
            }
            Self::Escalate { reason } => Command::Escalate { reason: f(K::Reason, reason) },
            Self::Verify { confirmed, remark, photos, point } => {
                Command::Verify { confirmed, remark: remark.map(|t| f(K::Note, t)), photos, point }
            }
            Self::TryCallBack { agreed } => Command::TryCallBack { agreed },
            Self::CallBack { attitude, result, solved, remark } => {
                Command::CallBack { attitude, result, solved, remark: remark.map(|t| f(K::Note, t)) }
            }
            Self::Redo { reason, to } => Command::Redo { reason: f(K::Reason, reason), to },
            Self::Close { outcome, reason } => Command::Close { outcome, reason: reason.map(|t| f(K::Reason, t)) },
            Self::Archive => Command::Archive,
            Self::Reopen { reason } => Command::Reopen { reason: f(K::Reason, reason) },
            Self::MergeInto { master } => Command::MergeInto { master },
            Self::AdoptMember { member } => Command::AdoptMember { member },
            Self::Unmerge { reason } => Command::Unmerge { reason: f(K::Reason, reason) },
            Self::ReleaseMember { member } => Command::ReleaseMember { member },
            Self::RecordConsent { subject, granted, reference } => {
                Command::RecordConsent { subject, granted, reference }
            }
            Self::UpdateOuter { deadline } => Command::UpdateOuter { deadline },
            Self::MakeSecret { accused_units, accused_staff } => Command::MakeSecret { accused_units, accused_staff },
            Self::SetExtract { extract } => Command::SetExtract { extract: f(K::Extract, extract) },
            Self::ReferAway { authority, reason } => {
                Command::ReferAway { authority, reason: f(K::Reason, reason) }
            }
            Self::JudgeRepeat { earlier, verdict } => Command::JudgeRepeat { earlier, verdict },
            Self::ContestRepeat { reason } => Command::ContestRepeat { reason: f(K::Reason, reason) },
            Self::ConfirmRepeat { verdict } => Command::ConfirmRepeat { verdict },
            Self::Repin { reason } => Command::Repin { reason: f(K::Reason, reason) },
            Self::Tick => Command::Tick,
            Self::Note { text } => Command::Note { text: f(K::Note, text) },
        }
    }
}
