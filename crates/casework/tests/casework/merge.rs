//! Merging (并单): volume and call-backs per citizen, handling once, at the earliest due.

use yipan_base::id::CaseId;
use yipan_casework::Command;
use yipan_casework::case::{Case, Grade, Outcome, Solved, Stage, Standing};
use yipan_casework::project::{Counter, facts};

use crate::support::{World, appeal, ask_return, call_back, close, counted, order, report, text, time};

/// `b` dispatched a day before `a`, to other units.
fn two() -> World {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("b");
    world.dispatch("b", "north.water");
    world.clock("2021-05-07 09:00");
    world.accept("a");
    world.dispatch("a", "north.housing");
    world
}

/// A case but for its history: how often and when it changed, and whose its time was.
fn but_history(case: &Case) -> Case {
    Case { version: 0, changed_at: time("2021-05-06"), custody: Vec::new(), ..case.clone() }
}

fn sum(world: &World, counter: Counter) -> i64 {
    world.names().map(|name| counted(&facts(world.case(name), &world.directory), counter)).sum()
}

#[test]
fn the_earliest_due_binds_and_unmerging_restores_both() {
    let mut world = two();
    let before = (but_history(world.case("a")), but_history(world.case("b")));
    assert_eq!(world.case("a").holdings[0].handle.due, time("2021-05-13 18:00"));
    world.clock("2021-05-07 10:00");
    world.merge("city/dispatcher", "b", "a").unwrap();
    assert_eq!(world.case("a").holdings[0].handle.due, time("2021-05-12 18:00"));
    assert_eq!(world.case("b").holdings[0].standing, Standing::Merged);
    assert_eq!(world.refused("north.water/phone", "b", Command::Sign { holding: 1 }), "case.merged");
    assert_eq!(world.refused("system", "b", Command::Archive), "case.stage");
    world.clock("2021-05-10 10:00");
    world.unmerge("city/dispatcher", "b").unwrap();
    assert_eq!((but_history(world.case("a")), but_history(world.case("b"))), before);
    assert_eq!(
        world.refused("city/dispatcher", "b", Command::Unmerge { reason: text("again") }),
        "unmerge.none"
    );
    let stranger = Command::ReleaseMember { member: CaseId::new("b") };
    assert_eq!(world.refused("city/dispatcher", "a", stranger), "release.not_member");
}

#[test]
fn the_other_way_round_the_masters_due_stays() {
    let mut world = two();
    let before = (but_history(world.case("a")), but_history(world.case("b")));
    world.merge("city/dispatcher", "a", "b").unwrap();
    assert_eq!(world.case("b").holdings[0].handle.due, time("2021-05-12 18:00"));
    assert_eq!(world.case("b").members[0].due, Some(time("2021-05-13 18:00")));
    world.unmerge("city/dispatcher", "a").unwrap();
    assert_eq!((but_history(world.case("a")), but_history(world.case("b"))), before);
}

#[test]
fn a_master_dispatched_later_inherits_the_members_due() {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("b");
    world.dispatch("b", "north.water");
    world.clock("2021-05-10 09:00");
    world.accept("a");
    world.merge("city/dispatcher", "b", "a").unwrap();
    world.dispatch("a", "north.housing");
    assert_eq!(world.case("a").holdings[0].handle.due, time("2021-05-12 18:00"));
    // What is given out after that due time is not born late.
    world.clock("2021-05-13 09:00");
    world.ok(
        "city/dispatcher",
        "a",
        Command::AddAssistant { unit: "city.water".into(), basis: yipan_casework::command::Basis::Judgement },
    );
    assert_eq!(world.case("a").holdings[1].handle.due, time("2021-05-20 18:00"));
    assert!(
        yipan_casework::why::why(world.case("a"), &world.rules, world.now).unwrap().iter().all(|d| d.agrees)
    );
}

