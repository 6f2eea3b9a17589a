use serde_json::{Value, json};
use yipan_base::actor::Actor;
use yipan_base::refusal::Refusal;

use super::*;
use crate::terms::Terms;
use crate::testing::{CITY, Kept, Play, actor, at_minute};

const ANALYST: &str = "city.centre.analyst";
const SHIFT: &str = "city.centre.shift";
const LEADER: &str = "city.centre.leader";
const NORTH: &str = "north.centre.leader";
const HANDLER: &str = "north.government.handler";

fn draft() -> Value {
    json!({
        "command": "draft", "kind": "special", "number": "2021年第1期", "title": "4·30风雹灾害专报",
        "from": at_minute(-600), "to": at_minute(-1), "body": "{\"summary\":[]}", "cut_off": at_minute(-5),
        "incident": "i1", "figures": 12,
        "recipients": {"units": ["north.government", "south.centre"], "leaders": [LEADER]},
    })
}

fn with(mut command: Value, field: &str, value: Value) -> Value {
    command[field] = value;
    command
}

fn word(command: &str) -> Value {
    json!({"command": command})
}

fn to_north(text: &str) -> Value {
    json!({"command": "instruct", "text": text, "to": "north.government"})
}

/// A brief as far as the commands lead, each given at minute 0.
fn after(commands: &[(&str, &str)]) -> Play<Brief> {
    let mut play = Play::new();
    play.give(ANALYST, 0, draft()).unwrap();
    for (staff, command) in commands {
        play.give(staff, 0, word(command)).unwrap();
    }
    play
}

fn sent() -> Play<Brief> {
    after(&[(ANALYST, "submit"), (SHIFT, "sign"), ("city.centre.dispatcher", "send")])
}

fn refused(play: &mut Play<Brief>, staff: &str, minute: i64, command: Value) -> String {
    let before = play.events.len();
    let code = play.give(staff, minute, command).unwrap_err();
    assert_eq!(play.events.len(), before, "a refusal leaves no trace");
    code
}

/// What the house reports: it acts by no member of staff.
fn house(play: &mut Play<Brief>, minute: i64, command: Value) -> Result<(), Refusal> {
    let (terms, actor, now) = (Terms::shipped(), Actor::system(), at_minute(minute));
    let desk = Desk { now, actor: &actor, directory: &CITY, terms: &terms, words: &play.texts };
    let command = serde_json::from_value(command).unwrap();
    for event in Brief::decide(play.state.as_ref(), &command, &desk)? {
        let seq = play.events.len() as u64 + 1;
        let recorded = Recorded { seq, at: now, staff: actor.staff.clone(), unit: None, event };
        match &mut play.state {
            None => play.state = Brief::begin(&recorded),
            Some(state) => state.apply(&recorded),
        }
        play.events.push(recorded);
    }
    Ok(())
}

fn case_opened(no: u32, case: &str) -> Value {
    json!({"command": "case_opened", "instruction": no, "case": case, "number": format!("NT-{case}")})
}

fn answered(no: u32, case: &str) -> Value {
    json!({"command": "answered", "instruction": no, "case": case, "text": "已落实"})
}

fn told(play: &Play<Brief>) -> Vec<(String, &'static str)> {
    let event = play.events.last().unwrap();
    play.state().notices(event, &CITY).into_iter().map(|n| (n.unit.to_string(), n.what)).collect()
}

