//! 班次: one shift of a centre as it was kept: who took over, what was logged, what was handed over.
//!
//! ```text
//! expected ──▶ absent ──▶ lapsed            called_off
//!     └───────────┴──▶ open ⇄ handing_over ──▶ handed_over
//! ```

mod command;
mod decide;
mod event;
mod state;
#[cfg(test)]
mod tests;

use yipan_base::directory::Directory;
use yipan_base::id::StaffId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

use crate::dossier::{Card, Desk, Dossier, Kind, Notice, Recorded};
use crate::line;
use crate::rules;

pub use command::{Command, NewEntry, OpenThing};
pub use event::Event;
pub use state::{
    Accepted, Entry, Expected, HandOver, Keeper, LogKind, Open, OpenKind, Refused, Shift, Stage,
};

impl Dossier for Shift {
    const KIND: Kind = Kind::Shift;
    type Command = Command;
    type Event = Event;

    fn decide(before: Option<&Self>, command: &Command, desk: &Desk<'_>) -> Result<Vec<Event>, Refusal> {
        decide::decide(before, command, desk).map(|event| vec![event])
    }

    fn tick(&self, now: Timestamp) -> Vec<Event> {
        if self.due().is_none_or(|due| due > now) {
            return Vec::new();
        }
        let over = now >= self.to;
        match self.stage {
            Stage::Expected if over => vec![Event::Absent {}, Event::Lapsed {}],
            Stage::Expected => vec![Event::Absent {}],
            Stage::Absent => vec![Event::Lapsed {}],
            _ => vec![Event::Overrun {}],
        }
    }

    fn begin(first: &Recorded<Event>) -> Option<Self> {
        let (Event::Expected { centre, from, to, .. } | Event::TakenOver { centre, from, to, .. }) =
            &first.event
        else {
            return None;
        };
        let mut shift = Self {
            centre: centre.clone(),
            from: *from,
            to: *to,
            stage: Stage::Expected,
            expected: None,
            absent: None,
            keeper: None,
            before: None,
            log: Vec::new(),
            hand_over: None,
            refusals: Vec::new(),
            overrun: None,
        };
        shift.apply(first);
        Some(shift)
    }

    fn apply(&mut self, recorded: &Recorded<Event>) {
        self.fold(&recorded.event, &recorded.staff, recorded.at);
    }

    fn card(&self, directory: &Directory) -> Card {
        let holders = rules::holders(&self.centre, directory);
        let (stage, over) = (self.stage.code(), self.stage.over());
        Card { stage, over, unit: self.centre.clone(), due: self.due(), holders }
    }

    fn notices(&self, recorded: &Recorded<Event>, directory: &Directory) -> Vec<Notice> {
        let (what, urgent, above) = match &recorded.event {
            Event::Absent {} => ("shift.absent", true, true),
            Event::Lapsed {} => ("shift.lapsed", true, true),
            // Those who were told of the absence are told that it is over.
            Event::TakenOver { .. } if self.absent.is_some() => ("shift.taken_over_late", false, true),
            Event::Overrun {} => ("shift.overrun", true, false),
            Event::HandedOver { .. } => ("shift.handed_over", false, false),
            Event::HandOverRefused { .. } => ("shift.hand_over_refused", false, false),
            _ => return Vec::new(),
        };
        let above = line::centre_above(directory, &self.centre).filter(|_| above);
        [&self.centre]
            .into_iter()
            .chain(above.map(|centre| &centre.id))
            .map(|unit| Notice { unit: unit.clone(), what, urgent })
            .collect()
    }

    fn name_of(event: &Event) -> &'static str {
        event.name()
    }
}

impl Shift {
    fn fold(&mut self, event: &Event, staff: &StaffId, at: Timestamp) {
        let staff = staff.clone();
        match event.clone() {
            Event::Expected { staff, absent_at, .. } => self.expected = Some(Expected { staff, absent_at }),
            Event::CalledOff {} => self.stage = Stage::CalledOff,
            Event::TakenOver { before, late_minutes, .. } => {
                self.stage = Stage::Open;
                self.before = before;
                self.keeper = Some(Keeper { staff, at, late_minutes });
            }
            Event::Logged { kind, text, counterpart, case, dossier, happened_at, late } => {
                let written_at = at;
                let entry =
                    Entry { kind, happened_at, written_at, late, staff, text, counterpart, case, dossier };
                self.log.push(entry);
            }
            Event::HandedOver { summary, open_things, counts } => {
                self.stage = Stage::HandingOver;
                self.hand_over = Some(HandOver { staff, at, summary, open_things, counts, accepted: None });
            }
            Event::HandOverAccepted {} => {
                self.stage = Stage::HandedOver;
                if let Some(hand_over) = &mut self.hand_over {
                    hand_over.accepted = Some(Accepted { staff, at });
                }
            }
            Event::HandOverRefused { reason } => {
                self.stage = Stage::Open;
                self.hand_over = None;
                self.refusals.push(Refused { staff, at, reason });
            }
            Event::Absent {} => {
                self.stage = Stage::Absent;
                self.absent = Some(at);
            }
            Event::Lapsed {} => self.stage = Stage::Lapsed,
            Event::Overrun {} => self.overrun = Some(at),
        }
    }
}
