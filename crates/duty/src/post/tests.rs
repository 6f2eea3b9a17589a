use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use yipan_base::time::MINUTE;

use super::*;
use crate::testing::{CITY, Play, at_minute};

const CITY_LEADER: &str = "city.centre.leader";
const NORTH_LEADER: &str = "north.centre.leader";

fn raise(level: &str, plan: &str, areas: &[&str]) -> Value {
    json!({ "command": "raise", "level": level, "plan": plan, "areas": areas, "reason": "气象台发布红色预警" })
}

/// The city against a storm at level IV: counties told, losses after 120 minutes.
fn raised() -> Play<Post> {
    let mut play = Play::new();
    assert_eq!(play.give(CITY_LEADER, 0, raise("IV", "storm", &[])), Ok(vec!["raised"]));
    play
}

fn told(play: &Play<Post>) -> BTreeSet<String> {
    let notices = play.state().notices(play.events.last().unwrap(), &CITY);
    notices.iter().map(|notice| format!("{} {} {}", notice.unit, notice.what, notice.urgent)).collect()
}

fn set<const N: usize>(texts: [&str; N]) -> BTreeSet<String> {
    texts.into_iter().map(str::to_owned).collect()
}

fn centres(play: &Play<Post>) -> Vec<&str> {
    play.state().centres.keys().map(UnitId::as_str).collect()
}

fn late(play: &Play<Post>, minute: i64) -> Vec<(String, Option<Report>)> {
    let late = late_units(play.state(), at_minute(minute));
    late.into_iter().map(|late| (late.unit.to_string(), late.report)).collect()
}

fn acknowledge() -> Value {
    json!({ "command": "acknowledge" })
}

fn reported(unit: &str, what: &str) -> Value {
    json!({ "command": "reported", "unit": unit, "what": what })
}

fn change(level: &str) -> Value {
    json!({ "command": "change_level", "level": level, "reason": "雨势加大" })
}

fn stand_down() -> Value {
    json!({ "command": "stand_down", "reason": "预警解除" })
}

fn cycle(what: &str, every: i64, first: i64) -> Value {
    json!({ "command": "report_cycle", "what": what, "every_minutes": every, "first_due": at_minute(first) })
}

fn order(to: &str) -> Value {
    json!({ "command": "order", "to": to, "text": "立即转移低洼处群众" })
}

#[test]
fn the_shipped_plans_are_whole() {
    let plans = Plans::parse(include_str!("../../data/plans.json")).unwrap();
    assert_eq!(plans.plans.keys().collect::<Vec<_>>(), ["epidemic", "flood", "storm", "typhoon"]);
    assert_eq!(&plans, super::plans());
    let again = Plans::parse(&serde_json::to_string(&plans).unwrap()).unwrap();
    assert_eq!(plans, again);
    // A graver level tells no fewer lines, brings no fewer people, and never asks more seldom.
    for plan in plans.plans.values() {
        let people = |response: &Response| response.posts.iter().map(|post| post.count).sum::<u32>();
        let every = |response: &Response| {
            response.cycles.iter().map(|cycle| (cycle.what, cycle.every_minutes)).collect::<Vec<_>>()
        };
        for two in plan.levels.values().collect::<Vec<_>>().windows(2) {
            assert!(two[0].lines.is_superset(&two[1].lines) && people(two[0]) >= people(two[1]));
            assert!(two[0].levels_below >= two[1].levels_below);
            for (what, slow) in every(two[1]) {
                assert!(every(two[0]).iter().any(|(other, fast)| *other == what && *fast <= slow));
            }
        }
    }
}

