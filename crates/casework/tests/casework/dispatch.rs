//! Dispatch (派单): duty lists, counties, copies, and the centre that runs a case.

use yipan_base::id::RuleId;
use yipan_casework::Command;
use yipan_casework::case::{Level, Stage};
use yipan_casework::command::Basis;
use yipan_casework::policy::Policy;
use yipan_casework::project::access;
use yipan_casework::why::why;

use crate::support::{World, appeal, child, dispatch, dispatch_with, text, time, unit};

fn accepted() -> World {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("a");
    world
}

fn copies(world: &World) -> Vec<(&str, &str)> {
    world.case("a").copies.iter().map(|c| (c.unit.as_str(), c.because.as_str())).collect()
}

fn with_basis(main: &str, basis: Basis) -> Command {
    Command::Dispatch { main: unit(main), assistants: Vec::new(), copies: Vec::new(), basis }
}

#[test]
fn a_town_is_given_work_with_its_county_and_regulator_copied() {
    let mut world = accepted();
    world.dispatch("a", "n1.gov");
    assert_eq!(copies(&world), [("north.gov", "county"), ("north.housing", "regulator")]);
    let access = access(world.case("a"), &world.directory);
    for open in ["u:n1.gov", "a:n1", "a:north", "a:city", "u:north.gov", "u:north.housing", "u:city"] {
        assert!(access.contains_key(open), "{open}");
    }
    assert!(!access.contains_key("a:south") && !access.contains_key("u:south.housing"));
}

#[test]
fn an_assisting_town_is_copied_up_as_well() {
    let mut world = accepted();
    let named = Command::Dispatch {
        main: unit("city.housing"),
        assistants: vec![unit("s1.gov")],
        copies: vec![unit("city.water"), unit("city.housing")],
        basis: Basis::Rule { rule: RuleId::new("heating"), version: 3 },
    };
    world.ok("city/dispatcher", "a", named);
    assert_eq!(
        copies(&world),
        [("city.water", "named"), ("south.gov", "county"), ("south.housing", "regulator")]
    );
    world.ok("city/dispatcher", "a", Command::AddAssistant { unit: unit("n1.gov"), basis: Basis::Judgement });
    assert_eq!(copies(&world).len(), 5);
    world.ok("city/dispatcher", "a", Command::Copy { units: vec![unit("city.water"), unit("north.water")] });
    assert_eq!(copies(&world).len(), 6, "nobody is copied twice");
    assert_eq!(world.refused("city/dispatcher", "a", Command::Copy { units: Vec::new() }), "copy.empty");
}

#[test]
fn a_departments_work_goes_to_a_town_by_duty_list_or_ruling_only() {
    let mut world = accepted();
    assert_eq!(world.refused("city/dispatcher", "a", dispatch("n2.gov")), "dispatch.duty_list");
    assert_eq!(world.refused("city/dispatcher", "a", dispatch("n2.team")), "dispatch.duty_list");
    assert_eq!(
        world.refused("city/dispatcher", "a", dispatch_with("n1.gov", &["n2.gov"])),
        "dispatch.duty_list"
    );
    // The town's list stands for its team; what belongs to no line may go to any town.
    assert!(world.decide("city/dispatcher", "a", &dispatch("n1.team")).is_ok());
    let mut noise = appeal("noise");
    noise.category = "life.noise".into();
    world.accept_as("city/call_taker", noise).unwrap();
    world.dispatch("noise", "n2.gov");
    world.ok("city/dispatcher", "a", with_basis("n2.gov", Basis::Ruling { reference: "2021-14".into() }));
    // Whoever was rightly given the first round may be given the next.
    world.answer("a");
    world.ok(
        "city/callback",
        "a",
        crate::support::call_back(
            yipan_casework::case::Grade::Dissatisfied,
            yipan_casework::case::Solved::No,
        ),
    );
    let redo = |to| Command::Redo { reason: text("again"), to };
    assert_eq!(world.refused("city/callback", "a", redo(Some(unit("s2.gov")))), "dispatch.duty_list");
    world.ok("city/callback", "a", redo(None));
}

#[test]
fn nobody_is_dispatched_to_twice_or_to_itself_or_to_nowhere() {
    let mut world = accepted();
    assert_eq!(world.refused("city/dispatcher", "a", dispatch("city")), "dispatch.self");
    assert_eq!(world.refused("city/dispatcher", "a", dispatch("nobody")), "unit.unknown");
    assert_eq!(world.refused("city/dispatcher", "a", dispatch_with("n1.gov", &["n1.gov"])), "dispatch.twice");
    world.dispatch("a", "north.gov");
    world.ok("north.gov/phone", "a", Command::Sign { holding: 1 });
    let both = Command::DispatchChild {
        holding: 1,
        main: unit("n1.gov"),
        assistants: vec![unit("n1.gov")],
        basis: Basis::Judgement,
    };
    assert_eq!(world.refused("north.gov/phone", "a", both), "dispatch.twice");
}

