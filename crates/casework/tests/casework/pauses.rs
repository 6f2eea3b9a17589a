//! Pauses (中止) and the deferred list (挂账).

use yipan_casework::Command;
use yipan_casework::case::{Party, Stage};
use yipan_casework::project::{Counter, facts, next_tick};
use yipan_casework::why::why;

use crate::support::{World, counted, reply, text, time};

fn signed() -> World {
    let mut world = World::at("2021-05-06 09:30");
    world.accept("a");
    world.dispatch("a", "north.housing");
    world.ok("north.housing/receiver", "a", Command::Sign { holding: 1 });
    world
}

fn suspend() -> Command {
    Command::Suspend { holding: 1, reason: text("court") }
}

#[test]
fn a_pause_is_an_interval_that_moves_the_due_time_by_itself() {
    let mut world = signed();
    world.clock("2021-05-07 08:30");
    assert_eq!(world.refused("north.housing/receiver", "a", suspend()), "case.seat");
    world.ok("city/dispatcher", "a", suspend());
    assert_eq!(world.refused("city/dispatcher", "a", suspend()), "suspend.already");
    assert_eq!(world.case("a").custody.last().unwrap().party, Party::Other);
    assert_eq!(next_tick(world.case("a")), None, "a clock that stands still has no marks");
    assert_eq!(world.refused("north.housing/phone", "a", reply(1)), "holding.suspended");
    world.clock("2021-05-10 18:00");
    world.ok("city/dispatcher", "a", Command::Resume { holding: 1 });
    assert_eq!(world.refused("city/dispatcher", "a", Command::Resume { holding: 1 }), "resume.none");
    // The 7th, the shifted 8th and the 10th are given back: five days from the 11th.
    let holding = &world.case("a").holdings[0];
    assert_eq!(holding.handle.due, time("2021-05-17 18:00"));
    assert_eq!(holding.contact.as_ref().unwrap().due, time("2021-05-11 18:00"));
    assert_eq!(holding.sign.pauses, [], "what was done before the pause is not timed again");
    assert_eq!(holding.suspended_times, 1);
    assert_eq!(world.case("a").custody.last().unwrap().party, Party::Unit(holding.unit.clone()));
    let told = why(world.case("a"), &world.rules, world.now).unwrap();
    assert!(told.iter().all(|d| d.agrees), "{told:?}");
    let handle = told.iter().find(|d| d.clock == "handle").unwrap();
    assert_eq!(handle.explanation.days.iter().filter(|d| d.paused > 0).count(), 3);
}

#[test]
fn a_second_pause_adds_to_the_first() {
    let mut world = signed();
    for (from, to) in [("2021-05-07 08:30", "2021-05-07 18:00"), ("2021-05-10 08:30", "2021-05-10 12:00")] {
        world.clock(from);
        world.ok("city/dispatcher", "a", suspend());
        world.clock(to);
        world.ok("city/dispatcher", "a", Command::Resume { holding: 1 });
    }
    // Five days without the 7th and without 3.5 of 7.5 hours of the 10th.
    let holding = &world.case("a").holdings[0];
    assert_eq!(holding.handle.pauses.len(), 2);
    assert_eq!(holding.handle.due, time("2021-05-14 12:00"));
    assert!(why(world.case("a"), &world.rules, world.now).unwrap().iter().all(|d| d.agrees));
}

#[test]
fn an_answer_in_its_last_step_waits_for_the_pause_too() {
    let mut world = signed();
    world.ok("north.housing/handler", "a", reply(1));
    world.ok("north.housing/reviewer", "a", Command::PassStep { holding: 1 });
    world.ok("city/dispatcher", "a", suspend());
    assert_eq!(
        world.refused("north.housing/signer", "a", Command::PassStep { holding: 1 }),
        "holding.suspended"
    );
    world.ok("city/dispatcher", "a", Command::Resume { holding: 1 });
    world.ok("north.housing/signer", "a", Command::PassStep { holding: 1 });
    assert_eq!(world.case("a").stage, Stage::Handled);
}

#[test]
fn the_deferred_stand_beside_the_rates_and_not_in_them() {
    let mut world = signed();
    let [in_rate, beside] = [Counter::HandleDue, Counter::HandleDeferred]
        .map(|counter| move |world: &World| counted(&facts(world.case("a"), &world.directory), counter));
    assert_eq!((in_rate(&world), beside(&world)), (1, 0));
    let defer = Command::Defer { holding: 1, reason: text("needs a law") };
    assert_eq!(world.refused("city/dispatcher", "a", defer.clone()), "case.seat");
    world.ok("city/supervisor", "a", defer.clone());
    assert_eq!(world.refused("city/supervisor", "a", defer), "defer.already");
    assert_eq!((in_rate(&world), beside(&world)), (0, 1));
    assert_eq!(facts(world.case("a"), &world.directory).holdings.iter().filter(|h| h.deferred).count(), 1);
    world.ok("city/supervisor", "a", Command::Undefer { holding: 1 });
    assert_eq!(world.refused("city/supervisor", "a", Command::Undefer { holding: 1 }), "defer.none");
    assert_eq!((in_rate(&world), beside(&world)), (1, 0));
}
