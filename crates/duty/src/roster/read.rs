//! What pages ask of rosters: who is on duty, where nobody is, and the whole city at a glance.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yipan_base::directory::{AreaLevel, Directory, UnitKind};
use yipan_base::id::{AreaId, StaffId, UnitId};
use yipan_base::time::Timestamp;

use super::{Assignment, DutyPost, Roster};

/// A centre is kept while one of these is on duty.
pub const REQUIRED: [DutyPost; 2] = [DutyPost::Chief, DutyPost::Clerk];

/// 空班: a stretch in which none of the required posts is anybody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = DutyHole))]
pub struct Hole {
    pub from: Timestamp,
    pub to: Timestamp,
}

/// One centre on the city's duty board (在岗一览).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CentreOnDuty {
    pub centre: UnitId,
    pub name: String,
    pub area: AreaId,
    pub level: Option<AreaLevel>,
    /// By post, then by beginning.
    pub on_duty: Vec<OnDuty>,
    /// None of [`REQUIRED`] is on duty now.
    pub hole: bool,
    /// Whether anybody ever planned duty here.
    pub planned: bool,
}

/// One person on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OnDuty {
    pub post: DutyPost,
    pub staff: StaffId,
    /// The id, where the person has left the directory.
    pub name: String,
    pub from: Timestamp,
    pub to: Timestamp,
}

/// Who is on duty at an instant, in the order of their beginnings.
#[must_use]
pub fn on_duty(roster: &Roster, at: Timestamp) -> Vec<&Assignment> {
    roster.assignments.iter().filter(|assignment| assignment.from <= at && at < assignment.to).collect()
}

/// The stretches between two instants in which none of `posts` is anybody's, in order.
#[must_use]
pub fn holes(roster: &Roster, from: Timestamp, to: Timestamp, posts: &[DutyPost]) -> Vec<Hole> {
    let mut holes = Vec::new();
    let mut kept_until = from;
    // Assignments lie by their beginnings, so whatever begins later than this one leaves the gap before it open.
    for assignment in roster.assignments.iter().filter(|assignment| posts.contains(&assignment.post)) {
        let begins = assignment.from.min(to);
        if begins > kept_until {
            holes.push(Hole { from: kept_until, to: begins });
        }
        kept_until = kept_until.max(assignment.to);
    }
    if kept_until < to {
        holes.push(Hole { from: kept_until, to });
    }
    holes
}

/// Every centre with whoever is on duty there, those without a roster included; by level, then by id.
#[must_use]
pub fn board(rosters: &[Roster], directory: &Directory, at: Timestamp) -> Vec<CentreOnDuty> {
    let rosters: BTreeMap<_, _> = rosters.iter().map(|roster| (&roster.centre, roster)).collect();
    let centres = directory.units().filter(|unit| unit.kind == UnitKind::Centre);
    let mut board: Vec<_> = centres
        .map(|centre| {
            let roster = rosters.get(&centre.id);
            let mut on_duty: Vec<_> = roster
                .into_iter()
                .flat_map(|roster| on_duty(roster, at))
                .map(|assignment| person(assignment, directory))
                .collect();
            on_duty.sort_by_key(|person| (person.post, person.from));
            CentreOnDuty {
                centre: centre.id.clone(),
                name: centre.name.clone(),
                area: centre.area.clone(),
                level: directory.level_of(&centre.id),
                hole: !on_duty.iter().any(|person| REQUIRED.contains(&person.post)),
                planned: roster.is_some(),
                on_duty,
            }
        })
        .collect();
    board.sort_by(|a, b| (a.level, &a.centre).cmp(&(b.level, &b.centre)));
    board
}

fn person(assignment: &Assignment, directory: &Directory) -> OnDuty {
    let staff = &assignment.staff;
    let name = directory.staff(staff).map_or_else(|| staff.to_string(), |member| member.name.clone());
    OnDuty { post: assignment.post, staff: staff.clone(), name, from: assignment.from, to: assignment.to }
}