#[test]
fn a_county_dispatches_within_its_border_and_escalates_beyond() {
    let mut world = World::at("2021-05-06 09:00");
    world.accept_as("north/call_taker", appeal("a")).unwrap();
    assert_eq!(world.case("a").centre, unit("north"));
    assert_eq!(world.refused("city/dispatcher", "a", dispatch("north.gov")), "case.seat");
    assert_eq!(world.refused("north/dispatcher", "a", dispatch("south.housing")), "dispatch.out_of_area");
    assert_eq!(world.refused("north/dispatcher", "a", dispatch("city.housing")), "dispatch.out_of_area");
    world.clock("2021-05-06 10:00");
    world.ok("north/dispatcher", "a", Command::Escalate { reason: text("both counties") });
    let case = world.case("a");
    assert_eq!(case.centre, unit("city"));
    // The county's term ends with its turn; the city's begins.
    let terms: Vec<_> = case.terms.iter().map(|t| (t.centre.as_str(), t.ended_at, t.clock.due)).collect();
    assert_eq!(
        terms,
        [
            ("north", Some(time("2021-05-06 10:00")), time("2021-05-06 11:00")),
            ("city", None, time("2021-05-06 12:00")),
        ]
    );
    world.ok("city/dispatcher", "a", dispatch("south.housing"));
    assert_eq!(
        world.refused("city/dispatcher", "a", Command::Escalate { reason: text("up") }),
        "escalate.top"
    );
}

#[test]
fn a_child_order_stays_below_its_giver() {
    let mut world = accepted();
    world.ok("city/dispatcher", "a", dispatch_with("north.gov", &["city.housing"]));
    world.ok("north.gov/phone", "a", Command::Sign { holding: 1 });
    for main in ["s1.gov", "south.housing", "city.housing", "north"] {
        assert!(
            ["dispatch.not_below", "dispatch.twice"]
                .contains(&world.refused("north.gov/phone", "a", child(1, main)).as_str()),
            "{main}"
        );
    }
    // A department gives to its own line, or by the duty list to a town: not to its neighbours.
    world.ok("city.housing/phone", "a", Command::Sign { holding: 2 });
    for main in ["city.water", "south.water", "north", "south.gov", "city.gov"] {
        assert_eq!(world.refused("city.housing/phone", "a", child(2, main)), "dispatch.not_below", "{main}");
    }
    assert_eq!(world.refused("city.housing/phone", "a", child(2, "s2.gov")), "dispatch.duty_list");
    assert!(world.decide("city.housing/phone", "a", &child(2, "s1.gov")).is_ok());
    assert!(world.decide("city.housing/phone", "a", &child(2, "north.housing.team")).is_ok());
    world.ok("city.housing/phone", "a", child(2, "south.housing"));
    world.ok("north.gov/phone", "a", child(1, "north.housing"));
    assert_eq!(world.case("a").stage, Stage::Handling);
}

#[test]
fn open_holdings_move_to_new_rules_only_by_a_recorded_event() {
    let mut world = accepted();
    assert_eq!(
        world.refused("city/supervisor", "a", Command::Repin { reason: text("new rules") }),
        "repin.nothing"
    );
    world.dispatch("a", "north.housing");
    let mut strict = Policy::shipped();
    strict.version = 2;
    for rule in &mut strict.terms {
        rule.handle = "3wd".parse().unwrap();
    }
    assert_eq!(strict.faults(), Vec::<String>::new());
    world.rules.add_policy(strict);
    assert_eq!(world.case("a").holdings[0].handle.due, time("2021-05-12 18:00"));
    assert!(why(world.case("a"), &world.rules, world.now).unwrap().iter().all(|d| d.agrees));
    world.clock("2021-05-07 09:00");
    world.ok("city/supervisor", "a", Command::Repin { reason: text("new rules") });
    let clock = &world.case("a").holdings[0].handle;
    assert_eq!((clock.policy.version, clock.started_at), (2, time("2021-05-06 09:00")));
    assert_eq!(clock.due, time("2021-05-10 18:00"));
    assert!(why(world.case("a"), &world.rules, world.now).unwrap().iter().all(|d| d.agrees));
}

