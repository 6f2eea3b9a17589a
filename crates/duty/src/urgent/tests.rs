//! Urgent reports, driven as the house drives them.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{ClockKind, Lamp, Urgent, chain, clocks};
use crate::dossier::Dossier;
use crate::testing::{CITY, Play, at_minute};

fn at(minute: i64) -> String {
    at_minute(minute).to_string()
}

/// A town's centre learnt of an accident at minute 0, and said so at minute 2.
fn known() -> Play<Urgent> {
    let mut play = Play::new();
    play.give("north.a.centre.clerk", 2, know(json!({}))).unwrap();
    play
}

fn know(other: Value) -> Value {
    let mut command = json!({
        "command": "know", "kind": "accident", "happened_at": at(-10), "known_at": at(0),
        "summary": "化工厂起火",
    });
    command.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    command
}

fn telephone(to: &str, minute: i64) -> Value {
    json!({"command": "telephone", "to": to, "spoken_with": "值班员", "at": at(minute)})
}

fn written() -> Value {
    json!({"command": "written", "text": "书面报告"})
}

fn forward() -> Value {
    json!({"command": "forward", "comment": "县里已派人"})
}

/// What people are told of the last event.
fn told(play: &Play<Urgent>) -> Vec<(String, &'static str)> {
    let notices = play.state().notices(play.events.last().unwrap(), &CITY);
    notices.into_iter().map(|notice| (notice.unit.to_string(), notice.what)).collect()
}

fn lamp(play: &Play<Urgent>, kind: ClockKind, unit: &str, minute: i64) -> Option<Lamp> {
    let clocks = clocks(play.state(), at_minute(minute));
    clocks.iter().find(|clock| clock.kind == kind && clock.unit.as_str() == unit).map(|clock| clock.lamp)
}

#[test]
fn a_matter_goes_up_the_line_to_its_end() {
    let mut play = known();
    assert_eq!(play.state().card(&CITY).due, Some(at_minute(20)));
    assert_eq!(play.give("north.a.centre.clerk", 10, telephone("north.centre", 8)).unwrap(), ["telephoned"]);
    assert_eq!(told(&play), [("north.centre".to_owned(), "urgent.telephoned")]);
    assert_eq!(play.give("north.a.government.handler", 30, written()).unwrap(), ["written"]);
    assert_eq!(play.give("north.centre.clerk", 31, telephone("city.centre", 25)).unwrap(), ["telephoned"]);
    assert_eq!(play.give("north.centre.dispatcher", 40, forward()).unwrap(), ["receipted", "forwarded"]);
    assert_eq!(play.give("city.centre.clerk", 45, json!({"command": "receipt"})).unwrap(), ["receipted"]);
    assert_eq!(told(&play), [("north.centre".to_owned(), "urgent.receipted")]);
    assert_eq!(play.give("city.centre.leader", 50, json!({"command": "read"})).unwrap(), ["read"]);
    let follow_up = json!({"command": "follow_up", "text": "明火已灭"});
    assert_eq!(play.give("north.a.centre.clerk", 90, follow_up).unwrap(), ["followed_up"]);
    assert_eq!(told(&play).len(), 2, "everybody who was told in writing");
    assert_eq!(play.state().card(&CITY).due, Some(at_minute(90 + 240)));
    let card = play.state().card(&CITY);
    assert_eq!((card.stage, card.over), ("reported", false));
    let last = json!({"command": "final", "text": "处置完毕，无人伤亡"});
    assert_eq!(play.give("north.a.centre.clerk", 300, last).unwrap(), ["final"]);
    let card = play.state().card(&CITY);
    assert_eq!((card.stage, card.over, card.due), ("final", true, None));
    assert_eq!(play.tick(9999), [""; 0], "every clock was met");

    let links = chain(play.state());
    let line: Vec<_> = links.iter().map(|link| (link.from.as_str(), link.to.as_str())).collect();
    assert_eq!(line, [("north.a.centre", "north.centre"), ("north.centre", "city.centre")]);
    assert_eq!(links[0].telephoned_at, Some(at_minute(8)));
    assert_eq!(links[0].written_at, Some(at_minute(30)));
    assert_eq!((links[0].receipted_at, links[0].forwarded_at), (Some(at_minute(40)), Some(at_minute(40))));
    assert_eq!(links[1].receipted_by, Some("city.centre.clerk".into()));
    assert_eq!(links[1].readings.len(), 1);
    for text in ["化工厂", "明火", "值班员"] {
        assert!(!serde_json::to_string(&play.events).unwrap().contains(text), "texts stay out of events");
    }
    play.give("north.centre.leader", 400, json!({"command": "read"})).unwrap();
    let refused = play.give("north.a.centre.clerk", 401, telephone("north.centre", 400));
    assert_eq!(refused.unwrap_err(), "dossier.over");
}

