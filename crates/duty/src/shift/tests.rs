use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::testing::{CITY, Play, at_minute};

const CLERK: &str = "north.centre.clerk";
const CHIEF: &str = "north.centre.shift";

/// Of the shift from minute 60 to minute 540.
fn of_the_shift(command: &str) -> Value {
    json!({ "command": command, "centre": "north.centre", "from": at_minute(60), "to": at_minute(540) })
}

fn expect(staff: &str) -> Value {
    let mut command = of_the_shift("expect");
    command["staff"] = staff.into();
    command
}

fn take_over() -> Value {
    of_the_shift("take_over")
}

fn log(text: &str) -> Value {
    json!({ "command": "log", "kind": "telephone_in", "text": text })
}

fn hand_over() -> Value {
    json!({ "command": "hand_over", "summary": "一夜平稳" })
}

fn accept() -> Value {
    json!({ "command": "accept_hand_over" })
}

fn refuse() -> Value {
    json!({ "command": "refuse_hand_over", "reason": "未交代停电小区" })
}

fn opened() -> Play<Shift> {
    let mut play = Play::new();
    assert_eq!(play.give(CLERK, 55, take_over()), Ok(vec!["taken_over"]));
    play
}

fn told(play: &Play<Shift>) -> Vec<(String, &'static str, bool)> {
    let notices = play.state().notices(play.events.last().unwrap(), &CITY);
    notices.into_iter().map(|notice| (notice.unit.to_string(), notice.what, notice.urgent)).collect()
}

fn centre_and_above(what: &'static str, urgent: bool) -> [(String, &'static str, bool); 2] {
    ["north.centre", "city.centre"].map(|unit| (unit.to_owned(), what, urgent))
}

fn due(play: &Play<Shift>) -> Option<Timestamp> {
    play.state().card(&CITY).due
}

#[test]
fn a_shift_is_taken_over_kept_and_handed_over() {
    let mut play = Play::<Shift>::new();
    let mut command = take_over();
    command["before"] = "shift-0".into();
    assert_eq!(play.give(CLERK, 55, command), Ok(vec!["taken_over"]));
    let keeper = play.state().keeper.clone().unwrap();
    assert_eq!((keeper.staff.as_str(), keeper.late_minutes), (CLERK, 0));
    assert_eq!(play.state().before.as_deref(), Some("shift-0"));
    let call = json!({ "command": "log", "kind": "telephone_in", "text": "幸福小区停电", "counterpart": "物业张经理",
        "case": "NT-20210430-00012", "dossier": "018f-aa", "happened_at": at_minute(100) });
    assert_eq!(play.give("north.government.handler", 110, call), Ok(vec!["logged"]));
    assert_eq!(play.give(CHIEF, 120, log("已报供电公司")), Ok(vec!["logged"]));
    let entries = &play.state().log;
    assert_eq!((entries[0].happened_at, entries[0].written_at), (at_minute(100), at_minute(110)));
    assert_eq!(entries[1].happened_at, at_minute(120));
    assert!(entries[0].counterpart.is_some() && !entries[0].late);
    let handing = json!({ "command": "hand_over", "summary": "停电一处，已派单", "open_things": [
        { "kind": "case", "reference": "NT-20210430-00012", "text": "等供电公司回复" },
        { "kind": "matter", "text": "电梯维修工八点到" },
    ], "counts": { "handling": 12, "dispatched": 3 } });
    assert_eq!(play.give(CLERK, 535, handing), Ok(vec!["handed_over"]));
    assert_eq!(told(&play), [("north.centre".to_owned(), "shift.handed_over", false)]);
    assert_eq!(play.state().card(&CITY).stage, "handing_over");
    let given = play.state().hand_over.clone().unwrap();
    assert_eq!((given.open_things.len(), given.counts["handling"]), (2, 12));
    assert_eq!(play.give("north.centre.dispatcher", 541, accept()), Ok(vec!["hand_over_accepted"]));
    let card = play.state().card(&CITY);
    assert_eq!((card.stage, card.over, card.due), ("handed_over", true, None));
    assert!(card.holders.contains("u:north.government") && card.holders.contains("a:city"));
    assert_eq!(play.give(CLERK, 542, log("补记")), Err("dossier.over".into()));
    // Whatever people said was sealed, and stands in no event.
    let events = serde_json::to_string(&play.events).unwrap();
    assert_eq!(play.texts.0.borrow().len(), 6);
    assert!(play.texts.0.borrow().iter().all(|text| !events.contains(text.as_str())));
}

