use proptest::prelude::*;
use serde_json::{Value, json};
use yipan_base::time::{DAY, HOUR, MINUTE, Timestamp};

use super::*;
use crate::testing::{CITY, Play, at_minute};

const CENTRE: &str = "north.centre";

fn duty(post: &str, staff: &str, from: i64, to: i64) -> Value {
    json!({ "post": post, "staff": staff, "from": at_minute(from), "to": at_minute(to) })
}

fn plan(centre: &str, assignments: &[Value]) -> Value {
    json!({ "command": "plan", "centre": centre, "assignments": assignments })
}

fn clerk(from: i64, to: i64) -> Value {
    duty("clerk", "north.centre.clerk", from, to)
}

/// The clerk from minute 60 to 120, then the dispatcher as chief to 180.
fn planned() -> Play<Roster> {
    let mut play = Play::new();
    let both = [clerk(60, 120), duty("chief", "north.centre.dispatcher", 120, 180)];
    assert_eq!(play.give("north.centre.shift", 0, plan(CENTRE, &both)), Ok(vec!["planned"]));
    play
}

fn told(play: &Play<Roster>) -> Vec<(String, &'static str, bool)> {
    let notices = play.state().notices(play.events.last().unwrap(), &CITY);
    notices.into_iter().map(|notice| (notice.unit.to_string(), notice.what, notice.urgent)).collect()
}

fn staff_at(play: &Play<Roster>, minute: i64) -> Vec<String> {
    on_duty(play.state(), at_minute(minute)).iter().map(|duty| duty.staff.to_string()).collect()
}

#[test]
fn a_plan_says_who_is_on_duty_when() {
    let mut play = planned();
    assert_eq!(staff_at(&play, 59), Vec::<String>::new());
    assert_eq!(staff_at(&play, 60), ["north.centre.clerk"]);
    assert_eq!(staff_at(&play, 120), ["north.centre.dispatcher"]);
    assert_eq!(staff_at(&play, 180), Vec::<String>::new());
    let card = play.state().card(&CITY);
    assert_eq!((card.stage, card.over, card.due, card.unit.as_str()), ("kept", false, None, CENTRE));
    for key in ["u:north.centre", "u:north.government", "a:north", "a:city"] {
        assert!(card.holders.contains(key), "{key}");
    }
    assert!(!card.holders.contains("a:south"));
    // Somebody of the government; and the city plans for its county.
    let more = [duty("leader", "north.government.signer", 60, 180)];
    assert_eq!(play.give("city.centre.dispatcher", 1, plan(CENTRE, &more)), Ok(vec!["planned"]));
    assert_eq!(staff_at(&play, 60), ["north.centre.clerk", "north.government.signer"]);
    let raise = json!({ "command": "raise", "centre": CENTRE, "post": "post-1",
        "assignments": [duty("clerk", "north.centre.analyst", 30, 90)] });
    assert_eq!(play.give("north.centre.leader", 2, raise), Ok(vec!["raised"]));
    assert_eq!(told(&play), [(CENTRE.to_owned(), "roster.raised", true)]);
    let numbers: Vec<_> = play.state().assignments.iter().map(|duty| duty.no).collect();
    assert_eq!(numbers, [4, 1, 3, 2]);
    assert_eq!(play.state().assignment(4).unwrap().raised_by.as_deref(), Some("post-1"));
}

