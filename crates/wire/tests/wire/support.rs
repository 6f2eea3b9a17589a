//! Samples, schemas, generators of alerts, and the comparison with an answer that is shown.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::Value;
use yipan_base::geo::Point;
use yipan_base::time::Timestamp;
use yipan_wire::Moment;
use yipan_wire::cap::{
    Alert, Area, Category, Certainty, Circle, Info, MessageType, NamedValue, Polygon, Reference, Resource,
    ResponseType, Scope, Severity, Status, Urgency,
};
use yipan_wire::open311::{Answer, Format, read, write};

/// The folder of the CAP samples.
pub fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cap")
}

pub fn sample(name: &str) -> Vec<u8> {
    std::fs::read(samples().join(name)).unwrap()
}

/// A schema of the test data, if it and xmllint are there.
pub fn schema(name: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
    let root = std::env::var_os("YIPAN_TEST_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let file = root.join("data/interchange/cap-schema").join(name);
    if !file.exists() {
        eprintln!("SKIPPED: {} is absent; set YIPAN_TEST_DATA to the folder that holds it", file.display());
        return None;
    }
    if Command::new("xmllint").arg("--version").output().is_err() {
        eprintln!("SKIPPED: xmllint is not installed; Debian has it in libxml2-utils");
        return None;
    }
    Some(file)
}

/// What xmllint says of each file: whether it validates.
pub fn xmllint(schema: &Path, files: &[PathBuf]) -> Vec<bool> {
    let output = Command::new("xmllint")
        .args(["--nonet", "--noout", "--schema"])
        .arg(schema)
        .args(files)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let valid: HashSet<_> = said.lines().filter_map(|line| line.strip_suffix(" validates")).collect();
    files.iter().map(|file| valid.contains(file.to_str().unwrap())).collect()
}

/// The answer is written as shown, but for white space between elements, and read from it.
#[track_caller]
pub fn shown<A: Answer + PartialEq + std::fmt::Debug>(answer: &A, xml: &str, json: &Value) {
    let written = String::from_utf8(write(answer, Format::Xml)).unwrap();
    let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    let body = written.strip_prefix(declaration).unwrap();
    let lines = |text: &str| text.lines().map(str::trim).collect::<String>();
    assert_eq!(lines(body), lines(xml));
    assert_eq!(&read::<A>(xml.as_bytes(), Format::Xml).unwrap(), answer);

    let written: Value = serde_json::from_slice(&write(answer, Format::Json)).unwrap();
    assert_eq!(&written, json);
    assert_eq!(&read::<A>(json.to_string().as_bytes(), Format::Json).unwrap(), answer);
}

fn member<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

/// Text that says something, in any script, with markup, line ends and spaces.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{1,12}",
        "[台风蓝色预警信号 \r\n\t&<>\"'\u{1F300}]{1,12}",
        Just("]]>".to_owned()),
        Just("<![CDATA[".to_owned()),
        Just("&amp;amp;".to_owned()),
    ]
}

fn name() -> impl Strategy<Value = String> {
    "[A-Za-z0-9.:@/_预警\"'-]{1,16}"
}

/// An entry of a list in which white space is quoted.
fn entry() -> impl Strategy<Value = String> {
    "[A-Za-z应急局][A-Za-z应急局 <&]{0,8}[A-Za-z应急局]"
}

fn uri() -> impl Strategy<Value = String> {
    "(https?://[a-z]{1,8}\\.org(:[0-9]{2,4})?/([a-z南通]|%2[0-9A-F]){0,5}(\\?[a-z]=[0-9])?(#[a-z])?)|urn:a:[a-z]{1,3}"
}

pub fn moment() -> impl Strategy<Value = Moment> {
    let seconds = -62_000_000_000_i64..250_000_000_000;
    (seconds, -840..=840_i16).prop_filter_map("a year of four digits", |(seconds, offset)| {
        Moment::new(Timestamp::from_micros(seconds * 1_000_000), offset)
    })
}

pub fn point() -> impl Strategy<Value = Point> {
    (-180.0..=180.0, -90.0..=90.0).prop_map(|(lon, lat)| Point::new(lon, lat).unwrap())
}

