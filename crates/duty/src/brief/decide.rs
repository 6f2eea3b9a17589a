//! A brief from its draft to its receipts: what may be done, and by whom.

use std::collections::BTreeSet;

use yipan_base::directory::{Role, UnitKind};
use yipan_base::id::UnitId;
use yipan_base::refusal::Refusal;
use yipan_base::time::MINUTE;

use super::command::Command;
use super::draft::{Draft, revise};
use super::event::{Event, Recipient};
use super::instruct;
use super::state::{Brief, Stage};
use crate::check;
use crate::dossier::{Desk, Kind, TextRef, refused};

/// Who drafts: of the centre that issues it. Towns have no more than a dispatcher and a reviewer.
const DRAFTERS: [Role; 6] = [
    Role::Analyst,
    Role::ShiftLeader,
    Role::Dispatcher,
    Role::CentreReviewer,
    Role::Supervisor,
    Role::Leader,
];

/// Who signs and returns …
const HEADS: [Role; 2] = [Role::Leader, Role::ShiftLeader];
/// … and who does at a centre that has neither, as a town's.
const DEPUTIES: [Role; 2] = [Role::Dispatcher, Role::CentreReviewer];

const SENDERS: [Role; 3] = [Role::ShiftLeader, Role::Leader, Role::Dispatcher];

pub(super) fn decide(
    before: Option<&Brief>,
    command: &Command,
    desk: &Desk<'_>,
) -> Result<Vec<Event>, Refusal> {
    if let Command::Draft {
        kind,
        number,
        title,
        centre,
        from,
        to,
        body,
        cut_off,
        incident,
        figures,
        recipients,
    } = command
    {
        if before.is_some() {
            return Err(refused::begun(Kind::Brief));
        }
        let draft = Draft {
            kind: *kind,
            number: number.as_deref(),
            title,
            centre: centre.as_ref(),
            period: (*from, *to),
            body,
            cut_off: *cut_off,
            incident: incident.as_deref(),
            figures: *figures,
            recipients,
        };
        return draft.decide(desk).map(|event| vec![event]);
    }
    let brief = before.ok_or_else(|| refused::not_begun(Kind::Brief))?;
    if brief.stage == Stage::Withdrawn {
        return Err(refused::over(Kind::Brief));
    }
    let event = match command {
        Command::Revise { body, cut_off, figures, recipients, reason } => {
            revise(brief, body, *cut_off, *figures, recipients.as_ref(), reason.as_deref(), desk)?
        }
        Command::Submit {} => {
            drafts(&brief.centre, desk)?;
            in_stage(brief, &[Stage::Draft], "送签", "submitted")?;
            Event::Submitted {}
        }
        Command::Sign {} => sign(brief, desk)?,
        Command::ReturnDraft { reason } => {
            signs(brief, desk)?;
            in_stage(brief, &[Stage::Submitted], "退改", "returned")?;
            Event::Returned { reason: desk.keep("reason", reason)? }
        }
        Command::Send {} => {
            desk.needs(&SENDERS)?;
            of_the_centre(&brief.centre, desk)?;
            in_stage(brief, &[Stage::Signed], "报送", "sent")?;
            Event::Sent { due: desk.now.plus(desk.terms.receipt_minutes * MINUTE) }
        }
        Command::Receipt {} => receipt(brief, desk)?,
        Command::Withdraw { reason } => {
            drafts(&brief.centre, desk)?;
            in_stage(brief, &[Stage::Draft, Stage::Submitted, Stage::Signed], "撤回", "withdrawn")?;
            Event::Withdrawn { reason: optional(desk, "reason", reason.as_deref())? }
        }
        _ => return instruct::decide(brief, command, desk),
    };
    Ok(vec![event])
}

/// Refuses what the stage does not allow.
pub(super) fn in_stage(brief: &Brief, stages: &[Stage], zh: &str, en: &str) -> Result<(), Refusal> {
    if stages.contains(&brief.stage) {
        return Ok(());
    }
    let (now, needed) = (brief.stage, stages.iter().map(|stage| stage.zh()).collect::<Vec<_>>());
    Err(Refusal::conflict(
        "brief.stage",
        format!("这份专报{}，{}后才能{zh}", now.zh(), needed.join("或")),
        format!("the brief is {}; it can be {en} only when {stages:?}", now.code()),
    )
    .fact("stage", now.code()))
}