#[test]
fn each_clock_that_runs_out_is_told_once() {
    let mut play = known();
    assert_eq!(play.tick(19), [""; 0]);
    assert_eq!(play.tick(20), ["overdue"]);
    assert_eq!(
        told(&play),
        [
            ("north.a.centre".to_owned(), "urgent.telephone_overdue"),
            ("north.centre".to_owned(), "urgent.telephone_overdue"),
        ]
    );
    assert_eq!(play.tick(21), [""; 0]);
    assert_eq!(play.tick(40), ["overdue"]);
    assert_eq!(told(&play)[0].1, "urgent.written_overdue");
    play.give("north.a.centre.clerk", 50, written()).unwrap();
    assert_eq!(play.tick(70), ["overdue"], "the county has telephoned nobody");
    assert_eq!(told(&play)[0], ("city.centre".to_owned(), "urgent.telephone_overdue"));
    assert_eq!(play.tick(80), ["overdue"], "no receipt after thirty minutes");
    let unreceipted: Vec<_> = told(&play).into_iter().map(|(unit, _)| unit).collect();
    assert_eq!(unreceipted, ["city.centre", "north.a.centre", "north.centre"]);
    assert_eq!(play.tick(90), ["overdue"], "nor has the county sent it on");
    assert_eq!(play.tick(50 + 240), ["overdue"]);
    assert_eq!(told(&play)[0].1, "urgent.follow_up_overdue");
    assert_eq!(play.tick(5000), [""; 0]);
    assert_eq!(play.state().card(&CITY).due, None);
    play.give("north.a.centre.clerk", 5001, json!({"command": "follow_up", "text": "续报"})).unwrap();
    assert_eq!(play.tick(5001 + 240), ["overdue"], "the next follow-up has a clock of its own");
}

#[test]
fn writing_first_leaves_the_telephone_clock_running() {
    let mut play = known();
    play.give("north.a.centre.clerk", 5, written()).unwrap();
    assert_eq!(play.tick(20), ["overdue"]);
    assert_eq!(told(&play)[0].1, "urgent.telephone_overdue");
    play.give("north.a.centre.clerk", 30, telephone("north.centre", 29)).unwrap();
    assert_eq!(lamp(&play, ClockKind::Telephone, "north.a.centre", 60), Some(Lamp::Red), "done, but late");
    assert_eq!(lamp(&play, ClockKind::Written, "north.a.centre", 60), Some(Lamp::Green));
}

#[test]
fn lamps_follow_the_term() {
    let play = known();
    let cases =
        [(0, Lamp::Green), (15, Lamp::Green), (16, Lamp::Yellow), (20, Lamp::Yellow), (21, Lamp::Red)];
    for (minute, expected) in cases {
        assert_eq!(lamp(&play, ClockKind::Telephone, "north.a.centre", minute), Some(expected), "{minute}");
    }
    assert_eq!(lamp(&play, ClockKind::Receipt, "north.centre", 5), None, "nothing was sent yet");
}

