//! Precedents: their order, and where they decide or disagree.

use yipan_base::time::DAY;

use super::*;

fn precedent(number: &str, days_ago: i64, category: &str, area: &str, to: &str) -> Precedent {
    Precedent {
        at: Timestamp::from_micros(noon().as_micros() - days_ago * DAY),
        category: category.into(),
        area: Some(area.into()),
        line: RULEBOOK.line_of(&category.into()).map(str::to_owned),
        unit_from: "city.metro".into(),
        unit_to: to.into(),
        ruling: Ruling::Granted,
        number: number.into(),
    }
}

#[test]
fn the_likest_stand_first_and_of_equals_the_latest() {
    let past = [
        precedent("same line", 1, "planning.homestead.dispute", "rudong.caobu", "rudong.planning"),
        precedent("near category", 1, "rural.land.lease", "rudong.caobu", "rudong.agriculture"),
        precedent("other county", 1, "rural.land.contract", "haian", "haian.agriculture"),
        precedent("old", 90, "rural.land.contract", "rudong.caobu.001", "rudong.agriculture"),
        precedent("recent", 9, "rural.land.contract", "rudong.caobu.002", "rudong.agriculture"),
        precedent("unlike", 1, "market.food", "rudong.caobu", "rudong.market"),
        precedent("future", -1, "rural.land.contract", "rudong.caobu", "rudong.agriculture"),
        precedent("gone", 1, "rural.land.contract", "rudong.caobu", "rudong.dissolved"),
    ];
    let asked = matter("rural.land.contract", Some("rudong.caobu"));
    let numbers = |past: &[Precedent]| -> Vec<String> {
        ask(&asked, &default_rules(&CITY), past).precedents.into_iter().map(|p| p.precedent.number).collect()
    };
    let expected = ["recent", "old", "other county", "near category", "same line"];
    assert_eq!(numbers(&past), expected);
    let mut reversed = past.to_vec();
    reversed.reverse();
    assert_eq!(numbers(&reversed), expected);
    let many: Vec<_> =
        (1..50).map(|n| precedent(&format!("{n:02}"), n, "rural.land", "rudong", "rudong.water")).collect();
    assert_eq!(numbers(&many), ["01", "02", "03", "04", "05"]);
}

#[test]
fn a_ruling_decides_where_rules_and_catalogue_are_silent() {
    let bare = Rules::new(RulesData { version: 1, rules: vec![], catalogue: vec![], boundary_m: 200.0 });
    let asked = matter("traffic.order", Some("rudong.caobu.001"));
    let past = [
        precedent("elsewhere", 1, "traffic.order", "haian", "haian.transport"),
        precedent("here", 30, "traffic.order", "rudong.juegang", "rudong.transport"),
    ];
    let answer = ask(&asked, &bare, &past);
    assert_eq!(main_of(&answer), "rudong.transport", "the unit must answer for the place");
    assert_eq!(answer.basis(), Some(crate::command::Basis::Ruling { reference: "here".into() }));
    let near = [precedent("near", 1, "traffic.vehicles", "rudong.caobu", "rudong.transport")];
    assert_eq!(
        main_of(&ask(&asked, &bare, &near)),
        "rudong.traffic_police",
        "only the same category decides"
    );
}

#[test]
fn the_latest_ruling_agrees_or_makes_the_answer_ambiguous() {
    let asked = matter("traffic.order", Some("rudong"));
    let other = precedent("20260301", 9, "traffic.order", "rudong", "rudong.transport");
    let answer = ask(&asked, &default_rules(&CITY), std::slice::from_ref(&other));
    assert_eq!(main_of(&answer), "rudong.traffic_police");
    let warning = Warning::Ambiguous { unit: "rudong.transport".into(), number: "20260301".into() };
    assert_eq!(answer.warnings, [warning]);

    let back = precedent("20260305", 5, "traffic.order", "rudong", "rudong.traffic_police");
    let settled = ask(&asked, &default_rules(&CITY), &[back, other]);
    assert!(settled.warnings.is_empty());
    assert!(settled.because.last().unwrap().zh.contains("20260305"));
}
