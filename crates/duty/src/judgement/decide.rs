//! What may be done in a joint judgement, and by whom.

use std::collections::BTreeSet;

use yipan_base::directory::{Role, UnitKind};
use yipan_base::id::UnitId;
use yipan_base::refusal::Refusal;
use yipan_base::time::{DAY, MINUTE, Timestamp};

use super::command::{Command, Subject, Verdict};
use super::event::{Answer, Event};
use super::state::{Judgement, Stage};
use crate::check;
use crate::dossier::{Desk, Kind, refused};

/// Who asks and decides at a centre …
const AT_CENTRES: [Role; 6] = [
    Role::ShiftLeader,
    Role::Dispatcher,
    Role::CentreReviewer,
    Role::Supervisor,
    Role::Analyst,
    Role::Leader,
];
/// … and who decides where a department leads.
const AT_DEPARTMENTS: [Role; 3] = [Role::UnitSigner, Role::UnitReviewer, Role::Leader];

/// Who may say what was found, beside those who decide.
const FINDERS: [Role; 7] = [
    Role::Inspector,
    Role::ShiftLeader,
    Role::Dispatcher,
    Role::CentreReviewer,
    Role::Supervisor,
    Role::Analyst,
    Role::Leader,
];

const MOST_DEPARTMENTS: usize = 40;
const LONGEST: i64 = 30 * DAY;

pub(super) fn decide(
    before: Option<&Judgement>,
    command: &Command,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    if let Command::Ask { subject, question, departments, lead, due } = command {
        if before.is_some() {
            return Err(refused::begun(Kind::Judgement));
        }
        return ask(subject, question, departments, lead.as_ref(), *due, desk);
    }
    let judgement = before.ok_or_else(|| refused::not_begun(Kind::Judgement))?;
    if judgement.stage == Stage::Withdrawn {
        return Err(refused::over(Kind::Judgement));
    }
    match command {
        Command::Ask { .. } => Err(refused::begun(Kind::Judgement)),
        Command::Opine { verdict, whose, text } => opine(judgement, *verdict, whose.as_ref(), text, desk),
        Command::Decide { verdict, whose, text, early } => {
            conclude(judgement, *verdict, whose.as_ref(), text, early.as_deref(), desk)
        }
        Command::Found { verdict, whose } => found(judgement, *verdict, whose.as_ref(), desk),
        Command::Withdraw { reason } => {
            if !(asks(judgement, desk) || leads(judgement, desk)) {
                return Err(not_yours("撤回", "withdrawn"));
            }
            undecided(judgement)?;
            let reason = reason.as_ref().map(|reason| desk.keep("reason", reason)).transpose()?;
            Ok(Event::Withdrawn { reason })
        }
    }
}

fn asks(judgement: &Judgement, desk: &Desk<'_>) -> bool {
    desk.at(&judgement.centre) && desk.actor.has_any(&AT_CENTRES)
}

fn leads(judgement: &Judgement, desk: &Desk<'_>) -> bool {
    let centre = desk.directory.unit(&judgement.lead).is_some_and(|lead| lead.kind == UnitKind::Centre);
    let roles: &[Role] = if centre { &AT_CENTRES } else { &AT_DEPARTMENTS };
    desk.at(&judgement.lead) && desk.actor.has_any(roles)
}

fn not_yours(zh: &str, en: &str) -> Refusal {
    Refusal::forbidden(
        "judgement.not_yours",
        format!("研判由牵头单位或提请中心的负责人员{zh}"),
        format!("it is {en} by those in charge at the lead unit or at the centre that asked"),
    )
}

fn undecided(judgement: &Judgement) -> Result<(), Refusal> {
    if judgement.stage == Stage::Asked {
        return Ok(());
    }
    Err(Refusal::conflict(
        "judgement.decided",
        "研判已有结论，不能再变更；新的情况请记为现场核实，或另行提请",
        "it has been decided and stays so; enter what was found on site, or ask anew",
    ))
}

fn ask(
    subject: &Subject,
    question: &str,
    departments: &[UnitId],
    lead: Option<&UnitId>,
    due: Option<Timestamp>,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    desk.needs(&AT_CENTRES)?;
    let own = &desk.unit()?.id;
    let centre = desk.centre_called(own, "")?.id.clone();
    let pointer = match subject {
        Subject::Case { .. } => "/subject/case",
        Subject::Alert { .. } => "/subject/alert",
        Subject::Dossier { .. } => "/subject/dossier",
    };
    check::reference(subject.reference(), pointer)?;
    if !(1..=MOST_DEPARTMENTS).contains(&departments.len()) {
        return Err(Refusal::invalid(
            "judgement.departments",
            format!("请选择 1 至 {MOST_DEPARTMENTS} 个部门"),
            format!("ask 1 to {MOST_DEPARTMENTS} departments"),
        )
        .at("/departments"));
    }
    let mut asked = BTreeSet::new();
    for (index, department) in departments.iter().enumerate() {
        asked.insert(desk.unit_called(department, &format!("/departments/{index}"))?.id.clone());
    }
    let lead = match lead {
        Some(lead) => desk.unit_called(lead, "/lead")?.id.clone(),
        None => centre.clone(),
    };
    let due = due.unwrap_or(desk.now.plus(desk.terms.judgement_minutes * MINUTE));
    if due <= desk.now || due.since(desk.now) > LONGEST {
        return Err(Refusal::rule(
            "judgement.due",
            "意见期限须晚于现在，且不超过三十天",
            "the due time must lie in the future, and within thirty days",
        )
        .at("/due"));
    }
    let (subject, question) = (subject.clone(), desk.keep("question", question)?);
    Ok(Event::Asked { centre, subject, question, departments: asked, lead, due })
}

