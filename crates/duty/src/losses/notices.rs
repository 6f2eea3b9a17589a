//! Who is told of what happens in a collection of losses.

use std::collections::BTreeSet;

use yipan_base::directory::Directory;
use yipan_base::id::UnitId;

use super::command::{ReportKind, Verdict};
use super::event::Event;
use super::state::Losses;
use crate::dossier::{Notice, Recorded};
use crate::line::centre_above;

pub(super) fn of(losses: &Losses, event: &Recorded<Event>, directory: &Directory) -> Vec<Notice> {
    let above = |unit: &UnitId| centre_above(directory, unit).map(|centre| centre.id.clone());
    let with_centres = |units: &[UnitId]| -> BTreeSet<UnitId> {
        units.iter().filter_map(above).chain(units.iter().cloned()).collect()
    };
    match &event.event {
        Event::Asked { units, .. } | Event::UnitsAdded { units, .. } => {
            tell(with_centres(units), "losses.asked", true)
        }
        Event::Reported { unit, jumps, .. } if !jumps.is_empty() => {
            tell(above(unit), "losses.unexplained_jump", true)
        }
        // Zero reports come by the hundred; the totals show them.
        Event::Reported { kind: ReportKind::Zero, .. } => Vec::new(),
        Event::Reported { unit, .. } => tell(above(unit), "losses.reported", false),
        Event::Checked { unit, verdict: Verdict::Returned, .. } => {
            tell([unit.clone()], "losses.returned", true)
        }
        Event::Checked { .. } | Event::Turned { .. } => Vec::new(),
        Event::Signed { .. } => tell([losses.unit.clone()], "losses.signed", false),
        Event::Overdue { units, .. } => tell(with_centres(units), "losses.overdue", true),
        Event::Verified {} | Event::Closed { .. } => {
            let units: Vec<_> = losses.units.keys().cloned().collect();
            tell(with_centres(&units), "losses.over", false)
        }
    }
}

fn tell(units: impl IntoIterator<Item = UnitId>, what: &'static str, urgent: bool) -> Vec<Notice> {
    units.into_iter().map(|unit| Notice { unit, what, urgent }).collect()
}