#[test]
fn what_is_no_shift_and_who_takes_none_over() {
    let at = |from: i64, to: i64, centre: &str| json!({ "command": "take_over", "centre": centre, "from": at_minute(from), "to": at_minute(to) });
    let cases = [
        (CLERK, at(60, 540, "south.centre"), "duty.not_of_centre"),
        (CLERK, at(60, 540, "north.housing"), "duty.not_a_centre"),
        ("north.housing.handler", at(60, 540, "north.centre"), "duty.not_of_centre"),
        (CLERK, at(60, 60, "north.centre"), "shift.hours"),
        (CLERK, at(60, 60 + 24 * 60 + 1, "north.centre"), "shift.hours"),
        (CLERK, at(-60, 0, "north.centre"), "shift.past"),
        (CLERK, at(121, 540, "north.centre"), "shift.early"),
        (CLERK, log("无人接班"), "dossier.unknown"),
        (CHIEF, json!({ "command": "call_off" }), "dossier.unknown"),
        (CLERK, expect(CLERK), "duty.role"),
        ("south.centre.shift", expect(CLERK), "duty.other_centre"),
        (CHIEF, expect("south.centre.clerk"), "duty.of_another_place"),
        (CHIEF, expect("nobody"), "staff.unknown"),
    ];
    for (staff, command, code) in cases {
        assert_eq!(Play::<Shift>::new().give(staff, 0, command), Err(code.into()), "{staff}");
    }
    let mut play = opened();
    assert_eq!(play.give(CHIEF, 60, take_over()), Err("shift.taken_over".into()));
    assert_eq!(play.give(CHIEF, 60, expect(CHIEF)), Err("shift.taken_over".into()));
    assert_eq!(play.give(CHIEF, 60, json!({ "command": "call_off" })), Err("shift.taken_over".into()));
    assert_eq!(play.give(CHIEF, 60, at(60, 541, "north.centre")), Err("shift.another".into()));
}

#[test]
fn an_absence_is_raised_once_and_a_late_take_over_counts_its_minutes() {
    let mut play = Play::<Shift>::new();
    assert_eq!(play.give("city.centre.dispatcher", 0, expect(CLERK)), Ok(vec!["expected"]));
    assert_eq!(play.give(CLERK, 0, log("x")), Err("shift.nobody".into()));
    assert_eq!(play.give(CHIEF, 0, hand_over()), Err("shift.nobody".into()));
    assert_eq!(play.give(CHIEF, 0, expect(CLERK)), Err("dossier.begun".into()));
    assert_eq!(due(&play), Some(at_minute(75)));
    assert!(play.tick(74).is_empty());
    assert_eq!(play.tick(75), ["absent"]);
    assert_eq!(told(&play), centre_and_above("shift.absent", true));
    assert_eq!(due(&play), Some(at_minute(540)));
    assert!(play.tick(76).is_empty());
    assert_eq!(play.state().card(&CITY).stage, "absent");
    // Somebody else comes.
    assert_eq!(play.give("north.centre.analyst", 83, take_over()), Ok(vec!["taken_over"]));
    assert_eq!(told(&play), centre_and_above("shift.taken_over_late", false));
    assert_eq!(play.state().keeper.as_ref().unwrap().late_minutes, 23);
    assert_eq!(play.state().expected.as_ref().unwrap().staff.as_str(), CLERK);
    assert_eq!(play.state().absent, Some(at_minute(75)));
}

#[test]
fn within_the_term_nobody_is_late() {
    for (minute, late) in [(60, 0), (74, 0), (75, 15)] {
        let mut play = Play::<Shift>::new();
        play.give(CHIEF, 0, expect(CLERK)).unwrap();
        play.give(CLERK, minute, take_over()).unwrap();
        assert_eq!(play.state().keeper.as_ref().unwrap().late_minutes, late);
        assert!(told(&play).is_empty());
        assert_eq!(due(&play), Some(at_minute(570)));
    }
}

