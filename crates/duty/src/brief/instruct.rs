//! What leaders do with a brief, and what the house reports back to them.

use yipan_base::directory::Role;
use yipan_base::id::{CaseId, UnitId};
use yipan_base::refusal::Refusal;
use yipan_base::time::{DAY, MINUTE, Timestamp};

use super::command::Command;
use super::decide::{in_stage, optional, sees, unreceipted};
use super::event::Event;
use super::instruction::{Instruction, InstructionStage};
use super::state::{Brief, Stage};
use crate::check;
use crate::dossier::{Desk, Kind, refused};

/// No instruction waits longer than a year for its answer.
const LONGEST: i64 = 366 * DAY;

pub(super) fn decide(brief: &Brief, command: &Command, desk: &Desk<'_>) -> Result<Vec<Event>, Refusal> {
    let event = match command {
        Command::Read {} => return read(brief, desk),
        Command::Instruct { text, to, due } => return instruct(brief, text, to, *due, desk),
        Command::CaseOpened { instruction, case, number } => {
            case_opened(brief, *instruction, case, number, desk)?
        }
        Command::Answered { instruction, case, text } => {
            answered(brief, *instruction, case, text.as_deref(), desk)?
        }
        Command::AcceptAnswer { instruction, text } => {
            judged(brief, *instruction, desk)?;
            let text = optional(desk, "text", text.as_deref())?;
            Event::AnswerAccepted { instruction: *instruction, text }
        }
        Command::RefuseAnswer { instruction, text, due } => {
            judged(brief, *instruction, desk)?;
            let due = sound_due(*due, desk)?;
            Event::AnswerRefused { instruction: *instruction, text: desk.keep("text", text)?, due }
        }
        _ => return Err(refused::begun(Kind::Brief)),
    };
    Ok(vec![event])
}

/// Refuses whoever is no leader, or neither received the brief nor sees it.
fn leads(brief: &Brief, desk: &Desk<'_>, zh: &str, en: &str) -> Result<(), Refusal> {
    if !desk.actor.has(Role::Leader) || !sees(brief, desk) {
        return Err(Refusal::forbidden(
            "brief.leader",
            format!("只有收到或能看到这份专报的领导可以{zh}；其他人员请使用签收"),
            format!("it can be {en} only by a leader who received or sees it; others give a receipt"),
        ));
    }
    in_stage(brief, &[Stage::Sent], zh, en)
}

fn has_read(brief: &Brief, desk: &Desk<'_>) -> bool {
    brief.readings.iter().any(|reading| reading.staff == desk.actor.staff)
}

/// Whoever reads or instructs for the first time has read it, and receipts it.
fn first_reading(brief: &Brief, desk: &Desk<'_>) -> Vec<Event> {
    if has_read(brief, desk) {
        return Vec::new();
    }
    let recipients = unreceipted(brief, desk);
    let receipt = (!recipients.is_empty()).then_some(Event::Receipted { recipients });
    std::iter::once(Event::Read {}).chain(receipt).collect()
}

fn read(brief: &Brief, desk: &Desk<'_>) -> Result<Vec<Event>, Refusal> {
    leads(brief, desk, "阅示", "read")?;
    if has_read(brief, desk) {
        return Err(Refusal::conflict(
            "brief.read_already",
            "您已阅过这份专报",
            "you have read this brief already; nothing is left to be done",
        ));
    }
    Ok(first_reading(brief, desk))
}

fn instruct(
    brief: &Brief,
    text: &str,
    to: &UnitId,
    due: Option<Timestamp>,
    desk: &Desk<'_>,
) -> Result<Vec<Event>, Refusal> {
    leads(brief, desk, "批示", "instructed on")?;
    let unit = desk.directory.unit(to).ok_or_else(|| unknown_unit(brief, to, desk))?;
    let own = desk.unit()?;
    if !check::covers(desk.directory, &own.area, &unit.area) {
        return Err(Refusal::rule(
            "brief.instruction.reach",
            format!("{} 不在您的管辖范围内；请改选本地单位，或报上级领导批示", unit.name),
            format!("{to} lies outside your area; choose a unit of yours or let a leader above instruct it"),
        )
        .at("/to"));
    }
    let due = sound_due(due, desk)?;
    let text = desk.keep("text", text)?;
    let instruction = brief.instructions.len() as u32 + 1;
    let mut events = first_reading(brief, desk);
    events.push(Event::Instructed { instruction, text, to: to.clone(), due });
    Ok(events)
}

