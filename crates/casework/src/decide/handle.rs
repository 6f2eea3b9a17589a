//! A unit's own work: sign (签收), contact, milestones, reply through the unit's steps (经办→审核→签发).

use yipan_base::directory::{Role, Step};
use yipan_base::id::NarrativeId;
use yipan_base::refusal::Refusal;

use super::Draft;
use super::dispatch::not_signed;
use super::draft::unit_name;
use crate::case::{Case, HoldingRole, Reply, Solved, Stage, TermKind};
use crate::event::Event;

pub(super) fn sign(d: &mut Draft<'_>, no: u32) -> Result<(), Refusal> {
    let holding = d.open_holding(no)?;
    if let Some(at) = holding.signed_at {
        return Err(Refusal::conflict(
            "holding.signed",
            format!("承办 {no} 已于 {at} 签收"),
            format!("holding {no} was signed for at {at}"),
        )
        .at("/holding"));
    }
    let moves_stage = holding.is_top_main() && d.case.stage == Stage::Dispatched;
    d.push(Event::Signed { holding: no });
    if moves_stage {
        d.reach(Stage::Handling);
    }
    Ok(())
}

/// Whether there is somebody to contact.
pub(super) fn may_contact(case: &Case) -> Result<(), Refusal> {
    if case.intake.person.is_some() {
        return Ok(());
    }
    Err(Refusal::rule(
        "contact.nobody",
        "本单没有可联系的诉求人，请直接办理",
        "nobody can be contacted: this case has no appellant; handle it without",
    ))
}

pub(super) fn contact(d: &mut Draft<'_>, no: u32, reached: bool) -> Result<(), Refusal> {
    if d.working_holding(no)?.signed_at.is_none() {
        return Err(not_signed(no));
    }
    d.push(Event::Contacted { holding: no, reached });
    Ok(())
}

pub(super) fn milestone(d: &mut Draft<'_>, no: u32, name: &str) -> Result<(), Refusal> {
    let holding = d.working_holding(no)?;
    match holding.milestones.iter().find(|m| m.name == name) {
        Some(m) if m.reached_at.is_none() => {
            d.push(Event::MilestoneReached { holding: no, name: name.to_owned() });
            Ok(())
        }
        Some(_) => Err(Refusal::conflict(
            "milestone.reached",
            format!("阶段“{name}”已完成"),
            format!("milestone `{name}` has been reached already"),
        )
        .at("/name")),
        None => {
            let known: Vec<_> = holding.milestones.iter().map(|m| m.name.as_str()).collect();
            Err(Refusal::rule(
                "milestone.unknown",
                format!("没有阶段“{name}”，现有：{}", known.join("、")),
                format!("there is no milestone `{name}`; there are: {}", known.join(", ")),
            )
            .at("/name"))
        }
    }
}

/// The texts of a reply.
pub(super) struct Words<'a> {
    pub text: &'a NarrativeId,
    pub public_text: Option<&'a NarrativeId>,
}

pub(super) fn draft_reply(
    d: &mut Draft<'_>,
    no: u32,
    words: Words<'_>,
    truth: bool,
    beyond_duty: bool,
    solved: Solved,
) -> Result<(), Refusal> {
    let holding = d.working_holding(no)?;
    if holding.signed_at.is_none() {
        return Err(not_signed(no));
    }
    ready(d, no)?;
    let holding = d.holding(no)?;
    let steps = d
        .ctx
        .directory
        .unit(&holding.unit)
        .map(|u| u.steps.clone())
        .filter(|s| !s.is_empty())
        .unwrap_or_else(|| vec![Step::Handler]);
    let reply = Reply {
        text: words.text.clone(),
        public_text: words.public_text.cloned(),
        truth,
        beyond_duty,
        solved,
        by: d.ctx.actor.staff.clone(),
        at: d.now(),
    };
    d.push(Event::ReplyDrafted { holding: no, reply, steps });
    // One tap on the phone: whoever holds the next role as well passes that step at once.
    while next_step(d, no).is_some_and(|step| may_pass(d, step)) {
        pass(d, no)?;
    }
    Ok(())
}

