//! The transition table (流转表): stage × command → allowed, and by whom. As data.
//!
//! Every refused move names the row that refused it. `yipan case transitions` prints this table
//! and its diagram; a test keeps the copy under `docs/` equal to it.

use yipan_base::directory::Role;

use crate::case::Stage;
use crate::command::CommandName;

/// From which chair a command may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Seat {
    /// The centre that runs the case.
    Centre,
    /// The unit that holds the holding in question (or the centre of its area, for a government).
    Holder,
    /// The main handler beside the assistant in question.
    Main,
    /// The unit that gave the child holding out.
    Giver,
    /// A unit that was given a copy, or any unit with a holding in the case.
    Party,
    /// Whoever issued the sheet in question.
    Issuer,
    /// The house: timers and paired commands.
    House,
}

impl Seat {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Centre => "centre",
            Self::Holder => "holder",
            Self::Main => "main",
            Self::Giver => "giver",
            Self::Party => "party",
            Self::Issuer => "issuer",
            Self::House => "house",
        }
    }

    /// What people call it.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Centre => "受理中心",
            Self::Holder => "承办单位",
            Self::Main => "主办单位",
            Self::Giver => "下派单位",
            Self::Party => "相关单位",
            Self::Issuer => "签发人",
            Self::House => "系统",
        }
    }
}

/// A chair and the roles that may speak from it.
#[derive(Debug, Clone, Copy)]
pub struct Right {
    pub seat: Seat,
    pub roles: &'static [Role],
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub command: CommandName,
    pub stages: &'static [Stage],
    pub by: &'static [Right],
    /// The stages in which a case that was merged away allows it. Such a case waits in whatever
    /// stage it was; its own end follows the master's.
    pub merged: &'static [Stage],
    pub zh: &'static str,
}

const DESK: &[Role] = &[Role::CallTaker, Role::ShiftLeader, Role::Dispatcher];
const DISPATCH: &[Role] = &[Role::Dispatcher, Role::ShiftLeader, Role::SecrecyOfficer];
const REVIEW: &[Role] = &[Role::CentreReviewer, Role::ShiftLeader, Role::SecrecyOfficer];
const CALL: &[Role] = &[Role::CallbackClerk, Role::CallTaker, Role::ShiftLeader, Role::SecrecyOfficer];
const WATCH: &[Role] = &[Role::Supervisor, Role::ShiftLeader, Role::Leader];
const CHECK: &[Role] = &[Role::Inspector, Role::GridWorker];
const UNIT: &[Role] = &[Role::UnitReceiver, Role::UnitHandler, Role::Dispatcher, Role::GridWorker];
const UNIT_DESK: &[Role] = &[Role::UnitReceiver, Role::UnitReviewer, Role::UnitSigner, Role::Dispatcher];
const UNIT_STEPS: &[Role] = &[Role::UnitReviewer, Role::UnitSigner, Role::CentreReviewer, Role::ShiftLeader];
const UNIT_DRAFT: &[Role] = &[Role::UnitHandler, Role::UnitReceiver, Role::Dispatcher, Role::GridWorker];
const ANYONE: &[Role] = &[
    Role::CallTaker,
    Role::ShiftLeader,
    Role::Dispatcher,
    Role::CentreReviewer,
    Role::CallbackClerk,
    Role::Supervisor,
    Role::Inspector,
    Role::UnitReceiver,
    Role::UnitHandler,
    Role::UnitReviewer,
    Role::UnitSigner,
    Role::GridWorker,
    Role::Leader,
];

use CommandName as N;
use Seat::{Centre, Giver, Holder, House, Issuer, Main, Party};
use Stage::{
    Accepted, AnsweredDirectly, Archived, CallingBack, Closed, Dispatched, Handled, Handling, Reviewing,
    Verifying,
};

const WORKING: &[Stage] = &[Dispatched, Handling];
/// A merged case before its citizen was called, and while that goes on.
const WAITING: &[Stage] = &[Accepted, Dispatched, Handling];
const FOLLOWING: &[Stage] = &[Accepted, Dispatched, Handling, CallingBack];
const AT_UNIT: &[Stage] = &[Dispatched, Handling, Handled, Reviewing];
const OPEN: &[Stage] =
    &[Accepted, AnsweredDirectly, Dispatched, Handling, Handled, Reviewing, Verifying, CallingBack];