#[test]
fn two_members_and_one_released_leaves_the_others_due() {
    let mut world = two();
    world.clock("2021-05-07 09:30");
    world.accept("c");
    world.dispatch("c", "city.housing");
    world.merge("city/dispatcher", "b", "c").unwrap();
    world.merge("city/dispatcher", "a", "c").unwrap();
    assert_eq!(world.case("c").holdings[0].handle.due, time("2021-05-12 18:00"));
    assert_eq!(
        world.refused("city/dispatcher", "c", Command::AdoptMember { member: CaseId::new("a") }),
        "merge.twice"
    );
    world.unmerge("city/dispatcher", "b").unwrap();
    assert_eq!(world.case("c").holdings[0].handle.due, time("2021-05-13 18:00"));
    assert_eq!(world.case("c").holdings[0].handle.cap, Some(time("2021-05-13 18:00")));
    world.unmerge("city/dispatcher", "a").unwrap();
    assert_eq!(world.case("c").holdings[0].handle.cap, None);
}

#[test]
fn a_mark_that_lies_ahead_again_is_noted_again() {
    let mut world = two();
    world.merge("city/dispatcher", "b", "a").unwrap();
    world.clock("2021-05-12 18:30");
    world.ok("system", "a", Command::Tick);
    let due = |world: &World| {
        let noted = &world.case("a").holdings[0].noted;
        noted.iter().filter(|(of, m)| of == "handle" && *m == yipan_casework::clock::Mark::Due).count()
    };
    assert_eq!(due(&world), 1);
    world.unmerge("city/dispatcher", "b").unwrap();
    assert_eq!(due(&world), 0);
    world.clock("2021-05-13 18:30");
    world.ok("system", "a", Command::Tick);
    assert_eq!(due(&world), 1);
}

#[test]
fn each_citizen_is_called_back_after_the_masters_answer() {
    let mut world = two();
    assert_eq!((sum(&world, Counter::Accepted), sum(&world, Counter::HandleDue)), (2, 2));
    world.merge("city/dispatcher", "b", "a").unwrap();
    assert_eq!(
        (sum(&world, Counter::Accepted), sum(&world, Counter::HandleDue)),
        (2, 1),
        "handling counts once"
    );
    assert_eq!(
        world.refused("city/callback", "b", call_back(Grade::Satisfied, Solved::Yes)),
        "callback.master_open"
    );
    assert_eq!(world.refused("city/callback", "b", close(Outcome::Merged)), "close.master_open");
    assert_eq!(world.refused("city/callback", "a", close(Outcome::Withdrawn)), "close.has_members");
    world.answer("a");
    world.ok("city/callback", "a", call_back(Grade::Satisfied, Solved::Yes));
    world.ok("city/callback", "a", close(Outcome::Solved));
    assert_eq!(world.refused("city/callback", "b", close(Outcome::Merged)), "close.not_called");
    world.ok("city/callback", "b", call_back(Grade::Dissatisfied, Solved::No));
    assert_eq!(world.case("b").stage, Stage::CallingBack);
    // Its end has begun: it no longer goes back to a handling of its own.
    assert_eq!(world.refused("city/dispatcher", "b", Command::Unmerge { reason: text("x") }), "case.stage");
    assert_eq!(world.refused("city/callback", "b", close(Outcome::Solved)), "close.not_confirmed");
    world.ok("city/callback", "b", close(Outcome::Merged));
    world.ok("system", "b", Command::Archive);
    assert_eq!(
        (sum(&world, Counter::Callbacks), sum(&world, Counter::Dissatisfied), sum(&world, Counter::Handled)),
        (2, 1, 1)
    );
}

#[test]
fn the_same_citizen_is_called_once_about_both() {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("a");
    let mut again = appeal("b");
    again.person = appeal("a").person;
    world.accept_as("city/call_taker", again).unwrap();
    world.merge("city/dispatcher", "b", "a").unwrap();
    world.dispatch("a", "north.housing");
    world.answer("a");
    assert_eq!(world.refused("city/callback", "b", close(Outcome::Merged)), "close.not_called");
    world.ok("city/callback", "a", call_back(Grade::Satisfied, Solved::Yes));
    world.ok("city/callback", "b", close(Outcome::Merged));
}

