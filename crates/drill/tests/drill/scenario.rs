//! What is said of a scenario that does not fit, and of a clock that cannot play it.

use std::borrow::Cow;
use std::sync::Arc;

use yipan_base::time::{Clock, ManualClock};
use yipan_drill::{Company, PlayFault, Speed, Storm};

use crate::support::{Stage, shipped, storm};

/// The fault of the shipped scenario with one file replaced, or left out.
fn fault(file: &str, bytes: Option<&str>) -> String {
    let open = |name: &str| {
        if name == file { bytes.map(|text| Cow::Owned(text.as_bytes().to_vec())) } else { shipped(name) }
    };
    Storm::read(&open).map(|storm| storm.en).unwrap_err().to_string()
}

fn text(name: &str) -> String {
    String::from_utf8(shipped(name).unwrap().into_owned()).unwrap()
}

#[test]
fn the_shipped_scenario_adds_up_to_what_was_published() {
    let storm = storm();
    assert_eq!(storm.appeals, 4_754);
    assert_eq!(
        (storm.to.to_string().as_str(), storm.opens < storm.from),
        ("2021-05-06T00:00:00+08:00", true)
    );
    let names: Vec<_> = storm.counters().map(|(name, _)| name).collect();
    assert_eq!(names, ["asleep", "returns", "unhandled"]);
}

#[test]
fn a_fault_says_which_file_and_what_to_do() {
    assert_eq!(fault("actors.csv", None), "actors.csv is missing; add it to the scenario");
    let fewer: String = text("intake.csv").lines().take(100).map(|line| format!("{line}\n")).collect();
    let told = fault("intake.csv", Some(&fewer));
    assert!(told.starts_with("intake.csv: its rows add up to ") && told.ends_with("says 4754"), "{told}");
    let early = text("intake.csv").replace("2021-05-01 00:00", "2021-04-30 00:00");
    assert!(fault("intake.csv", Some(&early)).contains("is not an hour between"));
    let nobody: String =
        text("actors.csv").lines().filter(|l| !l.starts_with("sign,")).map(|l| format!("{l}\n")).collect();
    assert_eq!(fault("actors.csv", Some(&nobody)), "actors.csv: there is no row for Sign; add it");
    let broken = text("actors.csv").replace("12 20 28 36", "12, 20");
    assert!(fault("actors.csv", Some(&broken)).starts_with("actors.csv: "));
    let silent = text("matters.csv").replace(",direct,", ",dispatched,");
    assert_eq!(fault("matters.csv", Some(&silent)), "matters.csv: no matter is answered Direct");
    assert!(fault("policy.json", Some("{}")).starts_with("policy.json: missing field"));
    let unknown = storm().against("locusts").map(|storm| storm.en).unwrap_err().to_string();
    assert_eq!(unknown, "there is no counter-storm `locusts`; choose one of: asleep, returns, unhandled");
}

/// A clock that runs by itself, as the machine's does.
struct Running(ManualClock);

impl Clock for Running {
    fn now(&self) -> yipan_base::time::Timestamp {
        self.0.now()
    }
}

#[tokio::test]
async fn only_a_simulated_clock_that_stands_at_the_start_can_play() {
    let storm = storm().within(&["kaifaqu"]);
    let clock = ManualClock::at(storm.opens);
    let stage = Stage::set(Arc::new(Running(ManualClock::at(storm.opens)))).await;
    let refused = storm.play(&stage.house, &clock, Speed::Max, Company::Nobody, |_| {}).await.unwrap_err();
    assert!(matches!(&refused, PlayFault::House(refusal) if refusal.code == "drill.clock"), "{refused}");
    stage.close().await;
}

#[tokio::test]
async fn an_actor_who_is_refused_stops_the_storm_and_says_why() {
    let storm = storm().within(&["kaifaqu"]);
    // Units that contact the citizen before they return an order may not return it any more; here
    // the policy knows no ground for a return at all.
    let policy = text("policy.json").replace("\"overlapping_duty\", ", "");
    let open = |name: &str| {
        if name == "policy.json" { Some(Cow::Owned(policy.clone().into_bytes())) } else { shipped(name) }
    };
    let groundless = Storm::read(&open).unwrap().within(&["kaifaqu"]).against("returns").unwrap();
    assert_eq!(groundless.appeals, storm.appeals);
    let clock = Arc::new(ManualClock::at(groundless.opens));
    let stage = Stage::set(clock.clone()).await;
    let refused =
        groundless.play(&stage.house, &clock, Speed::Max, Company::Nobody, |_| {}).await.unwrap_err();
    assert!(
        matches!(&refused, PlayFault::Refused { refusal, .. } if refusal.code == "return.reason"),
        "{refused}"
    );
    stage.close().await;
}