#[test]
fn a_brief_goes_from_its_draft_to_the_answer_that_the_leader_takes() {
    let mut play = sent();
    let to = ["city.centre", "north.government", "south.centre"];
    assert_eq!(told(&play), to.map(|unit| (unit.to_owned(), "brief.sent")));
    assert_eq!(play.give(HANDLER, 5, word("receipt")), Ok(vec!["receipted"]));
    assert_eq!(play.give("south.centre.clerk", 6, word("receipt")), Ok(vec!["receipted"]));
    assert_eq!(play.give(LEADER, 7, to_north("抓紧排查")), Ok(vec!["read", "receipted", "instructed"]));
    assert_eq!(play.give(LEADER, 8, to_north("统计损失")), Ok(vec!["instructed"]));
    assert_eq!(waiting_for_case(play.state()).iter().map(|it| it.no).collect::<Vec<_>>(), [1, 2]);
    for no in [1, 2] {
        house(&mut play, 9, case_opened(no, &format!("c{no}"))).unwrap();
    }
    assert_eq!(waiting_for_case(play.state()), Vec::<&Instruction>::new());
    house(&mut play, 60, answered(1, "c1")).unwrap();
    house(&mut play, 60, answered(2, "c2")).unwrap();
    assert_eq!(told(&play), [("city.centre".to_owned(), "brief.answered")]);
    let accept = json!({"command": "accept_answer", "instruction": 1});
    assert_eq!(play.give(LEADER, 61, accept), Ok(vec!["answer_accepted"]));
    assert!(!play.state().card(&CITY).over, "the second is not settled");
    let accept = json!({"command": "accept_answer", "instruction": 2, "text": "好"});
    assert_eq!(play.give(LEADER, 61, accept), Ok(vec!["answer_accepted"]));
    let card = play.state().card(&CITY);
    assert_eq!((card.stage, card.over, card.due), ("settled", true, None));
    assert!(instructions(play.state()).iter().all(|it| it.answers[0].verdict.as_ref().unwrap().accepted));
    assert_eq!(play.give(LEADER, 90, to_north("回头看")), Ok(vec!["instructed"]));
    assert!(!play.state().card(&CITY).over, "a late instruction opens it again");
}

#[test]
fn nobody_signs_their_own_hand() {
    let mut play = after(&[(ANALYST, "submit")]);
    assert_eq!(refused(&mut play, ANALYST, 1, word("sign")), "duty.role");
    let revise = json!({"command": "revise", "body": "{}", "reason": "改标题"});
    assert_eq!(play.give(SHIFT, 1, revise), Ok(vec!["revised"]));
    assert_eq!(play.state().stage, Stage::Draft, "what was changed must be submitted again");
    assert_eq!(play.state().version, 2);
    assert_eq!(refused(&mut play, LEADER, 2, word("sign")), "brief.stage");
    play.give(SHIFT, 2, word("submit")).unwrap();
    assert_eq!(refused(&mut play, SHIFT, 3, word("sign")), "brief.own_hand");
    assert_eq!(refused(&mut play, NORTH, 3, word("sign")), "brief.not_yours");
    assert_eq!(play.give(LEADER, 3, word("sign")), Ok(vec!["signed"]));
}

#[test]
fn a_centre_without_leaders_signs_by_its_dispatcher() {
    let mut play = after(&[(ANALYST, "submit")]);
    assert_eq!(refused(&mut play, "city.centre.dispatcher", 1, word("sign")), "duty.role");

    let (areas, units) = (CITY.areas().cloned().collect(), CITY.units().cloned().collect());
    let headless =
        CITY.all_staff().filter(|it| !it.login.ends_with(".leader") && !it.login.ends_with(".shift"));
    let directory = Directory::new(areas, units, headless.cloned().collect()).unwrap();
    let (terms, words) = (Terms::shipped(), Kept::default());
    let actor = actor("city.centre.dispatcher");
    let desk = Desk { now: at_minute(1), actor: &actor, directory: &directory, terms: &terms, words: &words };
    assert_eq!(Brief::decide(play.state.as_ref(), &Command::Sign {}, &desk), Ok(vec![Event::Signed {}]));
}