#[test]
fn who_may_plan_and_what_is_no_plan() {
    let mut play = planned();
    let day = 24 * 60;
    let many: Vec<_> = (0..2_000).map(|_| clerk(200, 210)).collect();
    let cases = [
        ("north.centre.clerk", plan(CENTRE, &[clerk(200, 300)]), "duty.role"),
        ("south.centre.shift", plan(CENTRE, &[clerk(200, 300)]), "duty.other_centre"),
        ("north.a.centre.shift", plan(CENTRE, &[clerk(200, 300)]), "duty.other_centre"),
        ("city.centre.shift", plan("city.centre", &[clerk(200, 300)]), "roster.centre"),
        ("north.centre.shift", plan(CENTRE, &[]), "roster.empty"),
        ("north.centre.shift", plan(CENTRE, &many), "roster.full"),
        ("north.centre.shift", plan(CENTRE, &[clerk(200, 200)]), "roster.hours"),
        ("north.centre.shift", plan(CENTRE, &[clerk(300, 200)]), "roster.hours"),
        ("north.centre.shift", plan(CENTRE, &[clerk(200, 201 + day)]), "roster.hours"),
        ("north.centre.shift", plan(CENTRE, &[clerk(-60, 5)]), "roster.ended"),
        ("north.centre.shift", plan(CENTRE, &[clerk(367 * day, 368 * day)]), "roster.too_far"),
        (
            "north.centre.shift",
            plan(CENTRE, &[clerk(200, 210), clerk(62 * day, 63 * day)]),
            "roster.too_long",
        ),
        ("north.centre.shift", plan(CENTRE, &[clerk(119, 130)]), "roster.overlap"),
        ("north.centre.shift", plan(CENTRE, &[clerk(200, 300), clerk(299, 310)]), "roster.overlap"),
        ("north.centre.shift", plan(CENTRE, &[duty("clerk", "nobody", 200, 300)]), "staff.unknown"),
        (
            "north.centre.shift",
            plan(CENTRE, &[duty("clerk", "south.centre.clerk", 200, 300)]),
            "duty.of_another_place",
        ),
        (
            "north.centre.shift",
            json!({ "command": "raise", "centre": CENTRE, "post": "今晚的台风", "assignments": [clerk(200, 300)] }),
            "duty.reference",
        ),
    ];
    for (staff, command, code) in cases {
        assert_eq!(play.give(staff, 10, command), Err(code.into()), "{staff}");
    }
    let mut new = Play::<Roster>::new();
    let housing = plan("north.housing", &[clerk(60, 120)]);
    assert_eq!(new.give("north.centre.shift", 0, housing), Err("duty.not_a_centre".into()));
    let withdraw = json!({ "command": "withdraw", "assignment": 1 });
    assert_eq!(new.give("north.centre.shift", 0, withdraw), Err("dossier.unknown".into()));
    let unknown = json!({ "command": "withdraw", "assignment": 1, "why": "x" });
    assert!(new.give("north.centre.shift", 0, unknown).unwrap_err().starts_with("unreadable"));
}

#[test]
fn somebody_disabled_is_not_put_on_duty() {
    let (areas, units) = (CITY.areas().cloned().collect(), CITY.units().cloned().collect());
    let mut staff: Vec<_> = CITY.all_staff().cloned().collect();
    for member in &mut staff {
        member.disabled = member.id.as_str() == "north.centre.clerk";
    }
    let directory = Directory::new(areas, units, staff).unwrap();
    let (actor, terms) = (crate::testing::actor("north.centre.shift"), crate::Terms::shipped());
    let words = crate::testing::Kept::default();
    let desk = Desk { now: at_minute(0), actor: &actor, directory: &directory, terms: &terms, words: &words };
    let command = serde_json::from_value(plan(CENTRE, &[clerk(60, 120)])).unwrap();
    let refusal = Roster::decide(None, &command, &desk).unwrap_err();
    assert_eq!(
        (refusal.code.as_str(), refusal.pointer.as_deref()),
        ("duty.disabled", Some("/assignments/0/staff"))
    );
}

#[test]
fn only_what_has_not_begun_is_withdrawn() {
    let mut play = planned();
    let withdraw = |no: u32| json!({ "command": "withdraw", "assignment": no });
    assert_eq!(play.give("north.centre.clerk", 10, withdraw(1)), Err("duty.role".into()));
    assert_eq!(play.give("north.centre.shift", 10, withdraw(7)), Err("roster.unknown".into()));
    assert_eq!(play.give("north.centre.shift", 60, withdraw(1)), Err("roster.begun".into()));
    assert_eq!(play.give("north.centre.shift", 60, withdraw(2)), Ok(vec!["withdrawn"]));
    assert_eq!(play.state().assignments.len(), 1);
    // A number is never given twice.
    play.give("north.centre.shift", 61, plan(CENTRE, &[clerk(200, 210)])).unwrap();
    assert_eq!(play.state().last, 3);
}

fn swap(with: &str) -> Value {
    json!({ "command": "swap", "assignment": 1, "with": with, "reason": "孩子发烧" })
}

fn agree() -> Value {
    json!({ "command": "agree_swap", "assignment": 1 })
}

