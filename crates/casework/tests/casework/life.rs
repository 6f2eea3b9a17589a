//! The whole life of a case, by hand, with the times that a person would reckon.
//!
//! 6 May 2021 is a Thursday after the holiday; Saturday the 8th is a shifted workday; hours are
//! 08:30-12:00 and 14:00-18:00.

use yipan_base::directory::Step;
use yipan_casework::Command;
use yipan_casework::case::{Case, Channel, Grade, Outcome, Party, Solved, Stage, Standing, TermKind};
use yipan_casework::command::{Acceptance, Basis};
use yipan_casework::project::{Counter, RollupKey, facts, rollup};

use crate::support::{
    World, appeal, call_back, child, close, dispatch, dispatch_with, reply, reply_solved, text, time, unit,
};

fn morning() -> World {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("a");
    world
}

/// Accepted 09:00, dispatched 09:30, signed 10:00, answered 16:00 the same day.
fn answered() -> World {
    let mut world = morning();
    world.clock("2021-05-06 09:30");
    world.dispatch("a", "north.housing");
    world.clock("2021-05-06 10:00");
    world.ok("north.housing/receiver", "a", Command::Sign { holding: 1 });
    world.clock("2021-05-06 16:00");
    world.ok("north.housing/phone", "a", reply(1));
    world
}

fn term(case: &Case, kind: TermKind) -> (String, Option<String>) {
    let term = case.terms.iter().rev().find(|t| t.kind == kind).expect("the term was started");
    (term.clock.due.to_string(), term.ended_at.map(|at| at.to_string()))
}

fn custody(case: &Case) -> Vec<(String, String)> {
    let told = |p: &Party| match p {
        Party::Centre(unit) | Party::Unit(unit) => unit.to_string(),
        Party::Citizen => "citizen".to_owned(),
        Party::Other => "other".to_owned(),
    };
    case.custody.iter().map(|s| (told(&s.party), s.from.civil().strftime("%d %H:%M").to_string())).collect()
}

#[test]
fn a_question_is_answered_at_the_desk() {
    let mut world = morning();
    assert_eq!(term(world.case("a"), TermKind::Dispatch), ("2021-05-06T11:00:00+08:00".into(), None));
    world.clock("2021-05-06 09:05");
    world.ok("city/call_taker", "a", Command::AnswerDirectly { text: text("answer"), solved: Solved::Yes });
    assert_eq!(world.case("a").stage, Stage::AnsweredDirectly);
    assert_eq!(world.case("a").answered_at, Some(time("2021-05-06 09:05")));
    assert_eq!(term(world.case("a"), TermKind::Dispatch).1.as_deref(), Some("2021-05-06T09:05:00+08:00"));
    world.ok("city/call_taker", "a", close(Outcome::Explained));
    let case = world.case("a");
    assert_eq!((case.stage, case.outcome), (Stage::Closed, Some(Outcome::Explained)));
    assert_eq!(case.custody.len(), 1);
    assert_eq!(case.custody[0].to, Some(time("2021-05-06 09:05")));
    assert_eq!(case.binding_due(), None);
}