#[test]
fn a_returned_draft_says_why_until_it_is_submitted_again() {
    let mut play = after(&[(ANALYST, "submit")]);
    let back = json!({"command": "return_draft", "reason": "数字不符"});
    assert_eq!(refused(&mut play, ANALYST, 1, back.clone()), "duty.role");
    assert_eq!(refused(&mut play, SHIFT, 1, with(back.clone(), "reason", json!(""))), "text.empty");
    assert_eq!(play.give(SHIFT, 1, back.clone()), Ok(vec!["returned"]));
    assert_eq!(play.state().returned.as_ref().unwrap().staff.as_str(), SHIFT);
    assert_eq!(refused(&mut play, SHIFT, 1, back), "brief.stage");
    let revise = json!({"command": "revise", "body": "{}", "cut_off": at_minute(1), "figures": 13,
        "recipients": {"units": ["south.centre"]}});
    play.give(ANALYST, 2, revise).unwrap();
    play.give(ANALYST, 2, word("submit")).unwrap();
    let state = play.state();
    assert_eq!((state.returned.as_ref(), state.figures, state.cut_off), (None, 13, at_minute(1)));
    assert_eq!(state.recipients.len(), 1);
}

#[test]
fn what_is_wrong_in_a_draft_is_refused() {
    let mut play = Play::<Brief>::new();
    assert_eq!(refused(&mut play, ANALYST, 0, word("submit")), "dossier.unknown");
    let nobody = json!({});
    let stranger = json!({"units": ["moon.centre"]});
    let clerk = json!({"leaders": ["city.centre.clerk"]});
    let crowd = json!({"units": vec!["north.centre"; 201]});
    for (staff, command, code) in [
        ("city.centre.clerk", draft(), "duty.role"),
        ("north.housing.signer", draft(), "duty.not_a_centre"),
        ("north.centre.analyst", with(draft(), "centre", json!("city.centre")), "brief.not_yours"),
        (ANALYST, with(draft(), "to", json!(at_minute(-600))), "brief.period"),
        (ANALYST, with(draft(), "cut_off", json!(at_minute(1))), "brief.cut_off"),
        (ANALYST, with(draft(), "cut_off", json!(at_minute(-600))), "brief.cut_off"),
        (ANALYST, with(draft(), "incident", json!("哪个事件")), "duty.reference"),
        (ANALYST, with(draft(), "recipients", nobody), "brief.recipients"),
        (ANALYST, with(draft(), "recipients", crowd), "brief.recipients"),
        (ANALYST, with(draft(), "recipients", stranger), "unit.unknown"),
        (ANALYST, with(draft(), "recipients", clerk), "brief.recipient"),
        (ANALYST, with(draft(), "title", json!("")), "text.empty"),
        (ANALYST, with(draft(), "body", json!("")), "text.empty"),
    ] {
        assert_eq!(refused(&mut play, staff, 0, command.clone()), code, "{staff}: {command}");
    }
    for bad in [
        with(draft(), "kind", json!("hourly")),
        with(draft(), "figures", json!(-1)),
        with(draft(), "colour", json!("red")),
        json!({"command": "submit", "force": true}),
    ] {
        assert!(refused(&mut play, ANALYST, 0, bad).starts_with("unreadable"));
    }
    house(&mut play, 0, draft()).expect_err("the house must name the centre");
    house(&mut play, 0, with(draft(), "centre", json!("city.centre"))).unwrap();
    assert_eq!(play.state().drafter, Actor::system().staff);
    house(&mut play, 0, word("submit")).unwrap();
    assert_eq!(house(&mut play, 0, word("sign")).unwrap_err().code, "brief.not_yours");
    assert_eq!(refused(&mut play, ANALYST, 0, draft()), "dossier.begun");
}

#[test]
fn each_step_waits_for_the_one_before() {
    let mut play = after(&[]);
    for (staff, command) in [
        (SHIFT, word("sign")),
        (SHIFT, word("send")),
        (HANDLER, word("receipt")),
        (LEADER, word("read")),
        (LEADER, to_north("早")),
    ] {
        assert_eq!(refused(&mut play, staff, 1, command), "brief.stage", "{staff}");
    }
    let mut play = after(&[(ANALYST, "submit"), (SHIFT, "sign")]);
    assert_eq!(refused(&mut play, ANALYST, 1, word("send")), "duty.role");
    assert_eq!(refused(&mut play, "north.centre.shift", 1, word("send")), "brief.not_yours");
    let revise = json!({"command": "revise", "body": "{}"});
    assert_eq!(refused(&mut play, ANALYST, 1, revise), "brief.stage");
    assert_eq!(play.give(ANALYST, 1, word("withdraw")), Ok(vec!["withdrawn"]));
    assert!(play.state().card(&CITY).over);
    assert_eq!(refused(&mut play, SHIFT, 1, word("send")), "dossier.over");
    let mut play = sent();
    assert_eq!(refused(&mut play, ANALYST, 1, word("withdraw")), "brief.stage");
}