#[test]
fn a_shift_that_nobody_came_to_lapses() {
    let mut play = Play::<Shift>::new();
    play.give(CHIEF, 0, expect(CLERK)).unwrap();
    play.tick(75);
    assert_eq!(play.give(CLERK, 540, take_over()), Err("shift.past".into()));
    assert_eq!(play.tick(540), ["lapsed"]);
    assert_eq!(told(&play), centre_and_above("shift.lapsed", true));
    assert!(play.tick(541).is_empty());
    assert_eq!(due(&play), None);
    // A house that was down sees both at once.
    let mut play = Play::<Shift>::new();
    play.give(CHIEF, 0, expect(CLERK)).unwrap();
    assert_eq!(play.tick(9_999), ["absent", "lapsed"]);
    assert!(play.state().card(&CITY).over);
}

#[test]
fn an_expected_shift_follows_the_roster() {
    let mut play = Play::<Shift>::new();
    play.give(CHIEF, 0, expect(CLERK)).unwrap();
    assert_eq!(play.give(CHIEF, 1, expect(CHIEF)), Ok(vec!["expected"]));
    assert_eq!(play.state().expected.as_ref().unwrap().staff.as_str(), CHIEF);
    let off = json!({ "command": "call_off" });
    assert_eq!(play.give(CLERK, 2, off.clone()), Err("duty.role".into()));
    assert_eq!(play.give(CHIEF, 2, off), Ok(vec!["called_off"]));
    assert!(play.tick(999).is_empty());
    assert_eq!(play.give(CLERK, 60, take_over()), Err("dossier.over".into()));
}

#[test]
fn the_house_itself_expects_but_never_takes_over() {
    let actor = yipan_base::actor::Actor::system();
    let (terms, words) = (crate::Terms::shipped(), crate::testing::Kept::default());
    let desk = Desk { now: at_minute(0), actor: &actor, directory: &CITY, terms: &terms, words: &words };
    let give = |command: Value| Shift::decide(None, &serde_json::from_value(command).unwrap(), &desk);
    assert!(give(expect(CLERK)).is_ok());
    assert_eq!(give(take_over()).unwrap_err().code, "duty.no_unit");
}

#[test]
fn a_shift_that_runs_on_is_noticed_once() {
    let mut play = opened();
    assert_eq!(due(&play), Some(at_minute(570)));
    assert!(play.tick(569).is_empty());
    // A hand-over that nobody accepts keeps nobody from being told.
    play.give(CLERK, 560, hand_over()).unwrap();
    assert_eq!(play.tick(570), ["overrun"]);
    assert_eq!(told(&play), [("north.centre".to_owned(), "shift.overrun", true)]);
    assert!(play.tick(571).is_empty());
    assert_eq!(due(&play), None);
    assert_eq!(play.give(CHIEF, 580, accept()), Ok(vec!["hand_over_accepted"]));
}

#[test]
fn the_log_says_when_it_was_and_that_it_was_written_late() {
    let mut play = opened();
    let at = |minute: i64| json!({ "command": "log", "kind": "note", "text": "x", "happened_at": at_minute(minute) });
    assert_eq!(play.give(CLERK, 100, at(90)), Ok(vec!["logged"]));
    assert_eq!(play.give(CLERK, 100, at(89)), Ok(vec!["logged"]));
    let late: Vec<_> = play.state().log.iter().map(|entry| entry.late).collect();
    assert_eq!(late, [false, true]);
    assert_eq!(play.give(CLERK, 100, at(101)), Err("shift.when".into()));
    assert_eq!(play.give(CLERK, 100, at(60 - 24 * 60 - 1)), Err("shift.when".into()));
    assert_eq!(play.give("south.centre.clerk", 100, log("x")), Err("duty.not_of_centre".into()));
    assert_eq!(play.give(CLERK, 100, log("  ")), Err("text.empty".into()));
    let mut linked = log("x");
    linked["case"] = "幸福小区那件".into();
    assert_eq!(play.give(CLERK, 100, linked), Err("duty.reference".into()));
    let mut wrong = log("x");
    wrong["kind"] = "rumour".into();
    assert!(play.give(CLERK, 100, wrong).unwrap_err().starts_with("unreadable"));
    let mut more = log("x");
    more["colour"] = "red".into();
    assert!(play.give(CLERK, 100, more).unwrap_err().starts_with("unreadable"));
}