#[test]
fn from_dispatch_through_the_units_steps_to_the_archive() {
    let mut world = morning();
    world.clock("2021-05-06 09:30");
    world.dispatch("a", "north.housing");
    let holding = &world.case("a").holdings[0];
    assert_eq!(holding.sign.due, time("2021-05-06 15:30"));
    assert_eq!(holding.contact.as_ref().unwrap().due, time("2021-05-07 18:00"));
    assert_eq!(holding.handle.half, time("2021-05-10 14:15"));
    assert_eq!(holding.handle.yellow, time("2021-05-11 18:00"));
    assert_eq!(holding.handle.due, time("2021-05-12 18:00"));
    assert_eq!(world.case("a").binding_due(), Some(time("2021-05-06 15:30")));

    world.clock("2021-05-06 10:00");
    assert_eq!(world.refused("north.housing/handler", "a", reply(1)), "holding.not_signed");
    world.ok("north.housing/receiver", "a", Command::Sign { holding: 1 });
    assert_eq!(world.case("a").stage, Stage::Handling);
    assert_eq!(world.case("a").binding_due(), Some(time("2021-05-12 18:00")));
    assert_eq!(world.refused("north.housing/receiver", "a", Command::Sign { holding: 1 }), "holding.signed");

    world.ok("north.housing/handler", "a", Command::Contact { holding: 1, reached: false });
    assert_eq!(world.case("a").holdings[0].contacted_at, None);
    world.clock("2021-05-06 11:00");
    world.ok("north.housing/handler", "a", Command::Contact { holding: 1, reached: true });
    assert_eq!(world.case("a").holdings[0].contacted_at, Some(time("2021-05-06 11:00")));

    // 经办 → 审核 → 签发, one after the other; the reviewer sends the first draft back.
    world.clock("2021-05-07 09:00");
    world.ok("north.housing/handler", "a", reply(1));
    assert_eq!(world.case("a").holdings[0].steps, [Step::Reviewer, Step::Signer]);
    assert_eq!(world.refused("north.housing/signer", "a", Command::PassStep { holding: 1 }), "reply.step");
    world.ok("north.housing/reviewer", "a", Command::SendBackStep { holding: 1, reason: text("unclear") });
    assert_eq!(world.refused("north.housing/reviewer", "a", Command::PassStep { holding: 1 }), "reply.none");
    world.ok("north.housing/handler", "a", reply(1));
    world.ok("north.housing/reviewer", "a", Command::PassStep { holding: 1 });
    assert_eq!(world.case("a").stage, Stage::Handling);
    world.clock("2021-05-07 15:00");
    world.ok("north.housing/signer", "a", Command::PassStep { holding: 1 });
    assert_eq!(world.case("a").stage, Stage::Handled);
    assert_eq!(world.case("a").holdings[0].replied_at, Some(time("2021-05-07 15:00")));
    assert_eq!(term(world.case("a"), TermKind::Review), ("2021-05-08T18:00:00+08:00".into(), None));

    world.clock("2021-05-08 09:00");
    world.ok("city/reviewer", "a", Command::StartReview);
    assert_eq!(world.case("a").stage, Stage::Reviewing);
    world.ok("city/reviewer", "a", Command::AcceptReply { holding: 1 });
    assert_eq!(world.case("a").stage, Stage::CallingBack);
    // Completion is the time of the reply that review accepted, not of the review.
    assert_eq!(world.case("a").holdings[0].completed_at, Some(time("2021-05-07 15:00")));
    assert_eq!(world.case("a").holdings[0].standing, Standing::Completed);
    assert_eq!(term(world.case("a"), TermKind::CallBack).0, "2021-05-10T18:00:00+08:00");

    assert_eq!(world.refused("city/callback", "a", close(Outcome::Solved)), "close.not_called");
    world.clock("2021-05-08 10:00");
    let evening = Some(time("2021-05-08 19:00"));
    world.ok("city/callback", "a", Command::TryCallBack { agreed: evening });
    world.clock("2021-05-08 11:00");
    assert_eq!(
        world.refused("city/callback", "a", Command::TryCallBack { agreed: None }),
        "callback.agreed_hour"
    );
    world.clock("2021-05-08 19:20");
    world.ok("city/callback", "a", call_back(Grade::Satisfied, Solved::Yes));
    assert_eq!(
        world.refused("city/callback", "a", call_back(Grade::Basically, Solved::Yes)),
        "callback.done"
    );
    world.ok("city/callback", "a", close(Outcome::Solved));
    world.clock("2021-05-09 00:10");
    world.ok("system", "a", Command::Archive);
    assert_eq!(world.case("a").stage, Stage::Archived);

    let told = custody(world.case("a"));
    let told: Vec<_> = told.iter().map(|(who, from)| (who.as_str(), from.as_str())).collect();
    assert_eq!(
        told,
        [
            ("city", "06 08:55"),
            ("north.housing", "06 09:30"),
            ("city", "07 15:00"),
            ("citizen", "08 10:00"),
            // The agreed hour came before the call did.
            ("city", "08 19:00"),
        ]
    );
    assert_eq!(world.case("a").custody.last().unwrap().to, Some(time("2021-05-08 19:20")));
}

