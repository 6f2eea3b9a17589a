//! The gate before every decision: stage, seat, role, accusation. It only reads the table.

use std::collections::BTreeSet;

use yipan_base::directory::{Directory, Role, Unit, UnitKind};
use yipan_base::id::UnitId;
use yipan_base::refusal::Refusal;

use super::draft::no_holding;
use crate::Actor;
use crate::case::{Case, HoldingRole, Stage, Word};
use crate::command::{Command, CommandName};
use crate::context::Context;
use crate::table::{self, Right, Row, Seat};

/// Whether the transition table lets this actor give this command on this case now.
pub(crate) fn gate(case: &Case, command: &Command, ctx: &Context<'_>) -> Result<(), Refusal> {
    gate_name(case, command.name(), command.holding(), sheet_of(command), ctx)
}

/// The same for a command that has only been named, as [`next`](crate::next) asks.
pub(crate) fn gate_name(
    case: &Case,
    command: CommandName,
    holding: Option<u32>,
    sheet: Option<u32>,
    ctx: &Context<'_>,
) -> Result<(), Refusal> {
    let Some(row) = table::find(command) else {
        return Ok(());
    };
    if accused(case, ctx.actor, ctx) {
        return Err(Refusal::forbidden(
            "case.accused",
            "被举报的单位和个人不得经办、裁定或答复该举报",
            "a unit or person accused by a report may not hold, rule or answer it",
        ));
    }
    let merged = case.merged_into.is_some();
    let stages = if merged { row.merged } else { row.stages };
    if merged && stages.is_empty() && row.stages.contains(&case.stage) {
        return Err(Refusal::conflict(
            "case.merged",
            format!("工单 {} 已并入他单，办理在主单进行；可取消并单", case.number),
            format!(
                "case {} has been merged; its handling goes on in the master case, or unmerge it first",
                case.number
            ),
        ));
    }
    if !stages.contains(&case.stage) {
        return Err(wrong_stage(case, row, stages));
    }
    if row.by.iter().any(|right| allows(case, holding, sheet, right, ctx)) {
        return Ok(());
    }
    if let Some(no) = holding.filter(|no| case.holding(*no).is_none()) {
        return Err(no_holding(case, no));
    }
    Err(wrong_seat(case, row, ctx))
}

fn allows(case: &Case, holding: Option<u32>, sheet: Option<u32>, right: &Right, ctx: &Context<'_>) -> bool {
    if right.seat == Seat::House {
        return ctx.actor.is_system();
    }
    ctx.actor.has_any(right.roles) && seat_holds(case, holding, sheet, right.seat, ctx)
}

const fn sheet_of(command: &Command) -> Option<u32> {
    match command {
        Command::AnswerSheet { sheet, .. } | Command::LiftSheet { sheet } => Some(*sheet),
        _ => None,
    }
}

/// Whether the actor sits in a seat of this case.
pub(crate) fn seat_holds(
    case: &Case,
    holding: Option<u32>,
    sheet: Option<u32>,
    seat: Seat,
    ctx: &Context<'_>,
) -> bool {
    let Some(own) = &ctx.actor.unit else {
        return seat == Seat::House;
    };
    let holding = holding.and_then(|no| case.holding(no));
    match seat {
        Seat::Centre => {
            // A child's return, reply and extension are ruled by whoever gave it out, not by the centre.
            *own == case.centre && holding.is_none_or(|h| h.parent.is_none())
        }
        Seat::Holder => holding.is_some_and(|h| acts_for(own, &h.unit, ctx)),
        Seat::Main => holding.is_some_and(|assistant| {
            let mut beside = case.holdings.iter().rev().filter(|h| {
                h.role == HoldingRole::Main
                    && h.parent == assistant.parent
                    && h.round == assistant.round
                    && h.is_live()
            });
            beside.next().is_some_and(|main| acts_for(own, &main.unit, ctx))
        }),
        Seat::Giver => holding
            .and_then(|h| h.parent)
            .and_then(|parent| case.holding(parent))
            .is_some_and(|parent| acts_for(own, &parent.unit, ctx)),
        Seat::Party => {
            case.holdings.iter().any(|h| acts_for(own, &h.unit, ctx))
                || case.copies.iter().any(|c| acts_for(own, &c.unit, ctx))
        }
        Seat::Issuer => {
            sheet.and_then(|no| case.sheets.iter().find(|s| s.no == no)).is_some_and(|s| s.issuer == *own)
        }
        Seat::House => false,
    }
}