const ANY: &[Stage] = &[
    Accepted,
    AnsweredDirectly,
    Dispatched,
    Handling,
    Handled,
    Reviewing,
    Verifying,
    CallingBack,
    Closed,
    Archived,
];

const fn right(seat: Seat, roles: &'static [Role]) -> Right {
    Right { seat, roles }
}

const fn row(command: CommandName, stages: &'static [Stage], by: &'static [Right], zh: &'static str) -> Row {
    Row { command, stages, by, merged: &[], zh }
}

const fn merged(stages: &'static [Stage], mut row: Row) -> Row {
    row.merged = stages;
    row
}

/// Whoever has a part in a case, and the officer where it is secret.
const ANYONE_TOLD: &[Right] =
    &[right(Centre, ANYONE), right(Centre, &[Role::SecrecyOfficer]), right(Party, ANYONE)];

/// The table itself. `Accept` stands apart: it makes the case.
pub const TABLE: &[Row] = &[
    row(N::AnswerDirectly, &[Accepted], &[right(Centre, DESK)], "直接答复"),
    row(N::Dispatch, &[Accepted], &[right(Centre, DISPATCH)], "派单"),
    row(N::AddAssistant, WORKING, &[right(Centre, DISPATCH)], "加派协办"),
    row(N::Copy, OPEN, &[right(Centre, DISPATCH)], "抄送"),
    row(N::DispatchChild, WORKING, &[right(Holder, UNIT_DESK)], "下派"),
    row(N::Sign, WORKING, &[right(Holder, UNIT)], "签收"),
    row(N::Contact, WORKING, &[right(Holder, UNIT)], "联系诉求人"),
    row(N::ReachMilestone, WORKING, &[right(Holder, UNIT)], "阶段完成"),
    row(N::DraftReply, WORKING, &[right(Holder, UNIT_DRAFT)], "填写答复"),
    row(N::PassStep, WORKING, &[right(Holder, UNIT_STEPS)], "审核签发"),
    row(N::SendBackStep, WORKING, &[right(Holder, UNIT_STEPS)], "单位内退回"),
    row(
        N::ExcuseAssistant,
        WORKING,
        &[right(Main, UNIT_DESK), right(Centre, DISPATCH), right(Giver, UNIT_DESK)],
        "免除协办答复",
    ),
    row(N::StartReview, &[Handled], &[right(Centre, REVIEW)], "开始审核"),
    row(N::AcceptReply, AT_UNIT, &[right(Centre, REVIEW), right(Giver, UNIT_DESK)], "审核通过"),
    row(N::RejectReply, AT_UNIT, &[right(Centre, REVIEW), right(Giver, UNIT_DESK)], "审核退回"),
    row(N::RequestReturn, WORKING, &[right(Holder, UNIT)], "申请退单"),
    row(N::GrantReturn, WORKING, &[right(Centre, DISPATCH), right(Giver, UNIT_DESK)], "同意退单"),
    row(N::RefuseReturn, WORKING, &[right(Centre, DISPATCH), right(Giver, UNIT_DESK)], "不同意退单"),
    row(N::Designate, WORKING, &[right(Centre, DISPATCH), right(Giver, UNIT_DESK)], "指定承办"),
    row(N::RequestExtension, WORKING, &[right(Holder, UNIT)], "申请延期"),
    row(N::RuleExtension, WORKING, &[right(Centre, DISPATCH), right(Giver, UNIT_DESK)], "延期审批"),
    row(N::Suspend, WORKING, &[right(Centre, DISPATCH), right(Giver, UNIT_DESK)], "中止"),
    row(N::Resume, WORKING, &[right(Centre, DISPATCH), right(Giver, UNIT_DESK)], "恢复"),
    row(N::Defer, WORKING, &[right(Centre, WATCH), right(Giver, WATCH)], "挂账"),
    row(N::Undefer, WORKING, &[right(Centre, WATCH), right(Giver, WATCH)], "取消挂账"),
    row(N::Remind, WORKING, &[right(Centre, ANYONE), right(Party, ANYONE)], "催办"),
    row(N::Supervise, AT_UNIT, &[right(Centre, WATCH), right(Giver, WATCH)], "督办"),
    merged(ANY, row(N::AnswerSheet, ANY, &[right(Party, ANYONE)], "督办反馈")),
    merged(ANY, row(N::LiftSheet, ANY, &[right(Issuer, WATCH)], "解除督办")),
    row(
        N::Correct,
        &[Accepted, AnsweredDirectly, Dispatched, Handling, Handled, Reviewing],
        &[right(Centre, DESK)],
        "更正",
    ),
    row(N::Escalate, &[Accepted, Dispatched, Handling], &[right(Centre, DISPATCH)], "提级"),
    row(N::Verify, &[Verifying], &[right(Centre, CHECK), right(Party, CHECK)], "现场核查"),
    merged(FOLLOWING, row(N::TryCallBack, &[CallingBack], &[right(Centre, CALL)], "回访未接通")),
    merged(FOLLOWING, row(N::CallBack, &[AnsweredDirectly, CallingBack], &[right(Centre, CALL)], "回访")),
    row(N::Redo, &[Verifying, CallingBack], &[right(Centre, REVIEW), right(Centre, CALL)], "重办"),
    merged(
        FOLLOWING,
        row(
            N::Close,
            &[Accepted, AnsweredDirectly, Dispatched, Handling, CallingBack],
            &[right(Centre, CALL), right(Centre, REVIEW)],
            "结案",
        ),
    ),
    merged(
        &[Closed],
        row(N::Archive, &[Closed], &[right(Centre, REVIEW), right(Centre, CALL), right(House, &[])], "归档"),
    ),
    row(N::Reopen, &[Closed, Archived], &[right(Centre, REVIEW)], "重新打开"),
    row(N::MergeInto, &[Accepted, Dispatched, Handling], &[right(Centre, DISPATCH)], "并单"),
    row(
        N::AdoptMember,
        &[Accepted, Dispatched, Handling, Handled, Reviewing],
        &[right(Centre, DISPATCH)],
        "并入",
    ),
    merged(
        WAITING,
        row(N::Unmerge, &[Accepted, Dispatched, Handling], &[right(Centre, DISPATCH)], "取消并单"),
    ),
    row(N::ReleaseMember, ANY, &[right(Centre, DISPATCH)], "移出并单"),
    merged(OPEN, row(N::RecordConsent, OPEN, &[right(Centre, DISPATCH), right(House, &[])], "外部平台意见")),
    merged(OPEN, row(N::UpdateOuter, OPEN, &[right(Centre, DISPATCH), right(House, &[])], "外部时限")),
    row(N::MakeSecret, OPEN, &[right(Centre, DESK)], "转为涉密"),
    row(N::SetExtract, OPEN, &[right(Centre, &[Role::SecrecyOfficer])], "摘要脱敏"),
    row(
        N::ReferAway,
        &[Accepted, Dispatched, Handling],
        &[right(Centre, &[Role::SecrecyOfficer, Role::ShiftLeader])],
        "移送",
    ),
    merged(ANY, row(N::JudgeRepeat, ANY, &[right(Centre, REVIEW), right(Centre, DISPATCH)], "重复认定")),
    merged(ANY, row(N::ContestRepeat, ANY, &[right(Party, ANYONE)], "重复认定异议")),
    merged(ANY, row(N::ConfirmRepeat, ANY, &[right(Centre, REVIEW)], "异议裁定")),
    row(N::Repin, OPEN, &[right(Centre, WATCH), right(House, &[])], "适用新规则"),
    merged(ANY, row(N::Tick, ANY, &[right(House, &[])], "计时")),
    merged(ANY, row(N::Attach, ANY, ANYONE_TOLD, "附件")),
    merged(ANY, row(N::Note, ANY, ANYONE_TOLD, "备注")),
];