#[test]
fn one_tap_on_the_phone_passes_every_step() {
    let world = answered();
    let names: Vec<_> = world.events("a").iter().map(|e| e.event.name()).collect();
    assert_eq!(
        names[names.len() - 7..],
        [
            "reply_drafted",
            "step_passed",
            "step_passed",
            "step_passed",
            "replied",
            "stage_reached",
            "term_started"
        ]
    );
    assert_eq!(world.case("a").stage, Stage::Handled);
}

#[test]
fn review_rejects_and_the_clock_goes_on() {
    let mut world = answered();
    let due = world.case("a").holdings[0].handle.due;
    world.clock("2021-05-06 17:00");
    world.ok("city/reviewer", "a", Command::RejectReply { holding: 1, reason: text("thin") });
    let case = world.case("a");
    assert_eq!(case.stage, Stage::Handling);
    assert_eq!((case.holdings[0].replied_at, &case.holdings[0].reply), (None, &None));
    assert_eq!(case.holdings[0].rejected_replies, 1);
    assert_eq!(case.holdings[0].handle.due, due);
    world.clock("2021-05-13 09:00");
    world.answer("a");
    // The reply that was accepted came after the due time: late, whatever was sent before.
    let holding = &world.case("a").holdings[0];
    assert_eq!(holding.completed_at, Some(time("2021-05-13 09:00")));
    assert!(!holding.handle.in_time(holding.completed_at.unwrap()));
}

#[test]
fn a_county_gives_a_child_order_to_its_town() {
    let mut world = morning();
    world.clock("2021-05-06 09:30");
    world.dispatch("a", "north.gov");
    // The county's centre acts for the county's government.
    world.clock("2021-05-06 10:00");
    world.ok("north/dispatcher", "a", Command::Sign { holding: 1 });
    let due = world.case("a").holdings[0].handle.clone();
    world.clock("2021-05-07 10:00");
    world.ok("north/dispatcher", "a", child(1, "n1.gov"));
    let case = world.case("a");
    assert_eq!((case.stage, case.round), (Stage::Handling, 1));
    assert_eq!(case.holdings[1].parent, Some(1));
    assert_eq!(case.holdings[1].sign.started_at, time("2021-05-07 10:00"));
    assert_eq!(case.holdings[1].handle.due, time("2021-05-13 18:00"));
    assert_eq!(case.holdings[0].handle, due, "the county's own clock is not moved");
    assert_eq!(world.refused("north/dispatcher", "a", child(1, "n2.gov")), "dispatch.child_open");
    assert_eq!(world.refused("north.gov/phone", "a", reply(1)), "reply.child_open");

    world.clock("2021-05-07 11:00");
    world.ok("n1/dispatcher", "a", Command::Sign { holding: 2 });
    assert_eq!(world.case("a").stage, Stage::Handling);
    world.clock("2021-05-10 11:00");
    world.ok("n1.gov/handler", "a", reply(2));
    assert_eq!(world.case("a").holdings[1].steps, [Step::Signer]);
    world.ok("n1.gov/signer", "a", Command::PassStep { holding: 2 });
    // The giver reviews its child's answer; the city does not.
    assert_eq!(world.refused("city/reviewer", "a", Command::AcceptReply { holding: 2 }), "case.seat");
    world.ok("north.gov/reviewer", "a", Command::RejectReply { holding: 2, reason: text("thin") });
    world.ok("n1.gov/phone", "a", reply(2));
    world.ok("north.gov/reviewer", "a", Command::AcceptReply { holding: 2 });
    assert_eq!(world.case("a").stage, Stage::Handling);
    world.clock("2021-05-10 15:00");
    world.ok("north.gov/phone", "a", reply(1));
    assert_eq!(world.case("a").stage, Stage::Handled);
    assert_eq!(world.case("a").holdings[1].completed_at, Some(time("2021-05-10 11:00")));
    let told = custody(world.case("a"));
    let told: Vec<_> = told.iter().map(|(who, from)| (who.as_str(), from.as_str())).collect();
    assert_eq!(
        told,
        [
            ("city", "06 08:55"),
            ("north.gov", "06 09:30"),
            ("n1.gov", "07 10:00"),
            ("north.gov", "10 11:00"),
            ("city", "10 15:00"),
        ]
    );
}

