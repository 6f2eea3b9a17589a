//! What falls due on a brief, and what pages read of it.

use serde::Serialize;
use yipan_base::time::Timestamp;

use super::event::{Event, Recipient};
use super::instruction::{Instruction, InstructionStage};
use super::state::{Brief, Delivery, Signature};

/// When the house must look again.
pub(super) fn next_look(brief: &Brief) -> Option<Timestamp> {
    let receipts = brief.deliveries.iter().filter(|delivery| owed(delivery)).map(|delivery| delivery.due);
    let answers = brief.instructions.iter().filter(|it| it.open() && !it.overdue).map(|it| it.due);
    receipts.chain(answers).min()
}

/// Each missing receipt and each unanswered instruction, told once.
pub(super) fn tick(brief: &Brief, now: Timestamp) -> Vec<Event> {
    let receipts = brief
        .deliveries
        .iter()
        .filter(|delivery| owed(delivery) && delivery.due <= now)
        .map(|delivery| Event::ReceiptMissing { recipient: delivery.recipient.clone() });
    let answers = brief
        .instructions
        .iter()
        .filter(|it| it.open() && !it.overdue && it.due <= now)
        .map(|it| Event::InstructionOverdue { instruction: it.no });
    receipts.chain(answers).collect()
}

fn owed(delivery: &Delivery) -> bool {
    delivery.receipted.is_none() && !delivery.missed
}

/// The receipt of one recipient, to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BriefReceipt))]
pub struct Receipt {
    pub recipient: Recipient,
    pub sent_at: Timestamp,
    pub due: Timestamp,
    pub state: ReceiptState,
    /// Who receipted, and when.
    pub receipted: Option<Signature>,
    /// When the leader read it, if the recipient is one; else when the first leader of the unit did.
    pub read_at: Option<Timestamp>,
}

/// How a receipt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BriefReceiptState))]
#[serde(rename_all = "snake_case")]
pub enum ReceiptState {
    /// Receipted by the due time.
    InTime,
    /// Receipted after it.
    Late,
    /// Not yet due.
    Awaited,
    /// Due, and not there.
    Missing,
}

/// The receipts of a brief as of a moment; none before it is sent.
#[must_use]
pub fn receipts(brief: &Brief, at: Timestamp) -> Vec<Receipt> {
    brief.deliveries.iter().map(|delivery| receipt(brief, delivery, at)).collect()
}

fn receipt(brief: &Brief, delivery: &Delivery, at: Timestamp) -> Receipt {
    let reading = brief.readings.iter().find(|reading| match &delivery.recipient {
        Recipient::Unit { unit } => reading.unit.as_ref() == Some(unit),
        Recipient::Leader { staff, .. } => &reading.staff == staff,
    });
    let state = match &delivery.receipted {
        Some(receipted) if receipted.at <= delivery.due => ReceiptState::InTime,
        Some(_) => ReceiptState::Late,
        None if at < delivery.due => ReceiptState::Awaited,
        None => ReceiptState::Missing,
    };
    Receipt {
        recipient: delivery.recipient.clone(),
        sent_at: delivery.sent_at,
        due: delivery.due,
        state,
        receipted: delivery.receipted.clone(),
        read_at: reading.map(|reading| reading.at),
    }
}

/// The instructions on a brief, in the order of their numbers.
#[must_use]
pub fn instructions(brief: &Brief) -> &[Instruction] {
    &brief.instructions
}

/// The instructions for which the house has yet to open a case.
#[must_use]
pub fn waiting_for_case(brief: &Brief) -> Vec<&Instruction> {
    brief.instructions.iter().filter(|it| it.stage == InstructionStage::Waiting).collect()
}