#[test]
fn broken_plans_say_what_is_wrong() {
    let shipped: Value = serde_json::from_str(include_str!("../../data/plans.json")).unwrap();
    let fault = |pointer: &str, value: Value| {
        let mut plans = shipped.clone();
        *plans.pointer_mut(pointer).unwrap() = value;
        Plans::parse(&plans.to_string()).unwrap_err().to_string()
    };
    assert!(fault("/plans/flood/zh", json!(" ")).contains("plan `flood`, names"));
    assert!(fault("/plans/flood/levels/I/levels_below", json!(3)).contains("level I: levels_below"));
    assert!(fault("/plans/flood/levels/I/posts/0/count", json!(0)).contains("1 to 50"));
    assert!(fault("/plans/flood/levels/I/cycles/0/every_minutes", json!(0)).contains("10 minutes"));
    assert!(fault("/plans/flood/levels/I/cycles/0/what", json!("situation")).contains("one cycle"));
    assert!(fault("/plans/flood/levels", json!({})).contains("level I: is missing"));
    assert!(fault("/plans/flood/levels/I/lines", json!(7)).contains("cannot be read"));
}

#[test]
fn raising_tells_whom_the_plan_tells() {
    let play = raised();
    assert_eq!(centres(&play), ["north.centre", "south.centre"]);
    assert_eq!(told(&play), set(["north.centre post.raised true", "south.centre post.raised true"]));
    let card = play.state().card(&CITY);
    assert_eq!((card.stage, card.over, card.due), ("raised", false, Some(at_minute(15))));
    assert!(card.holders.contains("u:north.centre") && card.holders.contains("a:city"));
    assert_eq!(play.state().posts[0].post, crate::roster::DutyPost::Clerk);
    assert_eq!(play.state().cycles[&Report::Losses].due, at_minute(120));
    // A graver level reaches the towns; the lines that this city has are told.
    let mut play = Play::<Post>::new();
    play.give(CITY_LEADER, 0, raise("二级", "flood", &["north"])).unwrap();
    assert_eq!(centres(&play), ["north.a.centre", "north.b.centre", "north.centre"]);
    assert!(told(&play).contains("city.housing post.raised true"));
    assert_eq!(play.state().level, Level::II);
    // One town is struck: its county and it are told, and a centre that was named.
    let mut play = Play::<Post>::new();
    let mut one = raise("IV", "storm", &["north.a"]);
    one["centres"] = json!(["south.b.centre", "city.centre"]);
    one["incident"] = "incident-7".into();
    play.give(CITY_LEADER, 0, one).unwrap();
    assert_eq!(centres(&play), ["north.a.centre", "north.centre", "south.b.centre"]);
    assert_eq!(play.state().incident.as_deref(), Some("incident-7"));
    // A county's post is told to the city.
    let mut play = Play::<Post>::new();
    play.give("north.centre.shift", 0, raise("III", "storm", &[])).unwrap();
    assert_eq!(centres(&play), ["north.a.centre", "north.b.centre"]);
    assert!(told(&play).contains("city.centre post.raised true"));
}

#[test]
fn who_may_raise_what() {
    let mut named = raise("IV", "storm", &[]);
    named["centres"] = json!(["south.centre"]);
    let mut incident = raise("IV", "storm", &[]);
    incident["incident"] = "昨晚的大风".into();
    let mut wordless = raise("IV", "storm", &[]);
    wordless["reason"] = "".into();
    let cases = [
        ("north.centre.dispatcher", raise("IV", "storm", &[]), "duty.role"),
        (NORTH_LEADER, raise("II", "storm", &[]), "post.level"),
        (NORTH_LEADER, raise("I", "storm", &[]), "post.level"),
        ("north.a.centre.leader", raise("IV", "storm", &[]), "post.town"),
        (NORTH_LEADER, raise("IV", "storm", &["south.a"]), "post.area"),
        (NORTH_LEADER, raise("IV", "storm", &["city"]), "post.area"),
        (NORTH_LEADER, raise("IV", "storm", &["nowhere"]), "post.area"),
        (NORTH_LEADER, named, "post.area"),
        (NORTH_LEADER, raise("IV", "earthquake", &[]), "post.plan"),
        (NORTH_LEADER, incident, "duty.reference"),
        (NORTH_LEADER, wordless, "text.empty"),
        (NORTH_LEADER, stand_down(), "dossier.unknown"),
    ];
    for (staff, command, code) in cases {
        assert_eq!(Play::<Post>::new().give(staff, 0, command), Err(code.into()), "{staff}");
    }
    assert!(
        Play::<Post>::new()
            .give(NORTH_LEADER, 0, raise("V", "storm", &[]))
            .unwrap_err()
            .starts_with("unreadable")
    );
    assert_eq!(raised().give(CITY_LEADER, 1, raise("IV", "storm", &[])), Err("dossier.begun".into()));
}

