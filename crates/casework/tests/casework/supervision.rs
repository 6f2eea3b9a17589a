//! Reminders (催办) and supervision sheets (督办单).

use yipan_casework::Command;
use yipan_casework::case::{Grade, Outcome, SheetLevel, Solved};

use crate::support::{World, call_back, child, close, dispatch, text, time, unit};

fn dispatched(main: &str) -> World {
    let mut world = World::at("2021-05-06 09:30");
    world.accept("a");
    world.ok("city/dispatcher", "a", dispatch(main));
    world
}

fn sheet(level: SheetLevel, holding: u32) -> Command {
    Command::Supervise { level, holding, reason: text("slow") }
}

fn answer(sheet: u32) -> Command {
    Command::AnswerSheet { sheet, answer: text("we hurry") }
}

#[test]
fn a_sheet_has_its_own_answer_and_only_its_issuer_lifts_it() {
    let mut world = dispatched("north.housing");
    world.ok("city/shift_leader", "a", sheet(SheetLevel::Blue, 1));
    let issued = &world.case("a").sheets[0];
    assert_eq!((issued.to.as_str(), issued.issuer.as_str()), ("north.housing", "city"));
    assert_eq!(issued.clock.due, time("2021-05-08 18:00"));
    assert_eq!(world.refused("city/supervisor", "a", Command::LiftSheet { sheet: 1 }), "sheet.unanswered");
    assert_eq!(world.refused("north.water/handler", "a", answer(1)), "case.seat");
    assert_eq!(world.refused("north/supervisor", "a", answer(1)), "case.seat");
    world.clock("2021-05-06 15:00");
    world.ok("north.housing/handler", "a", answer(1));
    assert_eq!(world.refused("north.housing/handler", "a", answer(1)), "sheet.answered");
    assert_eq!(world.case("a").sheets[0].answered_at, Some(time("2021-05-06 15:00")));
    assert_eq!(world.refused("north.housing/supervisor", "a", Command::LiftSheet { sheet: 1 }), "case.seat");
    assert_eq!(world.refused("north/supervisor", "a", Command::LiftSheet { sheet: 1 }), "case.seat");
    world.ok("city/supervisor", "a", Command::LiftSheet { sheet: 1 });
    assert_eq!(world.refused("city/supervisor", "a", Command::LiftSheet { sheet: 1 }), "sheet.lifted");
    assert_eq!(world.refused("city/supervisor", "a", Command::LiftSheet { sheet: 2 }), "case.seat");
}

#[test]
fn sheets_grow_redder_and_red_needs_a_supervisor() {
    let mut world = dispatched("north.housing");
    world.ok("city/supervisor", "a", sheet(SheetLevel::Orange, 1));
    assert_eq!(world.refused("city/supervisor", "a", sheet(SheetLevel::Blue, 1)), "sheet.open");
    assert_eq!(world.refused("city/supervisor", "a", sheet(SheetLevel::Orange, 1)), "sheet.open");
    assert_eq!(world.refused("city/shift_leader", "a", sheet(SheetLevel::Red, 1)), "sheet.red");
    world.ok("city/leader", "a", sheet(SheetLevel::Red, 1));
    assert_eq!(world.case("a").sheets.iter().map(|s| s.no).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn an_open_sheet_keeps_a_case_from_the_archive() {
    let mut world = dispatched("north.housing");
    world.ok("city/supervisor", "a", sheet(SheetLevel::Blue, 1));
    world.answer("a");
    world.ok("city/callback", "a", call_back(Grade::Satisfied, Solved::Yes));
    world.ok("city/callback", "a", close(Outcome::Solved));
    assert_eq!(world.refused("system", "a", Command::Archive), "archive.sheet_open");
    world.ok("north.housing/handler", "a", answer(1));
    world.ok("city/supervisor", "a", Command::LiftSheet { sheet: 1 });
    world.ok("system", "a", Command::Archive);
}

#[test]
fn a_county_supervises_its_town_and_its_centre_answers_for_its_government() {
    let mut world = dispatched("north.gov");
    world.ok("city/supervisor", "a", sheet(SheetLevel::Blue, 1));
    world.ok("north/dispatcher", "a", answer(1));
    world.ok("north.gov/phone", "a", Command::Sign { holding: 1 });
    world.ok("north.gov/phone", "a", child(1, "n1.gov"));
    assert_eq!(world.refused("city/supervisor", "a", sheet(SheetLevel::Blue, 2)), "case.seat");
    world.ok("north/supervisor", "a", sheet(SheetLevel::Blue, 2));
    assert_eq!(world.case("a").sheets[1].issuer, unit("north"));
    // A copied department is a party, but the sheet is not its own.
    assert_eq!(world.refused("north.housing/handler", "a", answer(2)), "sheet.not_yours");
    world.ok("n1.gov/handler", "a", answer(2));
    assert_eq!(world.refused("city/supervisor", "a", Command::LiftSheet { sheet: 2 }), "case.seat");
    world.ok("north/supervisor", "a", Command::LiftSheet { sheet: 2 });
}

#[test]
fn anyone_with_a_part_or_a_copy_may_remind() {
    let mut world = dispatched("n1.gov");
    let remind = |note: Option<&str>| Command::Remind { holding: 1, note: note.map(text) };
    world.ok("city/callback", "a", remind(None));
    // The town's county and the line's regulator there were copied, to read and to urge.
    world.ok("north/shift_leader", "a", remind(Some("hurry")));
    world.ok("north.housing/leader", "a", remind(None));
    assert_eq!(world.case("a").reminders, 3);
    assert_eq!(world.refused("south.housing/leader", "a", remind(None)), "case.seat");
    world.answer("a");
    assert_eq!(world.refused("city/callback", "a", remind(None)), "case.stage");
}
