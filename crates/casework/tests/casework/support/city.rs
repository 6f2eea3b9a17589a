//! The directory and the rules of the small city.

use std::collections::BTreeSet;

use yipan_base::calendar::Calendar;
use yipan_base::directory::{Area, AreaLayer, AreaLevel, Directory, Role, Staff, Step, Unit, UnitKind};
use yipan_base::id::{AreaId, CategoryId, StaffId, UnitId};
use yipan_casework::context::{CategoryTraits, Rulebook};
use yipan_casework::policy::Policy;

/// One city, two counties (`north`, `south`), each with two towns (`n1`, `n2`, `s1`, `s2`).
///
/// A centre is named like its area; beside it stand `<area>.gov`, and the departments `.housing`
/// and `.water` of city and counties; `north.housing.team` and `<town>.team` are teams. Of the
/// towns only `n1` and `s1` have housing on their duty list.
pub fn directory() -> Directory {
    let mut areas = vec![area("city", AreaLevel::City, None)];
    let mut units = vec![unit("city", UnitKind::Centre, "city", None, None)];
    units.push(unit("city.gov", UnitKind::Government, "city", None, None));
    units.push(unit("city.housing", UnitKind::Department, "city", Some("housing"), None));
    units.push(unit("city.water", UnitKind::Department, "city", Some("water"), None));
    for (county, towns) in [("north", ["n1", "n2"]), ("south", ["s1", "s2"])] {
        areas.push(area(county, AreaLevel::County, Some("city")));
        units.push(unit(county, UnitKind::Centre, county, None, None));
        units.push(unit(&format!("{county}.gov"), UnitKind::Government, county, None, None));
        let housing = format!("{county}.housing");
        units.push(unit(&housing, UnitKind::Department, county, Some("housing"), Some("city.housing")));
        units.push(unit(&format!("{housing}.team"), UnitKind::Team, county, Some("housing"), Some(&housing)));
        units.push(unit(
            &format!("{county}.water"),
            UnitKind::Department,
            county,
            Some("water"),
            Some("city.water"),
        ));
        for town in towns {
            areas.push(area(town, AreaLevel::Town, Some(county)));
            units.push(unit(town, UnitKind::Centre, town, None, None));
            let mut government = unit(&format!("{town}.gov"), UnitKind::Government, town, None, None);
            government.steps = vec![Step::Handler, Step::Signer];
            if town.ends_with('1') {
                government.duty_list = BTreeSet::from(["housing".to_owned()]);
            }
            let mut team =
                unit(&format!("{town}.team"), UnitKind::Team, town, None, Some(government.id.as_str()));
            team.steps = vec![Step::Handler];
            units.extend([government, team]);
        }
    }
    let staff = units.iter().flat_map(crew).collect();
    Directory::new(areas, units, staff).expect("the small city has no faults")
}

/// The shipped policy and calendar; four categories, of which noise belongs to no line.
pub fn rulebook() -> Rulebook {
    let mut rules = Rulebook::default();
    rules.add_policy(Policy::shipped());
    rules.add_calendar(Calendar::china().expect("the shipped calendar"));
    for (id, line) in [
        ("urban.housing", Some("housing")),
        ("urban.housing.heating", None),
        ("utilities.water", Some("water")),
        ("utilities.water.burst", None),
        ("life.noise", None),
    ] {
        rules.add_category(CategoryId::new(id), CategoryTraits { line: line.map(str::to_owned) });
    }
    rules
}

fn area(id: &str, level: AreaLevel, parent: Option<&str>) -> Area {
    Area {
        id: AreaId::new(id),
        layer: AreaLayer::Division,
        level,
        name: id.to_owned(),
        code: None,
        parent: parent.map(AreaId::new),
        valid_from: None,
        valid_to: None,
        holds: Vec::new(),
        remark: None,
    }
}

fn unit(id: &str, kind: UnitKind, area: &str, line: Option<&str>, parent: Option<&str>) -> Unit {
    Unit {
        id: UnitId::new(id),
        name: format!("单位 {id}"),
        kind,
        area: AreaId::new(area),
        line: line.map(str::to_owned),
        parent: parent.map(UnitId::new),
        steps: vec![Step::Handler, Step::Reviewer, Step::Signer],
        duty_list: BTreeSet::new(),
        initials: None,
        peer_group: Some(format!("{kind:?}")),
    }
}

/// Everybody at a unit: one person per role, and at a handling unit `phone`, who has every role of it.
fn crew(unit: &Unit) -> Vec<Staff> {
    let staff = |name: &str, roles: &[Role]| Staff {
        id: StaffId::new(format!("{}/{name}", unit.id)),
        login: format!("{}/{name}", unit.id),
        name: name.to_owned(),
        unit: unit.id.clone(),
        roles: roles.iter().copied().collect(),
        disabled: false,
    };
    let handling = [Role::UnitReceiver, Role::UnitHandler, Role::UnitReviewer, Role::UnitSigner];
    let mut crew = vec![
        staff("supervisor", &[Role::Supervisor]),
        staff("inspector", &[Role::Inspector]),
        staff("grid", &[Role::GridWorker]),
        staff("leader", &[Role::Leader]),
        staff("analyst", &[Role::Analyst]),
    ];
    if unit.kind == UnitKind::Centre {
        crew.extend([
            staff("call_taker", &[Role::CallTaker]),
            staff("shift_leader", &[Role::ShiftLeader]),
            staff("dispatcher", &[Role::Dispatcher]),
            staff("reviewer", &[Role::CentreReviewer]),
            staff("callback", &[Role::CallbackClerk]),
            staff("secrecy", &[Role::SecrecyOfficer]),
        ]);
    } else {
        crew.extend([
            staff("receiver", &handling[..1]),
            staff("handler", &handling[1..2]),
            staff("reviewer", &handling[2..3]),
            staff("signer", &handling[3..]),
            staff("phone", &handling),
        ]);
    }
    crew
}
