//! The committed city, read through the same door as any other pack.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::*;
use crate::category::Complexity;
use crate::directory::{Area, AreaLayer, AreaLevel, Role, Step, UnitKind};
use crate::id::{AreaId, CategoryId, UnitId};
use crate::time::Date;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn open(name: &str) -> Option<Cow<'static, [u8]>> {
    std::fs::read(root().join("scenarios/nantong").join(name)).ok().map(Cow::Owned)
}

fn city() -> Pack {
    read(&open).unwrap_or_else(|faults| panic!("{}", faults[0]))
}

/// What reading answers when `from` is written as `to`, once, in one file.
fn slip(file: &str, from: &str, to: &str) -> Result<Pack, Vec<String>> {
    let changed = |name: &str| {
        let bytes = open(name)?;
        if name != file {
            return Some(bytes);
        }
        let text = String::from_utf8(bytes.into_owned()).unwrap();
        assert!(text.contains(from), "{file} does not contain {from}");
        Some(Cow::Owned(text.replacen(from, to, 1).into_bytes()))
    };
    read(&changed).map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

fn faults(file: &str, from: &str, to: &str) -> Vec<String> {
    slip(file, from, to).unwrap_err()
}

fn count(pack: &Pack, layer: AreaLayer, level: AreaLevel) -> usize {
    pack.directory.areas().filter(|a| a.layer == layer && a.level == level).count()
}

#[test]
fn the_divisions_and_the_boards_have_the_published_numbers() {
    let pack = city();
    let levels = [AreaLevel::City, AreaLevel::County, AreaLevel::Town, AreaLevel::Grid];
    assert_eq!(levels.map(|l| count(&pack, AreaLayer::Division, l)), [1, 8, 136, 2005]);
    assert_eq!(levels.map(|l| count(&pack, AreaLayer::Governance, l)), [1, 10, 96, 0]);
    assert_eq!(pack.directory.city().unwrap().name, "南通市");
}

#[test]
fn parks_overlap_the_counties_whose_towns_they_hold() {
    let directory = city().directory;
    let boards = |area: &str| -> BTreeSet<String> {
        directory.governance_of(&area.into()).map(|a| a.id.to_string()).collect()
    };
    let expected = ["g.rudong.changsha", "g.park-a", "g.rudong", "g.nantong"];
    assert_eq!(boards("rudong.changsha.001"), expected.map(String::from).into());
    assert_eq!(boards("rudong.coastal-zone"), ["g.rudong", "g.nantong"].map(String::from).into());
}

#[test]
fn one_ten_and_ninety_six_centres_stand_above_every_grid() {
    let directory = city().directory;
    let centres: Vec<_> = directory.units().filter(|u| u.kind == UnitKind::Centre).collect();
    let at = |level| centres.iter().filter(|u| directory.level_of(&u.id) == Some(level)).count();
    assert_eq!([at(AreaLevel::City), at(AreaLevel::County), at(AreaLevel::Town)], [1, 10, 96]);
    for grid in directory.areas().filter(|a| a.level == AreaLevel::Grid) {
        let centre = directory.centre_above(&grid.id).unwrap();
        assert_ne!(centre.id.as_str(), "city.centre", "{} has no centre of its county", grid.id);
    }
    let with_station = directory.centre_above(&"tongzhou.jinsha.001".into()).unwrap();
    assert_eq!(with_station.name, "通州区金沙街道指挥站");
    let without = directory.centre_above(&"rudong.coastal-zone".into()).unwrap();
    assert_eq!(without.id.as_str(), "rudong.centre");
    let under_park = directory.centre(&"rudong.changsha".into()).unwrap();
    assert_eq!(under_park.parent, Some(UnitId::from("park-a.centre")));
}

#[test]
fn every_county_and_town_has_a_government_and_every_line_its_departments() {
    let Pack { directory, departments, .. } = city();
    assert_eq!(departments.len(), 60);
    let city = directory.city().unwrap();
    let divisions =
        |level| directory.areas().filter(move |a| a.layer == AreaLayer::Division && a.level == level);
    for area in divisions(AreaLevel::County).chain(divisions(AreaLevel::Town)) {
        let government = directory.government(&area.id).unwrap_or_else(|| panic!("{}", area.id));
        let duties = if area.level == AreaLevel::Town { 12 } else { 0 };
        assert_eq!(government.duty_list.len(), duties, "{}", area.id);
    }
    let mut branches = 0;
    for department in &departments {
        let own = directory.department(&city.id, &department.line).unwrap();
        assert_eq!(own.name, format!("南通市{}", department.zh));
        for county in divisions(AreaLevel::County) {
            if let Some(branch) = directory.department(&county.id, &department.line) {
                assert_eq!(branch.parent.as_ref(), Some(&own.id));
                branches += 1;
            }
        }
    }
    assert_eq!(branches, 35 * 8);
}

#[test]
fn units_sign_their_replies_in_steps_and_can_be_found_by_keyboard() {
    let directory = city().directory;
    for unit in directory.units() {
        let steps: &[Step] = match unit.kind {
            UnitKind::Centre => &[],
            UnitKind::Team => &[Step::Handler, Step::Signer],
            _ => &[Step::Handler, Step::Reviewer, Step::Signer],
        };
        assert_eq!(unit.steps, steps, "{}", unit.id);
        assert!(unit.peer_group.is_some(), "{}", unit.id);
        let initials = unit.initials.as_ref().unwrap();
        assert!(initials.bytes().all(|b| b.is_ascii_lowercase()), "{}: {initials}", unit.id);
    }
    assert_eq!(directory.unit(&"rudong.housing".into()).unwrap().initials.as_deref(), Some("rdxzfhcxjsj"));
}

#[test]
fn every_step_of_every_unit_has_somebody_and_administrators_are_separate_people() {
    let directory = city().directory;
    let roles = |unit: &str| -> BTreeSet<Role> {
        directory.staff_of(&unit.into()).flat_map(|s| s.roles.clone()).collect()
    };
    for unit in directory.units().filter(|u| u.kind != UnitKind::Centre) {
        let held = roles(unit.id.as_str());
        assert!(held.contains(&Role::UnitReceiver), "{}", unit.id);
        for step in &unit.steps {
            let role = match step {
                Step::Handler => Role::UnitHandler,
                Step::Reviewer => Role::UnitReviewer,
                Step::Signer => Role::UnitSigner,
            };
            assert!(held.contains(&role), "{} {step:?}", unit.id);
        }
    }
    for unit in directory.units().filter(|u| u.kind == UnitKind::Centre) {
        let held = roles(unit.id.as_str());
        assert!(held.is_superset(&[Role::Dispatcher, Role::CentreReviewer].into()), "{}", unit.id);
    }
    let all: BTreeSet<Role> = directory.all_staff().flat_map(|s| s.roles.clone()).collect();
    assert_eq!(all.len(), 19, "a role has nobody: {all:?}");
    let administrators = [Role::SystemAdministrator, Role::SecurityAdministrator, Role::AuditAdministrator];
    for member in directory.all_staff() {
        let held = administrators.iter().filter(|r| member.roles.contains(r)).count();
        assert!(held == 0 || member.roles.len() == 1, "{}", member.login);
        assert!(
            member.roles.is_disjoint(&[Role::CentreReviewer].into())
                || !member.roles.contains(&Role::Dispatcher)
        );
    }
    let walkers = directory.all_staff().filter(|s| s.roles.contains(&Role::GridWorker));
    let mut towns = BTreeSet::new();
    for walker in walkers {
        let (town, grid) = walker.login.split_once(".grid").unwrap();
        let grid = AreaId::from(format!("{town}.{grid}"));
        assert!(directory.area(&grid).is_some(), "{} walks no grid", walker.login);
        towns.insert(town.to_owned());
    }
    assert_eq!(towns.len(), 136);
    assert!(directory.staff_by_login("city.dispatcher").is_some());
}

#[test]
fn categories_form_three_levels_and_town_duties_match_the_duty_list() {
    let Pack { directory, categories, catalogue, .. } = city();
    let at = |level| categories.iter().filter(|c| c.level() == level).count();
    assert_eq!([at(1), at(2), at(3)], [16, 88, 287]);
    let duties = &directory.unit(&"rudong.caobu.government".into()).unwrap().duty_list;
    for category in categories.iter().filter(|c| c.duty_list) {
        assert!(duties.contains(&category.line), "{} is no duty of towns", category.id);
    }
    let by_id: BTreeMap<_, _> = categories.iter().map(|c| (c.id.as_str(), c)).collect();
    let leak = by_id["utilities.gas.leak"];
    assert_eq!((leak.line.as_str(), leak.utilities, leak.safety), ("gas_supply", true, true));
    assert_eq!(by_id["planning.scheme.light"].complexity, Complexity::Complex);
    assert_eq!(leak.parent, Some(CategoryId::from("utilities.gas")));

    let entries: BTreeMap<_, _> = catalogue.iter().map(|e| (e.category.as_str(), e)).collect();
    for category in categories.iter().filter(|c| c.level() == 3) {
        let parent = category.parent.as_ref().unwrap();
        let entry = entries.get(category.id.as_str()).or_else(|| entries.get(parent.as_str()));
        let entry = entry.unwrap_or_else(|| panic!("nobody handles {}", category.id));
        assert_eq!(entry.level == AreaLevel::Town, category.duty_list, "{}", category.id);
        let line = entry.line.as_ref().or_else(|| entry.copies.first());
        assert_eq!(line, Some(&category.line), "{}", category.id);
    }
}

#[test]
fn counties_have_polygons_and_the_zone_without_one_says_so() {
    let Pack { directory, boundaries, .. } = city();
    let with: BTreeSet<&str> = boundaries.iter().map(|b| b.area.as_str()).collect();
    assert_eq!(with.len(), 8);
    assert!(with.contains("nantong"));
    for county in directory.areas().filter(|a| a.layer == AreaLayer::Division && a.level == AreaLevel::County)
    {
        assert_eq!(with.contains(county.id.as_str()), county.remark.is_none(), "{}", county.id);
    }
    for [longitude, latitude] in boundaries.iter().flat_map(|b| b.polygons.iter().flatten().flatten()) {
        assert!((120.0..122.5).contains(longitude) && (31.5..33.0).contains(latitude));
    }
}

#[test]
fn the_mix_is_the_published_week() {
    let mix = city().mix;
    let sum = |shares: &[Share]| shares.iter().map(|s| s.weight).sum::<f64>();
    assert_eq!(sum(&mix.channels), 25_560.0);
    assert_eq!(sum(&mix.answers), 25_560.0);
    assert!((sum(&mix.kinds) - 100.0).abs() < 1e-9);
    assert!((sum(&mix.categories) - 100.0).abs() < 1e-9);
}

#[test]
fn a_slip_is_answered_with_file_line_column_and_what_to_do() {
    let cases = [
        (
            ("areas.csv", "division,county", "division,conty"),
            "areas.csv, line 3, column `level`: unknown variant `conty`, expected one of `city`, `county`, `town`, `grid`; correct the word",
        ),
        (
            ("areas.csv", "通州区,nantong", "通州区,nantng"),
            "areas.csv, line 3, column `parent`: area `tongzhou` names parent `nantng`, which does not exist; add it or correct the name",
        ),
        (("areas.csv", "id,layer", "ident,layer"), "areas.csv, line 1: the header lacks column `id`; add it"),
        (
            ("areas.csv", "南通市,,,", "南通市,,"),
            "areas.csv, line 2: the row has 7 cells and the header 8; add or remove commas",
        ),
        (
            ("units.csv", "tongzhou.centre,centre,tongzhou", "tongzhou.centre,centre,nantong"),
            "units.csv, line 3, column `area`: `nantong` already has a centre; remove one of them",
        ),
        (
            ("units.csv", "urban_management veterans water", "urban_management veteran water"),
            "units.csv, line 117, column `duty_list`: `veteran` is not a line of departments.csv; add it there or correct the name",
        ),
        (
            ("staff.csv", "city.calltaker2", "city.calltaker1"),
            "staff.csv, line 3, column `login`: login `city.calltaker1` stands twice; give one of them another id",
        ),
        (
            ("staff.csv", "city.centre,call_taker", "city.centre,"),
            "staff.csv, line 2, column `roles`: a member of staff needs a role; add one",
        ),
        (
            ("departments.csv", "traffic_police,", "public_security,"),
            "departments.csv, line 3, column `line`: `public_security` stands twice; give one of them another name",
        ),
        (
            (
                "categories.csv",
                "Labour and social security,human_resources,no",
                "Labour and social security,human_resources,maybe",
            ),
            "categories.csv, line 2, column `duty_list`: `maybe` is neither yes nor no; write one of them",
        ),
        (
            ("categories.csv", "labour.insurance.payment,", "labour.insurance.enrolment.late,"),
            "categories.csv, line 5, column `id`: `labour.insurance.enrolment.late` has more than 3 levels; place it higher",
        ),
        (
            (
                "catalogue.csv",
                "labour.insurance,county,human_resources",
                "labour.insurance,town,human_resources",
            ),
            "catalogue.csv, line 2, column `level`: no area of this level has a `human_resources` unit; correct level or line",
        ),
        (
            ("mix.csv", "category,housing,8.7", "category,housng,8.7"),
            "mix.csv, line 16, column `key`: `housng` is not a category of categories.csv; add it there or correct the name",
        ),
        (
            ("mix.csv", "kind,help,19.5", "kind,help,-1"),
            "mix.csv, line 3, column `weight`: a weight is a number above zero; correct it",
        ),
        (
            ("boundaries.geojson", "\"area\":\"tongzhou\"", "\"area\":\"tongzou\""),
            "boundaries.geojson: `tongzou` is not an area of areas.csv; correct the property `area`",
        ),
    ];
    for ((file, from, to), expected) in cases {
        assert_eq!(faults(file, from, to)[0], expected);
    }
    let broken = &faults("boundaries.geojson", "\"MultiPolygon\"", "\"Point\"")[0];
    assert!(broken.starts_with("boundaries.geojson, line 5: "), "{broken}");
}

#[test]
fn a_missing_file_is_named_and_dates_of_validity_are_read_where_given() {
    let without = |name: &str| if name == "units.csv" { None } else { open(name) };
    let found = read(&without).unwrap_err();
    assert_eq!(found[0].to_string(), "units.csv: the file is missing; add it to the pack");

    let dated = |date: &str| {
        let changed = |name: &str| {
            let text = String::from_utf8(open(name)?.into_owned()).unwrap();
            if name != "areas.csv" {
                return Some(Cow::Owned(text.into_bytes()));
            }
            let lines = text.lines().map(|line| match line {
                header if header.starts_with("id,") => format!("{header},valid_from\n"),
                city if city.starts_with("nantong,") => format!("{city},{date}\n"),
                other => format!("{other},\n"),
            });
            Some(Cow::Owned(lines.collect::<String>().into_bytes()))
        };
        read(&changed)
    };
    let pack = dated("2020-06-19").unwrap();
    assert_eq!(pack.directory.city().unwrap().valid_from, Some(Date::constant(2020, 6, 19)));
    let wrong = dated("19.6.2020").unwrap_err();
    assert_eq!(wrong[0].column, Some("valid_from"));
}

#[test]
fn the_divisions_equal_their_source() {
    let data = std::env::var_os("YIPAN_TEST_DATA").map_or_else(|| root().join("../shared"), PathBuf::from);
    let path = data.join("data/territory/nantong_divisions.csv");
    let Ok(mut source) = csv::Reader::from_path(&path) else {
        eprintln!("SKIPPED: {} is absent; set YIPAN_TEST_DATA to the test data folder", path.display());
        return;
    };
    let expected: BTreeSet<(String, String, String)> = source
        .records()
        .map(|row| row.unwrap())
        .filter(|row| &row[2] != "province")
        .map(|row| {
            (row[0].into(), row[1].into(), if &row[3] == "32" { String::new() } else { row[3].into() })
        })
        .collect();
    let directory = city().directory;
    let code = |area: &Area| area.code.clone().unwrap_or_default();
    let committed = directory.areas().filter(|a| a.layer == AreaLayer::Division).map(|area| {
        let parent = area.parent.as_ref().and_then(|id| directory.area(id));
        (code(area), area.name.clone(), parent.map(code).unwrap_or_default())
    });
    assert_eq!(committed.collect::<BTreeSet<_>>(), expected);
}
