//! Danger, secrecy and accusation: what a suggestion must hold, and whom it must not name.

use super::*;

fn accusing(category: &str, area: &str, units: &[&str]) -> Suggestion {
    by_default(&Matter {
        kind: Kind::Report,
        secret: true,
        accused_units: units.iter().map(|u| UnitId::from(*u)).collect(),
        ..matter(category, Some(area))
    })
}

#[test]
fn a_safety_word_holds_the_matter_for_a_person() {
    let marked =
        Matter { safety: ["燃气…漏".to_owned()].into(), ..matter("utilities.gas.leak", Some("rudong")) };
    let answer = by_default(&marked);
    assert!(answer.hold);
    assert_eq!(main_of(&answer), "rudong.gas_supply", "a person still wants to know whose it is");
    assert!(answer.warnings[0].say(&CITY.directory).0.contains("燃气…漏"));
    assert!(!by_default(&Matter { safety: Default::default(), ..marked }).hold);
}

#[test]
fn a_report_goes_one_level_above_the_accused() {
    for (accused, unit) in [
        // Nobody, the town, its county's government, the county's centre, the next one up as well.
        (&[][..], "rudong.caobu.government"),
        (&["rudong.caobu.government"], "rudong.housing"),
        (&["rudong.government"], "city.housing"),
        (&["rudong.centre"], "city.housing"),
        (&["rudong.caobu.government", "rudong.housing"], "city.housing"),
        // The county's branch answers to the accused department of the city: nobody is left.
        (&["rudong.caobu.government", "city.housing"], "nobody"),
        (&["city.centre"], "nobody"),
    ] {
        let answer = accusing("housing.property.fees", "rudong.caobu.001", accused);
        assert_eq!(main_of(&answer), unit, "{accused:?}");
        assert!(answer.hold && answer.warnings.contains(&Warning::Secret));
        assert_eq!(answer.warnings.contains(&Warning::Accused), !accused.is_empty(), "{accused:?}");
        let readable = serde_json::to_string(&answer).unwrap();
        for id in accused {
            assert!(!readable.contains(&format!("\"{id}\"")), "{id} is named in {readable}");
        }
    }
}

#[test]
fn the_accused_reads_nothing_along() {
    let answer = accusing("housing.property.fees", "rudong.caobu.001", &["rudong.housing"]);
    assert_eq!(main_of(&answer), "rudong.caobu.government");
    // The entry's reader is passed up too; the county's regulator is left out.
    assert_eq!(ids(&answer.copies), ["city.housing", "rudong.government"]);
}

#[test]
fn who_answers_to_the_accused_is_out_at_any_distance() {
    let rules = with_rules(
        r#"[{ "id": "r", "version": 1, "name": "试",
              "give": { "main": { "target": "department", "level": "town" } } }]"#,
    );
    // The town's team answers to the county's branch, that to the city's department.
    let report = Matter {
        accused_units: ["city.urban_management".into()].into(),
        ..matter("urban.refuse.street", Some("rudong.caobu"))
    };
    let answer = ask(&report, &rules, &[]);
    assert_eq!(answer.looked[0].miss, Some(Miss::NoUnit));
    // The catalogue gives it to the town's own government, which answers to someone else.
    assert_eq!(main_of(&answer), "rudong.caobu.government");
    assert_eq!(ids(&answer.copies), ["rudong.government"]);
    // A park's committee answers for the towns that it holds.
    let park = accusing("housing.property.fees", "rudong.changsha", &["park-a.centre"]);
    assert_eq!(main_of(&park), "rudong.housing");
}