#[test]
fn an_answer_accepts_the_child_answers_it_was_built_on() {
    let mut world = morning();
    world.dispatch("a", "north.gov");
    world.ok("north.gov/phone", "a", Command::Sign { holding: 1 });
    world.ok("north.gov/phone", "a", child(1, "n1.gov"));
    world.handle("a", 2);
    world.ok("north.gov/phone", "a", reply(1));
    assert_eq!(world.case("a").holdings[1].standing, Standing::Completed);
    assert_eq!(
        world.refused("north.gov/reviewer", "a", Command::RejectReply { holding: 2, reason: text("late") }),
        "holding.ended"
    );
}

#[test]
fn handled_needs_every_assistant_or_the_mains_reason() {
    let mut world = morning();
    world.ok("city/dispatcher", "a", dispatch_with("north.housing", &["north.water", "city.water"]));
    assert!(world.case("a").holdings[1].contact.is_none(), "only the main handler contacts the citizen");
    // An assistant works although the main handler has not signed yet.
    world.handle("a", 2);
    assert_eq!(world.case("a").stage, Stage::Dispatched);
    world.ok("north.housing/phone", "a", Command::Sign { holding: 1 });
    assert_eq!(world.refused("north.housing/phone", "a", reply(1)), "reply.assistants_outstanding");
    let excuse = |holding| Command::ExcuseAssistant { holding, reason: text("silent") };
    assert_eq!(world.refused("city.water/phone", "a", excuse(3)), "case.seat", "nobody excuses itself");
    assert_eq!(world.refused("north.housing/signer", "a", excuse(1)), "excuse.not_assistant");
    world.ok("north.housing/signer", "a", excuse(3));
    assert_eq!(world.case("a").holdings[2].standing, Standing::Withdrawn);
    world.ok("north.housing/phone", "a", reply(1));
    // While the main answer waits for review the assistant's is not sent back behind its back.
    assert_eq!(
        world.refused("city/reviewer", "a", Command::RejectReply { holding: 2, reason: text("thin") }),
        "review.main_replied"
    );
    world.ok("city/reviewer", "a", Command::AcceptReply { holding: 1 });
    assert_eq!(world.case("a").holdings[1].standing, Standing::Completed);
}

#[test]
fn an_assistant_added_while_the_answer_is_signed_holds_it_up() {
    let mut world = morning();
    world.dispatch("a", "north.housing");
    world.ok("north.housing/phone", "a", Command::Sign { holding: 1 });
    world.ok("north.housing/handler", "a", reply(1));
    world.ok("north.housing/reviewer", "a", Command::PassStep { holding: 1 });
    let add = Command::AddAssistant { unit: unit("north.water"), basis: Basis::Judgement };
    world.ok("city/dispatcher", "a", add.clone());
    assert_eq!(world.refused("city/dispatcher", "a", add), "dispatch.twice");
    assert_eq!(
        world.refused("north.housing/signer", "a", Command::PassStep { holding: 1 }),
        "reply.assistants_outstanding"
    );
    world.handle("a", 2);
    world.ok("north.housing/signer", "a", Command::PassStep { holding: 1 });
    assert_eq!(world.case("a").stage, Stage::Handled);
}