#[test]
fn a_county_has_clocks_of_its_own_from_the_moment_it_is_told() {
    let mut play = known();
    play.give("north.a.centre.clerk", 12, telephone("north.centre", 10)).unwrap();
    let due: Vec<_> = clocks(play.state(), at_minute(12))
        .into_iter()
        .filter(|clock| clock.unit.as_str() == "north.centre")
        .map(|clock| (clock.kind, clock.due))
        .collect();
    assert_eq!(due, [(ClockKind::Telephone, at_minute(30)), (ClockKind::Written, at_minute(50))]);
    let refused = play.give("north.centre.dispatcher", 13, forward()).unwrap_err();
    assert_eq!(refused, "urgent.nothing_written");
    play.give("north.centre.dispatcher", 14, telephone("city.centre", 13)).unwrap();
    let top =
        clocks(play.state(), at_minute(14)).into_iter().any(|clock| clock.unit.as_str() == "city.centre");
    assert!(!top, "nobody is above the city");
}

#[test]
fn the_city_tells_its_government() {
    let mut play = Play::<Urgent>::new();
    play.give("city.government.handler", 2, know(json!({"area": "south.b"}))).unwrap();
    play.give("city.centre.clerk", 3, telephone("city.government", 3)).unwrap();
    play.give("city.centre.clerk", 4, written()).unwrap();
    assert_eq!(play.state().addressed[0].unit.as_str(), "city.government");
    play.give("city.government.signer", 5, json!({"command": "receipt"})).unwrap();
    play.give("city.centre.clerk", 6, json!({"command": "final", "text": "终报"})).unwrap();
    assert!(play.state().card(&CITY).over);
}

#[test]
fn several_may_be_told_in_writing() {
    let mut play = known();
    let mut command = written();
    command["to"] = json!(["north.centre", "north.a.government", "north.government"]);
    command["attachments"] = json!(["ab".repeat(32)]);
    play.give("north.a.centre.clerk", 5, command).unwrap();
    play.give("north.government.signer", 6, json!({"command": "receipt"})).unwrap();
    let open: Vec<_> = play.state().addressed.iter().filter(|a| a.receipt.is_none()).collect();
    assert_eq!(open.len(), 2);
    assert!(play.state().card(&CITY).holders.contains("u:north.government"));
}

#[test]
fn wrong_beginnings_are_refused() {
    let clerk = "north.a.centre.clerk";
    let cases = [
        (clerk, json!({"known_at": at(3)}), "urgent.times"),
        (clerk, json!({"happened_at": at(1)}), "urgent.times"),
        (clerk, json!({"known_at": at(-40 * 1440), "happened_at": at(-41 * 1440)}), "urgent.times"),
        (clerk, json!({"area": "north.b"}), "urgent.area"),
        (clerk, json!({"area": "moon"}), "urgent.area"),
        (clerk, json!({"incident": "a fire at Li's"}), "duty.reference"),
        (clerk, json!({"summary": "  "}), "text.empty"),
        (clerk, json!({"centre": "north.centre"}), "urgent.not_yours"),
        (clerk, json!({"centre": "north.a.water"}), "duty.not_a_centre"),
        ("north.a.water.signer", json!({}), "urgent.not_yours"),
    ];
    for (who, other, code) in cases {
        let mut play = Play::<Urgent>::new();
        assert_eq!(play.give(who, 2, know(other.clone())).unwrap_err(), code, "{other}");
    }
    let mut play = Play::<Urgent>::new();
    assert!(play.give(clerk, 2, know(json!({"kind": "rumour"}))).unwrap_err().starts_with("unreadable"));
    assert_eq!(play.give(clerk, 2, written()).unwrap_err(), "dossier.unknown");
    assert_eq!(known().give(clerk, 3, know(json!({}))).unwrap_err(), "dossier.begun");
}

