//! Who may not be given what, whatever a rule says.

use std::collections::BTreeSet;

use yipan_base::directory::{AreaLevel, Directory, Unit, UnitKind};
use yipan_base::id::UnitId;

/// Whether a unit is accused, or stands under an accused one: a government or a centre answers
/// for everyone in its area, a department for its branches and their teams.
pub(super) fn accused(accused: &BTreeSet<UnitId>, unit: &Unit, directory: &Directory) -> bool {
    accused.iter().any(|id| {
        let Some(accused) = directory.unit(id) else { return *id == unit.id };
        match accused.kind {
            UnitKind::Government | UnitKind::Centre => {
                unit.id == accused.id
                    || directory.within(&unit.area, &accused.area)
                    || directory.governance_of(&unit.area).any(|board| board.id == accused.area)
            }
            UnitKind::Department | UnitKind::Team => answers_to(unit, &accused.id, directory),
        }
    })
}

/// Whether `above` is the unit itself or stands above it.
fn answers_to(unit: &Unit, above: &UnitId, directory: &Directory) -> bool {
    let mut seen = BTreeSet::new();
    let mut next = Some(unit);
    while let Some(unit) = next.filter(|u| seen.insert(&u.id)) {
        if unit.id == *above {
            return true;
        }
        next = unit.parent.as_ref().and_then(|parent| directory.unit(parent));
    }
    false
}

/// Whether a unit's duties allow it the work of a line: work of a department goes to a town only
/// by the town's duty list (履职事项清单), or to the line's own team there.
pub(super) fn on_duty(unit: &Unit, line: Option<&str>, directory: &Directory) -> bool {
    let Some(line) = line else { return true };
    if directory.level_of(&unit.id) < Some(AreaLevel::Town) {
        return true;
    }
    let town = directory.ancestor_at(&unit.area, AreaLevel::Town).and_then(|t| directory.government(&t.id));
    unit.line.as_deref() == Some(line)
        || unit.duty_list.contains(line)
        || town.is_some_and(|town| town.duty_list.contains(line))
}
