//! Rules that several dossiers of the duty room ask in the same way.

use std::collections::BTreeSet;

use yipan_base::directory::{Directory, Role, Unit, UnitKind, unit_key};
use yipan_base::id::{StaffId, UnitId};
use yipan_base::refusal::Refusal;

use crate::check;
use crate::dossier::{Desk, line_of_sight};

/// Who plans the duty of a centre: of that centre or of one above it. Towns have no more than a dispatcher.
pub(crate) const PLANNERS: [Role; 4] = [Role::ShiftLeader, Role::Leader, Role::Dispatcher, Role::Supervisor];

/// Who rules on a swap, hands over for somebody else, or gives orders: of that centre or of one above it.
pub(crate) const RULERS: [Role; 3] = [Role::ShiftLeader, Role::Leader, Role::Dispatcher];

/// The number or id of something that is kept elsewhere: a case, a dossier. It stands in events as it is,
/// so it must not be a text.
pub(crate) fn reference(text: &str, pointer: impl AsRef<str>) -> Result<String, Refusal> {
    check::reference(text, pointer.as_ref()).map(|()| text.to_owned())
}

/// Who may see what a centre keeps: itself, its area's governments, and everybody above.
pub(crate) fn holders(centre: &UnitId, directory: &Directory) -> BTreeSet<String> {
    let mut holders = line_of_sight(centre, directory);
    if let Some(centre) = directory.unit(centre) {
        holders.extend(governments(centre, directory).map(|unit| unit_key(&unit.id)));
    }
    holders
}

/// Refuses whoever has none of the roles, or works neither at that centre nor at one above it.
/// The house itself may.
pub(crate) fn at_or_over(desk: &Desk<'_>, centre: &UnitId, roles: &[Role]) -> Result<(), Refusal> {
    desk.needs(roles)?;
    if check::keeps(desk, centre) {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "duty.other_centre",
        format!("此项由 {centre} 或其上级指挥中心办理"),
        format!("this is done at {centre} or at a centre above it"),
    ))
}

/// Whether people of that unit do duty at the centre: they work there, or at its area's government.
pub(crate) fn does_duty_at(centre: &Unit, unit: &UnitId, directory: &Directory) -> bool {
    unit == &centre.id || governments(centre, directory).any(|government| &government.id == unit)
}

/// The governments of a centre's area; a town may have several.
fn governments<'a>(centre: &'a Unit, directory: &'a Directory) -> impl Iterator<Item = &'a Unit> {
    directory.units().filter(|unit| unit.kind == UnitKind::Government && unit.area == centre.area)
}

/// Refuses the house, and whoever does no duty at that centre.
pub(crate) fn needs_duty_at(desk: &Desk<'_>, centre: &UnitId) -> Result<(), Refusal> {
    let centre = desk.centre_called(centre, "/centre")?;
    let own = desk.unit()?;
    if does_duty_at(centre, &own.id, desk.directory) {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "duty.not_of_centre",
        format!("此项由在{}值班的人员办理", centre.name),
        format!("this is done by those who do duty at {}", centre.id),
    ))
}

/// Refuses to put somebody on duty who is unknown, disabled, or of another place.
pub(crate) fn can_do_duty(
    desk: &Desk<'_>,
    centre: &Unit,
    staff: &StaffId,
    pointer: String,
) -> Result<(), Refusal> {
    let member = desk.directory.staff(staff).ok_or_else(|| {
        Refusal::rule(
            "staff.unknown",
            format!("没有工作人员 {staff}"),
            format!("there is no member of staff {staff}"),
        )
        .at(pointer.clone())
    })?;
    if member.disabled {
        return Err(Refusal::rule(
            "duty.disabled",
            format!("{}的账号已停用，请另选人员", member.name),
            format!("{staff} is disabled; name somebody else"),
        )
        .at(pointer));
    }
    if does_duty_at(centre, &member.unit, desk.directory) {
        return Ok(());
    }
    Err(Refusal::rule(
        "duty.of_another_place",
        format!("{}不在{}，也不在本地政府工作，请另选人员", member.name, centre.name),
        format!("{staff} works neither at {} nor at its area's government; name somebody else", centre.id),
    )
    .at(pointer))
}

#[cfg(test)]
mod tests {
    use yipan_base::actor::Actor;
    use yipan_base::directory::{Area, AreaLayer, AreaLevel};

    use super::*;
    use crate::line;
    use crate::testing::{CITY, Kept, actor, at_minute};

    /// The small city with a park of the governance layer, which holds `north.a` and has a centre.
    fn with_park() -> Directory {
        let mut areas: Vec<Area> = CITY.areas().cloned().collect();
        let mut units: Vec<Unit> = CITY.units().cloned().collect();
        let mut park = areas[0].clone();
        (park.id, park.layer, park.level, park.parent) =
            ("park".into(), AreaLayer::Governance, AreaLevel::County, None);
        park.holds = vec!["north.a".into()];
        let mut centre = CITY.unit(&"north.centre".into()).unwrap().clone();
        (centre.id, centre.area) = ("park.centre".into(), "park".into());
        areas.push(park);
        units.push(centre);
        Directory::new(areas, units, CITY.all_staff().cloned().collect()).unwrap()
    }

    #[test]
    fn the_city_stands_above_its_boards() {
        let directory = with_park();
        let above = |unit: &str| line::centre_above(&directory, &unit.into()).map(|unit| unit.id.as_str());
        assert_eq!(above("park.centre"), Some("city.centre"));
        assert_eq!(above("north.a.centre"), Some("north.centre"));
        assert_eq!(above("north.centre"), Some("city.centre"));
        assert_eq!(above("city.centre"), None);
        let holders = holders(&"park.centre".into(), &directory);
        assert!(holders.contains("a:city") && holders.contains("a:park") && !holders.contains("a:north"));
        let (terms, words) = (crate::Terms::shipped(), Kept::default());
        let keeps = |actor: &Actor, centre: &str| {
            let now = at_minute(0);
            let desk = Desk { now, actor, directory: &directory, terms: &terms, words: &words };
            check::keeps(&desk, &centre.into())
        };
        assert!(keeps(&actor("city.centre.leader"), "park.centre"));
        assert!(!keeps(&actor("north.centre.leader"), "park.centre"));
        assert!(!keeps(&actor("north.a.centre.leader"), "park.centre"));
        assert!(!keeps(&actor("city.housing.signer"), "city.centre"));
        assert!(keeps(&Actor::system(), "north.centre"));
    }

    #[test]
    fn a_board_holds_its_towns() {
        let directory = with_park();
        let covers = |outer: &str, inner: &str| check::covers(&directory, &outer.into(), &inner.into());
        assert!(covers("park", "north.a") && covers("city", "park") && covers("north", "north.a"));
        assert!(!covers("park", "north.b") && !covers("north", "park") && !covers("north.a", "park"));
    }
}
