//! What a command post is made of, and what pages ask of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use yipan_base::id::{AreaId, StaffId, UnitId};
use yipan_base::time::{MINUTE, Timestamp};

use super::{ExtraPost, Level, Report};
use crate::dossier::TextRef;

/// One activation of a command post (指挥部).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = CommandPost))]
pub struct Post {
    /// The centre that raised it and keeps it.
    pub unit: UnitId,
    pub level: Level,
    pub plan: String,
    /// The version of the plans that it was read from.
    pub plans: i64,
    pub areas: BTreeSet<AreaId>,
    pub incident: Option<String>,
    pub raised_at: Timestamp,
    /// The centres that must acknowledge and report, with those that have acknowledged this level.
    #[cfg_attr(feature = "schema", schema(value_type = BTreeMap<String, Acknowledgement>))]
    pub centres: BTreeMap<UnitId, Option<Acknowledgement>>,
    pub acknowledge_by: Timestamp,
    /// Whether the house has named those that did not acknowledge this level.
    pub silence_named: bool,
    /// Departments that were told.
    pub told: BTreeSet<UnitId>,
    /// People on duty beside those of the roster.
    pub posts: Vec<ExtraPost>,
    pub cycles: BTreeMap<Report, Cycle>,
    pub log: Vec<Entry>,
    pub stood_down: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = PostAcknowledgement))]
pub struct Acknowledgement {
    pub staff: StaffId,
    pub at: Timestamp,
}

/// A report that every named centre owes again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = PostCycle))]
pub struct Cycle {
    pub every_minutes: i64,
    /// When the current cycle closes.
    pub due: Timestamp,
    /// Who has reported in it, and when.
    pub reported: BTreeMap<UnitId, Timestamp>,
    /// When the newest cycle was closed.
    pub closed: Option<Timestamp>,
    /// Who had not reported then.
    pub missing: BTreeSet<UnitId>,
    /// How many cycles each unit missed.
    pub missed: BTreeMap<UnitId, u32>,
}

impl Cycle {
    /// The end of the cycle in which an instant lies.
    #[must_use]
    pub fn due_after(&self, now: Timestamp) -> Timestamp {
        let every = self.every_minutes.max(1) * MINUTE;
        let passed = now.since(self.due).div_euclid(every) + 1;
        self.due.plus(passed * every)
    }
}

/// 指挥日志的一条
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = PostEntry))]
pub struct Entry {
    pub at: Timestamp,
    pub staff: StaffId,
    /// `None` for the house itself.
    pub unit: Option<UnitId>,
    pub happened: Happened,
}

/// What an entry of the log tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = PostHappened))]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Happened {
    Raised { level: Level, text: TextRef },
    LevelChanged { level: Level, text: TextRef },
    Note { text: TextRef },
    Order { to: UnitId, text: TextRef },
    CycleSet { report: Report, every_minutes: i64, due: Timestamp },
    CycleClosed { report: Report, missing: usize },
    Unacknowledged { missing: usize },
    StoodDown { text: TextRef },
}

/// A unit that owes a command post something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = PostLateUnit))]
pub struct LateUnit {
    pub unit: UnitId,
    /// The report that it owes; `None` where it has not acknowledged.
    pub report: Option<Report>,
    /// When it was due.
    pub due: Timestamp,
}

/// Who owes an acknowledgement, or a report that it has not made up for, at an instant; by unit.
#[must_use]
pub fn late_units(post: &Post, at: Timestamp) -> Vec<LateUnit> {
    if post.stood_down.is_some() {
        return Vec::new();
    }
    let mut late = Vec::new();
    if at >= post.acknowledge_by {
        let due = post.acknowledge_by;
        late.extend(post.silent().map(|unit| LateUnit { unit: unit.clone(), report: None, due }));
    }
    for (report, cycle) in &post.cycles {
        let due = if at >= cycle.due { Some(cycle.due) } else { cycle.closed };
        let owes = |unit: &&UnitId| {
            !cycle.reported.contains_key(*unit) && (at >= cycle.due || cycle.missing.contains(*unit))
        };
        let units =
            due.into_iter().flat_map(|due| post.centres.keys().filter(owes).map(move |unit| (unit, due)));
        late.extend(units.map(|(unit, due)| LateUnit { unit: unit.clone(), report: Some(*report), due }));
    }
    late.sort();
    late
}

/// What was decided, ordered, noted and found missing, in order.
#[must_use]
pub fn log(post: &Post) -> &[Entry] {
    &post.log
}

impl Post {
    /// The centres that have not acknowledged this level.
    pub fn silent(&self) -> impl Iterator<Item = &UnitId> {
        self.centres.iter().filter(|(_, acknowledged)| acknowledged.is_none()).map(|(unit, _)| unit)
    }

    /// When the house must look at it next.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        if self.stood_down.is_some() {
            return None;
        }
        let silence = (!self.silence_named && self.silent().next().is_some()).then_some(self.acknowledge_by);
        self.cycles.values().map(|cycle| cycle.due).chain(silence).min()
    }
}
