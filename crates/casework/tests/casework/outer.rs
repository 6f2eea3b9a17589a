//! Outer orders (外部工单): the earlier deadline binds; the owner has a say.

use yipan_casework::Command;
use yipan_casework::case::{ConsentSubject, Grade, Outcome, Solved};
use yipan_casework::clock::Lamp;
use yipan_casework::why::why;

use crate::support::{World, ask_return, call_back, child, close, grant_return, order, text, time};

fn ordered(deadline: Option<&str>, returnable: bool) -> World {
    let mut world = World::at("2021-05-06 09:00");
    world.accept_as("city/call_taker", order("a", deadline, returnable)).unwrap();
    world
}

fn consent(subject: ConsentSubject, granted: bool, reference: &str) -> Command {
    Command::RecordConsent { subject, granted, reference: reference.to_owned() }
}

fn update(deadline: Option<&str>) -> Command {
    Command::UpdateOuter { deadline: deadline.map(time) }
}

#[test]
fn the_earlier_deadline_binds() {
    let mut world = ordered(Some("2021-05-10 17:00"), true);
    world.dispatch("a", "north.housing");
    let clock = &world.case("a").holdings[0].handle;
    assert_eq!((clock.due, clock.cap), (time("2021-05-10 17:00"), Some(time("2021-05-10 17:00"))));
    let told = why(world.case("a"), &world.rules, world.now).unwrap();
    let handle = told.iter().find(|d| d.clock == "handle").unwrap();
    assert!(handle.zh().lines().last().unwrap().contains("以其为准"), "{}", handle.zh());
    assert!(handle.en().lines().last().unwrap().ends_with("is earlier and binds"), "{}", handle.en());
    world.ok("system", "a", update(Some("2021-06-01 12:00")));
    assert_eq!(world.case("a").holdings[0].handle.due, time("2021-05-12 18:00"));
    world.ok("city/dispatcher", "a", update(Some("2021-05-11 12:00")));
    assert_eq!(world.case("a").holdings[0].handle.due, time("2021-05-11 12:00"));
    world.ok("system", "a", update(None));
    assert_eq!(world.case("a").holdings[0].handle.due, time("2021-05-12 18:00"));
    assert!(why(world.case("a"), &world.rules, world.now).unwrap().iter().all(|d| d.agrees));
}

#[test]
fn a_deadline_that_has_passed_binds_all_the_same() {
    let mut world = ordered(Some("2021-05-06 08:50"), true);
    world.dispatch("a", "north.housing");
    let past = time("2021-05-06 08:50");
    let clock = &world.case("a").holdings[0].handle;
    assert_eq!((clock.due, clock.half, clock.yellow), (past, past, past), "due at once");
    assert_eq!(clock.lamp(world.now), Lamp::Red);
    let told = why(world.case("a"), &world.rules, world.now).unwrap();
    let handle = told.iter().find(|d| d.clock == "handle").unwrap();
    assert!(handle.agrees && handle.bound() == Some(past), "{handle:?}");
    assert!(handle.zh().contains("以其为准"), "{}", handle.zh());
    // Its owner may give more time.
    world.ok("system", "a", update(Some("2021-05-11 12:00")));
    assert_eq!(world.case("a").holdings[0].handle.due, time("2021-05-11 12:00"));
    assert_eq!(world.case("a").holdings[0].handle.lamp(world.now), Lamp::Green);
}

#[test]
fn it_binds_what_is_given_out_after_it_and_the_next_round() {
    let mut world = ordered(Some("2021-05-06 12:00"), true);
    world.clock("2021-05-06 14:00");
    world.dispatch("a", "north.housing");
    assert_eq!(world.case("a").main().unwrap().handle.due, time("2021-05-06 12:00"));
    world.answer("a");
    world.clock("2021-05-07 09:00");
    world.ok("city/callback", "a", call_back(Grade::Dissatisfied, Solved::No));
    world.ok("city/callback", "a", Command::Redo { reason: text("again"), to: None });
    assert_eq!(world.case("a").main().unwrap().handle.due, time("2021-05-06 12:00"));
    assert!(why(world.case("a"), &world.rules, world.now).unwrap().iter().all(|d| d.agrees));
}

#[test]
fn a_deadline_that_nobody_can_have_meant_is_refused() {
    let mut world = World::at("2021-05-06 09:00");
    for slip in
        ["1900-01-01 00:00", "2020-05-04 23:59", "2026-05-11 09:00", "2100-01-01 00:00", "9999-12-31 00:00"]
    {
        let refusal = world.accept_as("city/call_taker", order("slip", Some(slip), true)).unwrap_err();
        assert_eq!(
            (refusal.code.as_str(), refusal.pointer.as_deref()),
            ("outer.deadline", Some("/outer/deadline")),
            "{slip}"
        );
    }
    for sound in ["2020-05-06 00:00", "2026-05-06 09:00"] {
        world.accept_as("city/call_taker", order("a", Some(sound), true)).unwrap();
        world.dispatch("a", "north.housing");
    }
    for slip in ["1900-01-01 00:00", "2100-01-01 00:00", "9999-12-31 00:00"] {
        let refusal = world.decide("system", "a", &update(Some(slip))).unwrap_err();
        assert_eq!(
            (refusal.code.as_str(), refusal.pointer.as_deref()),
            ("outer.deadline", Some("/deadline")),
            "{slip}"
        );
    }
    world.ok("system", "a", update(Some("2020-12-31 12:00")));
}