#[test]
fn until_it_is_sent_its_own_centre_alone_sees_it() {
    let own = ["u:city.centre"].map(str::to_owned);
    assert_eq!(after(&[(ANALYST, "submit")]).state().card(&CITY).holders, own.into());
    let all = ["a:city", "u:city.centre", "u:north.government", "u:south.centre"].map(str::to_owned);
    assert_eq!(sent().state().card(&CITY).holders, all.into());
}

#[test]
fn receipts_are_counted_against_their_term_and_missed_once() {
    let mut play = sent();
    assert_eq!(refused(&mut play, "north.centre.clerk", 1, word("receipt")), "brief.not_a_recipient");
    play.give(HANDLER, 10, word("receipt")).unwrap();
    assert_eq!(refused(&mut play, "north.government.signer", 11, word("receipt")), "brief.receipted");
    assert_eq!(play.state().card(&CITY).due, Some(at_minute(30)));
    assert_eq!(play.tick(29), Vec::<&str>::new());
    assert_eq!(play.tick(30), ["receipt_missing", "receipt_missing"]);
    assert_eq!(told(&play).last().unwrap().1, "brief.receipt_missing");
    assert_eq!(play.tick(31), Vec::<&str>::new(), "told once");
    assert_eq!(play.state().card(&CITY).due, None);
    assert_eq!(play.give(LEADER, 40, word("read")), Ok(vec!["read", "receipted"]));
    assert_eq!(refused(&mut play, LEADER, 41, word("read")), "brief.read_already");
    let states =
        |minute| receipts(play.state(), at_minute(minute)).iter().map(|r| r.state).collect::<Vec<_>>();
    assert_eq!(states(50), [ReceiptState::InTime, ReceiptState::Missing, ReceiptState::Late]);
    assert_eq!(states(29)[1], ReceiptState::Awaited);
    assert_eq!(receipts(play.state(), at_minute(50))[2].read_at, Some(at_minute(40)));
}

#[test]
fn instructions_are_given_by_leaders_who_see_the_brief_to_units_of_theirs() {
    let mut play = sent();
    let instruct = |to: &str| json!({"command": "instruct", "text": "办", "to": to});
    for (staff, command, code) in [
        (SHIFT, to_north("我"), "brief.leader"),
        (NORTH, to_north("我"), "brief.leader"),
        ("south.centre.leader", to_north("我"), "brief.instruction.reach"),
        (LEADER, with(to_north("办"), "due", json!(at_minute(1))), "brief.instruction.due"),
        (LEADER, with(to_north("办"), "due", json!(at_minute(600_000))), "brief.instruction.due"),
        (LEADER, to_north(""), "text.empty"),
        (LEADER, instruct("north.a.police"), "brief.instruction.unit"),
        (HANDLER, word("read"), "brief.leader"),
    ] {
        assert_eq!(refused(&mut play, staff, 1, command.clone()), code, "{staff}: {command}");
    }
    let (terms, words, leader) = (Terms::shipped(), Kept::default(), actor(LEADER));
    let desk = Desk { now: at_minute(1), actor: &leader, directory: &CITY, terms: &terms, words: &words };
    for (to, instead) in
        [("north.a.police", "north.a.government"), ("north", "north.government"), ("moon", "city.government")]
    {
        let command = serde_json::from_value(instruct(to)).unwrap();
        let refusal = Brief::decide(play.state.as_ref(), &command, &desk).unwrap_err();
        assert_eq!(refusal.facts["instead"], instead, "{to}");
    }
    assert_eq!(
        play.give("south.centre.leader", 2, instruct("south.a.centre")),
        Ok(vec!["read", "receipted", "instructed"])
    );
    let term = 3 * 24 * 60;
    assert_eq!(instructions(play.state())[0].due, at_minute(2 + term), "the house's term");
}

