//! Before the end: when a citizen may be called, and what an end may claim.

use yipan_casework::Command;
use yipan_casework::case::{Grade, Outcome, Solved};
use yipan_casework::command::CommandName;

use crate::support::{World, call_back, close, text};

/// Answered on 6 May at 16:00.
fn answered() -> World {
    let mut world = World::at("2021-05-06 09:30");
    world.accept("a");
    world.dispatch("a", "north.housing");
    world.clock("2021-05-06 16:00");
    world.handle("a", 1);
    world
}

#[test]
fn the_desk_may_not_call_solved_what_it_said_is_not() {
    let closing = |solved, said: Option<Solved>| {
        let mut world = World::at("2021-05-06 09:00");
        world.accept("a");
        world.ok("city/call_taker", "a", Command::AnswerDirectly { text: text("x"), solved });
        assert_eq!(world.case("a").answered_solved, Some(solved));
        if let Some(said) = said {
            world.ok("city/callback", "a", call_back(Grade::Satisfied, said));
        }
        world.decide("city/callback", "a", &close(Outcome::Explained)).unwrap();
        world.decide("city/callback", "a", &close(Outcome::Solved)).err().map(|r| r.code).unwrap_or_default()
    };
    assert_eq!(closing(Solved::Yes, None), "");
    assert_eq!(closing(Solved::No, None), "close.not_claimed");
    assert_eq!(closing(Solved::Partly, None), "close.not_claimed");
    assert_eq!(closing(Solved::Unknown, None), "close.not_asked");
    assert_eq!(closing(Solved::Yes, Some(Solved::No)), "close.not_confirmed");
    // Whoever was asked and says that it is solved is believed.
    assert_eq!(closing(Solved::No, Some(Solved::Yes)), "");
    assert_eq!(closing(Solved::No, Some(Solved::Unknown)), "close.not_claimed");
}

#[test]
fn a_citizen_who_calls_in_is_asked_at_any_hour_and_once() {
    let mut world = answered();
    world.ok("city/reviewer", "a", Command::AcceptReply { holding: 1 });
    let said = call_back(Grade::Satisfied, Solved::Yes);
    let offered = |world: &World| {
        let moves = world.moves("city/callback", "a");
        let one = moves.into_iter().find(|m| m.command == CommandName::CallBack).unwrap();
        one.refusal.map(|r| r.code).unwrap_or_default()
    };
    world.clock("2021-05-06 22:05");
    let try_now = Command::TryCallBack { agreed: None };
    assert_eq!(world.refused("city/callback", "a", try_now), "callback.hours");
    assert_eq!(offered(&world), "");
    world.ok("city/callback", "a", said.clone());
    assert_eq!(offered(&world), "callback.done");
    world.accept("desk");
    world.ok("city/call_taker", "desk", Command::AnswerDirectly { text: text("x"), solved: Solved::No });
    world.ok("city/callback", "desk", said);
}

#[test]
fn an_end_that_would_be_refused_whatever_its_outcome_is_not_offered() {
    let mut world = answered();
    world.ok("city/reviewer", "a", Command::AcceptReply { holding: 1 });
    let told = |world: &World, command| {
        let moves = world.moves("city/callback", "a");
        let one = moves.into_iter().find(|m| m.command == command).unwrap();
        (one.primary, one.refusal.map(|r| r.code).unwrap_or_default())
    };
    assert_eq!(told(&world, CommandName::Close), (false, "close.not_called".into()));
    assert_eq!(told(&world, CommandName::CallBack), (true, String::new()));
    world.ok("city/callback", "a", Command::TryCallBack { agreed: None });
    assert_eq!(told(&world, CommandName::TryCallBack).1, "callback.too_soon");
    assert_eq!(told(&world, CommandName::CallBack), (true, String::new()));
    world.ok("city/callback", "a", call_back(Grade::Satisfied, Solved::Yes));
    assert_eq!(told(&world, CommandName::Close), (true, String::new()));
    assert_eq!(told(&world, CommandName::Redo).1, "redo.no_ground");
}
