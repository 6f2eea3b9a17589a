//! The texts of a command: words at a door, ids inside the house.

use super::Command;
use crate::case::NarrativeKind;

impl<T> Command<T> {
    /// The same command with every text replaced: `f` is told what the text is for.
    pub fn map_texts<U>(self, f: &mut impl FnMut(NarrativeKind, T) -> U) -> Command<U> {
        use NarrativeKind as K;
        match self {
            Self::Accept(new) => Command::Accept(new),
            Self::AnswerDirectly { text, solved } => {
                Command::AnswerDirectly { text: f(K::Reply, text), solved }
            }
            Self::Dispatch { main, assistants, copies, basis } => {
                Command::Dispatch { main, assistants, copies, basis }
            }
            Self::AddAssistant { unit, basis } => Command::AddAssistant { unit, basis },
            Self::Copy { units } => Command::Copy { units },
            Self::DispatchChild { holding, main, assistants, basis } => {
                Command::DispatchChild { holding, main, assistants, basis }
            }
            Self::Sign { holding } => Command::Sign { holding },
            Self::Contact { holding, reached } => Command::Contact { holding, reached },
            Self::ReachMilestone { holding, name } => Command::ReachMilestone { holding, name },
            Self::DraftReply { holding, text, public_text, truth, beyond_duty, solved } => {
                Command::DraftReply {
                    holding,
                    text: f(K::Reply, text),
                    public_text: public_text.map(|t| f(K::PublicReply, t)),
                    truth,
                    beyond_duty,
                    solved,
                }
            }
            Self::PassStep { holding } => Command::PassStep { holding },
            Self::SendBackStep { holding, reason } => {
                Command::SendBackStep { holding, reason: f(K::Reason, reason) }
            }
            Self::ExcuseAssistant { holding, reason } => {
                Command::ExcuseAssistant { holding, reason: f(K::Reason, reason) }
            }
            Self::StartReview => Command::StartReview,
            Self::AcceptReply { holding } => Command::AcceptReply { holding },
            Self::RejectReply { holding, reason } => {
                Command::RejectReply { holding, reason: f(K::Reason, reason) }
            }
            Self::RequestReturn { holding, reason, basis, proposed } => {
                Command::RequestReturn { holding, reason, basis: f(K::Reason, basis), proposed }
            }
            Self::GrantReturn { holding, to, reason } => {
                Command::GrantReturn { holding, to, reason: f(K::Reason, reason) }
            }
            Self::RefuseReturn { holding, reason } => {
                Command::RefuseReturn { holding, reason: f(K::Reason, reason) }
            }
            Self::Designate { holding, reason } => {
                Command::Designate { holding, reason: f(K::Reason, reason) }
            }
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
            Self::AnswerSheet { sheet, answer } => {
                Command::AnswerSheet { sheet, answer: f(K::Reply, answer) }
            }
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
            Self::Close { outcome, reason } => {
                Command::Close { outcome, reason: reason.map(|t| f(K::Reason, t)) }
            }
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
            Self::MakeSecret { accused_units, accused_staff } => {
                Command::MakeSecret { accused_units, accused_staff }
            }
            Self::SetExtract { extract } => Command::SetExtract { extract: f(K::Extract, extract) },
            Self::ReferAway { authority, reason } => {
                Command::ReferAway { authority, reason: f(K::Reason, reason) }
            }
            Self::JudgeRepeat { earlier, verdict } => Command::JudgeRepeat { earlier, verdict },
            Self::ContestRepeat { reason } => Command::ContestRepeat { reason: f(K::Reason, reason) },
            Self::ConfirmRepeat { verdict } => Command::ConfirmRepeat { verdict },
            Self::Repin { reason } => Command::Repin { reason: f(K::Reason, reason) },
            Self::Tick => Command::Tick,
            Self::Attach { what, file, note, point } => {
                Command::Attach { what, file, note: note.map(|t| f(K::Note, t)), point }
            }
            Self::Note { text } => Command::Note { text: f(K::Note, text) },
        }
    }
}
