//! Decides what people may ask of a collection of losses, and says who may.

use std::collections::BTreeMap;

use yipan_base::directory::{Directory, Role};
use yipan_base::id::UnitId;
use yipan_base::refusal::Refusal;
use yipan_base::time::{MINUTE, Timestamp};

use super::ask;
use super::command::{Command, Verdict};
use super::event::Event;
use super::report;
use super::state::{Asked, Losses, Stage, Status};
use crate::dossier::{Desk, Kind, refused};
use crate::line::centre_above;

/// Who asks for losses, and ends a collection.
pub(super) const ASKERS: [Role; 4] = [Role::Leader, Role::ShiftLeader, Role::Dispatcher, Role::Supervisor];
/// Who says of a report that it holds.
const CHECKERS: [Role; 6] = [
    Role::Leader,
    Role::ShiftLeader,
    Role::Dispatcher,
    Role::CentreReviewer,
    Role::Supervisor,
    Role::Inspector,
];
/// Who signs a county's total.
const SIGNERS: [Role; 3] = [Role::Leader, Role::Supervisor, Role::Dispatcher];
pub(super) fn decide(
    before: Option<&Losses>,
    command: &Command,
    desk: &Desk<'_>,
) -> Result<Vec<Event>, Refusal> {
    let losses = match (before, command) {
        (None, Command::Ask { .. }) => return ask::ask(command, desk),
        (None, _) => return Err(refused::not_begun(Kind::Losses)),
        (Some(_), Command::Ask { .. }) => return Err(refused::begun(Kind::Losses)),
        (Some(losses), _) => losses,
    };
    if losses.stage != Stage::Open {
        return Err(refused::over(Kind::Losses));
    }
    let event = match command {
        Command::Ask { .. } => return Err(refused::begun(Kind::Losses)),
        Command::AddUnits { units } => ask::add_units(losses, units, desk)?,
        Command::Report { unit, kind, as_of, figures, source, note, explanation } => {
            let given = report::Given {
                unit,
                kind: *kind,
                as_of: *as_of,
                figures,
                source: *source,
                note: note.as_deref(),
                explanation: explanation.as_deref(),
            };
            report::report(losses, &given, desk)?
        }
        Command::Correct { unit, figures, explanation } => {
            report::correct(losses, unit, figures, explanation, desk)?
        }
        Command::Check { unit, report, verdict, reason } => {
            check(losses, unit, *report, *verdict, reason.as_deref(), desk)?
        }
        Command::Sign {} => sign(losses, desk)?,
        Command::Verify {} => verify(losses, desk)?,
        Command::Close { reason } => {
            asker(losses, desk)?;
            Event::Closed { reason: desk.keep("reason", reason)? }
        }
    };
    Ok(vec![event])
}

/// Refuses whoever is not of the centre that asked.
pub(super) fn asker(losses: &Losses, desk: &Desk<'_>) -> Result<(), Refusal> {
    if !desk.at(&losses.unit) {
        return Err(Refusal::forbidden(
            "losses.not_asker",
            "只有下达灾情收集的中心可以办理此项",
            "only the centre that asked for the losses does this",
        ));
    }
    desk.needs(&ASKERS)
}

/// A unit that was asked.
pub(super) fn asked<'a>(losses: &'a Losses, unit: &UnitId) -> Result<&'a Asked, Refusal> {
    losses.units.get(unit).ok_or_else(|| {
        Refusal::rule(
            "losses.not_asked",
            format!("单位 {unit} 不在本次填报范围内，请下达单位先行增加"),
            format!("{unit} was not asked in this collection; let the asker add it first"),
        )
        .at("/unit")
    })
}