#[test]
fn redo_is_a_new_round_and_never_repairs_the_first() {
    let mut world = answered();
    world.ok("city/reviewer", "a", Command::AcceptReply { holding: 1 });
    let redo = Command::Redo { reason: text("still cold"), to: None };
    assert_eq!(world.refused("city/callback", "a", redo.clone()), "redo.no_ground");
    world.clock("2021-05-07 09:00");
    world.ok("city/callback", "a", call_back(Grade::Dissatisfied, Solved::No));
    assert_eq!(world.refused("city/callback", "a", close(Outcome::Solved)), "close.not_confirmed");
    let first = world.case("a").holdings[0].clone();
    world.ok("city/callback", "a", redo);
    let case = world.case("a");
    assert_eq!((case.stage, case.round, case.redos), (Stage::Dispatched, 2, 1));
    assert_eq!(case.holdings[0], yipan_casework::case::Holding { redone: true, ..first });
    let second = &case.holdings[1];
    assert_eq!((second.round, second.unit.as_str()), (2, "north.housing"));
    assert_eq!(second.handle.started_at, time("2021-05-07 09:00"));
    assert_eq!(second.handle.due, time("2021-05-13 18:00"));
    assert_eq!(case.valid_callback(), None, "the new round has not been asked about");
    world.answer("a");
    world.ok("city/callback", "a", call_back(Grade::Satisfied, Solved::Yes));
    world.ok("city/callback", "a", close(Outcome::Solved));
}

#[test]
fn a_citizen_without_an_opinion_who_is_not_helped_is_a_ground_for_redo() {
    let mut world = answered();
    world.ok("city/reviewer", "a", Command::AcceptReply { holding: 1 });
    world.ok("city/callback", "a", call_back(Grade::NoOpinion, Solved::No));
    world.ok("city/callback", "a", Command::Redo { reason: text("cold"), to: Some(unit("city.housing")) });
    assert_eq!(world.case("a").main().unwrap().unit, unit("city.housing"));
}

#[test]
fn closing_is_honest_about_what_unit_and_citizen_say() {
    let mut world = morning();
    assert_eq!(world.refused("city/callback", "a", close(Outcome::Solved)), "close.too_early");
    assert_eq!(world.refused("city/callback", "a", close(Outcome::Merged)), "close.not_merged");
    world.dispatch("a", "north.housing");
    world.ok("north.housing/phone", "a", Command::Sign { holding: 1 });
    world.ok("north.housing/phone", "a", reply_solved(1, Solved::Partly));
    world.ok("city/reviewer", "a", Command::AcceptReply { holding: 1 });
    for attempt in 1..=3 {
        assert_eq!(world.refused("city/callback", "a", close(Outcome::Explained)), "close.not_called");
        world.clock(&format!("2021-05-07 {}:00", 8 + 2 * attempt));
        world.ok("city/callback", "a", Command::TryCallBack { agreed: None });
    }
    assert_eq!(world.refused("city/callback", "a", close(Outcome::Solved)), "close.not_claimed");
    let bare = Command::Close { outcome: Outcome::CannotBeSolved, reason: None };
    assert_eq!(world.refused("city/callback", "a", bare), "close.reason");
    world.ok("city/callback", "a", close(Outcome::CannotBeSolved));
}

#[test]
fn a_citizen_who_takes_the_appeal_back_ends_it_early() {
    let mut world = morning();
    world.dispatch("a", "north.gov");
    world.ok("north.gov/phone", "a", Command::Sign { holding: 1 });
    world.ok("north.gov/phone", "a", child(1, "n1.gov"));
    world.ok("n1.gov/phone", "a", Command::Sign { holding: 2 });
    world.ok("n1.gov/phone", "a", crate::support::ask_return(2, "n2.gov"));
    world.ok("city/callback", "a", close(Outcome::Withdrawn));
    let case = world.case("a");
    assert!(case.holdings.iter().all(|h| h.standing == Standing::Withdrawn && h.ended_at.is_some()));
    assert!(case.terms.iter().all(|t| t.ended_at.is_some()));
    assert_eq!(yipan_casework::project::next_tick(case), None);
}

