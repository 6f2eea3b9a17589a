//! Marks of the clocks: each once, and caught up after a gap in one tick.

use yipan_casework::Command;
use yipan_casework::case::SheetLevel;
use yipan_casework::clock::{Lamp, Mark};
use yipan_casework::event::{Event, Marked};
use yipan_casework::project::next_tick;

use crate::support::{World, text, time};

fn marks(events: &[Event]) -> Vec<(Marked, Mark)> {
    let marked = |e: &Event| match e {
        Event::Marked { clock, mark } => (clock.clone(), *mark),
        other => panic!("a tick only marks: {other:?}"),
    };
    events.iter().map(marked).collect()
}

#[test]
fn each_mark_is_noted_once_at_its_time() {
    let mut world = World::at("2021-05-06 09:30");
    world.accept("a");
    assert_eq!(next_tick(world.case("a")), Some(time("2021-05-06 11:30:00.000001")));
    world.dispatch("a", "north.housing");
    // Yellow at 80 % of four working hours, due a moment after the term: at the due instant itself
    // it is still in time.
    let sign = Marked::Sign { holding: 1 };
    let handle = Marked::Handle { holding: 1 };
    for (at, expected) in [
        ("2021-05-06 14:42", (sign.clone(), Mark::Yellow)),
        ("2021-05-06 15:30:00.000001", (sign, Mark::Due)),
        ("2021-05-10 14:15", (handle.clone(), Mark::Half)),
        ("2021-05-11 18:00", (handle.clone(), Mark::Yellow)),
        ("2021-05-12 18:00:00.000001", (handle, Mark::Due)),
    ] {
        assert_eq!(next_tick(world.case("a")), Some(time(at)));
        world.now = time(at).plus(-1);
        assert_eq!(world.ok("system", "a", Command::Tick), []);
        world.clock(at);
        let noted = world.ok("system", "a", Command::Tick);
        assert_eq!(marks(&noted), [expected]);
        assert_eq!(world.ok("system", "a", Command::Tick), [], "each mark once");
    }
    assert_eq!(next_tick(world.case("a")), None);
    assert_eq!(world.refused("city/supervisor", "a", Command::Tick), "case.seat");
}

#[test]
fn after_a_gap_one_tick_catches_up_in_order_of_time() {
    let mut world = World::at("2021-05-06 09:30");
    world.accept("a");
    world.dispatch("a", "north.housing");
    world.ok(
        "city/supervisor",
        "a",
        Command::Supervise { level: SheetLevel::Blue, holding: 1, reason: text("s") },
    );
    world.clock("2021-05-20 09:00");
    let noted = world.ok("system", "a", Command::Tick);
    let told: Vec<_> = marks(&noted)
        .into_iter()
        .map(|(clock, mark)| match clock {
            Marked::Sign { .. } => ("sign", mark),
            Marked::Handle { .. } => ("handle", mark),
            Marked::Term { .. } => ("term", mark),
            Marked::Sheet { .. } => ("sheet", mark),
        })
        .collect();
    assert_eq!(
        told,
        [
            ("sign", Mark::Yellow),
            ("sign", Mark::Due),
            ("sheet", Mark::Due),
            ("handle", Mark::Half),
            ("handle", Mark::Yellow),
            ("handle", Mark::Due),
        ]
    );
    assert_eq!(world.ok("system", "a", Command::Tick), []);
}

#[test]
fn what_has_been_done_is_not_marked_any_more() {
    let mut world = World::at("2021-05-06 09:30");
    world.accept("a");
    world.dispatch("a", "north.housing");
    world.ok("north.housing/receiver", "a", Command::Sign { holding: 1 });
    assert_eq!(next_tick(world.case("a")), Some(time("2021-05-10 14:15")));
    world.handle("a", 1);
    // Only the centre's own term of review runs now.
    assert_eq!(next_tick(world.case("a")), Some(time("2021-05-07 18:00:00.000001")));
    world.clock("2021-05-08 08:00");
    let noted = world.ok("system", "a", Command::Tick);
    assert!(matches!(marks(&noted)[..], [(Marked::Term { .. }, Mark::Due)]));
}

#[test]
fn the_lamp_turns_at_four_fifths_and_after_the_due_instant() {
    let mut world = World::at("2021-05-06 09:30");
    world.accept("a");
    world.dispatch("a", "north.housing");
    let clock = &world.case("a").holdings[0].handle;
    for (at, lamp) in [
        ("2021-05-11 17:59:59", Lamp::Green),
        ("2021-05-11 18:00", Lamp::Yellow),
        ("2021-05-12 18:00", Lamp::Yellow),
        ("2021-05-12 18:00:00.000001", Lamp::Red),
    ] {
        assert_eq!(clock.lamp(time(at)), lamp, "{at}");
    }
}