#[test]
fn those_who_do_not_acknowledge_are_named_once() {
    let mut play = raised();
    assert_eq!(play.give("north.centre.clerk", 5, acknowledge()), Ok(vec!["acknowledged"]));
    assert_eq!(play.give("north.centre.clerk", 6, acknowledge()), Err("post.acknowledged".into()));
    assert_eq!(play.give("north.a.centre.clerk", 6, acknowledge()), Err("post.not_named".into()));
    assert!(play.tick(14).is_empty());
    assert!(late(&play, 14).is_empty());
    assert_eq!(late(&play, 15), [("south.centre".to_owned(), None)]);
    assert_eq!(play.tick(15), ["unacknowledged"]);
    let both = set(["south.centre post.unacknowledged true", "city.centre post.unacknowledged true"]);
    assert_eq!(told(&play), both);
    assert!(play.tick(16).is_empty());
    assert_eq!(play.state().card(&CITY).due, Some(at_minute(120)));
    assert_eq!(play.give("south.centre.clerk", 20, acknowledge()), Ok(vec!["acknowledged"]));
    assert!(late(&play, 20).is_empty());
    // Where all have, nobody is named.
    let mut play = raised();
    for centre in ["north", "south"] {
        play.give(&format!("{centre}.centre.clerk"), 5, acknowledge()).unwrap();
    }
    assert_eq!(play.state().card(&CITY).due, Some(at_minute(120)));
    assert!(play.tick(15).is_empty());
}

#[test]
fn a_cycle_closes_with_the_names_of_those_who_owe_it() {
    let mut play = raised();
    play.tick(15);
    let north = reported("north.centre", "losses");
    assert_eq!(play.give("south.centre.clerk", 60, north.clone()), Err("post.not_your_report".into()));
    assert_eq!(play.give("north.government.handler", 60, north.clone()), Ok(vec!["reported"]));
    assert_eq!(play.give("north.centre.clerk", 61, north), Err("post.reported".into()));
    assert_eq!(
        play.give("north.centre.clerk", 61, reported("north.a.centre", "losses")),
        Err("post.not_named".into())
    );
    assert_eq!(
        play.give("north.centre.clerk", 61, reported("north.centre", "situation")),
        Err("post.no_cycle".into())
    );
    assert_eq!(play.tick(120), ["cycle_closed"]);
    assert_eq!(told(&play), set(["south.centre post.report_missing true"]));
    assert!(play.tick(120).is_empty());
    assert_eq!(play.state().card(&CITY).due, Some(at_minute(120 + 1440)));
    assert!(late(&play, 130).contains(&("south.centre".to_owned(), Some(Report::Losses))));
    // It makes up for it: its report is that of the current cycle.
    assert_eq!(play.give("city.centre.clerk", 140, reported("south.centre", "losses")), Ok(vec!["reported"]));
    assert!(!late(&play, 141).iter().any(|(_, report)| report.is_some()));
    // A house that was down for days closes once and begins the cycle that runs now.
    assert_eq!(play.tick(120 + 3 * 1440 + 7), ["cycle_closed"]);
    let losses = &play.state().cycles[&Report::Losses];
    assert_eq!(losses.due, at_minute(120 + 4 * 1440));
    assert_eq!(losses.missed, [("north.centre".into(), 1), ("south.centre".into(), 1)].into());
}

