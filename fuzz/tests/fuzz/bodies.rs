//! What comes as JSON: appeals, commands, cursors, policies, calendars, routing rules, questions.

use std::fmt::Debug;

use axum::extract::FromRequest as _;
use axum::http::Request;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::runtime::Runtime;
use yipan_base::calendar::Calendar;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_casework::Command;
use yipan_casework::case::Case;
use yipan_casework::event::Recorded;
use yipan_casework::kpi::{Definitions, FactSet, Query, figures};
use yipan_casework::policy::Policy;
use yipan_casework::routing::RulesData;
use yipan_fuzz::Target;
use yipan_http::{Body, cursor};
use yipan_platform::NewAppeal;

use crate::{says, speaks};

/// What can be read can be written, and reads the same again.
fn same_again<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let text = serde_json::to_vec(value).unwrap();
    let again: T = serde_json::from_slice(&text).unwrap_or_else(|fault| panic!("{fault}: {value:?}"));
    assert_eq!(serde_json::to_vec(&again).unwrap(), text);
}

/// A body as every door reads it.
struct Door(Runtime);

impl Door {
    fn open() -> Self {
        Self(tokio::runtime::Builder::new_current_thread().build().unwrap())
    }

    fn read<T: DeserializeOwned>(&self, input: &[u8]) -> Result<T, Refusal> {
        let request =
            Request::builder().header("content-type", "application/json").body(input.to_vec().into());
        let body = self.0.block_on(Body::<T>::from_request(request.unwrap(), &()));
        body.map(|body| body.value).map_err(|fault| fault.0)
    }
}

#[test]
fn an_appeal() {
    let door = Door::open();
    let words = [
        "\"kind\":\"report\"",
        "\"accused_units\":[\"a\"]",
        "\"place\":{",
        "\"secret\":true",
        "\"received_at\":",
    ];
    Target { name: "appeal", inputs: 6_000, words: &words }.fuzz(Vec::new(), |input| {
        match door.read::<NewAppeal>(input) {
            Ok(appeal) => same_again(&appeal),
            Err(refusal) => speaks(&refusal),
        }
    });
}

#[test]
fn a_command() {
    let door = Door::open();
    let words = [
        "\"command\":\"sign\"",
        "\"holding\":1",
        "\"reason\":\"理由\"",
        "\"basis\":{\"basis\":\"judgement\"}",
    ];
    Target { name: "command", inputs: 6_000, words: &words }.fuzz(Vec::new(), |input| {
        match door.read::<Command<String>>(input) {
            Ok(command) => {
                assert!(!matches!(command, Command::Accept(_)), "an acceptance is never read from a request");
                same_again(&command);
            }
            Err(refusal) => speaks(&refusal),
        }
    });
}

#[test]
fn events_and_states() {
    Target { name: "event", inputs: 4_000, words: &["\"event\":\"signed\"", "\"holding\":1", "\"at\":"] }
        .fuzz(Vec::new(), |input| {
            if let Ok(event) = serde_json::from_slice::<Recorded>(input) {
                same_again(&event);
            }
            // Events that never happened in this order must not break the fold that reads them.
            if let Ok(events) = serde_json::from_slice::<Vec<Recorded>>(input)
                && let Some(case) = Case::fold(&events)
            {
                same_again(&case);
            }
        });
}

#[test]
fn a_cursor() {
    Target { name: "cursor", inputs: 4_000, words: &["WzEs", "eyJ"] }.fuzz(Vec::new(), |input| {
        let text = String::from_utf8_lossy(input);
        match cursor::read::<(i64, String)>(&text) {
            Ok(key) => assert_eq!(cursor::read::<(i64, String)>(&cursor::write(&key)).unwrap(), key),
            Err(refusal) => speaks(&refusal),
        }
    });
}

#[test]
fn a_policy_says_its_faults() {
    let shipped = serde_json::to_vec(&Policy::shipped()).unwrap();
    Target { name: "policy", inputs: 3_000, words: &["\"5wd\"", "\"999999999d\"", "\"-1h\""] }.fuzz(
        vec![shipped],
        |input| {
            if let Ok(policy) = serde_json::from_slice::<Policy>(input) {
                policy.faults().iter().for_each(says);
                same_again(&policy);
            }
        },
    );
}

#[test]
fn a_calendar_reckons_every_term_or_says_why_not() {
    let monday: Timestamp = "2021-05-10 09:30".parse().unwrap();
    let words = ["\"08:30\"", "\"24:00\"", "\"holidays\":", "\"years\":{}", "\"weekly\":"];
    Target { name: "calendar", inputs: 2_000, words: &words }.fuzz(Vec::new(), |input| {
        let text = String::from_utf8_lossy(input);
        match Calendar::from_json(&text) {
            Ok(calendar) => {
                for term in ["15min", "4wh", "3uh", "5wd", "900wd", "3000d"] {
                    match calendar.marks(monday, term.parse().unwrap(), &[]) {
                        Ok(marks) => assert!(
                            monday <= marks.half && marks.half <= marks.yellow && marks.yellow <= marks.due
                        ),
                        Err(gap) => says(&gap),
                    }
                }
            }
            Err(fault) => says(&fault),
        }
    });
}

#[test]
fn routing_rules() {
    let words = ["\"priority\":1", "\"when\":{", "\"give\":", "\"categories\":[\"urban\"]"];
    Target { name: "routing", inputs: 4_000, words: &words }.fuzz(Vec::new(), |input| {
        if let Ok(rules) = serde_json::from_slice::<RulesData>(input) {
            same_again(&rules);
        }
    });
}

#[test]
fn a_question_to_the_accounts() {
    let door = Door::open();
    let words = [
        "\"ids\":[\"satisfaction\"]",
        "\"cut\":{\"by\":\"unit\"}",
        "\"cut\":{\"category\":9}",
        "\"tier\":\"county\"",
    ];
    Target { name: "question", inputs: 3_000, words: &words }.fuzz(Vec::new(), |input| {
        match door.read::<Query>(input) {
            Ok(query) => match figures(Definitions::shipped(), FactSet::default(), &query) {
                Ok(_) => same_again(&query),
                Err(refusal) => speaks(&refusal),
            },
            Err(refusal) => speaks(&refusal),
        }
    });
}
