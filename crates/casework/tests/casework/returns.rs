//! Return (退单): within one working day, before contact, ruled in four working hours.

use yipan_casework::Command;
use yipan_casework::case::{Party, Stage, Standing, TermKind};

use crate::support::{World, ask_return, child, dispatch_with, grant_return, reply, text, time, unit};

fn dispatched() -> World {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("a");
    world.clock("2021-05-06 09:30");
    world.dispatch("a", "north.housing");
    world
}

fn refuse(holding: u32) -> Command {
    Command::RefuseReturn { holding, reason: text("yours") }
}

fn designate(holding: u32) -> Command {
    Command::Designate { holding, reason: text("yours, finally") }
}

#[test]
fn granted_it_is_a_new_holding_with_a_new_clock() {
    let mut world = dispatched();
    world.clock("2021-05-06 11:00");
    world.ok("north.housing/receiver", "a", ask_return(1, "city.housing"));
    let case = world.case("a");
    let term = case.terms.last().unwrap();
    assert_eq!(
        (term.kind, term.holding, term.clock.due),
        (TermKind::RuleReturn, Some(1), time("2021-05-06 17:00"))
    );
    assert_eq!(case.custody.last().unwrap().party, Party::Centre(unit("city")));
    assert_eq!(world.refused("north.housing/receiver", "a", ask_return(1, "city.housing")), "return.pending");
    assert_eq!(world.refused("north.housing/receiver", "a", grant_return(1, "city.housing")), "case.seat");
    assert_eq!(world.refused("city/dispatcher", "a", grant_return(1, "north.housing")), "return.same_unit");

    world.clock("2021-05-06 15:00");
    world.ok("city/dispatcher", "a", grant_return(1, "city.housing"));
    let case = world.case("a");
    assert_eq!((case.stage, case.round), (Stage::Dispatched, 1));
    assert_eq!(
        (case.holdings[0].standing, case.holdings[0].ended_at),
        (Standing::Returned, Some(time("2021-05-06 15:00")))
    );
    let next = &case.holdings[1];
    assert_eq!((next.unit.as_str(), next.handle.started_at), ("city.housing", time("2021-05-06 15:00")));
    assert_eq!(next.sign.due, time("2021-05-07 09:30"));
    assert_eq!(case.main().unwrap().no, 2);
    // The citizen's clock never stopped: the segments meet.
    assert!(case.custody.windows(2).all(|pair| pair[0].to == Some(pair[1].from)));
    assert_eq!(case.terms.last().unwrap().ended_at, Some(time("2021-05-06 15:00")));
    assert_eq!(world.refused("north.housing/receiver", "a", Command::Sign { holding: 1 }), "holding.ended");
}

#[test]
fn it_is_asked_in_time_before_contact_and_with_a_ground() {
    let mut world = dispatched();
    assert_eq!(
        world.refused("north.housing/receiver", "a", ask_return(1, "north.housing")),
        "return.proposed"
    );
    assert_eq!(world.refused("north.housing/receiver", "a", ask_return(1, "nobody")), "unit.unknown");
    let Command::RequestReturn { holding, basis, proposed, .. } = ask_return(1, "city.housing") else {
        unreachable!()
    };
    let groundless = Command::RequestReturn { holding, reason: "tired".into(), basis, proposed };
    assert_eq!(world.refused("north.housing/receiver", "a", groundless), "return.reason");
    // One working day from dispatch on the 6th: until the last working hour of the 7th.
    world.clock("2021-05-07 18:00");
    assert!(world.decide("north.housing/receiver", "a", &ask_return(1, "city.housing")).is_ok());
    world.ok("north.housing/receiver", "a", Command::Sign { holding: 1 });
    world.ok("north.housing/handler", "a", Command::Contact { holding: 1, reached: true });
    assert_eq!(
        world.refused("north.housing/receiver", "a", ask_return(1, "city.housing")),
        "return.contacted"
    );

    let mut late = dispatched();
    late.clock("2021-05-07 18:00:01");
    assert_eq!(late.refused("north.housing/receiver", "a", ask_return(1, "city.housing")), "return.too_late");
}

#[test]
fn refused_no_time_is_given_back() {
    let mut world = dispatched();
    world.clock("2021-05-06 11:00");
    let before = world.case("a").holdings[0].clone();
    world.ok("north.housing/receiver", "a", ask_return(1, "city.housing"));
    world.clock("2021-05-06 16:00");
    world.ok("city/dispatcher", "a", refuse(1));
    let holding = &world.case("a").holdings[0];
    assert_eq!((&holding.sign, &holding.handle), (&before.sign, &before.handle));
    assert_eq!(holding.returns[0].ruling.as_ref().unwrap().verdict, "refused");
    assert_eq!(world.refused("city/dispatcher", "a", refuse(1)), "return.none");
    assert_eq!(world.case("a").custody.last().unwrap().party, Party::Unit(unit("north.housing")));
}

