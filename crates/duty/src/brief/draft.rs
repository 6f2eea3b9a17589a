//! The text of a brief: as it is first drafted, and as it is revised.

use std::collections::BTreeSet;

use yipan_base::directory::Role;
use yipan_base::id::UnitId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

use super::command::{BriefKind, Recipients};
use super::decide::{drafts, in_stage, optional};
use super::event::{Event, Recipient};
use super::state::{Brief, Stage};
use crate::check;
use crate::dossier::Desk;

const MOST_RECIPIENTS: usize = 200;

/// A draft as it is asked for.
pub(super) struct Draft<'a> {
    pub(super) kind: BriefKind,
    pub(super) number: Option<&'a str>,
    pub(super) title: &'a str,
    pub(super) centre: Option<&'a UnitId>,
    pub(super) period: (Timestamp, Timestamp),
    pub(super) body: &'a str,
    pub(super) cut_off: Timestamp,
    pub(super) incident: Option<&'a str>,
    pub(super) figures: u32,
    pub(super) recipients: &'a Recipients,
}

impl Draft<'_> {
    pub(super) fn decide(self, desk: &Desk<'_>) -> Result<Event, Refusal> {
        let centre = match self.centre {
            Some(centre) => centre,
            None => &desk.unit()?.id,
        };
        let centre = desk.centre_called(centre, "/centre")?.id.clone();
        drafts(&centre, desk)?;
        let (from, to) = self.period;
        if from >= to {
            return Err(Refusal::invalid(
                "brief.period",
                "时段的起点须早于终点",
                "the period must begin before it ends",
            )
            .at("/to"));
        }
        sound_cut_off(from, self.cut_off, desk)?;
        if let Some(incident) = self.incident {
            check::reference(incident, "/incident")?;
        }
        let recipients = sound_recipients(self.recipients, desk)?;
        Ok(Event::Drafted {
            kind: self.kind,
            number: optional(desk, "number", self.number)?,
            title: desk.keep("title", self.title)?,
            centre,
            from,
            to,
            body: desk.keep("body", self.body)?,
            cut_off: self.cut_off,
            incident: self.incident.map(Into::into),
            figures: self.figures,
            recipients,
        })
    }
}

pub(super) fn revise(
    brief: &Brief,
    body: &str,
    cut_off: Option<Timestamp>,
    figures: Option<u32>,
    recipients: Option<&Recipients>,
    reason: Option<&str>,
    desk: &Desk<'_>,
) -> Result<Event, Refusal> {
    drafts(&brief.centre, desk)?;
    in_stage(brief, &[Stage::Draft, Stage::Submitted], "修改", "revised")?;
    let cut_off = cut_off.unwrap_or(brief.cut_off);
    sound_cut_off(brief.from, cut_off, desk)?;
    let recipients = match recipients {
        Some(recipients) => sound_recipients(recipients, desk)?,
        None => brief.recipients.clone(),
    };
    Ok(Event::Revised {
        body: desk.keep("body", body)?,
        cut_off,
        figures: figures.unwrap_or(brief.figures),
        recipients,
        reason: optional(desk, "reason", reason)?,
    })
}

fn sound_cut_off(from: Timestamp, cut_off: Timestamp, desk: &Desk<'_>) -> Result<(), Refusal> {
    if from < cut_off && cut_off <= desk.now {
        return Ok(());
    }
    Err(Refusal::rule(
        "brief.cut_off",
        "数据截止时间须晚于时段起点，且不晚于现在",
        "the cut-off must lie after the beginning of the period and not in the future",
    )
    .at("/cut_off"))
}

fn sound_recipients(recipients: &Recipients, desk: &Desk<'_>) -> Result<BTreeSet<Recipient>, Refusal> {
    let count = recipients.units.len() + recipients.leaders.len();
    if !(1..=MOST_RECIPIENTS).contains(&count) {
        return Err(Refusal::invalid(
            "brief.recipients",
            format!("报送对象须为 1 至 {MOST_RECIPIENTS} 个，此次为 {count} 个"),
            format!("name 1 to {MOST_RECIPIENTS} recipients; these are {count}"),
        )
        .at("/recipients"));
    }
    let mut sound = BTreeSet::new();
    for (index, unit) in recipients.units.iter().enumerate() {
        let unit = desk.unit_called(unit, &format!("/recipients/units/{index}"))?;
        sound.insert(Recipient::Unit { unit: unit.id.clone() });
    }
    for (index, staff) in recipients.leaders.iter().enumerate() {
        let leads = desk.directory.staff(staff).filter(|it| !it.disabled && it.roles.contains(&Role::Leader));
        let leader = leads.ok_or_else(|| {
            Refusal::rule(
                "brief.recipient",
                format!("{staff} 不是在任领导；请改选其单位"),
                format!("{staff} is no leader in office; name the unit instead"),
            )
            .at(format!("/recipients/leaders/{index}"))
        })?;
        sound.insert(Recipient::Leader { staff: leader.id.clone(), unit: leader.unit.clone() });
    }
    Ok(sound)
}
