//! 专报: a brief that is drafted, signed by another hand, sent, receipted, and answered by instructions.
//!
//! ```text
//! draft ─▶ submit ─▶ sign ─▶ send ─▶ receipt, read, instruct ─▶ settled
//!   ▲  revise │ return_draft
//!   └─────────┘              (withdraw, before it is sent)
//! ```
//!
//! The document is made elsewhere and sealed as a text; what a leader instructs is a supervised case,
//! which the house opens for each of [`waiting_for_case`] and reports back by `case_opened` and
//! `answered`.
//!
//! - [`receipts`], [`instructions`]: what pages read

mod clocks;
mod command;
mod decide;
mod draft;
mod event;
mod instruct;
mod instruction;
mod state;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use yipan_base::directory::{Directory, unit_key};
use yipan_base::id::UnitId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

pub use clocks::{Receipt, ReceiptState, instructions, receipts, waiting_for_case};
pub use command::{BriefKind, Command, Recipients};
pub use event::{Event, Recipient};
pub use instruction::{AnswerVerdict, Instruction, InstructionAnswer, InstructionCase, InstructionStage};
pub use state::{Brief, Delivery, Reading, Returned, Signature, Stage};

use crate::dossier::{Card, Desk, Dossier, Kind, Notice, Recorded, line_of_sight};

impl Dossier for Brief {
    const KIND: Kind = Kind::Brief;
    type Command = Command;
    type Event = Event;

    fn decide(before: Option<&Self>, command: &Command, desk: &Desk<'_>) -> Result<Vec<Event>, Refusal> {
        decide::decide(before, command, desk)
    }

    fn tick(&self, now: Timestamp) -> Vec<Event> {
        clocks::tick(self, now)
    }

    fn begin(first: &Recorded<Event>) -> Option<Self> {
        Self::drafted(first)
    }

    fn apply(&mut self, event: &Recorded<Event>) {
        self.take(event);
    }

    /// Until it is sent a brief is seen by its own centre alone.
    fn card(&self, directory: &Directory) -> Card {
        let mut holders = BTreeSet::from([unit_key(&self.centre)]);
        if self.stage == Stage::Sent {
            holders.extend(line_of_sight(&self.centre, directory));
            holders.extend(self.deliveries.iter().map(|delivery| unit_key(delivery.recipient.unit())));
        }
        let settled = self.settled();
        Card {
            stage: if settled { "settled" } else { self.stage.code() },
            over: settled || self.stage == Stage::Withdrawn,
            unit: self.centre.clone(),
            due: clocks::next_look(self),
            holders,
        }
    }

    fn notices(&self, event: &Recorded<Event>, _: &Directory) -> Vec<Notice> {
        let centre = || BTreeSet::from([&self.centre]);
        let special = self.kind == BriefKind::Special;
        let of = |no: &u32| self.instruction(*no);
        let (what, urgent, told): (_, _, BTreeSet<&UnitId>) = match &event.event {
            Event::Submitted {} => ("brief.submitted", special, centre()),
            Event::Returned { .. } => ("brief.returned", false, centre()),
            Event::Signed {} => ("brief.signed", special, centre()),
            Event::Sent { .. } => {
                ("brief.sent", special, self.recipients.iter().map(Recipient::unit).collect())
            }
            Event::ReceiptMissing { recipient } => {
                ("brief.receipt_missing", special, [recipient.unit(), &self.centre].into())
            }
            // The unit hears of it by its case.
            Event::Instructed { .. } => ("brief.instructed", true, centre()),
            Event::InstructionOverdue { instruction } => {
                let it = of(instruction);
                let units = it.map(|it| &it.to).into_iter().chain(it.and_then(|it| it.unit.as_ref()));
                ("brief.instruction_overdue", false, units.chain([&self.centre]).collect())
            }
            Event::Answered { instruction, .. } => {
                let unit = of(instruction).and_then(|it| it.unit.as_ref());
                ("brief.answered", false, unit.into_iter().chain([&self.centre]).collect())
            }
            Event::AnswerRefused { instruction, .. } => {
                let unit = of(instruction).map(|it| &it.to);
                ("brief.answer_refused", true, unit.into_iter().chain([&self.centre]).collect())
            }
            Event::AnswerAccepted { .. } => ("brief.answer_accepted", false, centre()),
            Event::Drafted { .. }
            | Event::Revised { .. }
            | Event::Receipted { .. }
            | Event::Read {}
            | Event::CaseOpened { .. }
            | Event::Withdrawn { .. } => return Vec::new(),
        };
        told.into_iter().map(|unit| Notice { unit: unit.clone(), what, urgent }).collect()
    }

    fn name_of(event: &Event) -> &'static str {
        event.name()
    }
}
