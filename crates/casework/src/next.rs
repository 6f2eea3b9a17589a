//! What this actor may do now with a case, and why not the rest.

use serde::{Deserialize, Serialize};
use yipan_base::refusal::Refusal;

use crate::case::{Case, HoldingRole, Stage, Standing};
use crate::command::CommandName;
use crate::context::Context;
use crate::decide::{Abilities, gate_name};
use crate::table::{Row, Seat, TABLE};

/// A move on a case, allowed or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Move {
    pub command: CommandName,
    /// How people say it.
    pub zh: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holding: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<u32>,
    pub allowed: bool,
    /// The one step that brings the case forward: the page's one blue button.
    pub primary: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
}

/// Every move of the transition table, for this actor and this case.
#[must_use]
pub fn moves(case: &Case, ctx: &Context<'_>) -> Vec<Move> {
    let mut moves = Vec::new();
    let abilities = Abilities::of(case, ctx);
    let a_move = |row: &Row, holding: Option<u32>, sheet: Option<u32>| {
        let allowed = gate_name(case, row.command, holding, sheet, ctx);
        let refusal = allowed.and_then(|()| abilities.check(row.command)).err();
        Move {
            command: row.command,
            zh: row.zh.to_owned(),
            holding,
            sheet,
            allowed: refusal.is_none(),
            primary: false,
            refusal,
        }
    };
    for row in TABLE.iter().filter(|r| !r.by.iter().all(|right| right.seat == Seat::House)) {
        if on_holdings(row.command) {
            let open = case.holdings.iter().filter(|h| h.standing == Standing::Open);
            let before = moves.len();
            for holding in open.filter(|h| concerns(row.command, h)) {
                moves.push(a_move(row, Some(holding.no), None));
            }
            if moves.len() == before && !row.stages.contains(&case.stage) {
                moves.push(a_move(row, None, None));
            }
        } else if matches!(row.command, CommandName::AnswerSheet | CommandName::LiftSheet) {
            for sheet in case.sheets.iter().filter(|s| s.lifted_at.is_none()) {
                moves.push(a_move(row, None, Some(sheet.no)));
            }
        } else if makes_sense(row.command, case) {
            moves.push(a_move(row, None, None));
        }
    }
    let offered = |command: &CommandName| moves.iter().position(|m| m.allowed && m.command == *command);
    if let Some(primary) = forward(case).iter().find_map(offered) {
        moves[primary].primary = true;
    }
    moves
}

const fn on_holdings(command: CommandName) -> bool {
    use CommandName as N;
    matches!(
        command,
        N::DispatchChild
            | N::Sign
            | N::Contact
            | N::ReachMilestone
            | N::DraftReply
            | N::PassStep
            | N::SendBackStep
            | N::ExcuseAssistant
            | N::AcceptReply
            | N::RejectReply
            | N::RequestReturn
            | N::GrantReturn
            | N::RefuseReturn
            | N::Designate
            | N::RequestExtension
            | N::RuleExtension
            | N::Suspend
            | N::Resume
            | N::Defer
            | N::Undefer
            | N::Remind
            | N::Supervise
    )
}

/// Whether a move makes sense for a case as it stands: only a verdict that there is can be contested.
fn makes_sense(command: CommandName, case: &Case) -> bool {
    match command {
        CommandName::ContestRepeat => case.repeat.as_ref().is_some_and(|r| r.contested.is_none()),
        CommandName::ConfirmRepeat => {
            case.repeat.as_ref().is_some_and(|r| r.contested.is_some() && !r.confirmed)
        }
        CommandName::Unmerge => case.merged_into.is_some(),
        CommandName::RecordConsent | CommandName::UpdateOuter => case.outer.is_some(),
        // They follow a merge or its undoing by themselves.
        CommandName::AdoptMember | CommandName::ReleaseMember => false,
        _ => true,
    }
}

/// Whether a move makes sense for a holding as it stands; the gate then says who may.
fn concerns(command: CommandName, holding: &crate::case::Holding) -> bool {
    use CommandName as N;
    let working = holding.replied_at.is_none();
    let signed = holding.signed_at.is_some();
    match command {
        N::Sign => !signed,
        N::Contact | N::DispatchChild => working && signed,
        N::DraftReply => working && signed && holding.draft.is_none() && holding.suspension.is_none(),
        N::PassStep | N::SendBackStep => working && holding.draft.is_some(),
        N::ReachMilestone => working && holding.milestones.iter().any(|m| m.reached_at.is_none()),
        N::ExcuseAssistant => working && holding.role == HoldingRole::Assistant,
        N::AcceptReply | N::RejectReply => !working,
        N::RequestReturn => working && holding.pending_return().is_none() && holding.contacted_at.is_none(),
        N::GrantReturn | N::RefuseReturn | N::Designate => holding.pending_return().is_some(),
        N::RequestExtension => working && signed && holding.extension.is_none(),
        N::RuleExtension => working && holding.pending_extension().is_some(),
        N::Suspend => working && holding.suspension.is_none(),
        N::Resume => holding.suspension.is_some(),
        N::Defer => working && !holding.deferred,
        N::Undefer => holding.deferred,
        _ => working,
    }
}

/// The commands that bring a case forward from its stage, in the order they are offered.
const fn forward(case: &Case) -> &'static [CommandName] {
    use CommandName as N;
    match case.stage {
        Stage::Accepted if case.secret && case.extract.is_none() => &[N::SetExtract],
        Stage::Accepted => &[N::Dispatch, N::AnswerDirectly],
        Stage::AnsweredDirectly => &[N::Close],
        Stage::Dispatched => &[N::GrantReturn, N::Sign],
        Stage::Handling => &[N::GrantReturn, N::Sign, N::AcceptReply, N::PassStep, N::DraftReply],
        Stage::Handled | Stage::Reviewing => &[N::AcceptReply],
        Stage::Verifying => &[N::Verify],
        Stage::CallingBack if case.callbacks.is_empty() && case.intake.person.is_some() => &[N::CallBack],
        Stage::CallingBack => &[N::Close, N::CallBack],
        Stage::Closed => &[N::Archive],
        Stage::Archived => &[],
    }
}
