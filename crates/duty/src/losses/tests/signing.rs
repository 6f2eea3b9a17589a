use serde_json::json;

use super::super::totals;
use super::{asked, check, give};
use crate::dossier::Dossier;
use crate::testing::CITY;

#[test]
fn counties_sign_and_the_asker_verifies() {
    let mut play = asked();
    let sign = json!({"command": "sign"});
    let verify = json!({"command": "verify"});
    let leader = "north.centre.leader";
    assert_eq!(play.give(leader, 5, sign.clone()).unwrap_err(), "losses.nothing_to_sign");
    give(&mut play, "north.a", "first", 10, json!({"affected": 30})).unwrap();
    assert_eq!(play.give("city.centre.leader", 11, sign.clone()).unwrap_err(), "losses.not_signer");
    assert_eq!(play.give("north.a.centre.leader", 11, sign.clone()).unwrap_err(), "losses.not_signer");
    assert_eq!(play.give("north.centre.shift", 11, sign.clone()).unwrap_err(), "duty.role");
    assert_eq!(play.give(leader, 12, sign.clone()).unwrap(), ["signed"]);
    assert_eq!(play.give(leader, 13, sign.clone()).unwrap_err(), "losses.signed");

    give(&mut play, "north.a", "follow_up", 20, json!({"affected": 40})).unwrap();
    give(&mut play, "north.a", "follow_up", 21, json!({"affected": 41})).unwrap();
    give(&mut play, "north.a", "follow_up", 22, json!({"affected": 42})).unwrap();
    let sums = totals(play.state(), &CITY).tally;
    assert_eq!((sums.reported["affected"], sums.signed["affected"]), (42, 30), "until it signs anew");

    for town in ["north.b", "south.a", "south.b"] {
        give(&mut play, town, "zero", 30, json!({})).unwrap();
    }
    assert_eq!(play.give("city.centre.leader", 31, verify.clone()).unwrap_err(), "losses.unsigned");
    play.give(leader, 32, sign.clone()).unwrap();
    play.give("south.centre.dispatcher", 33, sign.clone()).unwrap();
    assert_eq!(play.give("north.centre.leader", 34, verify.clone()).unwrap_err(), "losses.not_asker");
    assert_eq!(play.give("city.centre.clerk", 34, verify.clone()).unwrap_err(), "duty.role");
    assert_eq!(play.give("city.centre.leader", 34, verify.clone()).unwrap(), ["verified"]);
    let card = play.state().card(&CITY);
    assert_eq!((card.stage, card.over, card.due), ("verified", true, None));
    assert_eq!(
        give(&mut play, "north.a", "follow_up", 40, json!({"affected": 50})).unwrap_err(),
        "dossier.over"
    );
}

#[test]
fn a_return_shows_in_the_reported_sum_at_once_and_in_the_signed_one_when_signed() {
    let mut play = asked();
    give(&mut play, "north.a", "first", 10, json!({"affected": 30})).unwrap();
    give(&mut play, "north.b", "first", 10, json!({"affected": 5})).unwrap();
    play.give("north.centre.leader", 12, json!({"command": "sign"})).unwrap();
    check(&mut play, "north.a", 13, "returned").unwrap();
    let tally = totals(play.state(), &CITY).tally;
    assert_eq!((tally.reported["affected"], tally.signed["affected"]), (5, 35));
    play.give("north.centre.leader", 14, json!({"command": "sign"})).unwrap();
    let tally = totals(play.state(), &CITY).tally;
    assert_eq!((tally.reported["affected"], tally.signed["affected"]), (5, 5));
}
