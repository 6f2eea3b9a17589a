//! 事件: cases, alerts, warnings and reports about one thing, under one head.
//!
//! ```text
//! open ─▶ add, remove, set_master, share_answer, widen, note, link_… ─▶ close ─▶ (reopen, seven days)
//!                                                                   └─▶ merge_into another
//! ```
//!
//! It names its members by id alone and never looks into them. [`members`] and [`timeline`] are what
//! pages read.

mod command;
mod decide;
mod event;
mod members;
mod state;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use yipan_base::directory::Directory;
use yipan_base::id::{AreaId, UnitId};
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

pub use command::{Command, IncidentKind, Member, MemberKind, Warning, WarningLevel};
pub use event::{Event, Link};
pub use state::{Closing, Entry, Incident, Members, SharedAnswer, Stage, What, members, timeline};

use crate::dossier::{Card, Desk, Dossier, Kind, Notice, Recorded, line_of_sight, sight_of_area};

impl Dossier for Incident {
    const KIND: Kind = Kind::Incident;
    type Command = Command;
    type Event = Event;

    fn decide(before: Option<&Self>, command: &Command, desk: &Desk<'_>) -> Result<Vec<Event>, Refusal> {
        decide::decide(before, command, desk).map(|event| vec![event])
    }

    /// Nothing falls due by itself.
    fn tick(&self, _: Timestamp) -> Vec<Event> {
        Vec::new()
    }

    fn begin(first: &Recorded<Event>) -> Option<Self> {
        Self::opened(first)
    }

    fn apply(&mut self, event: &Recorded<Event>) {
        self.take(event);
    }

    /// Whoever sees the centre or one of the areas sees the incident.
    fn card(&self, directory: &Directory) -> Card {
        let mut holders = line_of_sight(&self.centre, directory);
        holders.extend(self.areas.iter().flat_map(|area| sight_of_area(area, directory)));
        Card {
            stage: self.stage.code(),
            over: self.stage != Stage::Open,
            unit: self.centre.clone(),
            due: None,
            holders,
        }
    }

    /// The centres of the areas are told, save the one that acts.
    fn notices(&self, event: &Recorded<Event>, directory: &Directory) -> Vec<Notice> {
        let severe = self.warning.as_ref().is_some_and(|warning| warning.level <= WarningLevel::Orange);
        let (what, urgent, areas) = match &event.event {
            Event::Opened { areas, .. } | Event::Widened { areas } => ("incident.opened", severe, areas),
            Event::AnswerShared { .. } => ("incident.answer_shared", severe, &self.areas),
            Event::MergedInto { .. } => ("incident.merged", false, &self.areas),
            Event::Closed { .. } => ("incident.closed", false, &self.areas),
            Event::Reopened { .. } => ("incident.reopened", severe, &self.areas),
            Event::Added { .. }
            | Event::Removed { .. }
            | Event::MasterSet { .. }
            | Event::Noted { .. }
            | Event::Linked { .. } => return Vec::new(),
        };
        let mut told = centres_of(areas, directory);
        told.insert(self.centre.clone());
        told.into_iter()
            .filter(|unit| event.unit.as_ref() != Some(unit))
            .map(|unit| Notice { unit, what, urgent })
            .collect()
    }

    fn name_of(event: &Event) -> &'static str {
        event.name()
    }
}

/// The nearest centre of each area.
fn centres_of(areas: &BTreeSet<AreaId>, directory: &Directory) -> BTreeSet<UnitId> {
    areas.iter().filter_map(|area| directory.centre_above(area)).map(|unit| unit.id.clone()).collect()
}