/// Says whom to choose instead: the government, or else the centre, of the area that was meant.
fn unknown_unit(brief: &Brief, to: &UnitId, desk: &Desk<'_>) -> Refusal {
    let meant = std::iter::successors(Some(to.as_str()), |id| id.rsplit_once('.').map(|(head, _)| head))
        .find_map(|id| desk.directory.area(&id.into()));
    let area = meant.map(|area| &area.id).or(desk.directory.unit(&brief.centre).map(|unit| &unit.area));
    let instead = area.and_then(|area| {
        desk.directory
            .government(area)
            .or_else(|| desk.directory.centre(area))
            .or_else(|| desk.directory.centre_above(area))
    });
    let refusal = |zh: String, en: String| Refusal::rule("brief.instruction.unit", zh, en).at("/to");
    match instead {
        Some(unit) => refusal(
            format!("没有单位 {to}；请改选 {}（{}）", unit.name, unit.id),
            format!("there is no unit {to}; choose {} instead", unit.id),
        )
        .fact("instead", &unit.id),
        None => refusal(
            format!("没有单位 {to}；请改选本地政府或指挥中心"),
            format!("there is no unit {to}; choose the government or the centre of its area instead"),
        ),
    }
}

fn sound_due(due: Option<Timestamp>, desk: &Desk<'_>) -> Result<Timestamp, Refusal> {
    let due = due.unwrap_or(desk.now.plus(desk.terms.instruction_minutes * MINUTE));
    if due > desk.now && due.since(desk.now) <= LONGEST {
        return Ok(due);
    }
    Err(Refusal::rule(
        "brief.instruction.due",
        "办理期限须晚于现在，且不超过一年",
        "the due time must lie in the future, and within a year",
    )
    .at("/due"))
}

fn called(brief: &Brief, no: u32) -> Result<&Instruction, Refusal> {
    brief.instruction(no).ok_or_else(|| {
        Refusal::not_found(
            "brief.instruction.unknown",
            format!("这份专报没有第 {no} 号批示"),
            format!("the brief has no instruction {no}"),
        )
        .at("/instruction")
    })
}

fn in_instruction_stage(instruction: &Instruction, fits: bool) -> Result<(), Refusal> {
    if fits {
        return Ok(());
    }
    Err(Refusal::conflict(
        "brief.instruction.stage",
        format!("第 {} 号批示目前的状态不能这样办理；请刷新后再看", instruction.no),
        format!("instruction {} is {:?}, which does not allow this", instruction.no, instruction.stage),
    )
    .at("/instruction"))
}

/// The instruction of which the house, and nobody else, reports.
fn reported<'a>(brief: &'a Brief, no: u32, desk: &Desk<'_>) -> Result<&'a Instruction, Refusal> {
    if desk.actor.is_system() {
        return called(brief, no);
    }
    Err(Refusal::forbidden(
        "brief.house_only",
        "批示的工单由系统登记，不能手工填写",
        "the case of an instruction is entered by the house itself, never by a person",
    ))
}

fn case_opened(
    brief: &Brief,
    no: u32,
    case: &CaseId,
    number: &str,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    let instruction = reported(brief, no, desk)?;
    check::reference(case.as_str(), "/case")?;
    check::reference(number, "/number")?;
    let known = instruction.cases.iter().any(|opened| &opened.case == case);
    let fits = matches!(instruction.stage, InstructionStage::Waiting | InstructionStage::Refused);
    in_instruction_stage(instruction, fits && !known)?;
    Ok(Event::CaseOpened { instruction: no, case: case.clone(), number: number.to_owned() })
}

fn answered(
    brief: &Brief,
    no: u32,
    case: &CaseId,
    text: Option<&str>,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    let instruction = reported(brief, no, desk)?;
    let fits = matches!(instruction.stage, InstructionStage::InHand | InstructionStage::Refused);
    in_instruction_stage(instruction, fits)?;
    if instruction.case() != Some(case) {
        return Err(Refusal::rule(
            "brief.instruction.case",
            format!("工单 {case} 不是第 {no} 号批示现在的工单"),
            format!("{case} is not the case in which instruction {no} is handled now"),
        )
        .at("/case"));
    }
    Ok(Event::Answered { instruction: no, case: case.clone(), text: optional(desk, "text", text)? })
}

/// The word on an answer is the instructing leader's, or that of a leader of the same unit.
fn judged(brief: &Brief, no: u32, desk: &Desk<'_>) -> Result<(), Refusal> {
    let instruction = called(brief, no)?;
    let author = desk.actor.staff == instruction.staff;
    let beside = desk.actor.unit.is_some() && desk.actor.unit == instruction.unit;
    if !desk.actor.has(Role::Leader) || !(author || beside) {
        return Err(Refusal::forbidden(
            "brief.instruction.not_yours",
            "答复由作出批示的领导或同单位的领导审定",
            "the answer is judged by the leader who gave the instruction, or by a leader of the same unit",
        )
        .at("/instruction"));
    }
    in_instruction_stage(instruction, instruction.stage == InstructionStage::Answered)
}