fn named_value() -> impl Strategy<Value = NamedValue> {
    (words(), "[ -~预警]{0,8}").prop_map(|(name, value)| NamedValue { name, value })
}

fn polygon() -> impl Strategy<Value = Polygon> {
    vec(point(), 3..6).prop_map(|mut points| {
        points.push(points[0]);
        Polygon::new(points).unwrap()
    })
}

fn circle() -> impl Strategy<Value = Circle> {
    (point(), 0.0..1e5).prop_map(|(centre, radius)| Circle::new(centre, radius).unwrap())
}

fn area() -> impl Strategy<Value = Area> {
    let feet = (option::of(-1e4..1e5), option::of(0.0..1e5));
    (words(), vec(polygon(), 0..3), vec(circle(), 0..2), vec(named_value(), 0..2), feet).prop_map(
        |(description, polygons, circles, geocodes, (altitude, ceiling))| {
            let ceiling = ceiling.filter(|_| altitude.is_some());
            Area { description, polygons, circles, geocodes, altitude, ceiling }
        },
    )
}

fn resource() -> impl Strategy<Value = Resource> {
    let file = (option::of(uri()), option::of("[A-Za-z0-9+/]{4,9}"), option::of("[0-9a-f]{40}"));
    (words(), "[a-z]{1,5}/[a-z]{1,5}", option::of(any::<u64>()), file).prop_map(
        |(description, mime_type, size, (uri, deref_uri, digest))| Resource {
            description,
            mime_type,
            size,
            uri,
            deref_uri,
            digest,
        },
    )
}

fn info() -> impl Strategy<Value = Info> {
    let degrees = (member(Urgency::ALL), member(Severity::ALL), member(Certainty::ALL));
    let kinds = (vec(member(Category::ALL), 1..3), vec(member(ResponseType::ALL), 0..3));
    let times = (option::of(moment()), option::of(moment()), option::of(moment()));
    let says = vec(option::of(words()), 6);
    let lists =
        (vec(named_value(), 0..2), vec(named_value(), 0..2), vec(resource(), 0..2), vec(area(), 0..2));
    let language = option::of("zh-CN|en|[a-z]{2}-[A-Z]{2}");
    (language, words(), kinds, degrees, times, says, option::of(uri()), lists).prop_map(
        |(language, event, kinds, degrees, times, says, web, lists)| {
            let [audience, sender_name, headline, description, instruction, contact] =
                says.try_into().unwrap();
            Info {
                language,
                categories: kinds.0,
                event,
                response_types: kinds.1,
                urgency: degrees.0,
                severity: degrees.1,
                certainty: degrees.2,
                audience,
                event_codes: lists.0,
                effective: times.0,
                onset: times.1,
                expires: times.2,
                sender_name,
                headline,
                description,
                instruction,
                web,
                contact,
                parameters: lists.1,
                resources: lists.2,
                areas: lists.3,
            }
        },
    )
}

/// Alerts that keep the standard.
pub fn alert() -> impl Strategy<Value = Alert> {
    let heads = (name(), name(), moment());
    let kinds = (member(Status::ALL), member(MessageType::ALL), member(Scope::ALL));
    let says = (option::of(words()), words(), option::of(words()));
    let reference = (name(), name(), moment());
    let reference = reference.prop_map(|(sender, identifier, sent)| Reference { sender, identifier, sent });
    let lists = (vec(entry(), 1..3), vec(words(), 0..3), vec(reference, 1..3), vec(entry(), 0..3));
    (heads, kinds, says, lists, vec(info(), 0..3)).prop_map(|(heads, kinds, says, lists, infos)| Alert {
        identifier: heads.0,
        sender: heads.1,
        sent: heads.2,
        status: kinds.0,
        msg_type: kinds.1,
        source: says.0,
        scope: kinds.2,
        restriction: Some(says.1),
        addresses: lists.0,
        codes: lists.1,
        note: says.2,
        references: lists.2,
        incidents: lists.3,
        infos,
    })
}
