//! Places known too little, too many or near a boundary.

use yipan_base::directory::AreaLevel;
use yipan_base::geo::{Datum, Point, Regions};

use super::*;

/// The counties of the pack.
fn counties() -> Regions {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/nantong/boundaries.geojson");
    let text = std::fs::read_to_string(path).unwrap();
    let county = |properties: &serde_json::Map<String, serde_json::Value>| {
        let area = AreaId::from(properties.get("area")?.as_str()?);
        (CITY.directory.area(&area)?.level == AreaLevel::County).then_some(area)
    };
    Regions::from_geojson(&text, Datum::Wgs84, county).unwrap()
}

#[test]
fn an_unlocated_matter_goes_to_the_city_department_and_says_so() {
    for category in ["housing.property.fees", "labour.disputes.wages"] {
        for area in [None, Some("atlantis")] {
            let answer = by_default(&matter(category, area));
            let unit = CITY.directory.unit(answer.main.as_ref().unwrap()).unwrap();
            assert_eq!(unit.area.as_str(), "nantong");
            assert_eq!(unit.line.as_deref(), RULEBOOK.line_of(&category.into()));
            assert_eq!(answer.warnings, [Warning::Unlocated]);
            assert!(answer.because.iter().any(|r| r.en.starts_with("passed up to")), "{answer:?}");
        }
    }
}

#[test]
fn a_town_that_is_not_known_leaves_the_work_with_the_county_department() {
    let answer = by_default(&matter("housing.property.fees", Some("rudong")));
    assert_eq!(main_of(&answer), "rudong.housing");
    assert_eq!(answer.warnings, [Warning::Coarse { known: AreaLevel::County, wanted: AreaLevel::Town }]);

    let two_towns = Matter {
        also: vec!["rudong.juegang".into()],
        ..matter("housing.property.fees", Some("rudong.caobu"))
    };
    assert_eq!(by_default(&two_towns), answer);
}

#[test]
fn what_touches_two_counties_goes_to_the_city() {
    let road = Matter { also: vec!["haian.qutang".into()], ..matter("traffic.roads", Some("rudong.caobu")) };
    let answer = by_default(&road);
    assert_eq!(main_of(&answer), "city.transport");
    assert_eq!(answer.warnings, [Warning::CrossCounty]);
}

#[test]
fn a_governance_area_is_where_the_divisions_are_that_it_holds() {
    let park = by_default(&matter("traffic.roads", Some("g.park-a")));
    assert_eq!(main_of(&park), "rudong.transport");
    let town = by_default(&matter("housing.property.fees", Some("g.rudong.changsha")));
    assert_eq!(main_of(&town), "rudong.changsha.government");
}

#[test]
fn a_point_near_a_boundary_names_the_neighbour() {
    let regions = counties();
    // A shared vertex would be ambiguous; walk from inside one county towards another.
    let (from, to) = (Point::new(120.8, 32.35).unwrap(), Point::new(120.8, 32.0).unwrap());
    let at = |share: f64| {
        let between = |a: f64, b: f64| a + (b - a) * share;
        let point = Point::new(between(from.lon(), to.lon()), between(from.lat(), to.lat())).unwrap();
        let measured = Matter { point: Some(point), ..matter("traffic.roads", None) };
        measured.located(&regions, &CITY.directory)
    };
    let walk: Vec<_> = (0..=2_000).map(|step| at(f64::from(step) / 2_000.0)).collect();
    let crossing = walk.windows(2).find(|pair| pair[0].area != pair[1].area).expect("the walk crosses");
    let [here, there] = crossing else { panic!() };
    // 2,000 steps over 39 km: the last place before the boundary is less than 20 m away.
    let metres = here.boundary_m.unwrap();
    assert!(metres < 20.0, "{metres}");
    assert_eq!(here.neighbour, there.area);
    let answer = by_default(here);
    assert_eq!(answer.warnings, [Warning::NearBoundary { neighbour: there.area.clone(), metres }]);
    let (zh, _) = answer.warnings[0].say(&CITY.directory);
    let name = &CITY.directory.area(there.area.as_ref().unwrap()).unwrap().name;
    assert!(zh.contains(name.as_str()), "{zh}");
    assert!(!answer.hold);

    let far = &walk[0];
    assert!(far.boundary_m.unwrap() > 200.0);
    assert!(by_default(far).warnings.is_empty());
    // The distance is data.
    let wide = RulesData { boundary_m: far.boundary_m.unwrap() + 1.0, ..default_rules(&CITY).into() };
    assert_eq!(ask(far, &Rules::new(wide), &[]).warnings.len(), 1);

    // Words and point that disagree are as near as can be.
    let told = Matter { area: here.area.clone(), ..there.clone() }.located(&regions, &CITY.directory);
    assert_eq!((told.boundary_m, told.neighbour), (Some(0.0), there.area.clone()));
}

#[test]
fn without_a_polygon_or_a_point_nothing_is_measured() {
    let regions = counties();
    let bare = matter("traffic.roads", Some("kaifaqu.xinkai"));
    assert_eq!(bare.clone().located(&regions, &CITY.directory).boundary_m, None);
    let point = Point::new(120.87, 31.98).ok();
    let zone = Matter { point, ..bare }.located(&regions, &CITY.directory);
    assert_eq!((zone.boundary_m, zone.neighbour), (None, None));
    let known = Matter { boundary_m: Some(150.0), ..matter("traffic.roads", Some("rudong")) };
    assert_eq!(by_default(&known).warnings, [Warning::NearBoundary { neighbour: None, metres: 150.0 }]);
}
