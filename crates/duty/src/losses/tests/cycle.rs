use serde_json::json;

use super::super::late;
use super::{asked, check, give};
use crate::dossier::Dossier;
use crate::testing::{CITY, at_minute};

#[test]
fn who_is_late_is_told_once_and_the_round_turns() {
    let mut play = asked();
    give(&mut play, "north.a", "zero", 100, json!({})).unwrap();
    assert_eq!(play.tick(119), [""; 0]);
    assert_eq!(play.tick(120), ["overdue", "turned"]);
    let overdue = &play.events[play.events.len() - 2];
    let told: Vec<_> =
        play.state().notices(overdue, &CITY).iter().map(|notice| notice.unit.to_string()).collect();
    assert_eq!(told, ["north.b.centre", "north.centre", "south.a.centre", "south.b.centre", "south.centre"]);
    assert_eq!(play.tick(120), [""; 0], "told once");
    assert_eq!(play.state().card(&CITY).due, Some(at_minute(120 + 1440)));

    let behind = late(play.state(), at_minute(150));
    assert_eq!(behind.len(), 3);
    assert_eq!((behind[0].unit.as_str(), behind[0].minutes), ("north.b.centre", 30));
}

#[test]
fn a_late_report_makes_good_its_own_round_only() {
    let mut play = asked();
    play.tick(120);
    for town in ["north.a", "north.b", "south.a", "south.b"] {
        give(&mut play, town, "zero", 130, json!({})).unwrap();
    }
    assert_eq!(late(play.state(), at_minute(131)), []);
    give(&mut play, "north.b", "zero", 600, json!({})).unwrap();
    assert_eq!(play.tick(1560), ["overdue", "turned"]);
    let units: Vec<_> = late(play.state(), at_minute(1560)).into_iter().map(|l| l.unit.to_string()).collect();
    assert_eq!(units, ["north.a.centre", "south.a.centre", "south.b.centre"]);
}

#[test]
fn a_round_in_which_all_report_only_turns() {
    let mut play = asked();
    for town in ["north.a", "north.b", "south.a", "south.b"] {
        give(&mut play, town, "zero", 30, json!({})).unwrap();
    }
    assert_eq!(play.tick(120), ["turned"]);
    assert_eq!(play.state().round, 2);
}

#[test]
fn rounds_missed_while_the_house_was_down_are_not_made_up() {
    let mut play = asked();
    assert_eq!(play.tick(120 + 3 * 1440 + 7), ["overdue", "turned"]);
    assert_eq!(play.state().round, 2);
    assert_eq!(play.state().due, at_minute(120 + 4 * 1440));
    assert_eq!(play.tick(120 + 3 * 1440 + 8), [""; 0]);
}

#[test]
fn a_report_returned_after_its_round_is_owed_again() {
    let mut play = asked();
    give(&mut play, "north.a", "first", 100, json!({"affected": 4})).unwrap();
    play.tick(120);
    assert!(!late(play.state(), at_minute(121)).iter().any(|late| late.unit.as_str() == "north.a.centre"));
    check(&mut play, "north.a", 130, "returned").unwrap();
    assert!(late(play.state(), at_minute(131)).iter().any(|late| late.unit.as_str() == "north.a.centre"));
    give(&mut play, "north.a", "first", 140, json!({"affected": 3})).unwrap();
    assert!(!late(play.state(), at_minute(141)).iter().any(|late| late.unit.as_str() == "north.a.centre"));
}

#[test]
fn a_unit_that_is_asked_later_has_its_own_first_term() {
    let mut play = crate::testing::Play::<super::super::Losses>::new();
    let ask = json!({"command": "ask", "area": "city", "units": ["north.a.centre"]});
    play.give("city.centre.shift", 0, ask).unwrap();
    let add = json!({"command": "add_units", "units": ["south.a.centre", "south.b.centre"]});
    play.give("city.centre.shift", 110, add).unwrap();
    assert_eq!(play.tick(120), ["overdue", "turned"]);
    let late_at = |play: &crate::testing::Play<super::super::Losses>, minute| -> Vec<String> {
        late(play.state(), at_minute(minute)).into_iter().map(|late| late.unit.to_string()).collect()
    };
    assert_eq!(late_at(&play, 120), ["north.a.centre"]);
    assert_eq!(play.state().card(&CITY).due, Some(at_minute(230)));
    give(&mut play, "south.b", "zero", 200, json!({})).unwrap();
    assert_eq!(play.tick(230), ["overdue"]);
    assert_eq!(late_at(&play, 230), ["north.a.centre", "south.a.centre"]);
    assert_eq!(play.tick(231), [""; 0]);
    give(&mut play, "south.a", "zero", 240, json!({})).unwrap();
    assert_eq!(play.tick(1560), ["overdue", "turned"]);
    assert_eq!(late_at(&play, 1560), ["north.a.centre"], "the others answered the round, one of them late");
}

#[test]
fn after_the_end_nothing_is_due() {
    let mut play = asked();
    play.give("city.centre.shift", 10, json!({"command": "close", "reason": "误下达"})).unwrap();
    assert_eq!(play.state().card(&CITY).due, None);
    assert_eq!(play.tick(5000), [""; 0]);
    assert_eq!(late(play.state(), at_minute(5000)), []);
}
