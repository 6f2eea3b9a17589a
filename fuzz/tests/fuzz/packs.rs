//! Packs: a city as a folder of tables, a scenario as another, polygons.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use yipan_base::geo::{Datum, Point, Regions};
use yipan_base::id::AreaId;
use yipan_base::pack;
use yipan_drill::Storm;
use yipan_fuzz::Target;

use crate::says;

const CITY: [&str; 8] = [
    "departments.csv",
    "areas.csv",
    "units.csv",
    "staff.csv",
    "categories.csv",
    "catalogue.csv",
    "mix.csv",
    "boundaries.geojson",
];

/// A folder as one input: a line `==> name` before the content of each file.
fn folder(input: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut name = String::new();
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        match line.strip_prefix(b"==> ") {
            Some(title) => name = String::from_utf8_lossy(title).trim().to_owned(),
            None => files.entry(name.clone()).or_default().extend(line),
        }
    }
    files
}

#[test]
fn a_city() {
    let words = [
        "==> staff.csv\n",
        "city",
        ",,,,",
        "320600",
        "2021-02-30",
        "\"type\":\"Polygon\"",
        "handler reviewer",
    ];
    Target { name: "city", inputs: 3_000, words: &words }.fuzz(Vec::new(), |input| {
        let files = folder(input);
        match pack::read(&|name| files.get(name).map(|bytes| Cow::Borrowed(bytes.as_slice()))) {
            Ok(pack) => assert!(pack.directory.areas().next().is_some()),
            Err(faults) => {
                assert!(!faults.is_empty());
                for fault in &faults {
                    says(fault);
                    assert!(CITY.contains(&fault.file), "{fault:?}");
                }
            }
        }
    });
}

#[test]
fn a_scenario() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/storm");
    let names = [
        "scenario.json",
        "policy.json",
        "routing.json",
        "matters.csv",
        "actors.csv",
        "evening.csv",
        "counter-storms.json",
        "intake.csv",
    ];
    let mut whole = Vec::new();
    for name in names {
        let text = std::fs::read_to_string(shipped.join(name)).unwrap();
        // Of a long table its first rows will do: their count does not add up, and that is said.
        let some: Vec<_> = text.lines().take(60).collect();
        whole.extend(format!("==> {name}\n{}\n", some.join("\n")).into_bytes());
    }
    Target { name: "scenario", inputs: 2_000, words: &["==> lags\n", "\"to\":", "phone", "1e9"] }.fuzz(
        vec![whole],
        |input| {
            let files = folder(input);
            if let Err(fault) =
                Storm::read(&|name| files.get(name).map(|bytes| Cow::Borrowed(bytes.as_slice())))
            {
                says(&fault);
            }
        },
    );
}

#[test]
fn polygons() {
    let words = ["[[[", "120.1,32.2", "\"MultiPolygon\"", "\"coordinates\":", "1e308"];
    Target { name: "polygon", inputs: 4_000, words: &words }.fuzz(Vec::new(), |input| {
        let text = String::from_utf8_lossy(input);
        match Regions::from_geojson(&text, Datum::Wgs84, |_| Some(AreaId::new("a"))) {
            Ok(regions) => {
                let _ = regions.locate(Point::new(120.9, 32.0).unwrap());
            }
            Err(fault) => says(&fault),
        }
    });
}
