//! Identity numbers and coordinates against vectors that others published, and the counties of
//! Nantong against their own label points. The data lie outside the repository.

// Helpers beside the test functions unwrap as well.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use serde_json::Value;
use yipan_base::geo::{Datum, Located, Point, Regions};
use yipan_base::id::AreaId;
use yipan_base::identity::{CreditCode, ResidentId};

/// A file of the test data, or `None` with a loud line where it is absent.
fn test_data(path: &str) -> Option<String> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
    let root = std::env::var_os("YIPAN_TEST_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let file = root.join(path);
    let text = std::fs::read_to_string(&file).ok();
    if text.is_none() {
        eprintln!("SKIPPED: {} is absent; set YIPAN_TEST_DATA to the folder that holds it", file.display());
    }
    text
}

fn vectors() -> Option<Value> {
    Some(serde_json::from_str(&test_data("data/protocols/ids_coords_vectors.json")?).unwrap())
}

#[test]
fn identity_numbers_agree_with_published_vectors() {
    let Some(vectors) = vectors() else { return };
    let codes = vectors["uscc"].as_array().unwrap();
    for vector in codes {
        let (input, expected) = (vector["input"].as_str().unwrap(), vector["expected"].as_str().unwrap());
        let valid = expected == "valid" || expected.trim_matches('\'') == input;
        assert_eq!(CreditCode::parse(input).is_ok(), valid, "{input}");
    }
    let ids = vectors["resident_id"].as_array().unwrap();
    for vector in ids {
        let input = vector["input"].as_str().unwrap();
        assert_eq!(
            ResidentId::parse(input).unwrap().as_str(),
            vector["expected"].as_str().unwrap().trim_matches('\'')
        );
    }
    assert!(codes.len() >= 6 && !ids.is_empty());
}

#[test]
fn coordinates_agree_with_published_vectors() {
    let Some(vectors) = vectors() else { return };
    let coords = vectors["coords"].as_array().unwrap();
    assert!(coords.len() >= 5);
    for vector in coords {
        // The vectors give latitude first.
        let degrees = |name: &str| (vector[name][1].as_f64().unwrap(), vector[name][0].as_f64().unwrap());
        let near = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).abs() < 1e-6 && (a.1 - b.1).abs() < 1e-6;
        let wgs84 = degrees("wgs84");
        let place = Point::new(wgs84.0, wgs84.1).unwrap();
        for (datum, name) in [(Datum::Gcj02, "gcj02"), (Datum::Bd09, "bd09")] {
            let given = degrees(name);
            assert!(near(place.to_datum(datum), given), "{name} of {place:?}");
            let back = Point::from_datum(given.0, given.1, datum).unwrap();
            assert!(near((back.lon(), back.lat()), wgs84), "{name} back to {place:?}");
        }
    }
}

#[test]
fn every_county_of_nantong_holds_its_own_label() {
    let Some(text) = test_data("data/territory/nantong_boundaries.geojson") else { return };
    let regions = Regions::from_geojson(&text, Datum::Wgs84, |properties| {
        let county = properties.get("level")?.as_str()? == "district";
        county.then(|| properties.get("adcode")?.as_str().map(AreaId::new)).flatten()
    })
    .unwrap();
    let collection: Value = serde_json::from_str(&text).unwrap();
    let mut labels = 0;
    for feature in collection["features"].as_array().unwrap() {
        let (Some(lon), Some(lat)) =
            (feature["properties"]["label"][0].as_f64(), feature["properties"]["label"][1].as_f64())
        else {
            continue;
        };
        labels += 1;
        let Located::Inside { area, boundary_m, neighbour } = regions.locate(Point::new(lon, lat).unwrap())
        else {
            panic!("{} lies outside", feature["properties"]["name"]);
        };
        assert_eq!(area.as_str(), feature["properties"]["adcode"].as_str().unwrap());
        assert!((100.0..50_000.0).contains(&boundary_m), "{boundary_m}");
        assert!(neighbour.is_some_and(|n| n.area != area && n.distance_m >= boundary_m - 1_000.0));
    }
    assert_eq!((regions.iter().count(), labels), (7, 7));

    // Suzhou, across the Yangtze: outside, and Nantong's nearest county is some 60 km away.
    let Located::Outside { nearest: Some(nearest) } = regions.locate(Point::new(120.62, 31.32).unwrap())
    else {
        panic!("Suzhou lies inside Nantong");
    };
    assert!((30_000.0..90_000.0).contains(&nearest.distance_m), "{nearest:?}");
}