#[test]
fn extension_return_and_closing_need_the_owners_consent() {
    let mut world = ordered(Some("2021-05-10 17:00"), true);
    world.dispatch("a", "north.housing");
    world.ok("north.housing/phone", "a", ask_return(1, "city.housing"));
    assert_eq!(world.refused("city/dispatcher", "a", grant_return(1, "city.housing")), "outer.consent");
    world.ok("system", "a", consent(ConsentSubject::Return, false, "r1"));
    assert_eq!(world.refused("city/dispatcher", "a", grant_return(1, "city.housing")), "outer.consent");
    world.ok("system", "a", consent(ConsentSubject::Return, true, "r2"));
    assert_eq!(world.refused("system", "a", consent(ConsentSubject::Return, true, "r2")), "consent.twice");
    world.ok("city/dispatcher", "a", grant_return(1, "city.housing"));

    world.ok("city.housing/phone", "a", Command::Sign { holding: 2 });
    world.ok(
        "city.housing/phone",
        "a",
        Command::RequestExtension { holding: 2, amount: 2, reason: text("more") },
    );
    let rule = Command::RuleExtension { holding: 2, granted: true, reason: text("fine") };
    assert_eq!(world.refused("city/dispatcher", "a", rule.clone()), "outer.consent");
    world.ok("system", "a", consent(ConsentSubject::Extension, true, "e1"));
    world.ok("city/dispatcher", "a", rule);
    // The owner who agreed to more time no longer holds us to the old deadline.
    assert_eq!(world.case("a").holdings[1].handle.due, time("2021-05-14 18:00"));
    assert_eq!(world.case("a").outer.as_ref().unwrap().deadline, None);

    world.answer("a");
    world.ok("city/callback", "a", call_back(Grade::Satisfied, Solved::Yes));
    assert_eq!(world.refused("city/callback", "a", close(Outcome::Solved)), "outer.consent");
    world.ok("system", "a", consent(ConsentSubject::Close, true, "c1"));
    world.ok("city/callback", "a", close(Outcome::Solved));
}

#[test]
fn an_owner_who_takes_nothing_back_refuses_returns() {
    let mut world = ordered(None, false);
    world.dispatch("a", "north.gov");
    assert_eq!(world.refused("north.gov/phone", "a", ask_return(1, "south.gov")), "outer.no_return");
    // What moves inside the county is not the owner's concern.
    world.ok("north.gov/phone", "a", Command::Sign { holding: 1 });
    world.ok("north.gov/phone", "a", child(1, "n1.gov"));
    world.ok("n1.gov/phone", "a", ask_return(2, "n2.gov"));
    world.ok("north.gov/phone", "a", grant_return(2, "n2.gov"));
    world.ok("n2.gov/phone", "a", Command::Sign { holding: 3 });
    world.ok("n2.gov/phone", "a", Command::RequestExtension { holding: 3, amount: 1, reason: text("more") });
    world.ok(
        "north.gov/phone",
        "a",
        Command::RuleExtension { holding: 3, granted: true, reason: text("fine") },
    );
}

#[test]
fn a_case_of_our_own_has_no_owner_to_ask() {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("a");
    assert_eq!(world.refused("system", "a", update(None)), "outer.none");
    assert_eq!(world.refused("system", "a", consent(ConsentSubject::Close, true, "x")), "outer.none");
}

#[test]
fn the_owners_names_and_numbers_hold_no_text() {
    let mut world = World::at("2021-05-06 09:00");
    for (owner, number, code, pointer) in [
        ("王某某 说", "JS-1", "outer.owner", "/outer/owner"),
        ("平台13800138000", "JS-1", "outer.owner", "/outer/owner"),
        ("省平台", "暖气不热", "outer.number", "/outer/number"),
        ("省平台", "JS 1", "outer.number", "/outer/number"),
        ("省平台", "13800138000", "outer.number", "/outer/number"),
    ] {
        let mut new = order("a", None, true);
        let outer = new.outer.as_mut().unwrap();
        (outer.owner, outer.number) = (owner.to_owned(), number.to_owned());
        let refusal = world.accept_as("city/call_taker", new).unwrap_err();
        assert_eq!(
            (refusal.code.as_str(), refusal.pointer.as_deref()),
            (code, Some(pointer)),
            "{owner} {number}"
        );
    }
    world.accept_as("city/call_taker", order("a", None, true)).unwrap();
    for reference in ["", "同意，见电话记录", "13800138000"] {
        let said = consent(ConsentSubject::Close, true, reference);
        assert_eq!(world.refused("system", "a", said), "consent.reference", "{reference}");
    }
    world.ok("system", "a", consent(ConsentSubject::Close, true, "JS/2021_14.2-a"));
}
