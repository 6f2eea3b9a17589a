use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::testing::{CITY, Play, at_minute};

const ANALYST: &str = "north.centre.analyst";
const HOUSING: &str = "north.housing.signer";
const WATER: &str = "north.water.handler";

fn ask() -> Value {
    json!({
        "command": "ask", "subject": {"about": "alert", "alert": "group-rental.3:17"},
        "question": "是否为群租房", "departments": ["north.housing", "north.water"],
    })
}

fn asked() -> Play<Judgement> {
    let mut play = Play::new();
    assert_eq!(play.give(ANALYST, 0, ask()), Ok(vec!["asked"]));
    play
}

fn with(mut command: Value, field: &str, value: Value) -> Value {
    command[field] = value;
    command
}

fn opine(verdict: &str) -> Value {
    json!({"command": "opine", "verdict": verdict, "text": "依据用电记录"})
}

fn decide(verdict: &str) -> Value {
    json!({"command": "decide", "verdict": verdict, "text": "综合各方意见"})
}

fn refused(play: &mut Play<Judgement>, staff: &str, minute: i64, command: Value) -> String {
    let before = play.events.len();
    let code = play.give(staff, minute, command).unwrap_err();
    assert_eq!(play.events.len(), before, "a refusal leaves no trace");
    code
}

fn told(play: &Play<Judgement>) -> Vec<(String, &'static str)> {
    let event = play.events.last().unwrap();
    play.state().notices(event, &CITY).into_iter().map(|n| (n.unit.to_string(), n.what)).collect()
}

fn to(what: &'static str, units: &[&str]) -> Vec<(String, &'static str)> {
    units.iter().map(|unit| ((*unit).to_owned(), what)).collect()
}

#[test]
fn departments_judge_the_lead_decides_and_the_site_tells_who_was_right() {
    let mut play = asked();
    assert_eq!(told(&play), to("judgement.asked", &["north.housing", "north.water"]));
    assert_eq!(play.give(HOUSING, 10, opine("false")), Ok(vec!["opined"]));
    assert_eq!(told(&play), to("judgement.opined", &["north.centre"]));
    assert_eq!(play.give(HOUSING, 20, opine("true")), Ok(vec!["opined"]), "a second takes its place");
    assert_eq!(play.state().card(&CITY).due, Some(at_minute(60)));
    assert_eq!(play.give(WATER, 30, opine("false")), Ok(vec!["opined"]));
    assert_eq!(told(&play), to("judgement.complete", &["north.centre"]));
    assert_eq!(play.state().card(&CITY).due, None, "nobody is awaited");
    assert_eq!(play.give(ANALYST, 31, with(decide("true"), "early", json!("多余"))), Ok(vec!["decided"]));
    let decision = play.state().decision.clone().unwrap();
    assert_eq!(decision.dissent, ["north.water".into()].into());
    assert_eq!((decision.silent.len(), decision.early), (0, None), "a reason that nobody needs is not kept");
    assert_eq!(refused(&mut play, HOUSING, 32, opine("false")), "judgement.decided");
    assert_eq!(
        play.give("north.centre.shift", 90, json!({"command": "found", "verdict": "false"})),
        Ok(vec!["found"])
    );
    assert_eq!(told(&play), to("judgement.found", &["north.centre", "north.housing", "north.water"]));

    let sides = side_by_side(play.state());
    assert_eq!(sides[0].superseded.len(), 1);
    assert_eq!((sides[0].agrees_with_decision, sides[0].agrees_with_found), (Some(true), Some(false)));
    assert_eq!((sides[1].agrees_with_decision, sides[1].agrees_with_found), (Some(false), Some(true)));
    let records = records(std::slice::from_ref(play.state()));
    let water = records[&UnitId::from("north.water")];
    let once = DepartmentRecord { asked: 1, in_time: 1, decided: 1, found: 1, ..Default::default() };
    assert_eq!(water, DepartmentRecord { agreed_with_found: 1, ..once });
    assert_eq!(records[&UnitId::from("north.housing")], DepartmentRecord { agreed_with_decision: 1, ..once });
    let card = play.state().card(&CITY);
    assert_eq!((card.stage, card.over), ("decided", true));
    let holders = ["a:city", "a:north", "u:north.centre", "u:north.housing", "u:north.water"];
    assert_eq!(card.holders, holders.map(str::to_owned).into());
}

