//! What a command asks of the case itself, whatever it says: asked before every decision, and by
//! [`next`](crate::next), so that no move is offered that would always be refused.

use yipan_base::refusal::Refusal;

use super::{Draft, accept, callback, close, correct, handle, merge, review, secret};
use crate::case::Case;
use crate::command::CommandName;
use crate::context::Context;

/// Whether the case as it stands now allows a command in some form.
pub(super) fn able(d: &Draft<'_>, command: CommandName) -> Result<(), Refusal> {
    use CommandName as N;
    match command {
        N::AnswerDirectly => accept::may_answer(&d.case),
        N::Dispatch | N::AddAssistant | N::DispatchChild | N::GrantReturn => secret::readable(&d.case),
        N::Contact => handle::may_contact(&d.case),
        N::Escalate => correct::above(d).map(drop),
        N::Repin => correct::may_repin(&d.case),
        N::TryCallBack => callback::may_try(d),
        N::CallBack => callback::may_record(d),
        N::Redo => review::may_redo(d).and_then(|()| secret::readable(&d.case)),
        N::Close => close::may_close(d),
        N::Archive => close::may_archive(d),
        N::Reopen => close::may_reopen(d),
        N::MergeInto => merge::may_merge(&d.case),
        N::MakeSecret => secret::may_make(&d.case),
        N::SetExtract => secret::may_extract(&d.case),
        _ => Ok(()),
    }
}

/// The same for many commands on one case, one after the other.
pub(crate) struct Abilities<'a>(Draft<'a>);

impl<'a> Abilities<'a> {
    pub fn of(case: &Case, ctx: &Context<'a>) -> Self {
        Self(Draft::new(case, ctx))
    }

    pub fn check(&self, command: CommandName) -> Result<(), Refusal> {
        able(&self.0, command)
    }
}
