//! The rules: `decide(case, command, context) → events`, or a refusal that names its rule.

mod able;
mod accept;
mod attach;
mod basis;
mod callback;
mod close;
mod correct;
mod dispatch;
mod draft;
mod extend;
mod gate;
mod handle;
mod marks;
mod merge;
mod outer;
mod repeat;
mod returns;
mod review;
mod secret;
mod supervise;
mod suspend;
mod verify;
mod word;

pub(crate) use able::Abilities;
pub use accept::may_accept;
pub(crate) use gate::{gate_name, unit_accused};
pub(crate) use marks::next_tick;

use gate::gate;

use yipan_base::refusal::Refusal;

use crate::case::Case;
use crate::command::Command;
use crate::context::Context;
use crate::event::Event;
use draft::Draft;

/// Decides a command on a case. `case` is `None` only for [`Command::Accept`].
///
/// # Errors
/// A [`Refusal`] whose code names the rule: `case.stage`, `case.seat`, `return.too_late`, …
pub fn decide(case: Option<&Case>, command: &Command, context: &Context<'_>) -> Result<Vec<Event>, Refusal> {
    let Some(case) = case else {
        return match command {
            Command::Accept(acceptance) => accept::accept(acceptance, context),
            _ => Err(Refusal::not_found("case.unknown", "没有这张工单", "there is no such case")),
        };
    };
    gate(case, command, context)?;
    let mut draft = Draft::new(case, context);
    let d = &mut draft;
    able::able(d, command.name())?;
    match command {
        Command::Accept(_) => {
            return Err(Refusal::conflict(
                "case.exists",
                format!("工单 {} 已经受理", case.number),
                format!("case {} has been accepted already", case.number),
            ));
        }
        Command::AnswerDirectly { text, solved } => accept::answer_directly(d, text, *solved),
        Command::Dispatch { main, assistants, copies, basis } => {
            dispatch::dispatch(d, main, assistants, copies, basis)?;
        }
        Command::AddAssistant { unit, basis } => dispatch::add_assistant(d, unit, basis)?,
        Command::Copy { units } => dispatch::copy(d, units)?,
        Command::DispatchChild { holding, main, assistants, basis } => {
            dispatch::dispatch_child(d, *holding, main, assistants, basis)?;
        }
        Command::Sign { holding } => handle::sign(d, *holding)?,
        Command::Contact { holding, reached } => handle::contact(d, *holding, *reached)?,
        Command::ReachMilestone { holding, name } => handle::milestone(d, *holding, name)?,
        Command::DraftReply { holding, text, public_text, truth, beyond_duty, solved } => {
            let words = handle::Words { text, public_text: public_text.as_ref() };
            handle::draft_reply(d, *holding, words, *truth, *beyond_duty, *solved)?;
        }
        Command::PassStep { holding } => handle::pass_step(d, *holding)?,
        Command::SendBackStep { holding, reason } => handle::send_back_step(d, *holding, reason)?,
        Command::ExcuseAssistant { holding, reason } => handle::excuse(d, *holding, reason)?,
        Command::StartReview => review::start(d),
        Command::AcceptReply { holding } => review::accept_reply(d, *holding)?,
        Command::RejectReply { holding, reason } => review::reject_reply(d, *holding, reason)?,
        Command::RequestReturn { holding, reason, basis, proposed } => {
            returns::request(d, *holding, reason, basis, proposed)?;
        }
        Command::GrantReturn { holding, to, reason } => returns::grant_return(d, *holding, to, reason)?,
        Command::RefuseReturn { holding, reason } => returns::refuse(d, *holding, reason)?,
        Command::Designate { holding, reason } => returns::designate(d, *holding, reason)?,
        Command::RequestExtension { holding, amount, reason } => {
            extend::request(d, *holding, *amount, reason)?
        }
        Command::RuleExtension { holding, granted, reason } => extend::rule(d, *holding, *granted, reason)?,
        Command::Suspend { holding, reason } => suspend::suspend(d, *holding, reason)?,
        Command::Resume { holding } => suspend::resume(d, *holding)?,
        Command::Defer { holding, reason } => suspend::defer(d, *holding, reason)?,
        Command::Undefer { holding } => suspend::undefer(d, *holding)?,
        Command::Remind { holding, note } => supervise::remind(d, *holding, note.as_ref())?,
        Command::Supervise { level, holding, reason } => supervise::supervise(d, *level, *holding, reason)?,
        Command::AnswerSheet { sheet, answer } => supervise::answer(d, *sheet, answer)?,
        Command::LiftSheet { sheet } => supervise::lift(d, *sheet)?,
        Command::Correct { kind, category, level, place, reason } => {
            correct::correct(d, *kind, category.as_ref(), *level, place.as_ref(), reason)?;
        }
        Command::Escalate { reason } => correct::escalate(d, reason)?,
        Command::Verify { confirmed, remark, photos, point } => {
            verify::verify(d, *confirmed, remark.as_ref(), photos, *point)?;
        }
        Command::TryCallBack { agreed } => callback::attempt(d, *agreed)?,
        Command::CallBack { attitude, result, solved, remark } => {
            callback::record(d, *attitude, *result, *solved, remark.as_ref());
        }
        Command::Redo { reason, to } => review::redo(d, reason, to.as_ref())?,
        Command::Close { outcome, reason } => close::close(d, *outcome, reason.as_ref())?,
        Command::Archive => close::archive(d),
        Command::Reopen { reason } => close::reopen(d, reason)?,
        Command::MergeInto { master } => merge::merge_into(d, master)?,
        Command::AdoptMember { member } => merge::adopt(d, member)?,
        Command::Unmerge { reason } => merge::unmerge(d, reason)?,
        Command::ReleaseMember { member } => merge::release(d, member)?,
        Command::RecordConsent { subject, granted, reference } => {
            outer::consent(d, *subject, *granted, reference)?
        }
        Command::UpdateOuter { deadline } => outer::update(d, *deadline)?,
        Command::MakeSecret { accused_units, accused_staff } => {
            secret::make(d, accused_units, accused_staff)?
        }
        Command::SetExtract { extract } => secret::extract(d, extract),
        Command::ReferAway { authority, reason } => secret::refer_away(d, authority, reason)?,
        Command::JudgeRepeat { earlier, verdict } => repeat::judge(d, earlier, *verdict)?,
        Command::ContestRepeat { reason } => repeat::contest(d, reason)?,
        Command::ConfirmRepeat { verdict } => repeat::confirm(d, *verdict)?,
        Command::Repin { reason } => correct::repin(d, reason)?,
        Command::Tick => marks::tick(d),
        Command::Attach { what, file, note, point } => {
            attach::attach(d, *what, file, note.as_ref(), *point)?;
        }
        Command::Note { text } => d.push(Event::Noted { text: text.clone() }),
    }
    Ok(draft.into_events())
}
