//! The names of commands, and what a command is about.

use serde::{Deserialize, Serialize};
use yipan_base::id::BlobId;

use super::Command;

/// A command's name, for the transition table, the API and the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CommandName {
    Accept,
    AnswerDirectly,
    Dispatch,
    AddAssistant,
    Copy,
    DispatchChild,
    Sign,
    Contact,
    ReachMilestone,
    DraftReply,
    PassStep,
    SendBackStep,
    ExcuseAssistant,
    StartReview,
    AcceptReply,
    RejectReply,
    RequestReturn,
    GrantReturn,
    RefuseReturn,
    Designate,
    RequestExtension,
    RuleExtension,
    Suspend,
    Resume,
    Defer,
    Undefer,
    Remind,
    Supervise,
    AnswerSheet,
    LiftSheet,
    Correct,
    Escalate,
    Verify,
    TryCallBack,
    CallBack,
    Redo,
    Close,
    Archive,
    Reopen,
    MergeInto,
    AdoptMember,
    Unmerge,
    ReleaseMember,
    RecordConsent,
    UpdateOuter,
    MakeSecret,
    SetExtract,
    ReferAway,
    JudgeRepeat,
    ContestRepeat,
    ConfirmRepeat,
    Repin,
    Tick,
    Attach,
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
            Self::Attach { .. } => N::Attach,
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

    /// The files that it refers to.
    #[must_use]
    pub fn files(&self) -> &[BlobId] {
        match self {
            Self::Verify { photos, .. } => photos,
            Self::Attach { file, .. } => std::slice::from_ref(file),
            _ => &[],
        }
    }
}
