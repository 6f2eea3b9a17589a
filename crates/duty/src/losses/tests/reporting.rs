use serde_json::json;

use super::super::{Status, history, jumps};
use super::{asked, check, give, last, report, with};
use crate::dossier::Dossier;
use crate::testing::{CITY, at_minute};

#[test]
fn a_town_reports_again_and_again() {
    let mut play = asked();
    assert_eq!(give(&mut play, "north.a", "zero", 10, json!({})).unwrap(), ["reported"]);
    give(&mut play, "north.a", "first", 20, json!({"affected": 30, "collapsed_rooms": 2, "dead": 0}))
        .unwrap();
    give(&mut play, "north.a", "follow_up", 30, json!({"affected": 40, "collapsed_rooms": 2})).unwrap();
    let from_government = report("north.a", "verified", 40, json!({"affected": 41, "collapsed_rooms": 2}));
    play.give("north.a.government.handler", 40, from_government).unwrap();

    let unit = "north.a.centre".into();
    let history = history(play.state(), &unit).unwrap();
    assert_eq!(history.log.len(), 4);
    assert_eq!(history.last.unwrap().figures["affected"], 41);
    let before = history.before.unwrap();
    assert_eq!(before.figures["affected"], 40);
    assert!(!before.figures.contains_key("dead"), "noughts are not kept");
    assert!(play.state().units[&unit].answered(99), "a verified report ends the rounds for its town");
}

#[test]
fn wrong_reports_are_refused() {
    let mut play = asked();
    let unit = |unit: &str| json!({"command": "report", "unit": unit, "kind": "zero", "as_of": at_minute(0).to_string()});
    assert_eq!(play.give("north.centre.leader", 5, unit("north.centre")).unwrap_err(), "losses.not_asked");
    for stranger in ["north.b.centre.dispatcher", "south.centre.leader", "north.a.housing.signer"] {
        let refused = play.give(stranger, 5, unit("north.a.centre")).unwrap_err();
        assert_eq!(refused, "losses.not_yours", "{stranger}");
    }
    let cases = [
        ("first", json!({"ufos": 3}), "losses.field"),
        ("first", json!({"affected": -1}), "losses.figure"),
        ("first", json!({"loss": 1_000_000_000_001_i64}), "losses.figure"),
        ("first", json!({"affected": 3, "dead": 2, "missing": 2}), "losses.check"),
        ("first", json!({"collapsed_households": 3, "collapsed_rooms": 2}), "losses.check"),
        ("first", json!({"crops_affected": 1000, "crops_destroyed": 500}), "losses.check"),
        ("first", json!({"loss": 10, "loss_houses": 6, "loss_farming": 5}), "losses.check"),
        ("zero", json!({"affected": 1}), "losses.zero_with_figures"),
        ("first", json!({"affected": 0}), "losses.no_figures"),
        ("follow_up", json!({"affected": 1}), "losses.no_first"),
    ];
    for (kind, figures, code) in cases {
        let refused = give(&mut play, "north.a", kind, 5, figures.clone()).unwrap_err();
        assert_eq!(refused, code, "{kind} {figures}");
    }
    for figure in [json!(1.5), json!("7"), json!(null)] {
        let refused = give(&mut play, "north.a", "first", 5, json!({"affected": figure})).unwrap_err();
        assert!(refused.starts_with("unreadable"), "{refused}");
    }
    let dispatcher = "north.a.centre.dispatcher";
    let tomorrow = report("north.a", "zero", 7, json!({}));
    assert_eq!(play.give(dispatcher, 5, tomorrow).unwrap_err(), "losses.as_of_future");
    let long_ago = report("north.a", "zero", -40 * 1440, json!({}));
    assert_eq!(play.give(dispatcher, 5, long_ago).unwrap_err(), "losses.as_of_past");
    assert_eq!(play.events.len(), 1, "nothing was taken");

    give(&mut play, "north.a", "first", 5, json!({"affected": 5})).unwrap();
    let stale = report("north.a", "follow_up", 4, json!({"affected": 6}));
    assert_eq!(play.give(dispatcher, 6, stale).unwrap_err(), "losses.as_of_past");
    let again = give(&mut play, "north.a", "first", 6, json!({"affected": 6}));
    assert_eq!(again.unwrap_err(), "losses.first_again");
}