#[test]
fn a_cycle_may_be_set_anew() {
    let mut play = raised();
    assert_eq!(play.give("city.centre.clerk", 5, cycle("situation", 60, 60)), Err("duty.role".into()));
    assert_eq!(play.give(NORTH_LEADER, 5, cycle("situation", 60, 60)), Err("duty.other_centre".into()));
    assert_eq!(play.give(CITY_LEADER, 5, cycle("situation", 9, 60)), Err("post.cycle".into()));
    assert_eq!(play.give(CITY_LEADER, 5, cycle("situation", 60, 5)), Err("post.first_due".into()));
    assert_eq!(play.give(CITY_LEADER, 5, cycle("situation", 60, 8 * 1440)), Err("post.first_due".into()));
    assert_eq!(play.give("city.centre.dispatcher", 5, cycle("situation", 60, 65)), Ok(vec!["cycle_set"]));
    assert!(told(&play).contains("north.centre post.report_cycle false"));
    play.give("north.centre.clerk", 10, reported("north.centre", "situation")).unwrap();
    assert_eq!(play.tick(65), ["unacknowledged", "cycle_closed"]);
    assert_eq!(play.give(CITY_LEADER, 70, cycle("situation", 30, 90)), Ok(vec!["cycle_set"]));
    assert_eq!(play.tick(90), ["cycle_closed"]);
    let situation = &play.state().cycles[&Report::Situation];
    assert_eq!((situation.due, situation.missed.len()), (at_minute(120), 2));
}

#[test]
fn a_level_changes_with_what_its_plan_brings() {
    let mut play = raised();
    play.give("north.centre.clerk", 5, acknowledge()).unwrap();
    assert_eq!(play.give(NORTH_LEADER, 10, change("III")), Err("post.not_yours".into()));
    assert_eq!(play.give(CITY_LEADER, 10, change("IV")), Err("post.same_level".into()));
    assert_eq!(play.give("city.centre.shift", 10, change("I")), Ok(vec!["level_changed"]));
    assert_eq!((play.state().level, centres(&play).len()), (Level::I, 6));
    assert_eq!(play.state().silent().count(), 6);
    assert_eq!(play.state().card(&CITY).due, Some(at_minute(25)));
    assert_eq!(play.state().cycles[&Report::Situation].due, at_minute(40));
    assert!(told(&play).contains("south.b.centre post.level_changed true"));
    // Towns that were told stay told when the level falls.
    play.give(CITY_LEADER, 20, change("IV")).unwrap();
    assert_eq!(centres(&play).len(), 6);
}

#[test]
fn a_county_does_not_lower_what_it_could_not_raise() {
    let mut play = Play::<Post>::new();
    play.give(NORTH_LEADER, 0, raise("IV", "storm", &[])).unwrap();
    assert_eq!(play.give(NORTH_LEADER, 1, change("II")), Err("post.level".into()));
    assert_eq!(play.give("south.centre.leader", 1, change("III")), Err("post.not_yours".into()));
    assert_eq!(play.give(CITY_LEADER, 2, change("II")), Ok(vec!["level_changed"]));
    assert!(!centres(&play).contains(&"city.centre"));
    assert_eq!(play.give(NORTH_LEADER, 3, change("III")), Err("post.level".into()));
    assert_eq!(play.give(NORTH_LEADER, 3, stand_down()), Err("post.level".into()));
    assert_eq!(play.give(CITY_LEADER, 4, change("III")), Ok(vec!["level_changed"]));
    assert_eq!(play.give(NORTH_LEADER, 5, stand_down()), Ok(vec!["stood_down"]));
}