#[test]
fn reopened_within_its_term_it_begins_another_round() {
    let mut world = answered();
    world.ok("city/reviewer", "a", Command::AcceptReply { holding: 1 });
    world.clock("2021-05-07 09:00");
    world.ok("city/callback", "a", call_back(Grade::Satisfied, Solved::Yes));
    world.ok("city/callback", "a", close(Outcome::Solved));
    world.clock("2021-06-01 09:00");
    world.ok("city/reviewer", "a", Command::Reopen { reason: text("cold again") });
    let case = world.case("a");
    assert_eq!((case.stage, case.round, case.reopened), (Stage::Accepted, 2, 1));
    assert_eq!((case.outcome, case.closed_at), (None, None));
    assert!(case.main().is_none());
    // The time while it was closed belongs to nobody.
    let [.., before, after] = case.custody.as_slice() else { panic!("two segments") };
    assert_eq!((before.to, after.from), (Some(time("2021-05-07 09:00")), time("2021-06-01 09:00")));
    assert_eq!(term(case, TermKind::Dispatch), ("2021-06-01T11:00:00+08:00".into(), None));
    world.ok("city/call_taker", "a", Command::AnswerDirectly { text: text("x"), solved: Solved::Yes });
    world.ok("city/callback", "a", close(Outcome::Solved));

    // 30 working days after 1 June, the Dragon Boat holiday left out.
    world.clock("2021-07-14 18:00");
    assert!(world.decide("city/reviewer", "a", &Command::Reopen { reason: text("late") }).is_ok());
    world.clock("2021-07-15 08:30");
    assert_eq!(
        world.refused("city/reviewer", "a", Command::Reopen { reason: text("late") }),
        "reopen.too_late"
    );
    assert_eq!(world.refused("city/callback", "a", Command::Reopen { reason: text("late") }), "case.seat");
}

#[test]
fn what_the_grid_found_is_checked_on_site() {
    let mut world = World::at("2021-05-06 09:00");
    let mut found = appeal("a");
    found.channel = yipan_casework::case::Channel::Grid;
    found.person = None;
    world.accept_as("n1/grid", found).unwrap();
    assert_eq!(world.case("a").centre, unit("n1"));
    let verify = |confirmed, remark: Option<&str>| Command::Verify {
        confirmed,
        remark: remark.map(text),
        photos: Vec::new(),
        point: Some([120.894_291_123, 31.980_171_456]),
    };
    world.ok("n1/dispatcher", "a", dispatch_with("n1.gov", &["n1.team"]));
    world.ok("n1.team/phone", "a", Command::Sign { holding: 2 });
    world.ok("n1.team/phone", "a", reply(2));
    world.answer("a");
    assert_eq!(world.case("a").stage, Stage::Verifying);
    assert_eq!(term(world.case("a"), TermKind::Verify).0, "2021-05-08T18:00:00+08:00");
    assert_eq!(world.refused("n1.gov/grid", "a", verify(true, None)), "verify.own_work");
    assert_eq!(world.refused("n1.team/grid", "a", verify(true, None)), "verify.own_work");
    assert_eq!(world.refused("n1/inspector", "a", verify(false, None)), "verify.remark");
    world.ok("n1/inspector", "a", verify(false, Some("still there")));
    assert_eq!(world.case("a").stage, Stage::Verifying);
    world.ok("n1/reviewer", "a", Command::Redo { reason: text("still there"), to: None });
    assert_eq!((world.case("a").round, world.case("a").stage), (2, Stage::Dispatched));
    assert!(world.case("a").terms.iter().all(|t| t.ended_at.is_some()));
    world.answer("a");
    world.ok("n1/inspector", "a", verify(true, None));
    assert_eq!(world.case("a").stage, Stage::CallingBack);
    // Nobody can be called: it closes on the check alone.
    assert_eq!(
        world.refused("n1/callback", "a", call_back(Grade::Satisfied, Solved::Yes)),
        "callback.nobody"
    );
    world.ok("n1/callback", "a", close(Outcome::Solved));
}

