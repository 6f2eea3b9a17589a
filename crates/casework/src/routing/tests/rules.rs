//! Routing rules: what they ask, whom they name, and what they tell of themselves.

use yipan_base::geo::Point;

use super::*;

/// One rule that asks `when` and gives to the county's emergency department.
fn asking(when: &str) -> Rules {
    with_rules(&format!(
        r#"[{{ "id": "r", "version": 3, "name": "试", "when": {when},
              "give": {{ "main": {{ "target": "department", "level": "county", "line": "emergency" }} }} }}]"#
    ))
}

/// Why the one rule did not decide; `None` where it did.
fn miss(when: &str, matter: &Matter<'_>) -> Option<Miss> {
    let answer = ask(matter, &asking(when), &[]);
    let decided = answer.by == Some(Source::Rule { rule: "r".into(), version: 3 });
    assert_eq!(decided, answer.looked[0].miss.is_none());
    assert_eq!(main_of(&answer) == "rudong.emergency", decided);
    answer.looked[0].miss
}

#[test]
fn every_condition_is_asked_and_says_why_it_failed() {
    let square = r#"{ "polygon": [[[121.0,32.3],[121.1,32.3],[121.1,32.4],[121.0,32.4],[121.0,32.3]],
                                  [[121.04,32.34],[121.06,32.34],[121.06,32.36],[121.04,32.36],[121.04,32.34]]] }"#;
    let plain = matter("housing.property.fees", Some("rudong.changsha.001"));
    let at = |lon, lat| Matter { point: Point::new(lon, lat).ok(), ..plain.clone() };
    let says = |text| Matter { text: Some(text), ..plain.clone() };
    for (when, matter, expected) in [
        ("{}", &plain, None),
        (r#"{ "categories": ["housing"] }"#, &plain, None),
        (r#"{ "categories": ["hous", "urban"] }"#, &plain, Some(Miss::Category)),
        (r#"{ "areas": ["rudong"] }"#, &plain, None),
        (r#"{ "areas": ["g.park-a"] }"#, &plain, None),
        (r#"{ "areas": ["rudong.caobu", "haian"] }"#, &plain, Some(Miss::Area)),
        (r#"{ "channels": ["grid"] }"#, &plain, Some(Miss::Channel)),
        (r#"{ "kinds": ["help", "complaint"] }"#, &plain, None),
        (r#"{ "kinds": ["help"] }"#, &plain, Some(Miss::Kind)),
        (r#"{ "levels": ["emergency"] }"#, &plain, Some(Miss::Level)),
        (square, &plain, Some(Miss::NoPoint)),
        (square, &at(121.02, 32.32), None),
        (square, &at(121.05, 32.35), Some(Miss::Polygon)),
        (square, &at(121.2, 32.35), Some(Miss::Polygon)),
        (r#"{ "keywords": ["etc", "收费站"] }"#, &says("办理 ETC 时"), None),
        (r#"{ "keywords": ["ETC"] }"#, &says("门口的收费站"), Some(Miss::Keyword)),
        (r#"{ "keywords": ["ETC"] }"#, &plain, Some(Miss::Keyword)),
    ] {
        assert_eq!(miss(when, matter), expected, "{when}");
    }
    let nowhere = matter("housing.property.fees", None);
    let answer = ask(&nowhere, &asking(r#"{ "areas": ["rudong"] }"#), &[]);
    assert_eq!(answer.looked[0].miss, Some(Miss::Unlocated));
}

#[test]
fn a_rule_holds_from_its_first_day_to_the_one_before_its_last() {
    let dated = |from: &str, to: &str| {
        let rules = with_rules(&format!(
            r#"[{{ "id": "r", "version": 1, "name": "试", "valid_from": {from}, "valid_to": {to},
                  "give": {{ "main": {{ "target": "unit", "unit": "city.water" }} }} }}]"#
        ));
        ask(&matter("housing", Some("rudong")), &rules, &[]).looked[0].miss
    };
    assert_eq!(dated("null", "null"), None);
    assert_eq!(dated(r#""2026-03-10""#, r#""2026-03-11""#), None);
    assert_eq!(dated(r#""2026-03-11""#, "null"), Some(Miss::OutOfDate));
    assert_eq!(dated("null", r#""2026-03-10""#), Some(Miss::OutOfDate));
}

#[test]
fn every_kind_of_target_leads_to_a_unit_around_the_place() {
    for (target, unit) in [
        (r#"{ "target": "unit", "unit": "city.metro" }"#, "city.metro"),
        (r#"{ "target": "department", "level": "city" }"#, "city.urban_management"),
        (r#"{ "target": "department", "level": "county" }"#, "rudong.urban_management"),
        (r#"{ "target": "department", "level": "town" }"#, "rudong.caobu.urban_management"),
        (r#"{ "target": "department", "level": "county", "line": "metro" }"#, "city.metro"),
        (r#"{ "target": "government", "level": "county" }"#, "rudong.government"),
        (r#"{ "target": "government", "level": "town" }"#, "rudong.caobu.government"),
        (r#"{ "target": "team", "group": "town_enforcement" }"#, "rudong.caobu.enforcement"),
    ] {
        let rules = with_rules(&format!(
            r#"[{{ "id": "r", "version": 1, "name": "试", "give": {{ "main": {target} }} }}]"#
        ));
        let answer = ask(&matter("urban.refuse.street", Some("rudong.caobu.002")), &rules, &[]);
        assert_eq!(main_of(&answer), unit, "{target}");
    }
}

#[test]
fn the_first_of_the_highest_priority_decides_and_the_rest_are_not_tried() {
    let rule = |id: &str, priority: i64, category: &str, unit: &str| {
        format!(
            r#"{{ "id": "{id}", "version": 1, "name": "{id}", "priority": {priority},
                  "when": {{ "categories": ["{category}"] }},
                  "give": {{ "main": {{ "target": "unit", "unit": "{unit}" }},
                             "assistants": [{{ "target": "unit", "unit": "{unit}" }},
                                            {{ "target": "department", "level": "county", "line": "water" }}],
                             "copies": [{{ "target": "department", "level": "county", "line": "water" }},
                                        {{ "target": "government", "level": "county" }}] }} }}"#
        )
    };
    let rules = with_rules(&format!(
        "[{},{},{},{}]",
        rule("late", 0, "housing", "city.metro"),
        rule("missed", 9, "urban", "city.metro"),
        rule("first", 5, "housing", "city.housing"),
        rule("second", 5, "housing", "city.metro"),
    ));
    let answer = ask(&matter("housing.rental", Some("rugao")), &rules, &[]);
    assert_eq!(main_of(&answer), "city.housing");
    assert_eq!(ids(&answer.assistants), ["rugao.water"], "the main handler assists nobody");
    assert_eq!(ids(&answer.copies), ["rugao.government"], "who holds a part needs no copy");
    let looked: Vec<_> = answer.looked.iter().map(|l| (l.rule.as_str(), l.miss)).collect();
    assert_eq!(looked, [("missed", Some(Miss::Category)), ("first", None)]);
    assert_eq!(answer.basis(), Some(crate::command::Basis::Rule { rule: "first".into(), version: 1 }));
}

#[test]
fn what_was_tried_is_told_within_bounds_and_with_the_one_that_decided() {
    let rules: Vec<_> = (0..100)
        .map(|n| {
            let when = if n == 90 { "{}" } else { r#"{ "channels": ["grid"] }"# };
            format!(
                r#"{{ "id": "r{n}", "version": 1, "name": "r{n}", "when": {when},
                      "give": {{ "main": {{ "target": "unit", "unit": "city.water" }} }} }}"#
            )
        })
        .collect();
    let answer = ask(&matter("housing", Some("rugao")), &with_rules(&format!("[{}]", rules.join(","))), &[]);
    assert_eq!((answer.looked.len(), answer.looked_at), (Suggestion::LOOKS, 91));
    let last = answer.looked.last().unwrap();
    assert_eq!((last.rule.as_str(), last.miss), ("r90", None));
}

#[test]
fn work_that_is_no_duty_of_the_town_goes_to_the_county_department() {
    // Housing stands on the duty lists; human resources do for subsidies, traffic police never.
    for target in [
        r#"{ "target": "government", "level": "town" }"#,
        r#"{ "target": "unit", "unit": "rudong.caobu.government" }"#,
        r#"{ "target": "team", "group": "town_enforcement" }"#,
    ] {
        let rules = with_rules(&format!(
            r#"[{{ "id": "r", "version": 1, "name": "试", "give": {{ "main": {target} }} }}]"#
        ));
        let answer = ask(&matter("traffic.order", Some("rudong.caobu")), &rules, &[]);
        assert_eq!(main_of(&answer), "rudong.traffic_police", "{target}");
        let [Warning::NotOnDutyList { unit, line }] = &answer.warnings[..] else { panic!("{answer:?}") };
        assert!(unit.as_str().starts_with("rudong.caobu.") && line == "traffic_police");
        assert!(answer.because[1].zh.contains("履职事项清单"), "{:?}", answer.because);
        assert!(answer.copies.is_empty());
    }
}

#[test]
fn a_named_unit_that_is_gone_leaves_the_matter_to_the_next_rule() {
    let rules = with_rules(
        r#"[{ "id": "gone", "version": 1, "name": "旧", "give": { "main": { "target": "team", "group": "no_such" } } },
            { "id": "next", "version": 1, "name": "新", "give": { "main": { "target": "unit", "unit": "city.water" } } }]"#,
    );
    // A team that no town has passes its work up; only without any line is there nobody above.
    let answer = ask(&matter("spaceflight", Some("nantong")), &rules, &[]);
    assert_eq!(answer.looked[0].miss, Some(Miss::NoUnit));
    assert_eq!(main_of(&answer), "city.water");
}

#[test]
fn rules_are_json_that_comes_back_and_slips_are_refused() {
    let rules = asking(r#"{ "categories": ["housing"], "polygon": [[[121,32],[122,32],[122,33]]] }"#);
    let json = serde_json::to_string(&rules).unwrap();
    assert_eq!(serde_json::from_str::<Rules>(&json).unwrap(), rules);
    let answer = ask(&matter("housing.rental", Some("rudong.caobu")), &rules, &[]);
    let back: Suggestion = serde_json::from_str(&serde_json::to_string(&answer).unwrap()).unwrap();
    assert_eq!(back, answer);

    for (when, says) in [
        (r#"{ "chanels": ["grid"] }"#, "unknown field `chanels`"),
        (r#"{ "polygon": [[[121,32],[122,32]]] }"#, "2 places enclose nothing"),
        (r#"{ "polygon": [[[32,121],[33,121],[33,122]]] }"#, "ring 0, position 0: longitude 32"),
    ] {
        let fault = serde_json::from_str::<When>(when).unwrap_err().to_string();
        assert!(fault.contains(says), "{fault}");
    }
}