#[test]
fn an_undispatched_member_waits_again_when_it_is_unmerged() {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("a");
    world.accept("b");
    world.merge("city/dispatcher", "b", "a").unwrap();
    assert!(world.case("b").terms.iter().all(|t| t.ended_at.is_some()));
    world.clock("2021-05-06 10:00");
    world.unmerge("city/dispatcher", "b").unwrap();
    assert_eq!(world.case("b").stage, Stage::Accepted);
    assert_eq!(world.case("b").terms.last().unwrap().clock.due, time("2021-05-06 12:00"));
    world.dispatch("b", "north.housing");
}

#[test]
fn what_may_not_be_merged() {
    let mut world = two();
    let code = |world: &mut World, member: &str, master: &str| {
        world.merge("city/dispatcher", member, master).unwrap_err().code
    };
    assert_eq!(code(&mut world, "a", "a"), "merge.self");
    world.accept_as("city/call_taker", report("secret", &[])).unwrap();
    assert_eq!(code(&mut world, "secret", "a"), "merge.secret");
    assert_eq!(code(&mut world, "a", "secret"), "merge.secret");
    world.accept_as("north/call_taker", appeal("county")).unwrap();
    assert_eq!(code(&mut world, "county", "a"), "merge.centres");
    assert_eq!(code(&mut world, "a", "county"), "case.seat");
    world.ok("north.housing/receiver", "a", ask_return(1, "city.housing"));
    assert_eq!(code(&mut world, "a", "b"), "merge.pending");
    world.ok("city/dispatcher", "a", Command::RefuseReturn { holding: 1, reason: text("no") });
    world.accept("c");
    world.merge("city/dispatcher", "a", "b").unwrap();
    assert_eq!(code(&mut world, "c", "a"), "case.merged");
    let decided = world.decide("city/dispatcher", "c", &Command::MergeInto { master: CaseId::new("a") });
    assert_eq!(decided.unwrap_err().code, "merge.chain");
    assert_eq!(code(&mut world, "b", "c"), "merge.chain");
    world.ok("city/callback", "c", close(Outcome::Withdrawn));
    assert_eq!(code(&mut world, "c", "b"), "merge.ended");
}

#[test]
fn a_merged_orders_deadline_and_consent_stay_its_own() {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("a");
    world.dispatch("a", "north.housing");
    world.accept_as("city/call_taker", order("b", Some("2021-05-10 17:00"), true)).unwrap();
    world.merge("city/dispatcher", "b", "a").unwrap();
    assert_eq!(world.case("a").holdings[0].handle.due, time("2021-05-10 17:00"));
    world.answer("a");
    world.ok("city/callback", "b", call_back(Grade::Satisfied, Solved::Yes));
    assert_eq!(world.refused("city/callback", "b", close(Outcome::Merged)), "outer.consent");
    world.ok(
        "system",
        "b",
        Command::RecordConsent {
            subject: yipan_casework::case::ConsentSubject::Close,
            granted: true,
            reference: "JS-1".into(),
        },
    );
    world.ok("city/callback", "b", close(Outcome::Merged));
}

#[test]
fn a_deadline_that_moves_while_its_order_is_merged_binds_when_it_is_unmerged() {
    let mut world = World::at("2021-05-06 09:00");
    world.accept("a");
    world.accept_as("city/call_taker", order("b", Some("2021-05-10 17:00"), true)).unwrap();
    world.dispatch("b", "north.housing");
    world.merge("city/dispatcher", "b", "a").unwrap();
    world.ok("system", "b", Command::UpdateOuter { deadline: Some(time("2021-05-09 12:00")) });
    world.unmerge("city/dispatcher", "b").unwrap();
    assert_eq!(world.case("b").holdings[0].handle.due, time("2021-05-09 12:00"));
}