#[test]
fn an_emergency_runs_on_the_wall_clock_and_a_burst_main_in_stages() {
    let mut world = World::at("2021-05-09 22:00");
    let mut burst = appeal("a");
    burst.level = yipan_casework::case::Level::Emergency;
    burst.category = "utilities.water.burst".into();
    world.accept_as("city/call_taker", burst).unwrap();
    assert_eq!(term(world.case("a"), TermKind::Dispatch).0, "2021-05-09T22:10:00+08:00");
    world.dispatch("a", "city.water");
    let holding = &world.case("a").holdings[0];
    assert_eq!(holding.sign.due, time("2021-05-09 22:15"));
    assert_eq!(holding.handle.rule, "burst_main");
    assert_eq!(holding.handle.due, time("2021-05-14 18:00"));
    // Three urgent hours, 07:00-22:00, from the next morning.
    assert_eq!(holding.milestones[0].clock.due, time("2021-05-10 10:00"));
    world.ok("city.water/phone", "a", Command::Sign { holding: 1 });
    let reach = |name: &str| Command::ReachMilestone { holding: 1, name: name.to_owned() };
    world.ok("city.water/phone", "a", reach("fence"));
    assert_eq!(world.refused("city.water/phone", "a", reach("fence")), "milestone.reached");
    assert_eq!(world.refused("city.water/phone", "a", reach("party")), "milestone.unknown");
}

#[test]
fn a_case_cannot_be_accepted_against_the_rules() {
    let mut world = World::at("2021-05-06 09:00");
    let code = |world: &mut World, who: &str, change: fn(&mut yipan_casework::command::Acceptance)| {
        let mut new = appeal("x");
        change(&mut new);
        world.accept_as(who, new).unwrap_err().code
    };
    assert_eq!(
        code(&mut world, "city/call_taker", |n| n.received_at = time("2021-05-06 09:01")),
        "accept.future"
    );
    assert_eq!(code(&mut world, "city/call_taker", |n| n.category = "no.such".into()), "category.unknown");
    assert_eq!(
        code(&mut world, "city/call_taker", |n| n.place.area = Some("atlantis".into())),
        "area.unknown"
    );
    assert_eq!(code(&mut world, "city/call_taker", |n| n.narratives.clear()), "accept.empty");
    assert_eq!(
        code(&mut world, "city/call_taker", |n| n.accused_units = [unit("nobody")].into()),
        "unit.unknown"
    );
    assert_eq!(code(&mut world, "city/call_taker", |n| n.centre = Some(unit("north"))), "accept.centre");
    assert_eq!(code(&mut world, "city/analyst", |_| ()), "case.seat");
    assert_eq!(code(&mut world, "system", |_| ()), "accept.centre");
    world.accept("a");
    let again = Command::Accept(Box::new(appeal("a")));
    assert_eq!(world.refused("city/call_taker", "a", again), "case.exists");
}

#[test]
fn what_was_taken_on_paper_counts_and_runs_from_its_true_time() {
    let mut world = World::at("2021-05-06 15:00");
    let late = Acceptance { late: Some("纸-city-20210506-0001-7".to_owned()), ..appeal("a") };
    world.accept_as("city/call_taker", late).unwrap();
    let mut punctual = World::at("2021-05-06 08:55");
    punctual.accept("a");
    let (late, punctual) = (world.case("a"), punctual.case("a"));
    assert_eq!(late.intake.accepted_at, time("2021-05-06 08:55"));
    assert_eq!(late.terms[0].clock, punctual.terms[0].clock);
    assert_eq!(late.custody, punctual.custody);
    assert_eq!(rollup(&facts(late, &world.directory)), rollup(&facts(punctual, &world.directory)));
    let entered = late.intake.late.as_ref().unwrap();
    assert_eq!(
        (entered.form.as_str(), entered.entered_at),
        ("纸-city-20210506-0001-7", time("2021-05-06 15:00"))
    );
    assert_eq!(punctual.intake.late, None);
}

