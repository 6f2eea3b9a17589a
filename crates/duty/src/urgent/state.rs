//! What an urgent report amounts to now.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yipan_base::id::{AreaId, BlobId, StaffId, UnitId};
use yipan_base::time::Timestamp;

use super::command::Matter;
use super::event::{ClockKind, Duty, Event, NewHop, Sending};
use crate::dossier::{Recorded, TextRef};

/// An urgent report (紧急信息).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Urgent {
    pub stage: Stage,
    /// The centre that learnt of it first.
    pub unit: UnitId,
    pub kind: Matter,
    pub happened_at: Timestamp,
    pub known_at: Timestamp,
    pub summary: TextRef,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
    /// The centres that know, in the order in which they came to know.
    pub hops: Vec<Hop>,
    /// Who was told in writing and must confirm it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addressed: Vec<Addressed>,
    /// 续报
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub follow_ups: Vec<Writing>,
    /// The follow-up that is awaited, from the first writing to the final report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub awaited: Option<Awaited>,
    /// 终报
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_report: Option<Writing>,
    /// 阅知
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<Reading>,
}

/// How far an urgent report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UrgentStage))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 获知: not yet in writing
    Known,
    /// 已报
    Reported,
    /// 终报
    Final,
}

impl Stage {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Reported => "reported",
            Self::Final => "final",
        }
    }
}

/// A centre that knows, and what it owes to the one above it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UrgentHop))]
pub struct Hop {
    pub unit: UnitId,
    /// Since when it knows.
    pub since: Timestamp,
    /// `None` at the top, where nobody is above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty: Option<Duty>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Call>,
    /// Its own report, or its comment on the one it sent on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<Writing>,
    /// The clocks that ran out and were told.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub told: BTreeSet<ClockKind>,
}

/// A telephone call up the line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UrgentCall))]
pub struct Call {
    pub seq: u64,
    pub to: UnitId,
    /// When it was made, which may lie before it was noted down.
    pub at: Timestamp,
    pub staff: StaffId,
    pub spoken_with: TextRef,
}

/// Something written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UrgentWriting))]
pub struct Writing {
    pub seq: u64,
    pub at: Timestamp,
    pub staff: StaffId,
    pub text: TextRef,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<BlobId>,
}

/// A unit that was told in writing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UrgentAddressed))]
pub struct Addressed {
    pub unit: UnitId,
    pub from: UnitId,
    pub at: Timestamp,
    pub receipt_due: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// Whether it was told that the receipt is missing.
    pub told: bool,
}

/// A receipt (回执).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UrgentReceipt))]
pub struct Receipt {
    pub at: Timestamp,
    pub staff: StaffId,
}

/// A follow-up that is awaited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UrgentAwaited))]
pub struct Awaited {
    pub since: Timestamp,
    pub due: Timestamp,
    pub told: bool,
}

/// A leader who has read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = UrgentReading))]
pub struct Reading {
    pub staff: StaffId,
    pub unit: UnitId,
    pub at: Timestamp,
}

impl Urgent {
    /// The report that `known` begins.
    pub(super) fn known(first: &Recorded<Event>) -> Option<Self> {
        let Event::Known { unit, kind, happened_at, known_at, summary, area, incident, duty } = &first.event
        else {
            return None;
        };
        let hop = NewHop { unit: unit.clone(), duty: Some(*duty) };
        Some(Self {
            stage: Stage::Known,
            unit: unit.clone(),
            kind: *kind,
            happened_at: *happened_at,
            known_at: *known_at,
            summary: summary.clone(),
            area: area.clone(),
            incident: incident.clone(),
            hops: vec![Hop::begun(&hop, *known_at)],
            addressed: Vec::new(),
            follow_ups: Vec::new(),
            awaited: None,
            final_report: None,
            readings: Vec::new(),
        })
    }

    /// Whether it is over: ended, sent on to the top, and confirmed by everybody who was told.
    #[must_use]
    pub fn settled(&self) -> bool {
        self.stage == Stage::Final
            && self.addressed.iter().all(|addressed| addressed.receipt.is_some())
            && self.hops.iter().all(|hop| hop.duty.is_none() || hop.written.is_some())
    }