/// The row of a command; `None` only for `Accept`.
#[must_use]
pub fn find(command: CommandName) -> Option<&'static Row> {
    TABLE.iter().find(|r| r.command == command)
}

/// The table as Markdown, for the documents.
#[must_use]
pub fn markdown() -> String {
    use crate::case::Word;
    let stages = |list: &[Stage]| {
        if list == ANY {
            "any".to_owned()
        } else {
            list.iter().map(|s| s.code()).collect::<Vec<_>>().join(", ")
        }
    };
    let mut out = String::from("| command | 动作 | stages | by | while merged |\n|---|---|---|---|---|\n");
    for row in TABLE {
        let by: Vec<_> = row
            .by
            .iter()
            .map(|r| {
                let roles: Vec<_> = r.roles.iter().map(|r| format!("{r:?}")).collect();
                if roles.is_empty() {
                    r.seat.code().to_owned()
                } else {
                    format!("{}: {}", r.seat.code(), roles.join(", "))
                }
            })
            .collect();
        let merged = stages(row.merged);
        out += &format!(
            "| `{}` | {} | {} | {} | {merged} |\n",
            row.command.code(),
            row.zh,
            stages(row.stages),
            by.join("; ")
        );
    }
    out
}

/// Every way in which the stage of a case may move, and the command that moves it.
pub const MOVES: &[(Stage, CommandName, Stage)] = &[
    (Accepted, N::AnswerDirectly, AnsweredDirectly),
    (Accepted, N::Dispatch, Dispatched),
    (Accepted, N::Close, Closed),
    (Accepted, N::ReferAway, Closed),
    (AnsweredDirectly, N::Close, Closed),
    (Dispatched, N::Sign, Handling),
    (Dispatched, N::Close, Closed),
    (Dispatched, N::ReferAway, Closed),
    (Dispatched, N::MakeSecret, Accepted),
    (Handling, N::GrantReturn, Dispatched),
    (Handling, N::DraftReply, Handled),
    (Handling, N::PassStep, Handled),
    (Handling, N::Close, Closed),
    (Handling, N::ReferAway, Closed),
    (Handling, N::MakeSecret, Accepted),
    (Handled, N::StartReview, Reviewing),
    (Handled, N::AcceptReply, Verifying),
    (Handled, N::AcceptReply, CallingBack),
    (Handled, N::RejectReply, Handling),
    (Handled, N::MakeSecret, Accepted),
    (Reviewing, N::AcceptReply, Verifying),
    (Reviewing, N::AcceptReply, CallingBack),
    (Reviewing, N::RejectReply, Handling),
    (Reviewing, N::MakeSecret, Accepted),
    (Verifying, N::Verify, CallingBack),
    (Verifying, N::Redo, Dispatched),
    (Verifying, N::MakeSecret, Accepted),
    (CallingBack, N::Redo, Dispatched),
    (CallingBack, N::Close, Closed),
    (CallingBack, N::MakeSecret, Accepted),
    (Closed, N::Archive, Archived),
    (Closed, N::Reopen, Accepted),
    (Archived, N::Reopen, Accepted),
];

