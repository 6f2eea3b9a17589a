//! 指挥部: one activation of a command post, from raising to standing down (平战转换).
//!
//! Its plan says what a level brings: which centres must acknowledge and report, in which cycles, and how
//! many more people stand at their posts. What a level brought is copied into the event.

mod command;
mod decide;
mod event;
mod fold;
mod footing;
mod level;
mod plans;
mod state;
#[cfg(test)]
mod tests;

use yipan_base::directory::{Directory, unit_key};
use yipan_base::id::UnitId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

use crate::dossier::{Card, Desk, Dossier, Kind, Notice, Recorded, sight_of_area};
use crate::line;
use crate::rules;

pub use command::Command;
pub use event::{Event, Footing, SetCycle};
pub use level::{Level, Report};
pub use plans::{ExtraPost, Plan, PlanFault, PlannedCycle, Plans, Response, plans};
pub use state::{Acknowledgement, Cycle, Entry, Happened, LateUnit, Post, late_units, log};

impl Dossier for Post {
    const KIND: Kind = Kind::Post;
    type Command = Command;
    type Event = Event;

    fn decide(before: Option<&Self>, command: &Command, desk: &Desk<'_>) -> Result<Vec<Event>, Refusal> {
        decide::decide(before, command, desk).map(|event| vec![event])
    }

    fn tick(&self, now: Timestamp) -> Vec<Event> {
        if self.stood_down.is_some() {
            return Vec::new();
        }
        let mut events = Vec::new();
        if !self.silence_named && now >= self.acknowledge_by && self.silent().next().is_some() {
            events.push(Event::Unacknowledged { missing: self.silent().cloned().collect() });
        }
        for (what, cycle) in self.cycles.iter().filter(|(_, cycle)| cycle.due <= now) {
            let missing = self.centres.keys().filter(|unit| !cycle.reported.contains_key(*unit));
            events.push(Event::CycleClosed {
                what: *what,
                missing: missing.cloned().collect(),
                next_due: cycle.due_after(now),
            });
        }
        events
    }

    fn begin(first: &Recorded<Event>) -> Option<Self> {
        fold::begin(first)
    }

    fn apply(&mut self, event: &Recorded<Event>) {
        fold::apply(self, event);
    }

    fn card(&self, directory: &Directory) -> Card {
        let mut holders = rules::holders(&self.unit, directory);
        for area in &self.areas {
            holders.extend(sight_of_area(area, directory));
        }
        let ordered = self.log.iter().filter_map(|entry| match &entry.happened {
            Happened::Order { to, .. } => Some(to),
            _ => None,
        });
        holders.extend(self.centres.keys().chain(&self.told).chain(ordered).map(unit_key));
        let over = self.stood_down.is_some();
        let stage = if over { "stood_down" } else { "raised" };
        Card { stage, over, unit: self.unit.clone(), due: self.due(), holders }
    }

    fn notices(&self, recorded: &Recorded<Event>, directory: &Directory) -> Vec<Notice> {
        let tell = |units: Vec<&UnitId>, what: &'static str, urgent: bool| {
            units.into_iter().map(|unit| Notice { unit: unit.clone(), what, urgent }).collect()
        };
        let everybody = || {
            let above = line::centre_above(directory, &self.unit).map(|centre| &centre.id);
            self.centres.keys().chain(&self.told).chain(above).collect()
        };
        match &recorded.event {
            Event::Raised { .. } => tell(everybody(), "post.raised", true),
            Event::LevelChanged { .. } => tell(everybody(), "post.level_changed", true),
            Event::StoodDown { .. } => tell(everybody(), "post.stood_down", false),
            Event::Unacknowledged { missing } => {
                tell(missing.iter().chain([&self.unit]).collect(), "post.unacknowledged", true)
            }
            Event::CycleClosed { missing, .. } => tell(missing.iter().collect(), "post.report_missing", true),
            Event::CycleSet(_) => tell(self.centres.keys().collect(), "post.report_cycle", false),
            Event::Ordered { to, .. } => tell(vec![to], "post.ordered", true),
            Event::Acknowledged { .. } | Event::Noted { .. } | Event::Reported { .. } => Vec::new(),
        }
    }

    fn name_of(event: &Event) -> &'static str {
        event.name()
    }
}