    /// Takes in a later event.
    pub(super) fn take(&mut self, recorded: &Recorded<Event>) {
        match &recorded.event {
            Event::Known { .. } => {}
            Event::Telephoned { from, to, at, spoken_with, begins } => {
                let call = Call {
                    seq: recorded.seq,
                    to: to.clone(),
                    at: *at,
                    staff: recorded.staff.clone(),
                    spoken_with: spoken_with.clone(),
                };
                if let Some(hop) = self.hop_mut(from) {
                    hop.calls.push(call);
                }
                self.hops.extend(begins.iter().map(|new| Hop::begun(new, *at)));
            }
            Event::Written(sending) => {
                self.stage = Stage::Reported;
                self.await_next(recorded.at, sending.follow_up_due);
                self.send(sending, recorded);
            }
            Event::Forwarded(sending) => self.send(sending, recorded),
            Event::FollowedUp { text, due } => {
                self.follow_ups.push(writing(recorded, text, &[]));
                self.await_next(recorded.at, Some(*due));
            }
            Event::Final { text } => {
                self.final_report = Some(writing(recorded, text, &[]));
                self.stage = Stage::Final;
                self.awaited = None;
            }
            Event::Receipted { unit } => {
                let receipt = Receipt { at: recorded.at, staff: recorded.staff.clone() };
                for addressed in self.addressed.iter_mut().filter(|addressed| addressed.unit == *unit) {
                    addressed.receipt.get_or_insert_with(|| receipt.clone());
                }
            }
            Event::Read { unit } => self.readings.push(Reading {
                staff: recorded.staff.clone(),
                unit: unit.clone(),
                at: recorded.at,
            }),
            Event::Overdue { clock, unit, from } => self.told(*clock, unit, from.as_ref()),
        }
    }

    fn hop_mut(&mut self, unit: &UnitId) -> Option<&mut Hop> {
        self.hops.iter_mut().find(|hop| hop.unit == *unit)
    }

    fn await_next(&mut self, since: Timestamp, due: Option<Timestamp>) {
        self.awaited = due.map(|due| Awaited { since, due, told: false });
    }

    fn send(&mut self, sending: &Sending, recorded: &Recorded<Event>) {
        if let Some(hop) = self.hop_mut(&sending.from) {
            hop.written = Some(writing(recorded, &sending.text, &sending.attachments));
        }
        self.addressed.extend(sending.to.iter().map(|unit| Addressed {
            unit: unit.clone(),
            from: sending.from.clone(),
            at: recorded.at,
            receipt_due: sending.receipt_due,
            receipt: None,
            told: false,
        }));
        self.hops.extend(sending.begins.iter().map(|new| Hop::begun(new, recorded.at)));
    }

    fn told(&mut self, clock: ClockKind, unit: &UnitId, from: Option<&UnitId>) {
        match clock {
            ClockKind::Telephone | ClockKind::Written => {
                if let Some(hop) = self.hop_mut(unit) {
                    hop.told.insert(clock);
                }
            }
            ClockKind::FollowUp => {
                if let Some(awaited) = &mut self.awaited {
                    awaited.told = true;
                }
            }
            ClockKind::Receipt => {
                let of = |a: &&mut Addressed| a.unit == *unit && Some(&a.from) == from;
                self.addressed.iter_mut().filter(of).for_each(|addressed| addressed.told = true);
            }
        }
    }
}

impl Hop {
    fn begun(new: &NewHop, since: Timestamp) -> Self {
        let (calls, written, told) = (Vec::new(), None, BTreeSet::new());
        Self { unit: new.unit.clone(), since, duty: new.duty, calls, written, told }
    }
}

fn writing(recorded: &Recorded<Event>, text: &TextRef, attachments: &[BlobId]) -> Writing {
    Writing {
        seq: recorded.seq,
        at: recorded.at,
        staff: recorded.staff.clone(),
        text: text.clone(),
        attachments: attachments.to_vec(),
    }
}