#[test]
fn a_hand_over_is_received_by_somebody_else_or_goes_back() {
    let mut play = opened();
    assert_eq!(play.give(CHIEF, 500, accept()), Err("shift.not_handed_over".into()));
    assert_eq!(play.give("north.centre.analyst", 500, hand_over()), Err("duty.role".into()));
    assert_eq!(play.give("south.centre.shift", 500, hand_over()), Err("duty.other_centre".into()));
    // The shift leader hands over for the keeper: then neither of them receives it.
    assert_eq!(play.give(CHIEF, 500, hand_over()), Ok(vec!["handed_over"]));
    assert_eq!(play.give(CLERK, 501, hand_over()), Err("shift.handed_over".into()));
    for staff in [CHIEF, CLERK] {
        assert_eq!(play.give(staff, 501, accept()), Err("shift.own".into()));
        assert_eq!(play.give(staff, 501, refuse()), Err("shift.own".into()));
    }
    assert_eq!(play.give("city.centre.shift", 501, accept()), Err("duty.not_of_centre".into()));
    assert_eq!(play.give("north.centre.analyst", 502, refuse()), Ok(vec!["hand_over_refused"]));
    assert_eq!((play.state().stage, play.state().refusals.len()), (Stage::Open, 1));
    assert_eq!(play.give(CLERK, 503, log("补记停电小区")), Ok(vec!["logged"]));
    assert_eq!(play.give(CLERK, 504, hand_over()), Ok(vec!["handed_over"]));
    assert_eq!(play.give("north.centre.analyst", 505, accept()), Ok(vec!["hand_over_accepted"]));
}

#[test]
fn an_open_thing_says_which_it_is() {
    let mut play = opened();
    let mut with = |field: &str, value: Value| {
        let mut command = hand_over();
        command[field] = value;
        play.give(CLERK, 500, command)
    };
    assert_eq!(with("open_things", json!([{ "kind": "case", "text": "x" }])), Err("shift.which".into()));
    assert_eq!(with("open_things", json!([{ "kind": "matter" }])), Err("shift.matter".into()));
    let words = json!([{ "kind": "dossier", "reference": "昨晚那份" }]);
    assert_eq!(with("open_things", words), Err("duty.reference".into()));
    let many: Vec<_> = (0..201).map(|_| json!({ "kind": "matter", "text": "x" })).collect();
    assert_eq!(with("open_things", many.into()), Err("shift.too_many_open".into()));
    assert_eq!(with("counts", json!({ "办理中": 3 })), Err("duty.reference".into()));
    let stages: BTreeMap<_, _> = (0..41).map(|no| (format!("stage{no}"), 1)).collect();
    assert_eq!(with("counts", json!(stages)), Err("shift.counts".into()));
    assert!(with("counts", json!({ "handling": -1 })).unwrap_err().starts_with("unreadable"));
}

proptest! {
    /// Whatever the minutes at which the house looks, it says each thing once, and due moves on.
    #[test]
    fn ticks_end(minutes in prop::collection::vec(0_i64..700, 1..8), taken in prop::option::of(0_i64..539)) {
        let mut minutes = minutes;
        minutes.sort_unstable();
        let mut play = Play::<Shift>::new();
        play.give(CHIEF, 0, expect(CLERK)).unwrap();
        let mut names = Vec::new();
        for minute in minutes {
            if taken.is_some_and(|taken| taken <= minute) && play.state().keeper.is_none() {
                // Refused where it has lapsed meanwhile.
                let _ = play.give(CLERK, minute, take_over());
            }
            names.extend(play.tick(minute));
            prop_assert!(play.tick(minute).is_empty());
            prop_assert!(due(&play).is_none_or(|due| due > at_minute(minute)));
        }
        let once: std::collections::BTreeSet<_> = names.iter().collect();
        prop_assert_eq!(once.len(), names.len());
    }
}
