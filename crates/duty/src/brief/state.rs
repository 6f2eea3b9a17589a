//! A brief as it stands, and how events change it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yipan_base::id::{StaffId, UnitId};
use yipan_base::time::Timestamp;

use super::command::BriefKind;
use super::event::{Event, Recipient};
use super::instruction::Instruction;
use crate::dossier::{Recorded, TextRef};

/// A brief (专报).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = DutyBrief))]
pub struct Brief {
    pub stage: Stage,
    pub kind: BriefKind,
    pub number: Option<TextRef>,
    pub title: TextRef,
    /// The centre that issues it.
    pub centre: UnitId,
    pub from: Timestamp,
    pub to: Timestamp,
    /// The document as JSON, sealed.
    pub body: TextRef,
    pub cut_off: Timestamp,
    pub incident: Option<String>,
    pub figures: u32,
    /// Counted up with each text, from 1.
    pub version: u32,
    /// Whoever had the last hand in the text.
    pub drafter: StaffId,
    /// Why it was last returned, until it is submitted again.
    pub returned: Option<Returned>,
    pub signed: Option<Signature>,
    pub recipients: BTreeSet<Recipient>,
    /// One for each recipient, once it is sent.
    pub deliveries: Vec<Delivery>,
    /// Leaders who have read it, each once.
    pub readings: Vec<Reading>,
    pub instructions: Vec<Instruction>,
    pub withdrawn: Option<TextRef>,
}

/// Where a brief stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BriefStage))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 拟稿
    Draft,
    /// 待签发
    Submitted,
    /// 已签发
    Signed,
    /// 已报送
    Sent,
    /// 已撤回
    Withdrawn,
}

impl Stage {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Signed => "signed",
            Self::Sent => "sent",
            Self::Withdrawn => "withdrawn",
        }
    }

    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Draft => "拟稿中",
            Self::Submitted => "待签发",
            Self::Signed => "已签发",
            Self::Sent => "已报送",
            Self::Withdrawn => "已撤回",
        }
    }
}

/// Why a draft came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BriefReturned))]
pub struct Returned {
    pub at: Timestamp,
    pub staff: StaffId,
    pub reason: TextRef,
}

/// Who signed, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BriefSignature))]
pub struct Signature {
    pub at: Timestamp,
    pub staff: StaffId,
}

/// What a recipient was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BriefDelivery))]
pub struct Delivery {
    pub recipient: Recipient,
    pub sent_at: Timestamp,
    /// When the receipt is due.
    pub due: Timestamp,
    pub receipted: Option<Signature>,
    /// The alarm has gone out.
    pub missed: bool,
}

/// A leader has read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = BriefReading))]
pub struct Reading {
    pub at: Timestamp,
    pub staff: StaffId,
    pub unit: Option<UnitId>,
}

impl Brief {
    pub(super) fn drafted(first: &Recorded<Event>) -> Option<Self> {
        let Event::Drafted {
            kind,
            number,
            title,
            centre,
            from,
            to,
            body,
            cut_off,
            incident,
            figures,
            recipients,
        } = first.event.clone()
        else {
            return None;
        };
        Some(Self {
            stage: Stage::Draft,
            kind,
            number,
            title,
            centre,
            from,
            to,
            body,
            cut_off,
            incident,
            figures,
            version: 1,
            drafter: first.staff.clone(),
            returned: None,
            signed: None,
            recipients,
            deliveries: Vec::new(),
            readings: Vec::new(),
            instructions: Vec::new(),
            withdrawn: None,
        })
    }

    pub(super) fn take(&mut self, recorded: &Recorded<Event>) {
        let by = || Signature { at: recorded.at, staff: recorded.staff.clone() };
        match recorded.event.clone() {
            Event::Drafted { .. } => {}
            Event::Revised { body, cut_off, figures, recipients, reason: _ } => {
                self.stage = Stage::Draft;
                self.body = body;
                self.cut_off = cut_off;
                self.figures = figures;
                self.recipients = recipients;
                self.version += 1;
                self.drafter = recorded.staff.clone();
            }
            Event::Submitted {} => {
                self.stage = Stage::Submitted;
                self.returned = None;
            }
            Event::Signed {} => {
                self.stage = Stage::Signed;
                self.signed = Some(by());
            }
            Event::Returned { reason } => {
                self.stage = Stage::Draft;
                self.returned = Some(Returned { at: recorded.at, staff: recorded.staff.clone(), reason });
            }
            Event::Sent { due } => {
                self.stage = Stage::Sent;
                let deliver = |recipient: &Recipient| Delivery {
                    recipient: recipient.clone(),
                    sent_at: recorded.at,
                    due,
                    receipted: None,
                    missed: false,
                };
                self.deliveries = self.recipients.iter().map(deliver).collect();
            }
            Event::Receipted { recipients } => {
                for delivery in self.deliveries.iter_mut().filter(|d| recipients.contains(&d.recipient)) {
                    delivery.receipted = Some(by());
                }
            }
            Event::Read {} => {
                let (at, staff) = (recorded.at, recorded.staff.clone());
                self.readings.push(Reading { at, staff, unit: recorded.unit.clone() });
            }
            Event::ReceiptMissing { recipient } => {
                for delivery in self.deliveries.iter_mut().filter(|d| d.recipient == recipient) {
                    delivery.missed = true;
                }
            }
            Event::Withdrawn { reason } => {
                self.stage = Stage::Withdrawn;
                self.withdrawn = reason;
            }
            Event::Instructed { .. }
            | Event::CaseOpened { .. }
            | Event::Answered { .. }
            | Event::AnswerAccepted { .. }
            | Event::AnswerRefused { .. }
            | Event::InstructionOverdue { .. } => self.take_instruction(recorded),
        }
    }

    /// Sent, receipted by all, and every instruction settled.
    #[must_use]
    pub fn settled(&self) -> bool {
        self.stage == Stage::Sent
            && self.deliveries.iter().all(|delivery| delivery.receipted.is_some())
            && self.instructions.iter().all(Instruction::settled)
    }
}
