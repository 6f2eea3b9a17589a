use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::testing::{CITY, Play, at_minute};

const SHIFT: &str = "city.centre.shift";
const NORTH: &str = "north.centre.dispatcher";

fn storm() -> Value {
    json!({
        "command": "open", "kind": "storm", "title": "4·30风雹", "areas": ["north", "south.a"],
        "began_at": at_minute(-30), "warning": {"reference": "320600-20210430-7", "level": "orange"},
    })
}

fn opened() -> Play<Incident> {
    let mut play = Play::new();
    assert_eq!(play.give(SHIFT, 0, storm()), Ok(vec!["opened"]));
    play
}

fn with(mut command: Value, field: &str, value: Value) -> Value {
    command[field] = value;
    command
}

fn refused(play: &mut Play<Incident>, staff: &str, minute: i64, command: Value) -> String {
    let before = play.events.len();
    let code = play.give(staff, minute, command).unwrap_err();
    assert_eq!(play.events.len(), before, "a refusal leaves no trace");
    code
}

#[test]
fn an_incident_lives_from_the_first_call_to_its_summary() {
    let mut play = opened();
    for (staff, command, event) in [
        ("north.centre.clerk", json!({"command": "add", "cases": ["c1", "c2", "c1"]}), "added"),
        (
            "south.a.centre.dispatcher",
            json!({"command": "add", "cases": ["c2", "c3"],
            "others": [{"kind": "alert", "reference": "a1"}, {"kind": "dossier", "reference": "d1"}]}),
            "added",
        ),
        (SHIFT, json!({"command": "set_master", "case": "c2"}), "master_set"),
        (SHIFT, json!({"command": "share_answer", "text": "抢修队已出发"}), "answer_shared"),
        (SHIFT, json!({"command": "share_answer", "text": "今晚十二点前恢复供电"}), "answer_shared"),
        (SHIFT, json!({"command": "widen", "areas": ["south", "north"]}), "widened"),
        ("south.centre.clerk", json!({"command": "note", "text": "避难所已开放"}), "noted"),
        (SHIFT, json!({"command": "link_post", "dossier": "p1"}), "linked"),
        (SHIFT, json!({"command": "link_losses", "dossier": "l1"}), "linked"),
        (SHIFT, json!({"command": "link_brief", "dossier": "b1"}), "linked"),
        (SHIFT, json!({"command": "remove", "cases": ["c2", "gone"], "reason": "另一件事"}), "removed"),
        (SHIFT, json!({"command": "close", "summary": "险情已排除"}), "closed"),
    ] {
        assert_eq!(play.give(staff, 10, command.clone()), Ok(vec![event]), "{command}");
    }
    let state = play.state();
    assert_eq!(state.master, None, "a master that is removed is no master");
    assert_eq!(state.links.len(), 3);
    assert_eq!(state.answer.as_ref().unwrap().text.id.as_str(), "text-3", "the later answer stands");
    let members = members(state);
    assert_eq!(members.cases, ["c1".into(), "c3".into()]);
    assert_eq!(members.others[&MemberKind::Alert], ["a1"]);
    let told: Vec<_> = timeline(state).iter().map(|entry| entry.seq).collect();
    assert_eq!(told, (1..=13).collect::<Vec<_>>());
    let card = state.card(&CITY);
    assert_eq!((card.stage, card.over, card.due), ("closed", true, None));
    assert_eq!(play.tick(100_000), Vec::<&str>::new());
}

#[test]
fn whoever_sees_the_centre_or_an_area_sees_it() {
    let mut play = Play::<Incident>::new();
    play.give(NORTH, 0, with(storm(), "areas", json!(["north.a"]))).unwrap();
    let expected = ["a:city", "a:north", "a:north.a", "u:north.centre"];
    assert_eq!(play.state().card(&CITY).holders, expected.map(str::to_owned).into());
}

#[test]
fn centres_of_the_areas_are_told_urgently_under_an_orange_warning() {
    let mut play = opened();
    let told = |play: &Play<Incident>| {
        let event = play.events.last().unwrap();
        let notices = play.state().notices(event, &CITY);
        notices.into_iter().map(|n| (n.unit.to_string(), n.what, n.urgent)).collect::<Vec<_>>()
    };
    let both = |what, urgent| {
        vec![("north.centre".to_owned(), what, urgent), ("south.a.centre".to_owned(), what, urgent)]
    };
    assert_eq!(told(&play), both("incident.opened", true));
    play.give(SHIFT, 1, json!({"command": "note", "text": "无"})).unwrap();
    assert_eq!(told(&play), []);
    play.give(SHIFT, 2, json!({"command": "close", "summary": "完毕"})).unwrap();
    assert_eq!(told(&play), both("incident.closed", false));
}