#[test]
fn what_shrinks_is_explained() {
    let mut play = asked();
    let dispatcher = "north.a.centre.dispatcher";
    give(&mut play, "north.a", "first", 10, json!({"affected": 30, "missing": 2, "need_tents": 9})).unwrap();
    let fewer = json!({"affected": 30, "missing": 1, "need_tents": 9});
    assert_eq!(give(&mut play, "north.a", "follow_up", 20, fewer.clone()).unwrap_err(), "losses.shrinks");
    assert_eq!(give(&mut play, "north.a", "zero", 20, json!({})).unwrap_err(), "losses.shrinks");
    let needs_shrink = json!({"affected": 30, "missing": 2});
    give(&mut play, "north.a", "follow_up", 20, needs_shrink).unwrap();
    let explained = with(report("north.a", "follow_up", 30, fewer), "explanation", "一人已找到，平安");
    play.give(dispatcher, 30, explained).unwrap();
    let all_clear = with(report("north.a", "zero", 40, json!({})), "explanation", "经核为误报");
    play.give(dispatcher, 40, all_clear).unwrap();
    assert_eq!(play.texts.0.borrow().as_slice(), ["一人已找到，平安", "经核为误报"]);
}

#[test]
fn a_leap_stays_marked_until_somebody_explains_it() {
    let mut play = asked();
    give(&mut play, "north.a", "first", 10, json!({"affected": 10, "dead": 1})).unwrap();
    give(&mut play, "north.a", "follow_up", 20, json!({"affected": 51, "dead": 9})).unwrap();
    let marked = jumps(play.state());
    assert_eq!(marked.len(), 1, "nine dead are more than five times one, but fewer than ten more");
    assert_eq!((marked[0].jump.field.as_str(), marked[0].jump.from, marked[0].jump.to), ("affected", 10, 51));
    let told = play.state().notices(play.events.last().unwrap(), &CITY);
    assert_eq!(
        told.iter().map(|n| (n.unit.as_str(), n.what)).collect::<Vec<_>>(),
        [("north.centre", "losses.unexplained_jump")]
    );
    give(&mut play, "north.a", "follow_up", 30, json!({"affected": 55, "dead": 9})).unwrap();
    assert_eq!(jumps(play.state())[0].jump.to, 55, "the next report does not hide it");
    let explain = json!({
        "command": "correct", "unit": "north.a.centre", "figures": {"affected": 55, "dead": 9},
        "explanation": "又查清两个村",
    });
    play.give("north.a.centre.dispatcher", 40, explain).unwrap();
    assert_eq!(jumps(play.state()), []);
}

#[test]
fn five_times_is_no_leap_and_one_more_is() {
    for (to, marked) in [(500, 0), (501, 1)] {
        let mut play = asked();
        give(&mut play, "north.a", "first", 10, json!({"affected": 100})).unwrap();
        give(&mut play, "north.a", "follow_up", 20, json!({"affected": to})).unwrap();
        assert_eq!(jumps(play.state()).len(), marked, "{to}");
    }
}

#[test]
fn a_telephone_report_is_taken_down_by_a_centre_above() {
    let mut play = asked();
    let call = with(report("north.a", "first", 10, json!({"affected": 3})), "source", "telephone");
    assert_eq!(play.give("north.centre.clerk", 10, call.clone()).unwrap_err(), "losses.note");
    let call = with(call, "note", "镇值班员老张来电");
    assert_eq!(play.give("south.centre.clerk", 10, call.clone()).unwrap_err(), "losses.not_yours");
    play.give("north.centre.clerk", 10, call).unwrap();
    let call = with(report("south.b", "zero", 10, json!({})), "source", "telephone");
    play.give("city.centre.clerk", 10, with(call, "note", "电话零报告")).unwrap();
}