fn check(
    losses: &Losses,
    unit: &UnitId,
    report: u64,
    verdict: Verdict,
    reason: Option<&str>,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    let asked = asked(losses, unit)?;
    if !centre_above(desk.directory, unit).is_some_and(|centre| desk.at(&centre.id)) {
        return Err(Refusal::forbidden(
            "losses.not_checker",
            "镇街灾情由其上级指挥中心审核",
            "a town's report is checked by the centre above it",
        )
        .at("/unit"));
    }
    desk.needs(&CHECKERS)?;
    let Some(last) = asked.last.as_ref().filter(|last| last.seq == report) else {
        return Err(Refusal::conflict(
            "losses.not_latest",
            "该报表不是此单位最新一期，请刷新后再审核",
            "this is not the unit's latest report; load it again and check the latest",
        )
        .at("/report"));
    };
    if last.status != Status::Unchecked {
        return Err(Refusal::conflict(
            "losses.checked",
            "该报表已经审核",
            "this report has been checked already",
        )
        .at("/report"));
    }
    if verdict == Verdict::Returned && reason.is_none() {
        return Err(Refusal::rule(
            "losses.reason",
            "退回报表须写明理由",
            "a report is returned with a reason; write it",
        )
        .at("/reason"));
    }
    let reason = reason.map(|reason| desk.keep("reason", reason)).transpose()?;
    Ok(Event::Checked { unit: unit.clone(), report, verdict, reason })
}

/// The asked units right below a centre.
fn below<'a>(
    losses: &'a Losses,
    centre: &'a UnitId,
    directory: &'a Directory,
) -> impl Iterator<Item = (&'a UnitId, &'a Asked)> {
    losses
        .units
        .iter()
        .filter(move |(unit, _)| centre_above(directory, unit).is_some_and(|above| above.id == *centre))
}

fn sign(losses: &Losses, desk: &Desk<'_>) -> Result<Event, Refusal> {
    let own = desk.unit()?;
    if below(losses, &own.id, desk.directory).next().is_none() {
        return Err(Refusal::forbidden(
            "losses.not_signer",
            "县区汇总由本县区指挥中心签报",
            "a county's total is signed by the county's own centre",
        ));
    }
    desk.needs(&SIGNERS)?;
    let reports: BTreeMap<_, _> = below(losses, &own.id, desk.directory)
        .filter_map(|(unit, asked)| Some((unit.clone(), asked.counted()?.seq)))
        .collect();
    if reports.is_empty() {
        return Err(Refusal::rule(
            "losses.nothing_to_sign",
            "本县区尚无镇街报送，无可签报",
            "no town of the county has reported; there is nothing to sign",
        ));
    }
    let same = losses.signatures.get(&own.area).is_some_and(|signature| {
        signature
            .reports
            .iter()
            .map(|(unit, signed)| (unit, signed.seq))
            .eq(reports.iter().map(|(u, s)| (u, *s)))
    });
    if same {
        return Err(Refusal::conflict(
            "losses.signed",
            "现有各镇街报表均已签报",
            "your signature covers these reports already",
        ));
    }
    Ok(Event::Signed { centre: own.id.clone(), area: own.area.clone(), reports })
}

/// Final totals need every town's report under its county's signature.
fn verify(losses: &Losses, desk: &Desk<'_>) -> Result<Event, Refusal> {
    asker(losses, desk)?;
    let covered = |unit: &UnitId, seq: u64| {
        losses.signatures.values().any(|s| s.reports.get(unit).is_some_and(|signed| signed.seq == seq))
    };
    let open = losses
        .units
        .iter()
        .filter(|(unit, asked)| !asked.counted().is_some_and(|report| covered(unit, report.seq)));
    let names: Vec<_> =
        open.map(|(unit, _)| desk.directory.unit(unit).map_or(unit.as_str(), |unit| &unit.name)).collect();
    if names.is_empty() {
        return Ok(Event::Verified {});
    }
    let shown = names.iter().take(10).copied().collect::<Vec<_>>().join("、");
    Err(Refusal::rule(
        "losses.unsigned",
        format!("还有 {} 个镇街的最新灾情未报送或未经县区签报：{shown}", names.len()),
        format!(
            "{} towns have not reported, or their county has not signed their latest report: {shown}",
            names.len()
        ),
    )
    .fact("units", names.len()))
}

/// The earliest moment that a report may speak of: a month before it was asked for.
pub(super) fn earliest(losses: &Losses) -> Timestamp {
    losses.asked_at.plus(-31 * 24 * 60 * MINUTE)
}
