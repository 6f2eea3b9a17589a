//! 值班表: who is on duty at one centre, when and at which post.
//!
//! One roster per centre, whose id is the centre's. It is never over; assignments that ended long ago
//! fall out of the state and stay in the events.

mod command;
mod decide;
mod event;
mod read;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use yipan_base::directory::Directory;
use yipan_base::id::{StaffId, UnitId};
use yipan_base::refusal::Refusal;
use yipan_base::time::{DAY, Timestamp};

use crate::dossier::{Card, Desk, Dossier, Kind, Notice, Recorded, TextRef};
use crate::rules;

pub use command::{Command, Planned};
pub use event::Event;
pub use read::{CentreOnDuty, Hole, OnDuty, REQUIRED, board, holes, on_duty};

/// An assignment that ended so long before the newest event is no longer kept in the state.
const KEPT: i64 = 40 * DAY;

/// 值班岗位: what somebody is on duty as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DutyPost {
    /// 带班领导
    Leader,
    /// 值班长
    Chief,
    /// 值班员
    Clerk,
    /// 技术保障
    Technician,
}

impl DutyPost {
    /// What people call it.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Leader => "带班领导",
            Self::Chief => "值班长",
            Self::Clerk => "值班员",
            Self::Technician => "技术保障",
        }
    }
}

/// One person on duty for one stretch of time, `from` included and `to` not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = DutyAssignment))]
pub struct Assignment {
    /// Its number on this roster, from 1; never given twice.
    pub no: u32,
    pub post: DutyPost,
    pub staff: StaffId,
    pub from: Timestamp,
    pub to: Timestamp,
    /// The command post for which it was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised_by: Option<String>,
    /// A swap that was asked for and not yet agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swap: Option<Swap>,
}

/// 换班申请
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = DutySwap))]
pub struct Swap {
    pub with: StaffId,
    pub reason: TextRef,
    pub asked_at: Timestamp,
}

/// The roster of one centre (值班表).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Roster {
    pub centre: UnitId,
    /// By beginning, then by number.
    pub assignments: Vec<Assignment>,
    /// The newest number that was given.
    pub last: u32,
}

impl Roster {
    /// The assignment of that number, unless it ended long ago or was withdrawn.
    #[must_use]
    pub fn assignment(&self, no: u32) -> Option<&Assignment> {
        self.assignments.iter().find(|assignment| assignment.no == no)
    }

    fn change(&mut self, no: u32, change: impl FnOnce(&mut Assignment)) {
        if let Some(assignment) = self.assignments.iter_mut().find(|assignment| assignment.no == no) {
            change(assignment);
        }
    }

    fn add(&mut self, assignment: Assignment) {
        self.last = self.last.max(assignment.no);
        self.assignments.push(assignment);
    }

    /// The colleague has all of it, or from `at` on what is left of it.
    fn swap(&mut self, no: u32, staff: &StaffId, rest: Option<u32>, at: Timestamp) {
        let mut added = None;
        self.change(no, |assignment| {
            assignment.swap = None;
            if let Some(no) = rest {
                added = Some(Assignment { no, staff: staff.clone(), from: at, ..assignment.clone() });
                assignment.to = at;
            } else {
                assignment.staff = staff.clone();
            }
        });
        added.into_iter().for_each(|rest| self.add(rest));
    }
}

impl Dossier for Roster {
    const KIND: Kind = Kind::Roster;
    type Command = Command;
    type Event = Event;

    fn decide(before: Option<&Self>, command: &Command, desk: &Desk<'_>) -> Result<Vec<Event>, Refusal> {
        decide::decide(before, command, desk).map(|event| vec![event])
    }

    fn tick(&self, _now: Timestamp) -> Vec<Event> {
        Vec::new()
    }

    fn begin(first: &Recorded<Event>) -> Option<Self> {
        let (Event::Planned { centre, .. } | Event::Raised { centre, .. }) = &first.event else {
            return None;
        };
        let mut roster = Self { centre: centre.clone(), assignments: Vec::new(), last: 0 };
        roster.apply(first);
        Some(roster)
    }

    fn apply(&mut self, recorded: &Recorded<Event>) {
        match &recorded.event {
            Event::Planned { assignments, .. } | Event::Raised { assignments, .. } => {
                assignments.iter().cloned().for_each(|assignment| self.add(assignment));
            }
            Event::Withdrawn { assignment } => self.assignments.retain(|kept| kept.no != *assignment),
            Event::SwapAsked { assignment, with, reason } => self.change(*assignment, |assignment| {
                let (with, reason) = (with.clone(), reason.clone());
                assignment.swap = Some(Swap { with, reason, asked_at: recorded.at });
            }),
            Event::Swapped { assignment, staff, rest, .. } => {
                self.swap(*assignment, staff, *rest, recorded.at);
            }
            Event::SwapRefused { assignment, .. } | Event::SwapDropped { assignment } => {
                self.change(*assignment, |assignment| assignment.swap = None);
            }
        }
        self.assignments.retain(|assignment| assignment.to.plus(KEPT) > recorded.at);
        self.assignments.sort_by_key(|assignment| (assignment.from, assignment.no));
    }

    fn card(&self, directory: &Directory) -> Card {
        let holders = rules::holders(&self.centre, directory);
        Card { stage: "kept", over: false, unit: self.centre.clone(), due: None, holders }
    }

    fn notices(&self, recorded: &Recorded<Event>, directory: &Directory) -> Vec<Notice> {
        let (what, urgent, staff) = match &recorded.event {
            Event::Planned { .. } => ("roster.planned", false, None),
            Event::Raised { .. } => ("roster.raised", true, None),
            Event::Withdrawn { .. } => ("roster.withdrawn", false, None),
            Event::SwapAsked { with, .. } => ("roster.swap_asked", false, Some(with)),
            Event::Swapped { staff, .. } => ("roster.swapped", false, Some(staff)),
            Event::SwapRefused { .. } => ("roster.swap_refused", false, None),
            Event::SwapDropped { .. } => return Vec::new(),
        };
        let of_staff = staff.and_then(|staff| directory.staff(staff)).map(|staff| staff.unit.clone());
        let elsewhere = of_staff.filter(|unit| unit != &self.centre);
        [self.centre.clone()].into_iter().chain(elsewhere).map(|unit| Notice { unit, what, urgent }).collect()
    }

    fn name_of(event: &Event) -> &'static str {
        event.name()
    }
}