fn ruling(granted: bool) -> Value {
    json!({ "command": "rule_swap", "assignment": 1, "granted": granted, "reason": "人手不够" })
}

#[test]
fn a_swap_waits_for_the_colleague() {
    let mut play = planned();
    let analyst = "north.centre.analyst";
    assert_eq!(play.give(analyst, 10, swap(analyst)), Err("roster.not_yours".into()));
    assert_eq!(play.give("north.centre.clerk", 10, agree()), Err("roster.no_swap".into()));
    assert_eq!(play.give("north.centre.clerk", 10, swap("north.centre.clerk")), Err("roster.overlap".into()));
    assert_eq!(
        play.give("north.centre.clerk", 10, swap("city.centre.clerk")),
        Err("duty.of_another_place".into())
    );
    assert_eq!(play.give("north.centre.clerk", 10, swap("north.government.handler")), Ok(vec!["swap_asked"]));
    let both = [
        (CENTRE.to_owned(), "roster.swap_asked", false),
        ("north.government".to_owned(), "roster.swap_asked", false),
    ];
    assert_eq!(told(&play), both);
    assert_eq!(staff_at(&play, 60), ["north.centre.clerk"]);
    assert_eq!(play.give("north.centre.clerk", 11, agree()), Err("roster.not_yours".into()));
    assert_eq!(play.give("north.government.handler", 11, agree()), Ok(vec!["swapped"]));
    assert_eq!(staff_at(&play, 60), ["north.government.handler"]);
    assert_eq!(play.give("north.government.handler", 12, agree()), Err("roster.no_swap".into()));
    assert_eq!(*play.texts.0.borrow(), ["孩子发烧"]);
}

#[test]
fn a_duty_that_has_begun_is_cut() {
    let mut play = planned();
    play.give("north.centre.clerk", 70, swap("north.centre.analyst")).unwrap();
    assert_eq!(play.give("north.centre.analyst", 90, agree()), Ok(vec!["swapped"]));
    assert_eq!(staff_at(&play, 89), ["north.centre.clerk"]);
    assert_eq!(staff_at(&play, 90), ["north.centre.analyst"]);
    assert!(holes(play.state(), at_minute(60), at_minute(180), &REQUIRED).is_empty());
    assert_eq!(play.state().assignment(3).unwrap().post, DutyPost::Clerk);
    // What is over cannot be swapped.
    assert_eq!(play.give("north.centre.clerk", 91, swap("north.centre.shift")), Err("roster.ended".into()));
}

#[test]
fn a_swap_is_ruled_or_dropped() {
    let mut play = planned();
    let analyst = "north.centre.analyst";
    play.give("north.centre.clerk", 10, swap(analyst)).unwrap();
    let drop = json!({ "command": "drop_swap", "assignment": 1 });
    assert_eq!(play.give("north.centre.shift", 11, drop.clone()), Err("roster.not_yours".into()));
    assert_eq!(play.give(analyst, 11, drop), Ok(vec!["swap_dropped"]));
    play.give("north.centre.clerk", 12, swap("north.centre.shift")).unwrap();
    assert_eq!(play.give("north.centre.clerk", 13, ruling(true)), Err("duty.role".into()));
    assert_eq!(play.give("north.centre.shift", 13, ruling(true)), Err("roster.own_swap".into()));
    assert_eq!(play.give("north.centre.leader", 13, ruling(false)), Ok(vec!["swap_refused"]));
    assert_eq!(staff_at(&play, 60), ["north.centre.clerk"]);
    play.give("north.centre.clerk", 14, swap(analyst)).unwrap();
    // Meanwhile the colleague was put on duty himself.
    play.give("north.centre.shift", 15, plan(CENTRE, &[duty("technician", analyst, 100, 110)])).unwrap();
    assert_eq!(play.give("city.centre.dispatcher", 16, ruling(true)), Err("roster.overlap".into()));
    play.give("north.centre.shift", 17, json!({ "command": "withdraw", "assignment": 3 })).unwrap();
    assert_eq!(play.give("city.centre.dispatcher", 18, ruling(true)), Ok(vec!["swapped"]));
    assert_eq!(staff_at(&play, 60), [analyst]);
}

