//! How events make a command post.

use std::collections::{BTreeMap, BTreeSet};

use yipan_base::id::UnitId;
use yipan_base::time::Timestamp;

use super::event::{Footing, SetCycle};
use super::{Acknowledgement, Cycle, Entry, Event, Happened, Post};
use crate::dossier::Recorded;

pub(super) fn begin(first: &Recorded<Event>) -> Option<Post> {
    let Event::Raised { unit, plan, plans, areas, incident, footing, .. } = &first.event else { return None };
    let mut post = Post {
        unit: unit.clone(),
        level: footing.level,
        plan: plan.clone(),
        plans: *plans,
        areas: areas.clone(),
        incident: incident.clone(),
        raised_at: first.at,
        centres: BTreeMap::new(),
        acknowledge_by: footing.acknowledge_by,
        silence_named: false,
        told: BTreeSet::new(),
        posts: Vec::new(),
        cycles: BTreeMap::new(),
        log: Vec::new(),
        stood_down: None,
    };
    apply(&mut post, first);
    Some(post)
}

pub(super) fn apply(post: &mut Post, recorded: &Recorded<Event>) {
    let at = recorded.at;
    let happened = match recorded.event.clone() {
        Event::Raised { reason, footing, .. } => {
            let level = stand(post, footing);
            Happened::Raised { level, text: reason }
        }
        Event::LevelChanged { reason, footing } => {
            let level = stand(post, footing);
            Happened::LevelChanged { level, text: reason }
        }
        Event::Acknowledged { unit } => {
            post.centres.insert(unit, Some(Acknowledgement { staff: recorded.staff.clone(), at }));
            return;
        }
        Event::Unacknowledged { missing } => {
            post.silence_named = true;
            Happened::Unacknowledged { missing: missing.len() }
        }
        Event::Noted { text } => Happened::Note { text },
        Event::Ordered { to, text } => Happened::Order { to, text },
        Event::CycleSet(set) => {
            let SetCycle { what: report, every_minutes, due } = set;
            set_cycle(post, set);
            Happened::CycleSet { report, every_minutes, due }
        }
        Event::Reported { unit, what } => {
            if let Some(cycle) = post.cycles.get_mut(&what) {
                cycle.reported.insert(unit, at);
            }
            return;
        }
        Event::CycleClosed { what, missing, next_due } => {
            let count = missing.len();
            if let Some(cycle) = post.cycles.get_mut(&what) {
                close(cycle, missing, next_due);
            }
            Happened::CycleClosed { report: what, missing: count }
        }
        Event::StoodDown { reason } => {
            post.stood_down = Some(at);
            Happened::StoodDown { text: reason }
        }
    };
    let (staff, unit) = (recorded.staff.clone(), recorded.unit.clone());
    post.log.push(Entry { at, staff, unit, happened });
}

fn stand(post: &mut Post, footing: Footing) -> super::Level {
    post.level = footing.level;
    post.centres = footing.centres.into_iter().map(|unit| (unit, None)).collect();
    post.acknowledge_by = footing.acknowledge_by;
    post.silence_named = false;
    post.told = footing.told;
    post.posts = footing.posts;
    footing.cycles.into_iter().for_each(|cycle| set_cycle(post, cycle));
    post.level
}

/// A cycle that is set anew begins with nobody's report; what was missed before is remembered.
fn set_cycle(post: &mut Post, set: SetCycle) {
    let SetCycle { what, every_minutes, due } = set;
    let (reported, before) = (BTreeMap::new(), post.cycles.remove(&what));
    let cycle = match before {
        Some(before) => Cycle { every_minutes, due, reported, ..before },
        None => Cycle {
            every_minutes,
            due,
            reported,
            closed: None,
            missing: BTreeSet::new(),
            missed: BTreeMap::new(),
        },
    };
    post.cycles.insert(what, cycle);
}

fn close(cycle: &mut Cycle, missing: BTreeSet<UnitId>, next_due: Timestamp) {
    for unit in &missing {
        *cycle.missed.entry(unit.clone()).or_default() += 1;
    }
    cycle.missing = missing;
    cycle.closed = Some(cycle.due);
    cycle.due = next_due;
    cycle.reported.clear();
}