/// A verdict that names whose the matter is if, and only if, it is not ours.
fn sound_answer(verdict: Verdict, whose: Option<&UnitId>, desk: &Desk<'_>) -> Result<Answer, Refusal> {
    if let Some(whose) = whose {
        desk.unit_called(whose, "/whose")?;
    }
    if (verdict == Verdict::NotOurs) == whose.is_some() {
        return Ok(Answer { verdict, whose: whose.cloned() });
    }
    let (zh, en) = if whose.is_none() {
        (
            "请写明应由哪个单位负责；不清楚的请填所在区域的指挥中心",
            "say whose it is; name the command centre of the area if you do not know",
        )
    } else {
        ("只有认为非本部门职责时才填写负责单位", "name a unit only with `not_ours`")
    };
    Err(Refusal::invalid("judgement.whose", zh, en).at("/whose"))
}

fn opine(
    judgement: &Judgement,
    verdict: Verdict,
    whose: Option<&UnitId>,
    text: &str,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    let own = desk.actor.unit.as_ref().filter(|own| judgement.opinions.contains_key(*own));
    let department = own.cloned().ok_or_else(|| {
        Refusal::forbidden(
            "judgement.not_asked",
            "您所在单位未被征求意见",
            "your unit was not asked for its opinion",
        )
    })?;
    undecided(judgement)?;
    let answer = sound_answer(verdict, whose, desk)?;
    if answer.whose.as_ref() == Some(&department) {
        return Err(Refusal::rule(
            "judgement.whose",
            "所填负责单位就是本单位；请改选其他单位，或给出属实与否的意见",
            "this names your own unit; name another, or say whether it is true",
        )
        .at("/whose"));
    }
    Ok(Event::Opined { department, answer, text: desk.keep("text", text)? })
}

fn conclude(
    judgement: &Judgement,
    verdict: Verdict,
    whose: Option<&UnitId>,
    text: &str,
    early: Option<&str>,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    if !leads(judgement, desk) {
        return Err(not_yours("作出结论", "decided"));
    }
    undecided(judgement)?;
    let answer = sound_answer(verdict, whose, desk)?;
    let silent = judgement.silent();
    let waits = !silent.is_empty() && desk.now < judgement.due;
    // A reason that nobody needs is not kept.
    let early = match early {
        _ if !waits => None,
        Some(reason) => Some(desk.keep("early", reason)?),
        None => return Err(too_early(&silent)),
    };
    let spoke = judgement.opinions.iter().filter_map(|(department, all)| Some((department, all.last()?)));
    let differing = spoke.filter(|(_, opinion)| opinion.answer != answer);
    let dissent = differing.map(|(department, _)| department.clone()).collect();
    let text = desk.keep("text", text)?;
    Ok(Event::Decided { answer, text, early, dissent, silent })
}

fn too_early(silent: &BTreeSet<UnitId>) -> Refusal {
    let awaited = silent.iter().map(UnitId::as_str).collect::<Vec<_>>().join(" ");
    Refusal::rule(
        "judgement.early",
        "还有部门未签署意见且期限未到；请等待，或写明提前作出结论的理由",
        "opinions are still awaited and the clock has not run out; wait, or give the reason in `early`",
    )
    .fact("awaited", awaited)
    .at("/early")
}

fn found(
    judgement: &Judgement,
    verdict: Verdict,
    whose: Option<&UnitId>,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    let finds = desk.at(&judgement.centre) && desk.actor.has_any(&FINDERS);
    if !(finds || leads(judgement, desk) || desk.actor.is_system()) {
        return Err(not_yours("登记现场核实结果", "said what was found"));
    }
    if judgement.stage != Stage::Decided {
        return Err(Refusal::conflict(
            "judgement.undecided",
            "尚无结论；请先作出结论，再登记现场核实结果",
            "it has not been decided; decide first, then enter what was found",
        ));
    }
    if verdict == Verdict::NeedsVisit {
        return Err(Refusal::invalid(
            "judgement.found",
            "现场核实结果须为属实、不属实或非本部门职责",
            "what was found is true, false or not_ours; a visit has been made",
        )
        .at("/verdict"));
    }
    let answer = sound_answer(verdict, whose, desk)?;
    if judgement.found.as_ref().is_some_and(|found| found.answer == answer) {
        return Err(Refusal::conflict(
            "judgement.found_already",
            "同样的核实结果已经登记",
            "the same finding stands already; nothing is left to be done",
        ));
    }
    Ok(Event::Found { answer })
}
