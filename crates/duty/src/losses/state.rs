//! What a collection of losses amounts to now.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yipan_base::id::{AreaId, StaffId, UnitId};
use yipan_base::time::Timestamp;

use super::command::{ReportKind, Source};
use super::event::Jump;
use super::form::Figures;
use crate::dossier::TextRef;

/// A collection of losses (灾情收集).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Losses {
    pub stage: Stage,
    /// The centre that asks.
    pub unit: UnitId,
    pub area: AreaId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<TextRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
    pub asked_at: Timestamp,
    pub first_minutes: i64,
    pub cycle_minutes: i64,
    /// The version of the form.
    pub form: u32,
    /// The round that runs, from 1 …
    pub round: u32,
    /// … since when …
    pub began: Timestamp,
    /// … and until when its reports are due.
    pub due: Timestamp,
    pub units: BTreeMap<UnitId, Asked>,
    /// By the area of the centre that signed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub signatures: BTreeMap<AreaId, Signature>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Why it was closed without final totals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<TextRef>,
}

/// How far a collection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesStage))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Open,
    /// 核定: the asker took the signed totals as final
    Verified,
    /// Ended without final totals.
    Closed,
}

impl Stage {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Verified => "verified",
            Self::Closed => "closed",
        }
    }
}

/// A unit that was asked, and what it sent. Of its reports two are kept in full: the last, and the
/// one that counts if the last was returned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesAsked))]
pub struct Asked {
    pub first_due: Timestamp,
    /// Set while it owes a report that was due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<Lateness>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Report>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Report>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub log: Vec<Logged>,
}

/// A report that is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesLateness))]
pub struct Lateness {
    /// The last round of which it was told.
    pub round: u32,
    /// When the first report that it owes was due.
    pub since: Timestamp,
}

/// A report as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesReport))]
pub struct Report {
    /// The number of its event.
    pub seq: u64,
    pub at: Timestamp,
    pub staff: StaffId,
    pub kind: ReportKind,
    pub as_of: Timestamp,
    /// The round that it answers.
    pub round: u32,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub figures: Figures,
    pub source: Source,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<TextRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<TextRef>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jumps: Vec<Jump>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<u64>,
    pub status: Status,
    /// Why it was returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<TextRef>,
}

/// What the county centre said of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesStatus))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Unchecked,
    Confirmed,
    /// Stays visible and is not counted.
    Returned,
}

/// A line of a unit's history; the report itself is in its event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesLogged))]
pub struct Logged {
    pub seq: u64,
    pub at: Timestamp,
    pub kind: ReportKind,
    pub status: Status,
}

/// A county's signature under the total of its towns (签报).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesSignature))]
pub struct Signature {
    pub seq: u64,
    pub at: Timestamp,
    pub staff: StaffId,
    pub centre: UnitId,
    pub reports: BTreeMap<UnitId, SignedReport>,
}

/// A report that a signature covers, with the figures that were signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesSignedReport))]
pub struct SignedReport {
    pub seq: u64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub figures: Figures,
}

impl Asked {
    /// The report that counts: the latest that was not returned.
    #[must_use]
    pub fn counted(&self) -> Option<&Report> {
        self.last.as_ref().filter(|last| last.status != Status::Returned).or(self.before.as_ref())
    }

    /// Whether it owes nothing for a round: it answered it, or its figures are verified.
    #[must_use]
    pub fn answered(&self, round: u32) -> bool {
        self.counted().is_some_and(|report| report.round >= round || report.kind == ReportKind::Verified)
    }
}

impl Losses {
    /// When a unit's report of the round that runs is due: a unit asked in its midst has its own term.
    #[must_use]
    pub fn due_of(&self, asked: &Asked) -> Timestamp {
        if asked.first_due > self.began { asked.first_due } else { self.due }
    }
}