#[test]
fn designated_one_last_review_remains_and_work_goes_on() {
    let mut world = dispatched();
    world.ok("north.housing/receiver", "a", ask_return(1, "city.housing"));
    world.ok("city/dispatcher", "a", designate(1));
    assert!(world.case("a").holdings[0].designated);
    world.ok("north.housing/receiver", "a", Command::Sign { holding: 1 });
    world.ok("north.housing/handler", "a", Command::Contact { holding: 1, reached: true });
    // The last review rests on new facts: neither the day nor the contact stands against it.
    world.clock("2021-05-10 09:00");
    world.ok("north.housing/receiver", "a", ask_return(1, "city.housing"));
    assert!(world.case("a").holdings[0].returns[1].final_review);
    assert_eq!(world.case("a").custody.last().unwrap().party, Party::Unit(unit("north.housing")));
    world.ok("city/dispatcher", "a", refuse(1));
    assert_eq!(world.refused("north.housing/receiver", "a", ask_return(1, "city.housing")), "return.final");
}

#[test]
fn whoever_answers_instead_of_waiting_takes_the_request_back() {
    let mut world = dispatched();
    world.ok("north.housing/phone", "a", Command::Sign { holding: 1 });
    world.ok("north.housing/phone", "a", ask_return(1, "city.housing"));
    world.ok("north.housing/phone", "a", reply(1));
    let case = world.case("a");
    assert_eq!(case.holdings[0].returns[0].ruling.as_ref().unwrap().verdict, "withdrawn");
    assert!(case.terms.iter().all(|t| t.kind == TermKind::Review || t.ended_at.is_some()));
    let facts = yipan_casework::project::facts(case, &world.directory);
    assert_eq!(facts.holdings[0].refused_returns, 0);
}

#[test]
fn a_granted_return_leaves_nothing_hanging_on_the_old_holding() {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("a");
    world.dispatch("a", "north.gov");
    world.ok("north.gov/phone", "a", Command::Sign { holding: 1 });
    world.ok(
        "north.gov/phone",
        "a",
        Command::RequestExtension { holding: 1, amount: 2, reason: text("more") },
    );
    world.ok("north.gov/phone", "a", child(1, "n1.gov"));
    world.ok("north.gov/phone", "a", ask_return(1, "south.gov"));
    world.ok("city/dispatcher", "a", grant_return(1, "south.gov"));
    let case = world.case("a");
    assert_eq!(case.holdings[1].standing, Standing::Withdrawn);
    assert!(case.terms.iter().all(|t| t.ended_at.is_some()), "{:?}", case.terms);
}

#[test]
fn an_assistants_return_stays_an_assistants_holding() {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("a");
    world.ok("city/dispatcher", "a", dispatch_with("north.housing", &["north.water"]));
    world.ok("north.housing/phone", "a", Command::Sign { holding: 1 });
    world.ok("north.water/phone", "a", ask_return(2, "city.water"));
    assert_eq!(world.refused("city/dispatcher", "a", grant_return(2, "north.housing")), "dispatch.twice");
    world.ok("city/dispatcher", "a", grant_return(2, "city.water"));
    let case = world.case("a");
    assert_eq!(case.stage, Stage::Handling, "the stage follows the main holding");
    assert_eq!(case.holdings[2].role, yipan_casework::case::HoldingRole::Assistant);
    assert!(case.holdings[2].contact.is_none());
}

#[test]
fn a_childs_return_is_ruled_by_its_giver_within_the_givers_area() {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("a");
    world.dispatch("a", "north.gov");
    world.ok("north.gov/phone", "a", Command::Sign { holding: 1 });
    world.ok("north.gov/phone", "a", child(1, "n1.gov"));
    world.ok("n1.gov/phone", "a", ask_return(2, "n2.gov"));
    let term = world.case("a").terms.last().unwrap();
    assert_eq!((term.kind, term.centre.as_str()), (TermKind::RuleReturn, "north.gov"));
    assert_eq!(world.case("a").custody.last().unwrap().party, Party::Unit(unit("north.gov")));
    assert_eq!(world.refused("city/dispatcher", "a", grant_return(2, "n2.gov")), "case.seat");
    assert_eq!(world.refused("north.gov/phone", "a", grant_return(2, "s1.gov")), "dispatch.not_below");
    world.ok("north/dispatcher", "a", grant_return(2, "n2.gov"));
    assert_eq!(world.case("a").holdings[2].parent, Some(1));
    assert_eq!(world.case("a").stage, Stage::Handling);
}