/// Takes an optional text out of a command.
pub(super) fn optional(
    desk: &Desk<'_>,
    field: &'static str,
    text: Option<&str>,
) -> Result<Option<TextRef>, Refusal> {
    text.map(|text| desk.keep(field, text)).transpose()
}

fn of_the_centre(centre: &UnitId, desk: &Desk<'_>) -> Result<(), Refusal> {
    if desk.at(centre) {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "brief.not_yours",
        format!("此项由 {centre} 的人员办理"),
        format!("this is done by the people of {centre}"),
    ))
}

/// The drafters of the centre, and the house, which makes the daily brief.
pub(super) fn drafts(centre: &UnitId, desk: &Desk<'_>) -> Result<(), Refusal> {
    desk.needs(&DRAFTERS)?;
    if desk.actor.is_system() { Ok(()) } else { of_the_centre(centre, desk) }
}

fn signs(brief: &Brief, desk: &Desk<'_>) -> Result<(), Refusal> {
    of_the_centre(&brief.centre, desk)?;
    let mut staff = desk.directory.staff_of(&brief.centre).filter(|staff| !staff.disabled);
    let headed = staff.any(|staff| HEADS.iter().any(|role| staff.roles.contains(role)));
    desk.needs(if headed { &HEADS } else { &DEPUTIES })
}

fn sign(brief: &Brief, desk: &Desk<'_>) -> Result<Event, Refusal> {
    signs(brief, desk)?;
    in_stage(brief, &[Stage::Submitted], "签发", "signed")?;
    if desk.actor.staff == brief.drafter {
        return Err(Refusal::forbidden(
            "brief.own_hand",
            "您是最后的拟稿人，不能签发自己的稿件；请由另一位负责人签发",
            "the last hand in the text was yours; let somebody else sign it",
        ));
    }
    Ok(Event::Signed {})
}

fn receipt(brief: &Brief, desk: &Desk<'_>) -> Result<Event, Refusal> {
    in_stage(brief, &[Stage::Sent], "签收", "receipted")?;
    if !brief.recipients.iter().any(|recipient| stands_for(recipient, desk)) {
        return Err(Refusal::forbidden(
            "brief.not_a_recipient",
            "您不在报送范围内，无需签收",
            "the brief was not sent to you; nothing is to be receipted",
        ));
    }
    let recipients = unreceipted(brief, desk);
    if recipients.is_empty() {
        return Err(Refusal::conflict(
            "brief.receipted",
            "已经签收，无需再次签收",
            "it has been receipted already; nothing is left to be done",
        ));
    }
    Ok(Event::Receipted { recipients })
}

/// Whether the actor receipts for a recipient.
pub(super) fn stands_for(recipient: &Recipient, desk: &Desk<'_>) -> bool {
    match recipient {
        Recipient::Unit { unit } => desk.at(unit),
        Recipient::Leader { staff, .. } => staff == &desk.actor.staff,
    }
}

/// The recipients for whom the actor may still receipt.
pub(super) fn unreceipted(brief: &Brief, desk: &Desk<'_>) -> BTreeSet<Recipient> {
    let open = brief.deliveries.iter().filter(|delivery| delivery.receipted.is_none());
    open.map(|delivery| &delivery.recipient).filter(|to| stands_for(to, desk)).cloned().collect()
}

/// Whether the actor received the brief, or works at the centre or government of an area that sees it.
pub(super) fn sees(brief: &Brief, desk: &Desk<'_>) -> bool {
    let own = desk.actor.unit.as_ref().and_then(|own| desk.directory.unit(own));
    let issuer = desk.directory.unit(&brief.centre);
    brief.recipients.iter().any(|recipient| stands_for(recipient, desk))
        || own.zip(issuer).is_some_and(|(own, issuer)| {
            matches!(own.kind, UnitKind::Centre | UnitKind::Government)
                && check::covers(desk.directory, &own.area, &issuer.area)
        })
}