#[test]
fn an_instruction_is_overdue_once_for_each_term() {
    let mut play = sent();
    play.tick(30);
    play.give(LEADER, 31, with(to_north("办"), "due", json!(at_minute(60)))).unwrap();
    house(&mut play, 32, case_opened(1, "c1")).unwrap();
    assert_eq!(play.state().card(&CITY).due, Some(at_minute(60)));
    assert_eq!(play.tick(60), ["instruction_overdue"]);
    assert_eq!(play.tick(61), Vec::<&str>::new());
    house(&mut play, 70, answered(1, "c1")).unwrap();
    assert!(instructions(play.state())[0].answers[0].late);
    let refuse = json!({"command": "refuse_answer", "instruction": 1, "text": "不实", "due": at_minute(100)});
    assert_eq!(refused(&mut play, NORTH, 71, refuse.clone()), "brief.instruction.not_yours");
    assert_eq!(refused(&mut play, SHIFT, 71, refuse.clone()), "brief.instruction.not_yours");
    let past = with(refuse.clone(), "due", json!(at_minute(71)));
    assert_eq!(refused(&mut play, LEADER, 71, past), "brief.instruction.due");
    assert_eq!(play.give(LEADER, 71, refuse.clone()), Ok(vec!["answer_refused"]));
    assert_eq!(refused(&mut play, LEADER, 71, refuse), "brief.instruction.stage");
    assert_eq!(play.state().card(&CITY).due, Some(at_minute(100)), "a new term");
    assert_eq!(play.tick(100), ["instruction_overdue"]);
    house(&mut play, 101, case_opened(1, "c2")).unwrap();
    assert_eq!(house(&mut play, 102, answered(1, "c1")).unwrap_err().code, "brief.instruction.case");
    house(&mut play, 103, answered(1, "c2")).unwrap();
    let accept = json!({"command": "accept_answer", "instruction": 1});
    play.give(LEADER, 104, accept).unwrap();
    let verdicts = instructions(play.state())[0].answers.iter().map(|a| a.verdict.as_ref().unwrap().accepted);
    assert_eq!(verdicts.collect::<Vec<_>>(), [false, true], "both are kept");
}

#[test]
fn the_case_of_an_instruction_is_the_houses_own_to_enter() {
    let mut play = sent();
    play.give(LEADER, 1, to_north("办")).unwrap();
    assert_eq!(refused(&mut play, SHIFT, 2, case_opened(1, "c1")), "brief.house_only");
    assert_eq!(refused(&mut play, LEADER, 2, answered(1, "c1")), "brief.house_only");
    for (command, code) in [
        (case_opened(2, "c1"), "brief.instruction.unknown"),
        (case_opened(1, "张三"), "duty.reference"),
        (answered(1, "c1"), "brief.instruction.stage"),
    ] {
        assert_eq!(house(&mut play, 2, command.clone()).unwrap_err().code, code, "{command}");
    }
    house(&mut play, 2, case_opened(1, "c1")).unwrap();
    assert_eq!(house(&mut play, 3, case_opened(1, "c1")).unwrap_err().code, "brief.instruction.stage");
    let accept = json!({"command": "accept_answer", "instruction": 1});
    assert_eq!(refused(&mut play, LEADER, 3, accept), "brief.instruction.stage");
    assert_eq!(play.tick(4), Vec::<&str>::new(), "checks that what the house entered refolds");
}

#[test]
fn no_words_stand_in_events() {
    let mut play = sent();
    play.give(LEADER, 1, to_north("立即排查北区险情")).unwrap();
    let events = serde_json::to_string(&play.events).unwrap();
    for text in play.texts.0.borrow().iter() {
        assert!(!events.contains(text.as_str()), "{text}");
    }
}