#[test]
fn wrong_steps_are_refused() {
    let clerk = "north.a.centre.clerk";
    let to = |units: Value| json!({"command": "written", "text": "书面", "to": units});
    let attached = |blobs: Value| json!({"command": "written", "text": "书面", "attachments": blobs});
    let cases = [
        ("north.centre.clerk", telephone("city.centre", 3), "urgent.not_in_line"),
        (clerk, telephone("city.centre", 3), "urgent.wrong_addressee"),
        (clerk, telephone("north.b.government", 3), "urgent.wrong_addressee"),
        (clerk, telephone("north.water", 3), "urgent.wrong_addressee"),
        (clerk, telephone("nobody", 3), "unit.unknown"),
        (clerk, telephone("north.centre", 9), "urgent.call_time"),
        (clerk, telephone("north.centre", -1), "urgent.call_time"),
        ("north.centre.clerk", written(), "urgent.not_opener"),
        (clerk, to(json!(["south.centre"])), "urgent.wrong_addressee"),
        (clerk, to(json!(["north.centre", "north.centre"])), "urgent.addressees"),
        (clerk, attached(json!(["photo.jpg"])), "urgent.attachments"),
        (clerk, attached(json!(vec!["ab".repeat(32); 21])), "urgent.attachments"),
        (clerk, json!({"command": "follow_up", "text": "续"}), "urgent.not_written"),
        (clerk, json!({"command": "final", "text": "终"}), "urgent.not_written"),
        (clerk, forward(), "urgent.own_report"),
        ("north.centre.clerk", forward(), "urgent.not_in_line"),
        ("north.centre.clerk", json!({"command": "receipt"}), "urgent.not_addressed"),
        ("north.centre.clerk", json!({"command": "read"}), "duty.role"),
        ("south.centre.leader", json!({"command": "read"}), "urgent.not_in_line"),
    ];
    for (who, command, code) in cases {
        let mut play = known();
        assert_eq!(play.give(who, 5, command.clone()).unwrap_err(), code, "{command}");
        assert_eq!(play.events.len(), 1);
    }
    let mut play = known();
    play.give(clerk, 5, written()).unwrap();
    assert_eq!(play.give(clerk, 6, written()).unwrap_err(), "urgent.written");
    play.give("north.centre.clerk", 6, json!({"command": "receipt"})).unwrap();
    let again = play.give("north.centre.clerk", 7, json!({"command": "receipt"}));
    assert_eq!(again.unwrap_err(), "urgent.receipted");
    assert_eq!(play.give("north.centre.clerk", 8, forward()).unwrap(), ["forwarded"], "receipted before");
    assert_eq!(play.give("north.centre.clerk", 9, forward()).unwrap_err(), "urgent.forwarded");
    play.give("north.centre.leader", 9, json!({"command": "read"})).unwrap();
    assert_eq!(play.give("north.centre.leader", 9, json!({"command": "read"})).unwrap_err(), "urgent.read");
    play.give(clerk, 10, json!({"command": "final", "text": "终"})).unwrap();
    let after = play.give(clerk, 11, json!({"command": "follow_up", "text": "续"}));
    assert_eq!(after.unwrap_err(), "urgent.ended");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever people try: what is refused changes nothing, a tick leaves nothing due, and each clock
    /// is told once. That the events fold to the same state is checked after every step.
    #[test]
    fn ticks_leave_nothing_due(steps in prop::collection::vec((0..7usize, 0..5usize, 1..60i64), 1..20)) {
        let people = [
            "north.a.centre.clerk",
            "north.a.government.signer",
            "north.centre.dispatcher",
            "city.centre.leader",
            "south.centre.leader",
        ];
        let mut play = known();
        let mut minute = 2;
        for (what, who, later) in steps {
            minute += later;
            let command = match what {
                0 => telephone("north.centre", minute),
                1 => telephone("city.centre", minute - 1),
                2 => written(),
                3 => forward(),
                4 => json!({"command": "receipt"}),
                5 => json!({"command": "follow_up", "text": "续报"}),
                _ => json!({"command": "final", "text": "终报"}),
            };
            let before = play.events.len();
            if play.give(people[who], minute, command).is_err() {
                prop_assert_eq!(play.events.len(), before);
            }
            play.tick(minute);
            prop_assert!(play.state().card(&CITY).due.is_none_or(|due| due > at_minute(minute)));
            prop_assert_eq!(play.tick(minute), [""; 0]);
        }
        let told = play.events.iter().filter(|event| matches!(&event.event, super::Event::Overdue { clock, .. }
            if *clock != ClockKind::FollowUp));
        let told: Vec<_> = told.map(|event| serde_json::to_string(&event.event).unwrap()).collect();
        let once: std::collections::BTreeSet<_> = told.iter().collect();
        prop_assert_eq!(once.len(), told.len());
    }
}
