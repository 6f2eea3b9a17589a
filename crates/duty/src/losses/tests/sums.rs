use std::time::Instant;

use proptest::prelude::*;
use serde_json::json;
use yipan_base::actor::Actor;
use yipan_base::directory::{Area, AreaLayer, AreaLevel, Directory, Role, Staff, Unit, UnitKind};

use super::super::{Basis, Command, Losses, RowKind, form, national_table, totals};
use super::{asked, give};
use crate::dossier::{Desk, Dossier, Recorded};
use crate::terms::Terms;
use crate::testing::{CITY, Kept, at_minute};

const TOWNS: [&str; 4] = ["north.a", "north.b", "south.a", "south.b"];

#[test]
fn every_total_opens_down_to_its_towns() {
    let mut play = asked();
    give(&mut play, "north.a", "first", 10, json!({"affected": 30, "loss": 12_345_678})).unwrap();
    give(&mut play, "north.b", "zero", 10, json!({})).unwrap();
    play.give("north.centre.leader", 12, json!({"command": "sign"})).unwrap();
    give(&mut play, "south.a", "first", 20, json!({"affected": 7})).unwrap();

    let sums = totals(play.state(), &CITY);
    assert_eq!((sums.tally.reported["affected"], sums.tally.signed["affected"]), (37, 30));
    assert_eq!((sums.tally.asked, sums.tally.heard, sums.tally.covered), (4, 3, 2));
    assert_eq!(sums.tally.missing, ["south.b.centre".into()]);
    let names: Vec<_> = sums.counties.iter().map(|county| county.name.as_str()).collect();
    assert_eq!(names, ["north", "south"]);
    assert_eq!(sums.counties[1].tally.reported["affected"], 7);
    assert_eq!(sums.counties[1].towns[0].report.as_ref().unwrap().seq, 5);
    assert_eq!(sums.counties[0].signed_at, Some(at_minute(12)));

    let table = national_table(play.state(), &CITY, Basis::Reported);
    let kinds: Vec<_> = table.rows.iter().map(|row| (row.kind, row.name.as_str())).collect();
    assert_eq!(
        kinds,
        [
            (RowKind::Whole, "city"),
            (RowKind::County, "north"),
            (RowKind::Town, "north.a"),
            (RowKind::Town, "north.b"),
            (RowKind::County, "south"),
            (RowKind::Town, "south.a"),
            (RowKind::Town, "south.b"),
        ]
    );
    let loss = table.columns.iter().position(|column| column.code == "loss").unwrap();
    let column: Vec<_> = table.rows.iter().map(|row| row.figures[loss]).collect();
    let (some, nought) = (Some(12_345_678), Some(0));
    assert_eq!(column, [some, some, some, nought, nought, nought, None], "a silent town is no nought");
    let signed = national_table(play.state(), &CITY, Basis::Signed);
    assert_eq!(signed.rows[0].figures[0], Some(30));
    assert_eq!(signed.rows[4].figures[0], None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn sums_are_the_sums_of_what_counts(
        steps in prop::collection::vec((0..4usize, 0..2000i64, 0..3u8), 1..25)
    ) {
        let mut play = asked();
        let mut counted = [None::<i64>; 4];
        let mut before = [None::<i64>; 4];
        for (step, (town, affected, then)) in steps.into_iter().enumerate() {
            let minute = 10 + step as i64 * 70;
            let name = TOWNS[town];
            let kind = match (affected, counted[town]) {
                (0, _) => "zero",
                (_, None | Some(0)) => "first",
                _ => "follow_up",
            };
            let mut command = super::report(name, kind, minute, json!({"affected": affected}));
            command["explanation"] = "如实".into();
            play.give(&format!("{name}.centre.dispatcher"), minute, command).unwrap();
            before[town] = counted[town];
            counted[town] = Some(affected);
            match then {
                1 => { super::check(&mut play, name, minute + 1, "confirmed").unwrap(); }
                2 => {
                    super::check(&mut play, name, minute + 1, "returned").unwrap();
                    counted[town] = before[town];
                }
                _ => {}
            }
            play.tick(minute + 1);
            prop_assert!(play.state().card(&CITY).due.is_some_and(|due| due > at_minute(minute + 1)));
            prop_assert_eq!(play.tick(minute + 1), [""; 0]);
        }
        let tally = totals(play.state(), &CITY).tally;
        let sum: i64 = counted.iter().flatten().sum();
        prop_assert_eq!(tally.reported.get("affected").copied().unwrap_or(0), sum);
        prop_assert_eq!(tally.heard as usize, counted.iter().flatten().count());
        let table = national_table(play.state(), &CITY, Basis::Reported);
        for column in 0..form().fields.len() {
            let of = |kind| table.rows.iter().filter(move |row| row.kind == kind);
            let towns: i64 = of(RowKind::Town).filter_map(|row| row.figures[column]).sum();
            let counties: i64 = of(RowKind::County).filter_map(|row| row.figures[column]).sum();
            prop_assert_eq!(towns, counties);
            prop_assert_eq!(table.rows[0].figures[column].unwrap_or(0), towns);
        }
    }
}

/// A city of ten counties and 107 towns, with a centre and a dispatcher at each.
fn large_city() -> Directory {
    let (mut areas, mut units, mut staff) = (Vec::new(), Vec::new(), Vec::new());
    let counties = (0..10).map(|no| (format!("c{no}"), AreaLevel::County, Some("city".to_owned())));
    let towns = (0..107).map(|no| (format!("t{no}"), AreaLevel::Town, Some(format!("c{}", no % 10))));
    let city = std::iter::once(("city".to_owned(), AreaLevel::City, None));
    for (id, level, parent) in city.chain(counties).chain(towns) {
        areas.push(Area {
            id: id.as_str().into(),
            layer: AreaLayer::Division,
            level,
            name: id.clone(),
            code: None,
            parent: parent.map(Into::into),
            valid_from: None,
            valid_to: None,
            holds: Vec::new(),
            remark: None,
        });
        units.push(Unit {
            id: format!("{id}.centre").into(),
            name: id.clone(),
            kind: UnitKind::Centre,
            area: id.as_str().into(),
            line: None,
            parent: None,
            steps: Vec::new(),
            duty_list: Default::default(),
            initials: None,
            peer_group: None,
        });
        staff.push(Staff {
            id: format!("{id}.dispatcher").into(),
            login: id.clone(),
            name: id.clone(),
            unit: format!("{id}.centre").into(),
            roles: [Role::Dispatcher].into(),
            disabled: false,
        });
    }
    Directory::new(areas, units, staff).unwrap()
}

/// Each step as the house does it: the state read from its row, decided, folded, written again.
#[test]
fn a_hundred_and_seven_zero_reports_are_quick() {
    let (directory, terms, words) = (large_city(), Terms::shipped(), Kept::default());
    let (mut row, mut seq) = (None::<String>, 0);
    let mut give = |staff: &str, command: serde_json::Value| {
        let command: Command = serde_json::from_value(command).unwrap();
        let actor = Actor::from(directory.staff(&staff.into()).unwrap());
        let now = at_minute(30);
        let desk = Desk { now, actor: &actor, directory: &directory, terms: &terms, words: &words };
        let mut state: Option<Losses> = row.as_ref().map(|row| serde_json::from_str(row).unwrap());
        for event in Losses::decide(state.as_ref(), &command, &desk).unwrap() {
            seq += 1;
            let unit = actor.unit.clone();
            let recorded = Recorded { seq, at: now, staff: actor.staff.clone(), unit, event };
            match &mut state {
                None => state = Losses::begin(&recorded),
                Some(state) => state.apply(&recorded),
            }
        }
        let state = state.unwrap();
        state.card(&directory);
        row = Some(serde_json::to_string(&state).unwrap());
        state
    };
    let started = Instant::now();
    give("city.dispatcher", json!({"command": "ask", "area": "city"}));
    for town in 0..107 {
        let report = json!({
            "command": "report", "unit": format!("t{town}.centre"), "kind": "zero",
            "as_of": at_minute(29).to_string(),
        });
        give(&format!("t{town}.dispatcher"), report);
    }
    for county in 0..9 {
        give(&format!("c{county}.dispatcher"), json!({"command": "sign"}));
    }
    let state = give("c9.dispatcher", json!({"command": "sign"}));
    let tally = totals(&state, &directory).tally;
    let took = started.elapsed();
    assert_eq!((tally.asked, tally.heard, tally.covered), (107, 107, 107));
    let size = serde_json::to_string(&state).unwrap().len();
    assert!(size < 64 * 1024, "the state of 107 zero reports is {size} bytes");
    assert!(took.as_millis() < 3000, "108 commands, 10 signatures and the sums took {took:?}");
    eprintln!("107 zero reports, signed and summed: {took:?}, {size} bytes");
}
