//! What is wrong with a rule set is said with where and what to do.

use super::*;

fn faults(rules: &Rules) -> Vec<String> {
    rules.faults(&CITY.directory, &RULEBOOK).iter().map(ToString::to_string).collect()
}

#[test]
fn the_catalogue_of_the_city_is_sound() {
    assert_eq!(faults(&default_rules(&CITY)), [""; 0]);
}

#[test]
fn every_slip_in_a_rule_is_found() {
    let metro = r#""give": { "main": { "target": "unit", "unit": "city.metro" } }"#;
    let give =
        |target: &str| format!(r#""give": {{ "main": {target} }}, "when": {{ "channels": ["grid"] }}"#);
    for (rest, says) in [
        (
            format!(r#""when": {{ "areas": ["atlantis"] }}, {metro}"#),
            "rule r, when.areas: the directory has no area `atlantis`",
        ),
        (
            format!(r#""when": {{ "categories": ["spaceflight"] }}, {metro}"#),
            "rule r, when.categories: there is no category `spaceflight`",
        ),
        (
            format!(r#""when": {{ "keywords": ["水", " "] }}, {metro}"#),
            "rule r, when.keywords: an empty keyword",
        ),
        (
            format!(r#""valid_from": "2026-02-01", "valid_to": "2026-02-01", {metro}"#),
            "rule r, valid_to: 2026-02-01 is not after",
        ),
        (
            give(r#"{ "target": "unit", "unit": "nobody" }"#),
            "rule r, give.main: the directory has no unit `nobody`",
        ),
        (
            give(r#"{ "target": "department", "level": "city", "line": "spaceflight" }"#),
            "rule r, give.main: nobody at this level or above follows the line `spaceflight`",
        ),
        (
            give(r#"{ "target": "government", "level": "grid" }"#),
            "rule r, give.main: no area of this level has a government",
        ),
        (
            give(r#"{ "target": "team", "group": "divers" }"#),
            "rule r, give.main: no team is of the peer group `divers`",
        ),
    ] {
        let found = faults(&with_rules(&format!(r#"[{{ "id": "r", "version": 1, "name": "试", {rest} }}]"#)));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(says), "{}", found[0]);
    }
    let found = faults(&with_rules(&format!(r#"[{{ "id": "r", "version": 0, "name": " ", {metro} }}]"#)));
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn a_rule_behind_one_that_fits_everything_is_never_tried() {
    let rule = |id: &str| {
        format!(
            r#"{{ "id": "{id}", "version": 1, "name": "试", "give": {{ "main": {{ "target": "department", "level": "county" }} }} }}"#
        )
    };
    let found = faults(&with_rules(&format!("[{},{}]", rule("all"), rule("behind"))));
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("rule behind: `all` stands before it"), "{}", found[0]);
}

#[test]
fn the_set_itself_is_checked() {
    let mut data = RulesData::from(default_rules(&CITY));
    data.version = 0;
    data.boundary_m = f64::NAN;
    let twice = data.catalogue[0].clone();
    data.catalogue.push(twice);
    let found = faults(&Rules::new(data));
    let starts = [
        "version: ",
        "boundary_m: ",
        "rule catalogue.labour.insurance: ",
        "catalogue catalogue.labour.insurance, category: ",
    ];
    assert_eq!(found.len(), starts.len(), "{found:?}");
    assert!(found.iter().zip(starts).all(|(fault, start)| fault.starts_with(start)), "{found:?}");
}
