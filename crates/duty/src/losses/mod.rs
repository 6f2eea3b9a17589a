//! 灾情收集: the losses of one disaster, reported by towns, signed by counties, summed up exactly.
//!
//! ```text
//! ask ─▶ towns report, or report zero ─▶ county centre checks ─▶ county signs ─▶ asker verifies
//!          ▲            │ every cycle          │ returns
//!          └────────────┴──────────────────────┘
//! ```
//!
//! Two figures stand side by side everywhere. *Reported*: of each town its latest report that was not
//! returned, checked or not. *Signed*: what the county's signature covered, until it signs anew.
//!
//! - [`form`]: the fields and the logical checks, from `data/losses.json`
//! - [`Totals`], [`Table`]: city → counties → towns, to read and to print
//! - [`late`], [`jumps`], [`history`]: who is behind, what must be explained, what a town has sent

mod ask;
mod command;
mod decide;
mod event;
mod fold;
mod form;
mod notices;
mod report;
mod rounds;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod totals;

use std::collections::BTreeSet;

use yipan_base::directory::Directory;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

pub use command::{Command, ReportKind, Source, Verdict};
pub use event::{Event, Jump};
pub use form::{Check, Field, Figures, Form, Group, Provenance, Total, form};
pub use rounds::{Late, late};
pub use state::{Asked, Lateness, Logged, Losses, Report, Signature, SignedReport, Stage, Status};
pub use table::{Column, Row, RowKind, Table, national_table};
pub use totals::{
    Basis, CountyTotal, History, Tally, Totals, TownTotal, UnexplainedJump, history, jumps, totals,
};

use crate::dossier::{Card, Desk, Dossier, Kind, Notice, Recorded, line_of_sight, sight_of_area};

impl Dossier for Losses {
    const KIND: Kind = Kind::Losses;
    type Command = Command;
    type Event = Event;

    fn decide(before: Option<&Self>, command: &Command, desk: &Desk<'_>) -> Result<Vec<Event>, Refusal> {
        decide::decide(before, command, desk)
    }

    fn tick(&self, now: Timestamp) -> Vec<Event> {
        rounds::tick(self, now)
    }

    fn begin(first: &Recorded<Event>) -> Option<Self> {
        Self::asked(first)
    }

    fn apply(&mut self, event: &Recorded<Event>) {
        self.take(event);
    }

    fn card(&self, directory: &Directory) -> Card {
        let mut holders: BTreeSet<String> = line_of_sight(&self.unit, directory);
        holders.extend(sight_of_area(&self.area, directory));
        holders.extend(self.units.keys().flat_map(|unit| line_of_sight(unit, directory)));
        Card {
            stage: self.stage.code(),
            over: self.stage != Stage::Open,
            unit: self.unit.clone(),
            due: rounds::next_look(self),
            holders,
        }
    }

    fn notices(&self, event: &Recorded<Event>, directory: &Directory) -> Vec<Notice> {
        notices::of(self, event, directory)
    }

    fn name_of(event: &Event) -> &'static str {
        event.name()
    }
}