#[test]
fn what_is_wrong_when_it_opens_is_refused() {
    let mut play = Play::<Incident>::new();
    let note = json!({"command": "note", "text": "早"});
    assert_eq!(refused(&mut play, SHIFT, 0, note), "dossier.unknown");
    let many: Vec<_> = (0..201).map(|n| format!("area-{n}")).collect();
    for (staff, command, code) in [
        ("city.centre.clerk", storm(), "duty.role"),
        (NORTH, storm(), "incident.area"),
        (NORTH, with(storm(), "centre", json!("city.centre")), "incident.not_yours"),
        ("north.housing.signer", storm(), "duty.role"),
        (SHIFT, with(storm(), "centre", json!("city.housing")), "duty.not_a_centre"),
        (SHIFT, with(storm(), "areas", json!([])), "incident.areas"),
        (SHIFT, with(storm(), "areas", json!(many)), "area.unknown"),
        (SHIFT, with(storm(), "began_at", json!(at_minute(1))), "incident.future"),
        (SHIFT, with(storm(), "title", json!(" ")), "text.empty"),
        (SHIFT, with(storm(), "warning", json!({"reference": "打雷了", "level": "red"})), "duty.reference"),
    ] {
        assert_eq!(refused(&mut play, staff, 0, command.clone()), code, "{staff}: {command}");
    }
    for bad in [
        with(storm(), "kind", json!("party")),
        with(storm(), "colour", json!("red")),
        with(storm(), "warning", json!({"reference": "1", "level": "pink"})),
        json!({"command": "explode"}),
    ] {
        assert!(refused(&mut play, SHIFT, 0, bad).starts_with("unreadable"));
    }
    play.give(SHIFT, 0, with(storm(), "centre", json!("north.centre"))).unwrap_err();
    let of_north = with(with(storm(), "centre", json!("north.centre")), "areas", json!(["north"]));
    assert_eq!(
        play.give(SHIFT, 0, of_north),
        Ok(vec!["opened"]),
        "the centre above may open it for one below"
    );
    assert_eq!(refused(&mut play, SHIFT, 0, storm()), "dossier.begun");
}

#[test]
fn what_is_wrong_later_is_refused() {
    let mut play = opened();
    play.give(SHIFT, 1, json!({"command": "add", "cases": ["c1"]})).unwrap();
    play.give(SHIFT, 1, json!({"command": "set_master", "case": "c1"})).unwrap();
    play.give(SHIFT, 1, json!({"command": "link_post", "dossier": "p1"})).unwrap();
    let many: Vec<_> = (0..1_001).map(|n| format!("c{n}")).collect();
    let alert = json!([{"kind": "alert", "reference": "a1"}]);
    for (staff, command, code) in [
        (SHIFT, json!({"command": "add"}), "incident.nothing_new"),
        (SHIFT, json!({"command": "add", "cases": ["c1"]}), "incident.nothing_new"),
        (SHIFT, json!({"command": "add", "cases": ["张三家的事"]}), "duty.reference"),
        (SHIFT, json!({"command": "add", "cases": many}), "incident.too_many"),
        (SHIFT, json!({"command": "add", "others": [{"kind": "alert", "reference": ""}]}), "duty.reference"),
        ("north.centre.clerk", json!({"command": "add", "others": alert}), "duty.role"),
        ("south.b.centre.dispatcher", json!({"command": "add", "cases": ["c2"]}), "incident.not_yours"),
        ("north.housing.signer", json!({"command": "note", "text": "我"}), "duty.role"),
        (SHIFT, json!({"command": "remove", "cases": ["c9"], "reason": "误"}), "incident.not_a_member"),
        (SHIFT, json!({"command": "remove", "cases": ["c1"], "reason": ""}), "text.empty"),
        (SHIFT, json!({"command": "set_master", "case": "c9"}), "incident.not_a_member"),
        (SHIFT, json!({"command": "set_master", "case": "c1"}), "incident.nothing_new"),
        (SHIFT, json!({"command": "widen", "areas": ["north"]}), "incident.nothing_new"),
        (SHIFT, json!({"command": "widen", "areas": ["moon"]}), "area.unknown"),
        (SHIFT, json!({"command": "link_post", "dossier": "p1"}), "incident.nothing_new"),
        (SHIFT, json!({"command": "link_brief", "dossier": "两份"}), "duty.reference"),
        (SHIFT, json!({"command": "merge_into", "incident": ""}), "duty.reference"),
        (SHIFT, json!({"command": "reopen", "reason": "早"}), "incident.not_closed"),
        (NORTH, json!({"command": "close", "summary": "完"}), "incident.not_yours"),
        (NORTH, json!({"command": "share_answer", "text": "完"}), "incident.not_yours"),
        ("north.centre.clerk", json!({"command": "close", "summary": "完"}), "duty.role"),
    ] {
        assert_eq!(refused(&mut play, staff, 2, command.clone()), code, "{staff}: {command}");
    }
}