#[test]
fn an_old_systems_case_is_counted_and_never_timed() {
    let mut world = World::at("2021-05-06 09:00");
    let mut old = appeal("a");
    old.historical = true;
    world
        .accept_as("system", yipan_casework::command::Acceptance { centre: Some(unit("city")), ..old })
        .unwrap();
    let case = world.case("a");
    assert_eq!((case.stage, case.outcome, case.closed_at), (Stage::Archived, None, None));
    assert!(case.terms.is_empty() && case.custody.is_empty());
    assert_eq!(case.intake.accepted_at, case.intake.received_at);
    assert_eq!(yipan_casework::project::next_tick(case), None);
    assert_eq!(case.binding_due(), None);
    let sums = rollup(&facts(case, &world.directory));
    let told = sums.into_iter().map(|(key, counters)| {
        let counted =
            Counter::ALL.into_iter().filter(|counter| counters.get(*counter) != 0).collect::<Vec<_>>();
        (key.day, key.unit, counted)
    });
    let day = case.intake.received_at.day();
    let counted = vec![Counter::Accepted, Counter::AcceptedHistorical];
    assert_eq!(
        told.collect::<Vec<_>>(),
        [(day, RollupKey::CITY.to_owned(), counted.clone()), (day, "city".to_owned(), counted)]
    );
    assert_eq!(world.refused("city/dispatcher", "a", dispatch("north.housing")), "case.stage");
    let reopen = Command::Reopen { reason: text("again") };
    assert_eq!(world.refused("city/reviewer", "a", reopen), "reopen.historical");
}

#[test]
fn a_case_closed_in_the_last_weeks_of_the_known_calendar_is_reopened() {
    let mut world = World::at("2026-12-21 09:00");
    world.accept("a");
    world.ok("city/call_taker", "a", Command::AnswerDirectly { text: text("x"), solved: Solved::Yes });
    world.ok("city/callback", "a", close(Outcome::Solved));
    world.clock("2026-12-21 10:00");
    world.ok("city/reviewer", "a", Command::Reopen { reason: text("cold again") });
}

#[test]
fn attempts_in_vain_are_apart_and_by_day_and_never_make_a_case_solved() {
    let mut world = answered();
    let tried = |agreed: Option<&str>| Command::TryCallBack { agreed: agreed.map(time) };
    world.ok("city/reviewer", "a", Command::AcceptReply { holding: 1 });
    world.clock("2021-05-06 18:59");
    world.ok("city/callback", "a", tried(None));
    world.clock("2021-05-06 20:58");
    assert_eq!(world.refused("city/callback", "a", tried(None)), "callback.too_soon");
    world.clock("2021-05-06 21:00");
    assert_eq!(world.refused("city/callback", "a", tried(None)), "callback.hours");
    world.clock("2021-05-07 08:00");
    world.ok("city/callback", "a", tried(Some("2021-05-07 08:10")));
    // At the agreed hour the citizen is called at once, but it is no attempt more.
    world.clock("2021-05-07 08:10");
    world.ok("city/callback", "a", tried(None));
    assert_eq!(world.refused("city/callback", "a", close(Outcome::Explained)), "close.not_called");
    world.clock("2021-05-07 10:10");
    world.ok("city/callback", "a", tried(None));
    assert_eq!(world.refused("city/callback", "a", close(Outcome::Solved)), "close.not_asked");
    world.ok("city/callback", "a", close(Outcome::Explained));
}

#[test]
fn a_unit_follows_what_it_found() {
    let mut world = World::at("2021-05-06 09:00");
    let told = world.accept_as("north.housing/receiver", appeal("a")).unwrap_err();
    assert_eq!(told.code, "accept.channel", "a telephone call ends at a desk");
    let find = Acceptance { channel: Channel::Grid, ..appeal("a") };
    world.accept_as("north.housing/receiver", find).unwrap();
    let seen = yipan_casework::project::access(world.case("a"), &world.directory);
    assert!(seen.contains_key("u:north.housing"), "{seen:?}");
    let told = |world: &World, who: &str| {
        world.moves(who, "a").into_iter().map(|m| m.command.code()).collect::<Vec<_>>()
    };
    let offered = told(&world, "city/dispatcher");
    for never in ["unmerge", "adopt_member", "release_member", "record_consent", "update_outer"] {
        assert!(!offered.iter().any(|o| o == never), "{never}");
    }
}
