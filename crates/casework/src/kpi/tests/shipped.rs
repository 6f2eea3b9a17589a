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
        (r#", "open_not_due": []"#, "", "on_time_sign_in: the roll-up says nothing of `open_not_due`"),
        (r#""late": ["signed","#, r#""tardy": ["signed","#, "counts `tardy`, which the definition has not"),
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