#[test]
fn what_ended_long_ago_falls_out_of_the_state() {
    let mut play = planned();
    let later = 40 * 24 * 60 + 120;
    play.give("north.centre.shift", later - 1, plan(CENTRE, &[clerk(later, later + 60)])).unwrap();
    assert_eq!(play.state().assignments.len(), 3);
    play.give("north.centre.shift", later, plan(CENTRE, &[clerk(later + 60, later + 90)])).unwrap();
    let numbers: Vec<_> = play.state().assignments.iter().map(|duty| duty.no).collect();
    assert_eq!(numbers, [2, 3, 4]);
    assert!(play.tick(later).is_empty());
}

#[test]
fn the_board_names_every_centre() {
    let play = planned();
    let rosters = [play.state().clone()];
    let board = board(&rosters, &CITY, at_minute(60));
    assert_eq!(board.len(), 7);
    let centres: Vec<_> = board.iter().map(|centre| centre.centre.as_str()).collect();
    assert_eq!(centres[..3], ["city.centre", "north.centre", "south.centre"]);
    let kept: Vec<_> =
        board.iter().filter(|centre| !centre.hole).map(|centre| centre.centre.as_str()).collect();
    assert_eq!(kept, [CENTRE]);
    let north = &board[1];
    assert!(north.planned && !board[0].planned);
    assert_eq!(
        (north.on_duty[0].post, north.on_duty[0].name.as_str()),
        (DutyPost::Clerk, "north.centre.clerk")
    );
}

#[test]
fn a_leader_alone_leaves_a_hole() {
    let mut play = Play::<Roster>::new();
    let leader = duty("leader", "north.centre.leader", 0, 60);
    play.give("north.centre.shift", 0, plan(CENTRE, &[leader, clerk(20, 40)])).unwrap();
    let span = |from, to| Hole { from: at_minute(from), to: at_minute(to) };
    assert_eq!(holes(play.state(), at_minute(0), at_minute(60), &REQUIRED), [span(0, 20), span(40, 60)]);
    assert!(holes(play.state(), at_minute(0), at_minute(60), &[DutyPost::Leader]).is_empty());
    assert_eq!(holes(play.state(), at_minute(50), at_minute(55), &REQUIRED), [span(50, 55)]);
    assert!(holes(play.state(), at_minute(60), at_minute(0), &REQUIRED).is_empty());
}

proptest! {
    /// The holes are exactly the minutes in which nobody of the required posts is on duty.
    #[test]
    fn holes_and_duty_share_the_time_between_them(
        duties in prop::collection::vec((0_i64..200, 1_i64..60, any::<bool>()), 0..12),
        from in 0_i64..150,
        length in 0_i64..100,
    ) {
        let minute = |minute: i64| Timestamp::ZERO.plus(minute * MINUTE);
        let mut roster = Roster { centre: CENTRE.into(), assignments: Vec::new(), last: 0 };
        for (no, (from, length, required)) in (1..).zip(duties) {
            let post = if required { DutyPost::Clerk } else { DutyPost::Leader };
            let (from, to) = (minute(from), minute(from + length));
            let (staff, raised_by, swap) = ("somebody".into(), None, None);
            roster.add(Assignment { no, post, staff, from, to, raised_by, swap });
        }
        roster.assignments.sort_by_key(|duty| (duty.from, duty.no));
        let found = holes(&roster, minute(from), minute(from + length), &REQUIRED);
        for at in from..from + length {
            let kept = on_duty(&roster, minute(at)).iter().any(|duty| REQUIRED.contains(&duty.post));
            let hole = found.iter().any(|hole| hole.from <= minute(at) && minute(at) < hole.to);
            prop_assert_eq!(kept, !hole);
        }
        prop_assert!(found.windows(2).all(|two| two[0].to < two[1].from));
        prop_assert!(found.iter().all(|hole| hole.from < hole.to));
    }
}

#[test]
fn the_longest_plan_is_sixty_two_days_to_the_minute() {
    let mut play = Play::<Roster>::new();
    let end = 62 * DAY / MINUTE;
    let edges = [clerk(1, 60), clerk(end + 1 - HOUR / MINUTE, end + 1)];
    assert_eq!(play.give("north.centre.shift", 0, plan(CENTRE, &edges)), Ok(vec!["planned"]));
}