#[test]
fn the_clock_tells_once_who_is_silent() {
    let mut play = asked();
    play.give(HOUSING, 10, opine("needs_visit")).unwrap();
    assert_eq!(refused(&mut play, ANALYST, 59, decide("true")), "judgement.early");
    assert_eq!(play.tick(59), Vec::<&str>::new());
    assert_eq!(play.tick(60), ["expired"]);
    assert_eq!(told(&play), to("judgement.expired", &["north.centre", "north.water"]));
    assert_eq!(play.tick(61), Vec::<&str>::new());
    assert_eq!(play.state().card(&CITY).due, None);
    assert_eq!(side_by_side(play.state())[1].timing, Timing::Silent);
    play.give(ANALYST, 62, decide("needs_visit")).unwrap();
    let decision = play.state().decision.as_ref().unwrap();
    assert_eq!(decision.silent, ["north.water".into()].into());
    assert!(decision.dissent.is_empty());
    play.give(ANALYST, 63, json!({"command": "found", "verdict": "true"})).unwrap();
    let housing = records(std::slice::from_ref(play.state()))[&UnitId::from("north.housing")];
    assert_eq!((housing.decided, housing.agreed_with_decision, housing.found), (1, 1, 0));

    let mut late = asked();
    late.tick(60);
    late.give(WATER, 61, opine("true")).unwrap();
    assert_eq!(side_by_side(late.state())[1].timing, Timing::Late, "late is better than never");
}

#[test]
fn an_early_decision_says_why_and_silences_nobody() {
    let mut play = asked();
    let early = with(decide("true"), "early", json!("险情紧急"));
    assert_eq!(refused(&mut play, ANALYST, 5, with(early.clone(), "early", json!(""))), "text.empty");
    assert_eq!(play.give(ANALYST, 5, early), Ok(vec!["decided"]));
    let decision = play.state().decision.as_ref().unwrap();
    assert!(decision.early.is_some());
    assert_eq!(decision.silent.len(), 2);
    assert!(side_by_side(play.state()).iter().all(|side| side.timing == Timing::NotDue));
    assert_eq!(play.tick(60), Vec::<&str>::new());
}

#[test]
fn whose_it_is_belongs_to_not_ours_alone() {
    let mut play = asked();
    let not_ours = opine("not_ours");
    for (command, code) in [
        (not_ours.clone(), "judgement.whose"),
        (with(not_ours.clone(), "whose", json!("north.housing")), "judgement.whose"),
        (with(not_ours.clone(), "whose", json!("moon")), "unit.unknown"),
        (with(opine("true"), "whose", json!("north.water")), "judgement.whose"),
        (with(opine("true"), "text", json!("")), "text.empty"),
    ] {
        assert_eq!(refused(&mut play, HOUSING, 1, command.clone()), code, "{command}");
    }
    play.give(HOUSING, 1, with(not_ours, "whose", json!("north.water"))).unwrap();
    play.give(WATER, 1, opine("true")).unwrap();
    let other = with(decide("not_ours"), "whose", json!("north.government"));
    play.give(ANALYST, 2, other).unwrap();
    assert_eq!(play.state().decision.as_ref().unwrap().dissent.len(), 2, "another owner is another answer");
}

#[test]
fn what_is_wrong_in_a_question_is_refused() {
    let mut play = Play::<Judgement>::new();
    assert_eq!(refused(&mut play, HOUSING, 0, opine("true")), "dossier.unknown");
    let words = json!({"about": "case", "case": "张三的投诉"});
    for (staff, command, code) in [
        ("north.centre.clerk", ask(), "duty.role"),
        (HOUSING, ask(), "duty.role"),
        (ANALYST, with(ask(), "subject", words), "duty.reference"),
        (ANALYST, with(ask(), "departments", json!([])), "judgement.departments"),
        (ANALYST, with(ask(), "departments", json!(vec!["north.water"; 41])), "judgement.departments"),
        (ANALYST, with(ask(), "departments", json!(["moon"])), "unit.unknown"),
        (ANALYST, with(ask(), "lead", json!("moon")), "unit.unknown"),
        (ANALYST, with(ask(), "due", json!(at_minute(0))), "judgement.due"),
        (ANALYST, with(ask(), "due", json!(at_minute(31 * 24 * 60))), "judgement.due"),
        (ANALYST, with(ask(), "question", json!(" ")), "text.empty"),
    ] {
        assert_eq!(refused(&mut play, staff, 0, command.clone()), code, "{staff}: {command}");
    }
    for bad in [
        with(ask(), "subject", json!({"about": "weather"})),
        with(ask(), "colour", json!("red")),
        with(opine("true"), "verdict", json!(true)),
    ] {
        assert!(refused(&mut play, ANALYST, 0, bad).starts_with("unreadable"));
    }
    play.give(ANALYST, 0, ask()).unwrap();
    assert_eq!(refused(&mut play, ANALYST, 0, ask()), "dossier.begun");
}