#[test]
fn a_correction_changes_what_is_known_and_no_clock() {
    let mut world = accepted();
    world.dispatch("a", "north.housing");
    let before = world.case("a").holdings.clone();
    let correct = |level, category: Option<&str>| Command::Correct {
        kind: None,
        category: category.map(Into::into),
        level,
        place: None,
        reason: text("heard again"),
    };
    assert_eq!(world.refused("city/call_taker", "a", correct(None, None)), "correct.nothing");
    assert_eq!(world.refused("city/call_taker", "a", correct(None, Some("no.such"))), "category.unknown");
    world.ok("city/call_taker", "a", correct(Some(Level::Emergency), Some("life.noise")));
    assert_eq!((world.case("a").level, world.case("a").category.as_str()), (Level::Emergency, "life.noise"));
    assert_eq!(world.case("a").holdings, before);
}

#[test]
fn the_shipped_policy_has_no_faults() {
    assert_eq!(Policy::shipped().faults(), Vec::<String>::new());
}

#[test]
fn a_basis_names_what_there_is_and_holds_no_text() {
    let mut world = accepted();
    let rule = |rule: &str| Basis::Rule { rule: RuleId::new(rule), version: 1 };
    let ruling = |reference: &str| Basis::Ruling { reference: reference.into() };
    let line = |line: &str| Basis::DutyList { line: line.into() };
    let long = "7".repeat(65);
    for (main, basis, code, pointer) in [
        ("n2.gov", ruling("王某某说的"), "dispatch.reference", "/basis/reference"),
        ("n2.gov", ruling("see the letter"), "dispatch.reference", "/basis/reference"),
        ("n2.gov", ruling("13800138000"), "dispatch.reference", "/basis/reference"),
        ("n2.gov", ruling("tel-13800138000"), "dispatch.reference", "/basis/reference"),
        ("n2.gov", ruling(&long), "dispatch.reference", "/basis/reference"),
        ("n2.gov", ruling(""), "dispatch.reference", "/basis/reference"),
        ("north.housing", rule("供暖规则"), "dispatch.rule", "/basis/rule"),
        ("north.housing", line("供 暖"), "dispatch.line", "/basis/line"),
        ("n1.gov", line("water"), "dispatch.duty_list", "/basis/line"),
        ("n2.gov", line("housing"), "dispatch.duty_list", "/basis/line"),
        ("north.housing", line("water"), "dispatch.duty_list", "/basis/line"),
        ("north.gov", line("water"), "dispatch.duty_list", "/basis/line"),
    ] {
        let refusal = world.decide("city/dispatcher", "a", &with_basis(main, basis)).unwrap_err();
        assert_eq!((refusal.code.as_str(), refusal.pointer.as_deref()), (code, Some(pointer)), "{main}");
    }
    for (main, basis) in [
        ("n1.gov", line("housing")),
        ("n1", line("housing")),
        ("n1.team", line("housing")),
        ("north.housing", line("housing")),
        ("north.gov", line("housing")),
        ("n2.gov", ruling("SZ-2021/14.a_1")),
        ("north.gov", rule("catalogue.urban.housing")),
    ] {
        let asked = with_basis(main, basis);
        assert!(world.decide("city/dispatcher", "a", &asked).is_ok(), "{asked:?}");
    }
    world.dispatch("a", "north.gov");
    let add = Command::AddAssistant { unit: unit("n2.gov"), basis: ruling("书面 裁定") };
    assert_eq!(world.refused("city/dispatcher", "a", add), "dispatch.reference");
    world.ok("north.gov/phone", "a", Command::Sign { holding: 1 });
    let below = Command::DispatchChild {
        holding: 1,
        main: unit("n2.gov"),
        assistants: Vec::new(),
        basis: line("housing"),
    };
    assert_eq!(world.refused("north.gov/phone", "a", below), "dispatch.duty_list");
}

#[test]
fn a_towns_centre_is_given_no_more_than_its_government() {
    let mut world = accepted();
    assert_eq!(world.refused("city/dispatcher", "a", dispatch("n2")), "dispatch.duty_list");
    assert_eq!(world.refused("city/dispatcher", "a", dispatch_with("n1", &["n2"])), "dispatch.duty_list");
    assert!(world.decide("city/dispatcher", "a", &dispatch("n1")).is_ok());
    assert!(world.decide("city/dispatcher", "a", &dispatch("north")).is_ok());
    world.dispatch("a", "north");
    world.ok("north/dispatcher", "a", Command::Sign { holding: 1 });
    assert_eq!(world.refused("north/dispatcher", "a", child(1, "n2")), "dispatch.duty_list");
}
