//! The list of definitions itself: what is wrong with one is said, and where.

use crate::kpi::Definitions;

const SHIPPED: &str = include_str!("../../../data/kpis.json");

#[test]
fn shipped_definitions_are_sound() {
    assert_eq!(Definitions::parse(SHIPPED).err(), None);
}

#[test]
fn a_definition_survives_a_round_trip() {
    for definition in Definitions::shipped().iter() {
        let json = serde_json::to_string(definition).unwrap();
        assert_eq!(serde_json::from_str::<crate::kpi::Definition>(&json).unwrap(), *definition);
    }
}

#[test]
fn faults_say_what_and_where() {
    for (from, to, fault) in [
        (r#""base": "holding""#, r#""base": "case""#, "on_time_sign_in: fact_case has no field `sign_due`"),
        (r#"["sign_due", "dispatched_at"]"#, r#"["dispatched_at", "sign_due"]"#, "is never used"),
        (
            r#""returned", "suspended""#,
            r#""returned", "paused""#,
            "on_time_sign_in: nothing is shared as `paused`",
        ),
        (r#"{"is": ["role", "main"]}"#, r#"{"is": ["role", "Main'--"]}"#, "is no word"),
        (r#"{"is": ["role", "main"]}"#, r#"{"flag": "role"}"#, "`role` holds Word"),
        (r#"{"is": ["role", "main"]}"#, r#"{"set": "role"}"#, "`role` is always set"),
        (r#""completed_at"], "unit""#, r#""dispatched_at"], "unit""#, "`completed_at` may be null"),
        (r#""statistic": "ratio""#, r#""statistic": "count""#, "is measured in percent"),
        (r#""returned", "suspended""#, r#""returned", "returned""#, "`returned` stands twice"),
        (r#""sign_on_time""#, r#""signed_on_time""#, "no counter `signed_on_time`"),
        (r#""-sign_on_time""#, r#""-signed_on_time""#, "no counter `-signed_on_time`"),
        (
            r#", "suspended": ["sign_suspended"]"#,
            "",
            "the roll-up's `exclusions` says nothing of `suspended`",
        ),
        (r#""late": ["signed","#, r#""tardy": ["signed","#, "has `tardy`, which the definition has not"),
        (r#", "done_not_due": ["signed"]"#, "", "the roll-up's `not_due` says nothing of `done_not_due`"),
        (
            r#"["sign_suspended"]}"#,
            r#"["sign_suspended"], "done_not_due": []}"#,
            "on_time_sign_in: the roll-up's `exclusions` has `done_not_due`",
        ),
        (
            r#""open_not_due": ["sign_due", "-signed"]"#,
            r#""open_not_due": ["sign_due"]"#,
            "on_time_sign_in: the roll-up's `not_due` must add up to its `denominator`",
        ),
        (
            r#"{"not": {"at_most": ["sign_due", "as_of"]}}, "#,
            r#"{"not": {"at_most": ["handle_due", "as_of"]}}, "#,
            "on_time_sign_in: with a roll-up, `open_not_due` must ask",
        ),
        (
            r#"{"not": {"at_most": ["sign_due", "as_of"]}}]}"#,
            r#"{"not": {"at_most": ["sign_due", "as_of"]}}]}, "extended""#,
            "on_time_sign_in: with a roll-up, `extended` must ask",
        ),
        (
            r#"[{"not": {"at_most": ["sign_due", "as_of"]}}]"#,
            r#"[{"not": {"at_most": ["sign_due", "as_of"]}}, {"flag": "extended"}]"#,
            "the last exclusion must take out all that is not due",
        ),
        (
            r#"["signed_at", "sign_due"]"#,
            r#"["sign_due", "as_of"]"#,
            "on_time_sign_in: with a roll-up, only exclusions may ask what is due",
        ),
        (r#"["sign_due"]"#, r#"["handle_due"]"#, "keeps `handle_due` of other facts, or by another day"),
        (r#"["redone"]"#, r#"["dispatched"]"#, "redo_rate: the roll-up keeps `dispatched`"),
        (r#"{"mean": {"#, r#"{"median": {"#, "a median is not the sum of days"),
        (r#"["callback_coverage"]"#, r#"["coverage"]"#, "its companion `coverage` is not defined"),
        (r#""id": "sign_in""#, r#""id": "response""#, "response: its id stands twice"),
        (r#""better": "higher""#, r#""better": "more""#, "unknown variant `more`"),
        (r#""base": "holding","#, r#""base": "holding", "periods": 1,"#, "unknown field `periods`"),
    ] {
        assert!(SHIPPED.contains(from), "{from}");
        let faults = Definitions::parse(&SHIPPED.replacen(from, to, 1)).err().unwrap_or_default();
        assert!(faults.iter().any(|known| known.contains(fault)), "{fault}\n{faults:#?}");
    }
}