/// Whether a holding may answer now: not suspended, its child orders answered, and every assistant
/// too, or excused.
fn ready(d: &Draft<'_>, no: u32) -> Result<(), Refusal> {
    let holding = d.working_holding(no)?;
    if holding.suspension.is_some() {
        return Err(Refusal::conflict(
            "holding.suspended",
            "承办已中止，请先恢复",
            "the holding is suspended; resume it first",
        ));
    }
    if let Some(child) = d.case.open_children(no).find(|c| c.is_working()) {
        return Err(Refusal::conflict(
            "reply.child_open",
            format!("下派承办 {}（{}）尚未答复", child.no, unit_name(&d.ctx, &child.unit)),
            format!("child order {} ({}) has not replied yet", child.no, unit_name(&d.ctx, &child.unit)),
        ));
    }
    if holding.role == HoldingRole::Main {
        let waiting: Vec<_> =
            d.case.outstanding_assistants(holding).map(|h| unit_name(&d.ctx, &h.unit)).collect();
        if !waiting.is_empty() {
            return Err(Refusal::conflict(
                "reply.assistants_outstanding",
                format!("协办尚未答复：{}；可催办，或写明理由后免除", waiting.join("、")),
                format!(
                    "assistants have not answered: {}; remind them, or excuse them with a reason",
                    waiting.join(", ")
                ),
            ));
        }
    }
    Ok(())
}

pub(super) fn pass_step(d: &mut Draft<'_>, no: u32) -> Result<(), Refusal> {
    d.working_holding(no)?;
    let Some(step) = next_step(d, no) else {
        return Err(Refusal::conflict("reply.none", "没有待审核的答复", "no drafted reply waits for a step"));
    };
    if !may_pass(d, step) {
        return Err(Refusal::forbidden(
            "reply.step",
            format!("当前步骤是“{}”，您没有这一角色", step_zh(step)),
            format!("the next step is {step:?}; you do not hold that role"),
        ));
    }
    pass(d, no)
}

fn pass(d: &mut Draft<'_>, no: u32) -> Result<(), Refusal> {
    let Some(step) = next_step(d, no) else {
        return Ok(());
    };
    // What was ready when the draft was written may have changed since: an assistant added, a pause.
    ready(d, no)?;
    d.push(Event::StepPassed { holding: no, step });
    if next_step(d, no).is_some() {
        return Ok(());
    }
    answered(d, no)?;
    d.push(Event::Replied { holding: no });
    let holding = d.holding(no)?;
    if holding.is_top_main() {
        d.reach(Stage::Handled);
        d.start_term(TermKind::Review, Some(no))?;
    }
    Ok(())
}

/// What an answer settles by itself: an unruled request for more time or for a return is void, and
/// the child orders that it was built on are accepted.
fn answered(d: &mut Draft<'_>, no: u32) -> Result<(), Refusal> {
    let holding = d.holding(no)?;
    let text = holding.draft.as_ref().map(|r| r.text.clone());
    if let (Some(text), Some(_)) = (text, holding.pending_return()) {
        d.push(Event::ReturnRuled { holding: no, verdict: "withdrawn".to_owned(), reason: text });
        d.end_term(TermKind::RuleReturn, Some(no));
    }
    d.end_term(TermKind::RuleExtension, Some(no));
    for child in d.case.open_children(no).map(|c| c.no).collect::<Vec<_>>() {
        d.push(Event::ReplyAccepted { holding: child });
    }
    Ok(())
}

pub(super) fn send_back_step(d: &mut Draft<'_>, no: u32, reason: &NarrativeId) -> Result<(), Refusal> {
    d.working_holding(no)?;
    let Some(step) = next_step(d, no) else {
        return Err(Refusal::conflict("reply.none", "没有待审核的答复", "no drafted reply waits for a step"));
    };
    d.push(Event::StepSentBack { holding: no, step, reason: reason.clone() });
    Ok(())
}

pub(super) fn excuse(d: &mut Draft<'_>, no: u32, reason: &NarrativeId) -> Result<(), Refusal> {
    let assistant = d.working_holding(no)?;
    if assistant.role != HoldingRole::Assistant {
        return Err(Refusal::rule(
            "excuse.not_assistant",
            "只能免除协办的答复",
            "only an assistant can be excused from answering",
        )
        .at("/holding"));
    }
    d.push(Event::AssistantExcused { holding: no, reason: reason.clone() });
    d.release(no);
    Ok(())
}

fn next_step(d: &Draft<'_>, no: u32) -> Option<Step> {
    d.case.holding(no).filter(|h| h.draft.is_some()).and_then(|h| h.steps.first().copied())
}

fn may_pass(d: &Draft<'_>, step: Step) -> bool {
    let actor = d.ctx.actor;
    match step {
        Step::Handler => {
            actor.has_any(&[Role::UnitHandler, Role::UnitReceiver, Role::Dispatcher, Role::GridWorker])
        }
        Step::Reviewer => actor.has_any(&[Role::UnitReviewer, Role::CentreReviewer]),
        Step::Signer => actor.has_any(&[Role::UnitSigner, Role::ShiftLeader]),
    }
}

const fn step_zh(step: Step) -> &'static str {
    match step {
        Step::Handler => "经办",
        Step::Reviewer => "审核",
        Step::Signer => "签发",
    }
}