#[test]
fn the_log_keeps_what_was_said_and_ordered() {
    let mut play = raised();
    let note = json!({ "command": "note", "text": "三个小区停电" });
    assert_eq!(play.give("north.centre.clerk", 5, note.clone()), Ok(vec!["noted"]));
    assert_eq!(play.give("north.a.centre.clerk", 5, note.clone()), Err("post.no_part".into()));
    assert_eq!(play.give("city.centre.clerk", 6, order("north.water")), Err("duty.role".into()));
    assert_eq!(play.give(CITY_LEADER, 6, order("nobody")), Err("unit.unknown".into()));
    assert_eq!(play.give("city.centre.dispatcher", 6, order("north.water")), Ok(vec!["ordered"]));
    assert_eq!(told(&play), set(["north.water post.ordered true"]));
    assert!(play.state().card(&CITY).holders.contains("u:north.water"));
    assert_eq!(play.give("city.centre.shift", 7, stand_down()), Ok(vec!["stood_down"]));
    let happened: Vec<_> = log(play.state())
        .iter()
        .map(|entry| serde_json::to_value(&entry.happened).unwrap()["what"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(happened, ["raised", "note", "order", "stood_down"]);
    assert_eq!(log(play.state())[2].staff.as_str(), "city.centre.dispatcher");
    let card = play.state().card(&CITY);
    assert_eq!((card.stage, card.over, card.due), ("stood_down", true, None));
    assert!(play.tick(9_999).is_empty());
    assert!(late(&play, 9_999).is_empty());
    for command in
        [note, order("north.water"), acknowledge(), stand_down(), change("I"), cycle("losses", 60, 60)]
    {
        assert_eq!(play.give(CITY_LEADER, 8, command), Err("dossier.over".into()));
    }
    let events = serde_json::to_string(&play.events).unwrap();
    assert!(play.texts.0.borrow().iter().all(|text| !events.contains(text.as_str())));
}

#[test]
fn a_county_orders_only_its_own() {
    let mut play = Play::<Post>::new();
    play.give(NORTH_LEADER, 0, raise("IV", "storm", &[])).unwrap();
    assert_eq!(play.give(NORTH_LEADER, 1, order("south.water")), Err("post.area".into()));
    assert_eq!(play.give(NORTH_LEADER, 1, order("north.a.government")), Ok(vec!["ordered"]));
}

#[test]
fn a_log_that_is_full_takes_no_more_notes_but_still_stands_down() {
    let mut play = raised();
    let entry = play.state().log[0].clone();
    play.state.as_mut().unwrap().log = vec![entry; 2_000];
    let desk_refuses = |command: Value| {
        let actor = crate::testing::actor(CITY_LEADER);
        let (terms, words) = (crate::Terms::shipped(), crate::testing::Kept::default());
        let desk = Desk { now: at_minute(1), actor: &actor, directory: &CITY, terms: &terms, words: &words };
        let command = serde_json::from_value(command).unwrap();
        Post::decide(play.state.as_ref(), &command, &desk).err().map(|refusal| refusal.code)
    };
    assert_eq!(desk_refuses(json!({ "command": "note", "text": "x" })).as_deref(), Some("post.full"));
    assert_eq!(desk_refuses(order("north.water")).as_deref(), Some("post.full"));
    assert_eq!(desk_refuses(stand_down()), None);
}

proptest! {
    /// However seldom the house looks, the next cycle is the one that runs, on the same beat.
    #[test]
    fn the_next_cycle_is_the_one_that_runs(every in 10_i64..3_000, late in 0_i64..100_000) {
        let due = at_minute(0);
        let cycle = Cycle {
            every_minutes: every,
            due,
            reported: Default::default(),
            closed: None,
            missing: Default::default(),
            missed: Default::default(),
        };
        let (now, next) = (at_minute(late), cycle.due_after(at_minute(late)));
        prop_assert!(next > now && next.since(now) <= every * MINUTE);
        prop_assert_eq!(next.since(due) % (every * MINUTE), 0);
    }
}
