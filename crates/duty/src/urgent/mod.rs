//! 紧急信息: one urgent matter reported up the line, by telephone and in writing, each by its term.
//!
//! ```text
//! know ─┬─ telephone (+20 min) ─▶ centre above ─┬─ telephone ─▶ its centre above …
//!       ├─ written   (+40 min) ─▶ receipt ──────┴─ forward   ─▶ receipt …
//!       └─ follow_up … final
//! ```
//!
//! Each centre in the line is a [`Hop`] with clocks of its own, which begin when it knows: the first by
//! itself, the others when they are told. Writing first is allowed and leaves the telephone's clock running.
//!
//! - [`clocks`]: every clock with its due time and lamp
//! - [`chain`]: who told whom, when, and who has confirmed and read it

mod clocks;
mod command;
mod decide;
mod event;
mod sending;
mod state;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use yipan_base::directory::{Directory, unit_key};
use yipan_base::id::{BlobId, UnitId};
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

pub use clocks::{Clock, Lamp, Link, chain, clocks};
pub use command::{Command, Matter};
pub use event::{ClockKind, Duty, Event, NewHop, Sending};
pub use state::{Addressed, Call, Hop, Reading, Receipt, Stage, Urgent, Writing};

use crate::dossier::{Card, Desk, Dossier, Kind, Notice, Recorded, line_of_sight};
use crate::line::centre_above;

impl Dossier for Urgent {
    const KIND: Kind = Kind::Urgent;
    type Command = Command;
    type Event = Event;

    fn decide(before: Option<&Self>, command: &Command, desk: &Desk<'_>) -> Result<Vec<Event>, Refusal> {
        decide::decide(before, command, desk)
    }

    fn tick(&self, now: Timestamp) -> Vec<Event> {
        clocks::tick(self, now)
    }

    fn begin(first: &Recorded<Event>) -> Option<Self> {
        Self::known(first)
    }

    fn apply(&mut self, event: &Recorded<Event>) {
        self.take(event);
    }

    fn card(&self, directory: &Directory) -> Card {
        let mut holders = line_of_sight(&self.unit, directory);
        holders.extend(self.hops.iter().map(|hop| unit_key(&hop.unit)));
        holders.extend(self.addressed.iter().map(|addressed| unit_key(&addressed.unit)));
        Card {
            stage: self.stage.code(),
            over: self.settled(),
            unit: self.unit.clone(),
            due: clocks::next_look(self),
            holders,
        }
    }

    fn notices(&self, event: &Recorded<Event>, directory: &Directory) -> Vec<Notice> {
        let addressed = || self.addressed.iter().map(|addressed| addressed.unit.clone());
        match &event.event {
            Event::Known { unit, .. } => tell([unit.clone()], "urgent.known", true),
            Event::Telephoned { to, .. } => tell([to.clone()], "urgent.telephoned", true),
            Event::Written(sending) | Event::Forwarded(sending) => {
                tell(sending.to.iter().cloned(), "urgent.received", true)
            }
            Event::FollowedUp { .. } => tell(addressed(), "urgent.follow_up", true),
            Event::Final { .. } => tell(addressed(), "urgent.final", false),
            Event::Receipted { unit } => {
                let senders = self.addressed.iter().filter(|addressed| addressed.unit == *unit);
                tell(senders.map(|addressed| addressed.from.clone()), "urgent.receipted", false)
            }
            Event::Read { .. } => Vec::new(),
            Event::Overdue { clock, unit, from } => {
                let above = centre_above(directory, unit).map(|centre| centre.id.clone());
                let units = [unit.clone()].into_iter().chain(above).chain(from.clone());
                tell(units, clock.overdue(), true)
            }
        }
    }

    fn named(command: &Command) -> &[BlobId] {
        match command {
            Command::Written { attachments, .. } | Command::Forward { attachments, .. } => attachments,
            _ => &[],
        }
    }

    fn files(event: &Event) -> &[BlobId] {
        match event {
            Event::Written(sending) | Event::Forwarded(sending) => &sending.attachments,
            _ => &[],
        }
    }

    fn name_of(event: &Event) -> &'static str {
        event.name()
    }
}

/// Each unit once.
fn tell(units: impl IntoIterator<Item = UnitId>, what: &'static str, urgent: bool) -> Vec<Notice> {
    let units: BTreeSet<_> = units.into_iter().collect();
    units.into_iter().map(|unit| Notice { unit, what, urgent }).collect()
}