/// What a merged case does beside [`MOVES`]: its citizen is called once the master has an answer.
/// The diagram marks these with a `*`.
pub const MERGED_MOVES: &[(Stage, CommandName, Stage)] = &[
    (Accepted, N::CallBack, CallingBack),
    (Accepted, N::TryCallBack, CallingBack),
    (Dispatched, N::CallBack, CallingBack),
    (Dispatched, N::TryCallBack, CallingBack),
    (Handling, N::CallBack, CallingBack),
    (Handling, N::TryCallBack, CallingBack),
];

/// The stages as a Mermaid diagram: which commands lead from where to where.
#[must_use]
pub fn diagram() -> String {
    use crate::case::Word;
    let mut arrows: Vec<(Stage, Stage, Vec<String>)> = Vec::new();
    let all = MOVES.iter().map(|m| (m, "")).chain(MERGED_MOVES.iter().map(|m| (m, "*")));
    for ((from, command, to), star) in all {
        let label = format!("{}{star}", command.code());
        match arrows.iter_mut().find(|a| a.0 == *from && a.1 == *to) {
            Some(arrow) => arrow.2.push(label),
            None => arrows.push((*from, *to, vec![label])),
        }
    }
    let mut out = String::from("stateDiagram-v2\n  [*] --> accepted: accept\n");
    for (from, to, labels) in arrows {
        out += &format!("  {} --> {}: {}\n", from.code(), to.code(), labels.join(", "));
    }
    out
}