/// A unit acts for itself; the centre of an area also acts for that area's government.
pub(super) fn acts_for(own: &UnitId, unit: &UnitId, ctx: &Context<'_>) -> bool {
    own == unit
        || ctx.directory.unit(unit).is_some_and(|u| {
            u.kind == UnitKind::Government && ctx.directory.centre(&u.area).is_some_and(|c| c.id == *own)
        })
}

/// Whether the actor, or a unit the actor belongs to or answers to, is accused.
pub(crate) fn accused(case: &Case, actor: &Actor, ctx: &Context<'_>) -> bool {
    case.accused_staff.contains(&actor.staff)
        || actor.unit.as_ref().is_some_and(|unit| unit_accused(case, unit, ctx.directory))
}

/// Whether a unit is accused, or stands under an accused unit.
pub(crate) fn unit_accused(case: &Case, unit: &UnitId, directory: &Directory) -> bool {
    stands_accused(&case.accused_units, unit, directory)
}

/// The same for accused units that no case names yet.
pub(super) fn stands_accused(accused: &BTreeSet<UnitId>, unit: &UnitId, directory: &Directory) -> bool {
    accused.iter().any(|accused| {
        if unit == accused {
            return true;
        }
        let (Some(unit), Some(accused)) = (directory.unit(unit), directory.unit(accused)) else {
            return false;
        };
        match accused.kind {
            // A government or its centre stands for everyone in its area.
            UnitKind::Government | UnitKind::Centre => directory.within(&unit.area, &accused.area),
            UnitKind::Department | UnitKind::Team => stands_under(unit, &accused.id, directory),
        }
    })
}

/// Whether a unit's line of parents leads to another unit.
pub(super) fn stands_under(unit: &Unit, above: &UnitId, directory: &Directory) -> bool {
    // A line of duty is a few units deep; the bound only guards against a pack whose parents run in a circle.
    std::iter::successors(unit.parent.as_ref(), |p| directory.unit(p)?.parent.as_ref())
        .take(8)
        .any(|p| p == above)
}

fn wrong_stage(case: &Case, row: &Row, stages: &[Stage]) -> Refusal {
    let zh: Vec<_> = stages.iter().map(|s| s.zh()).collect();
    let en: Vec<_> = stages.iter().map(|s| s.code()).collect();
    Refusal::conflict(
        "case.stage",
        format!(
            "工单 {} 处于“{}”，“{}”只能在：{} 时进行",
            case.number,
            case.stage.zh(),
            row.zh,
            zh.join("、")
        ),
        format!(
            "case {} is {}; {} is allowed only while it is: {}",
            case.number,
            case.stage.en(),
            row.command.code(),
            en.join(", ")
        ),
    )
    .fact("stage", case.stage.code())
    .fact("command", row.command.code())
}

fn wrong_seat(case: &Case, row: &Row, ctx: &Context<'_>) -> Refusal {
    let told = |seat: fn(&Right) -> &'static str, role: fn(&Role) -> String| -> Vec<String> {
        let one = |right: &Right| {
            let roles: Vec<_> = right.roles.iter().map(role).collect();
            if roles.is_empty() {
                seat(right).to_owned()
            } else {
                format!("{} ({})", seat(right), roles.join("/"))
            }
        };
        row.by.iter().map(one).collect()
    };
    let zh = told(|right| right.seat.zh(), |role| role.zh().to_owned());
    let en = told(|right| right.seat.code(), |role| format!("{role:?}"));
    let unit = ctx.actor.unit.as_ref().map_or("system", UnitId::as_str);
    let name = ctx.actor.unit.as_ref().and_then(|u| ctx.directory.unit(u)).map_or(unit, |u| u.name.as_str());
    Refusal::forbidden(
        "case.seat",
        format!("您（{name}）不能对工单 {} 执行“{}”，可由：{}", case.number, row.zh, zh.join("；")),
        format!(
            "{unit} may not give {} on case {}; it is for: {}",
            row.command.code(),
            case.number,
            en.join("; ")
        ),
    )
    .fact("command", row.command.code())
}
