//! Extension (延期): once, before expiry, not longer than the first term.

use yipan_casework::Command;
use yipan_casework::case::TermKind;

use crate::support::{World, reply, text, time};

fn signed() -> World {
    let mut world = World::at("2021-05-06 09:30");
    world.accept("a");
    world.dispatch("a", "north.housing");
    world.ok("north.housing/receiver", "a", Command::Sign { holding: 1 });
    world
}

fn ask(amount: i64) -> Command {
    Command::RequestExtension { holding: 1, amount, reason: text("parts") }
}

fn rule(granted: bool) -> Command {
    Command::RuleExtension { holding: 1, granted, reason: text("ruling") }
}

#[test]
fn granted_it_lengthens_the_term_in_its_own_unit() {
    let mut world = signed();
    world.clock("2021-05-11 18:00");
    world.ok("system", "a", Command::Tick);
    assert_eq!(world.case("a").holdings[0].noted.len(), 2, "half and yellow");
    world.clock("2021-05-12 18:00");
    world.ok("north.housing/handler", "a", ask(3));
    assert_eq!(world.case("a").terms.last().unwrap().kind, TermKind::RuleExtension);
    world.clock("2021-05-13 09:00");
    world.ok("city/dispatcher", "a", rule(true));
    let holding = &world.case("a").holdings[0];
    assert_eq!((holding.handle.extended, holding.handle.due), (3, time("2021-05-17 18:00")));
    // Four fifths of eight days lie ahead again and will be noted again; half has passed for good.
    assert_eq!(holding.handle.half, time("2021-05-11 18:00"));
    assert_eq!(holding.noted.len(), 1);
    assert!(world.case("a").terms.last().unwrap().ended_at.is_some());
    assert_eq!(world.refused("north.housing/handler", "a", ask(1)), "extension.once");
}

#[test]
fn it_is_not_longer_than_the_first_term_and_not_late() {
    let mut world = signed();
    for amount in [0, -1, 6] {
        assert_eq!(world.refused("north.housing/handler", "a", ask(amount)), "extension.too_long");
    }
    world.clock("2021-05-12 18:00:00.000001");
    assert_eq!(world.refused("north.housing/handler", "a", ask(1)), "extension.too_late");
}

#[test]
fn refused_it_changes_nothing_and_is_used_up() {
    let mut world = signed();
    let before = world.case("a").holdings[0].handle.clone();
    world.ok("north.housing/handler", "a", ask(5));
    assert_eq!(world.refused("north.housing/signer", "a", rule(true)), "case.seat");
    world.ok("city/dispatcher", "a", rule(false));
    assert_eq!(world.case("a").holdings[0].handle, before);
    assert_eq!(world.refused("city/dispatcher", "a", rule(true)), "extension.none");
    assert_eq!(world.refused("north.housing/handler", "a", ask(1)), "extension.once");
}

#[test]
fn an_answer_makes_the_request_void_and_a_rejection_revives_it() {
    let mut world = signed();
    world.ok("north.housing/phone", "a", ask(5));
    world.ok("north.housing/phone", "a", reply(1));
    let open = |world: &World| {
        let terms = world.case("a").terms.iter().filter(|t| t.ended_at.is_none());
        terms.map(|t| t.kind).collect::<Vec<_>>()
    };
    assert_eq!(open(&world), [TermKind::Review]);
    assert_eq!(world.refused("city/dispatcher", "a", rule(true)), "case.stage");
    world.ok("city/reviewer", "a", Command::RejectReply { holding: 1, reason: text("thin") });
    assert_eq!(open(&world), [TermKind::RuleExtension]);
    world.ok("city/dispatcher", "a", rule(true));
    assert_eq!(open(&world), []);
}