#[test]
fn a_returned_report_stays_visible_and_is_not_counted() {
    let mut play = asked();
    give(&mut play, "north.a", "first", 10, json!({"affected": 30})).unwrap();
    assert_eq!(check(&mut play, "north.a", 11, "confirmed").unwrap(), ["confirmed"]);
    assert_eq!(check(&mut play, "north.a", 11, "returned").unwrap_err(), "losses.checked");
    give(&mut play, "north.a", "follow_up", 20, json!({"affected": 90})).unwrap();
    assert_eq!(check(&mut play, "north.a", 21, "returned").unwrap(), ["returned"]);

    let asked = &play.state().units[&"north.a.centre".into()];
    assert_eq!(asked.counted().unwrap().figures["affected"], 30);
    assert_eq!(asked.last.as_ref().unwrap().status, Status::Returned);
    let nothing = json!({
        "command": "correct", "unit": "north.a.centre", "figures": {"affected": 31}, "explanation": "改",
    });
    let refused = play.give("north.a.centre.dispatcher", 22, nothing).unwrap_err();
    assert_eq!(refused, "losses.nothing_to_correct");

    give(&mut play, "north.a", "follow_up", 30, json!({"affected": 31})).unwrap();
    check(&mut play, "north.a", 31, "returned").unwrap();
    let asked = &play.state().units[&"north.a.centre".into()];
    assert_eq!(asked.counted().unwrap().figures["affected"], 30, "the one before a return still counts");
    let statuses: Vec<_> = asked.log.iter().map(|line| line.status).collect();
    assert_eq!(statuses, [Status::Confirmed, Status::Returned, Status::Returned]);
}

#[test]
fn wrong_checks_are_refused() {
    let mut play = asked();
    give(&mut play, "north.a", "first", 10, json!({"affected": 30})).unwrap();
    let seq = last(&play, "north.a");
    let check = |report: u64, verdict: &str| json!({"command": "check", "unit": "north.a.centre", "report": report, "verdict": verdict});
    let cases = [
        ("south.centre.dispatcher", check(seq, "confirmed"), "losses.not_checker"),
        ("city.centre.dispatcher", check(seq, "confirmed"), "losses.not_checker"),
        ("north.a.centre.dispatcher", check(seq, "confirmed"), "losses.not_checker"),
        ("north.centre.clerk", check(seq, "confirmed"), "duty.role"),
        ("north.centre.dispatcher", check(seq + 1, "confirmed"), "losses.not_latest"),
        ("north.centre.dispatcher", check(seq, "returned"), "losses.reason"),
    ];
    for (who, command, code) in cases {
        assert_eq!(play.give(who, 11, command).unwrap_err(), code, "{who}");
    }
}

#[test]
fn a_correction_takes_the_place_of_the_report_it_mends() {
    let mut play = asked();
    let correct = |figures| {
        json!({
            "command": "correct", "unit": "north.a.centre", "figures": figures, "explanation": "录入错误",
        })
    };
    give(&mut play, "north.a", "zero", 10, json!({})).unwrap();
    let seq = last(&play, "north.a");
    let refused = play.give("north.centre.dispatcher", 12, correct(json!({}))).unwrap_err();
    assert_eq!(refused, "losses.not_yours");
    play.give("north.a.centre.dispatcher", 12, correct(json!({"affected": 5}))).unwrap();
    let asked = &play.state().units[&"north.a.centre".into()];
    let counted = asked.counted().unwrap();
    assert_eq!((counted.corrects, counted.as_of), (Some(seq), at_minute(9)));
    assert_eq!(counted.kind, super::super::ReportKind::First);
    play.give("north.a.centre.dispatcher", 13, correct(json!({}))).unwrap();
    let asked = &play.state().units[&"north.a.centre".into()];
    assert_eq!(asked.counted().unwrap().kind, super::super::ReportKind::Zero);
}