#[test]
fn a_closed_one_reopens_within_seven_days_and_a_merged_one_never() {
    let week = 7 * 24 * 60;
    let mut play = opened();
    play.give(SHIFT, 0, json!({"command": "close", "summary": "完毕"})).unwrap();
    assert_eq!(refused(&mut play, SHIFT, 1, json!({"command": "note", "text": "迟"})), "dossier.over");
    let reopen = json!({"command": "reopen", "reason": "又起"});
    assert_eq!(refused(&mut play, SHIFT, week + 1, reopen.clone()), "incident.reopen_late");
    assert_eq!(play.give(SHIFT, week, reopen.clone()), Ok(vec!["reopened"]));
    assert_eq!(play.state().closed, None);
    assert_eq!(
        play.give(SHIFT, week, json!({"command": "merge_into", "incident": "i2"})),
        Ok(vec!["merged_into"])
    );
    assert_eq!(play.state().card(&CITY).stage, "merged");
    assert_eq!(refused(&mut play, SHIFT, week, reopen), "incident.not_closed");
    assert_eq!(refused(&mut play, SHIFT, week, json!({"command": "add", "cases": ["c"]})), "dossier.over");
}

#[test]
fn five_thousand_cases_stay_workable() {
    let mut play = opened();
    for part in 0..5 {
        let cases: Vec<_> = (0..1_000).map(|n| format!("{:08}", part * 1_000 + n)).collect();
        play.give(SHIFT, 1, json!({"command": "add", "cases": cases})).unwrap();
    }
    let state = play.state();
    assert_eq!(state.cases.len(), 5_000);
    assert_eq!(timeline(state).len(), 2, "one line for one unit's hour");
    assert_eq!(timeline(state)[1].what, What::Added { cases: 5_000, others: 0 });
    play.give(SHIFT, 61, json!({"command": "add", "cases": ["late"]})).unwrap();
    assert_eq!(timeline(play.state()).len(), 3, "the next hour has its own line");
}

proptest! {
    /// Whatever is added and removed, the members are those of a plain set, and the master is one of them.
    #[test]
    fn members_are_a_set(moves in prop::collection::vec((any::<bool>(), prop::collection::vec(0..12_u8, 0..5), 0..12_u8), 1..30)) {
        let mut play = opened();
        let mut expected: BTreeSet<String> = BTreeSet::new();
        for (add, cases, master) in moves {
            let cases: Vec<_> = cases.into_iter().map(|n| format!("c{n:02}")).collect();
            let before = expected.len();
            let command = if add {
                expected.extend(cases.iter().cloned());
                json!({"command": "add", "cases": cases})
            } else {
                expected.retain(|case| !cases.contains(case));
                json!({"command": "remove", "cases": cases, "reason": "误"})
            };
            prop_assert_eq!(play.give(SHIFT, 1, command).is_ok(), expected.len() != before);
            let master = format!("c{master:02}");
            let set = play.give(SHIFT, 1, json!({"command": "set_master", "case": master}));
            prop_assert!(expected.contains(&master) || set.is_err());
            let state = play.state();
            let cases: BTreeSet<_> = state.cases.iter().map(ToString::to_string).collect();
            prop_assert_eq!(&cases, &expected);
            prop_assert!(state.master.iter().all(|master| state.cases.contains(master)));
        }
    }
}
