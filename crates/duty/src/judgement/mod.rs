//! 研判: a question to the resident officers of several departments, and their signed opinions.
//!
//! ```text
//! ask ─▶ opine, once for each department ─▶ decide ─▶ found on site
//!        (the clock runs out: silent)      dissent and silence are kept
//! ```
//!
//! A model's finding is a clue: departments judge it, the lead decides, and what is found on site later
//! says who was right. [`side_by_side`] shows one judgement, [`records`] each department's record.

mod command;
mod decide;
mod event;
mod record;
mod state;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use yipan_base::directory::{Directory, unit_key};
use yipan_base::id::UnitId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

pub use command::{Command, Subject, Verdict};
pub use event::{Answer, Event};
pub use record::{DepartmentRecord, Side, Timing, records, side_by_side};
pub use state::{Decision, Finding, Judgement, Opinion, Stage};

use crate::dossier::{Card, Desk, Dossier, Kind, Notice, Recorded, line_of_sight};

impl Dossier for Judgement {
    const KIND: Kind = Kind::Judgement;
    type Command = Command;
    type Event = Event;

    fn decide(before: Option<&Self>, command: &Command, desk: &Desk<'_>) -> Result<Vec<Event>, Refusal> {
        decide::decide(before, command, desk).map(|event| vec![event])
    }

    fn tick(&self, now: Timestamp) -> Vec<Event> {
        self.look(now)
    }

    fn begin(first: &Recorded<Event>) -> Option<Self> {
        Self::asked(first)
    }

    fn apply(&mut self, event: &Recorded<Event>) {
        self.take(event);
    }

    fn card(&self, directory: &Directory) -> Card {
        let mut holders = line_of_sight(&self.centre, directory);
        holders.insert(unit_key(&self.lead));
        holders.extend(self.opinions.keys().map(unit_key));
        Card {
            stage: self.stage.code(),
            over: self.stage != Stage::Asked,
            unit: self.centre.clone(),
            due: self.next_look(),
            holders,
        }
    }

    fn notices(&self, event: &Recorded<Event>, _: &Directory) -> Vec<Notice> {
        let departments = || self.opinions.keys().collect::<BTreeSet<&UnitId>>();
        let (what, urgent, told) = match &event.event {
            Event::Asked { .. } => ("judgement.asked", true, departments()),
            Event::Opined { .. } if self.opinions.values().all(|opinions| !opinions.is_empty()) => {
                ("judgement.complete", true, [&self.lead].into())
            }
            Event::Opined { .. } => ("judgement.opined", false, [&self.lead].into()),
            Event::Expired { silent } => {
                ("judgement.expired", true, silent.iter().chain([&self.lead]).collect())
            }
            Event::Decided { .. } => ("judgement.decided", false, &departments() | &[&self.centre].into()),
            Event::Found { .. } => ("judgement.found", false, &departments() | &[&self.lead].into()),
            Event::Withdrawn { .. } => ("judgement.withdrawn", false, departments()),
        };
        told.into_iter().map(|unit| Notice { unit: unit.clone(), what, urgent }).collect()
    }

    fn name_of(event: &Event) -> &'static str {
        event.name()
    }
}
