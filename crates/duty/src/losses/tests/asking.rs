use serde_json::json;

use super::super::Losses;
use super::{asked, give};
use crate::dossier::Dossier;
use crate::testing::{CITY, Play, at_minute};

#[test]
fn a_city_asks_all_its_towns() {
    let play = asked();
    let losses = play.state();
    let units: Vec<_> = losses.units.keys().map(ToString::to_string).collect();
    assert_eq!(units, ["north.a.centre", "north.b.centre", "south.a.centre", "south.b.centre"]);
    assert_eq!((losses.due, losses.round), (at_minute(120), 1));
    let card = losses.card(&CITY);
    assert_eq!((card.stage, card.over, card.due), ("open", false, Some(at_minute(120))));
    for key in ["a:city", "a:north", "a:south.b", "u:south.b.centre", "u:city.centre"] {
        assert!(card.holders.contains(key), "{key}");
    }
    let told: Vec<_> =
        losses.notices(&play.events[0], &CITY).iter().map(|notice| notice.unit.to_string()).collect();
    assert_eq!(
        told,
        [
            "north.a.centre",
            "north.b.centre",
            "north.centre",
            "south.a.centre",
            "south.b.centre",
            "south.centre"
        ]
    );
}

#[test]
fn a_county_asks_for_its_own_area_with_its_own_terms() {
    let mut play = Play::<Losses>::new();
    let ask = json!({
        "command": "ask", "area": "north", "name": "7·20 暴雨", "incident": "0191-aa",
        "first_minutes": 30, "cycle_minutes": 60, "units": ["north.b.centre"],
    });
    assert_eq!(play.give("north.centre.leader", 0, ask).unwrap(), ["asked"]);
    assert_eq!(play.state().due, at_minute(30));
    assert!(!serde_json::to_string(&play.events).unwrap().contains("暴雨"), "texts stay out of events");
    let later = json!({"command": "add_units", "units": ["north.a.centre"]});
    assert_eq!(play.give("north.centre.leader", 10, later.clone()).unwrap(), ["units_added"]);
    assert_eq!(play.give("north.centre.leader", 11, later).unwrap_err(), "losses.twice");
    give(&mut play, "north.a", "zero", 12, json!({})).unwrap();
}

#[test]
fn wrong_askings_are_refused() {
    let cases = [
        ("city.centre.clerk", json!({"area": "city"}), "duty.role"),
        ("city.housing.signer", json!({"area": "city"}), "duty.role"),
        ("north.centre.leader", json!({"area": "south"}), "losses.area"),
        ("north.centre.leader", json!({"area": "city"}), "losses.area"),
        ("city.centre.leader", json!({"area": "moon"}), "area.unknown"),
        ("city.centre.leader", json!({"area": "city", "first_minutes": 0}), "losses.term"),
        ("city.centre.leader", json!({"area": "city", "cycle_minutes": -5}), "losses.term"),
        ("city.centre.leader", json!({"area": "city", "incident": "a man called Li"}), "duty.reference"),
        ("city.centre.leader", json!({"area": "city", "name": " "}), "text.empty"),
        ("city.centre.leader", json!({"area": "city", "units": ["nobody"]}), "unit.unknown"),
        ("city.centre.leader", json!({"area": "city", "units": ["north.centre"]}), "losses.not_a_town"),
        ("city.centre.leader", json!({"area": "city", "units": ["north.a.government"]}), "losses.not_a_town"),
        ("city.centre.leader", json!({"area": "south", "units": ["north.a.centre"]}), "losses.not_a_town"),
        (
            "city.centre.leader",
            json!({"area": "city", "units": ["north.a.centre", "north.a.centre"]}),
            "losses.twice",
        ),
    ];
    for (who, mut ask, code) in cases {
        ask["command"] = "ask".into();
        let mut play = Play::<Losses>::new();
        assert_eq!(play.give(who, 0, ask.clone()).unwrap_err(), code, "{ask}");
    }
    let mut play = Play::<Losses>::new();
    assert_eq!(give(&mut play, "north.a", "zero", 1, json!({})).unwrap_err(), "dossier.unknown");
    let mut play = asked();
    let again = json!({"command": "ask", "area": "city"});
    assert_eq!(play.give("city.centre.shift", 1, again).unwrap_err(), "dossier.begun");
    let unknown = json!({"command": "sign", "quietly": true});
    assert!(play.give("city.centre.shift", 1, unknown).unwrap_err().starts_with("unreadable"));
    let add = json!({"command": "add_units", "units": ["north.a.centre"]});
    assert_eq!(play.give("north.centre.leader", 1, add).unwrap_err(), "losses.not_asker");
    let none = json!({"command": "add_units", "units": []});
    assert_eq!(play.give("city.centre.shift", 1, none).unwrap_err(), "losses.no_units");
}