#[test]
fn each_step_has_its_people_and_its_time() {
    let mut play = Play::<Judgement>::new();
    play.give(ANALYST, 0, with(with(ask(), "lead", json!("north.housing")), "due", json!(at_minute(5))))
        .unwrap();
    let found = json!({"command": "found", "verdict": "true"});
    for (staff, command, code) in [
        ("north.government.signer", opine("true"), "judgement.not_asked"),
        (ANALYST, opine("true"), "judgement.not_asked"),
        (ANALYST, decide("true"), "judgement.not_yours"),
        ("north.housing.handler", decide("true"), "judgement.not_yours"),
        (HOUSING, decide("true"), "judgement.early"),
        (HOUSING, found.clone(), "judgement.undecided"),
        ("north.centre.clerk", found.clone(), "judgement.not_yours"),
        (WATER, json!({"command": "withdraw"}), "judgement.not_yours"),
    ] {
        assert_eq!(refused(&mut play, staff, 1, command.clone()), code, "{staff}: {command}");
    }
    assert_eq!(play.give(HOUSING, 5, decide("true")), Ok(vec!["decided"]), "the clock has run out");
    assert_eq!(refused(&mut play, HOUSING, 6, decide("false")), "judgement.decided");
    assert_eq!(refused(&mut play, ANALYST, 6, json!({"command": "withdraw"})), "judgement.decided");
    let visit = with(found.clone(), "verdict", json!("needs_visit"));
    assert_eq!(refused(&mut play, ANALYST, 6, visit), "judgement.found");
    play.give(ANALYST, 6, found.clone()).unwrap();
    assert_eq!(refused(&mut play, ANALYST, 7, found.clone()), "judgement.found_already");
    let right = with(found, "verdict", json!("false"));
    assert_eq!(play.give(HOUSING, 8, right), Ok(vec!["found"]), "a finding can be put right");

    let mut play = asked();
    assert_eq!(
        play.give(ANALYST, 1, json!({"command": "withdraw", "reason": "重复"})),
        Ok(vec!["withdrawn"])
    );
    assert!(play.state().card(&CITY).over);
    assert_eq!(refused(&mut play, HOUSING, 2, opine("true")), "dossier.over");
    assert_eq!(play.tick(60), Vec::<&str>::new());
    assert!(records(std::slice::from_ref(play.state())).is_empty(), "a withdrawn one counts for nobody");
}

proptest! {
    /// Whatever is said and when, the events refold (checked by every step) and every record adds up.
    #[test]
    fn records_add_up(steps in prop::collection::vec((0..5_u8, 0..3_u8, 0..30_i64), 0..12)) {
        let mut play = asked();
        let mut minute = 0;
        for (step, verdict, later) in steps {
            minute += later;
            let verdict = ["true", "false", "needs_visit"][usize::from(verdict)];
            let _ = match step {
                0 => play.give(HOUSING, minute, opine(verdict)),
                1 => play.give(WATER, minute, opine(verdict)),
                2 => play.give(ANALYST, minute, decide(verdict)),
                3 => play.give(ANALYST, minute, json!({"command": "found", "verdict": verdict})),
                _ => Ok(play.tick(minute)),
            };
            prop_assert!(play.state().tick(at_minute(minute)).len() <= 1);
        }
        for record in records(std::slice::from_ref(play.state())).values() {
            prop_assert_eq!(record.asked, record.in_time + record.late + record.silent + record.not_due);
            prop_assert!(record.agreed_with_decision <= record.decided);
            prop_assert!(record.agreed_with_found <= record.found && record.found <= record.decided);
        }
        if let Some(decision) = &play.state().decision {
            let spoke = play.state().opinions.values().filter(|opinions| !opinions.is_empty()).count();
            prop_assert_eq!(spoke + decision.silent.len(), 2);
            prop_assert!(decision.dissent.is_disjoint(&decision.silent));
        }
    }
}
