//! The collection of losses, driven as the house drives it.

mod asking;
mod cycle;
mod data;
mod reporting;
mod signing;
mod sums;

use serde_json::{Value, json};

use super::Losses;
use crate::testing::{Play, at_minute};

/// A collection in all four towns, asked for by the city at minute 0; the first report is due at 120,
/// the next every 1440 minutes.
fn asked() -> Play<Losses> {
    let mut play = Play::new();
    play.give("city.centre.shift", 0, json!({"command": "ask", "area": "city"})).unwrap();
    play
}

/// A report as of the minute before.
fn report(town: &str, kind: &str, minute: i64, figures: Value) -> Value {
    json!({
        "command": "report", "unit": format!("{town}.centre"), "kind": kind,
        "as_of": at_minute(minute - 1).to_string(), "figures": figures,
    })
}

/// A report with something more.
fn with(mut command: Value, field: &str, value: &str) -> Value {
    command[field] = value.into();
    command
}

/// Gives a report as the town's dispatcher; the names of the events, or the refusal's code.
fn give(
    play: &mut Play<Losses>,
    town: &str,
    kind: &str,
    minute: i64,
    figures: Value,
) -> Result<Vec<&'static str>, String> {
    play.give(&format!("{town}.centre.dispatcher"), minute, report(town, kind, minute, figures))
}

/// The number of a town's latest report.
fn last(play: &Play<Losses>, town: &str) -> u64 {
    play.state().units[&format!("{town}.centre").as_str().into()].last.as_ref().unwrap().seq
}

/// The county's word on a town's latest report.
fn check(
    play: &mut Play<Losses>,
    town: &str,
    minute: i64,
    verdict: &str,
) -> Result<Vec<&'static str>, String> {
    let county = town.split('.').next().unwrap();
    let command = json!({
        "command": "check", "unit": format!("{town}.centre"), "report": last(play, town),
        "verdict": verdict, "reason": (verdict == "returned").then_some("与现场不符"),
    });
    play.give(&format!("{county}.centre.dispatcher"), minute, command)
}
