//! The line of centres (条线): who stands above whom, and who may speak for a unit.

use yipan_base::directory::{Directory, Unit, UnitKind};
use yipan_base::id::UnitId;

use crate::dossier::Desk;

/// The nearest centre above a unit's own area: a town's county centre, a county's or a board's city
/// centre; `None` at the top.
pub(crate) fn centre_above<'a>(directory: &'a Directory, unit: &UnitId) -> Option<&'a Unit> {
    let own = directory.unit(unit)?;
    let above = directory.area(&own.area)?.parent.as_ref().and_then(|parent| directory.centre_above(parent));
    let city = || directory.centre(&directory.city()?.id).filter(|city| city.area != own.area);
    above.or_else(city)
}

/// Whether the actor works at that unit, or at the government of the same area.
pub(crate) fn speaks_for(desk: &Desk<'_>, unit: &UnitId) -> bool {
    let own = desk.actor.unit.as_ref().and_then(|own| desk.directory.unit(own));
    let other = desk.directory.unit(unit);
    own.zip(other).is_some_and(|(own, other)| {
        own.id == other.id || (own.kind == UnitKind::Government && own.area == other.area)
    })
}
