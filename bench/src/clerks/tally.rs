//! What all clerks together did, and how long it took.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::Answer;
use crate::measure::Latencies;

/// What is asked of the house, as a person would name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wish {
    Newest,
    Due,
    Case,
    Suggestion,
    Accept,
    Step,
    Figures,
}

/// How an answer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Done,
    /// Somebody else was quicker.
    Late,
    Fault,
}

/// Requests by what was asked, with what was refused and what failed.
#[derive(Debug, Default)]
pub struct Tally {
    kinds: BTreeMap<Wish, Latencies>,
    /// Commands that were carried out.
    steps: BTreeMap<String, usize>,
    late: BTreeMap<String, usize>,
    faults: BTreeMap<String, usize>,
}

impl Tally {
    /// Counts an answer.
    pub fn note(&mut self, wish: Wish, took: Duration, answer: &Answer) -> Verdict {
        self.kinds.entry(wish).or_default().note(took);
        if answer.status.is_success() {
            return Verdict::Done;
        }
        let code = answer.body["code"].as_str().unwrap_or("without a code");
        // A step names the version that its clerk saw: who comes second hears that the case has
        // changed. Between list and case, a case may leave the clerk's scope.
        let late = match wish {
            Wish::Step => matches!(code, "case.stale" | "case.unknown"),
            Wish::Case | Wish::Suggestion => code == "case.unknown",
            _ => false,
        };
        let list = if late { &mut self.late } else { &mut self.faults };
        *list.entry(format!("{wish:?} {} {code}", answer.status.as_u16())).or_default() += 1;
        if late { Verdict::Late } else { Verdict::Fault }
    }

    pub fn stepped(&mut self, command: &str) {
        *self.steps.entry(command.to_owned()).or_default() += 1;
    }

    /// A connection that broke, or a document that cannot be read.
    pub fn broke(&mut self, fault: &anyhow::Error) {
        *self.faults.entry(format!("{fault:#}")).or_default() += 1;
    }

    pub fn add(&mut self, more: Self) {
        for (kind, latencies) in more.kinds {
            self.kinds.entry(kind).or_default().add(latencies);
        }
        let lists =
            [(&mut self.steps, more.steps), (&mut self.late, more.late), (&mut self.faults, more.faults)];
        for (mine, theirs) in lists {
            for (name, count) in theirs {
                *mine.entry(name).or_default() += count;
            }
        }
    }

    /// The tally as the report reads it.
    pub fn document(mut self) -> Value {
        let mut all = Latencies::default();
        let mut kinds = serde_json::Map::new();
        for (kind, mut latencies) in std::mem::take(&mut self.kinds) {
            kinds.insert(format!("{kind:?}"), figures(&mut latencies));
            all.add(latencies);
        }
        kinds.insert("All".to_owned(), figures(&mut all));
        json!({
            "kinds": kinds,
            "steps": self.steps,
            "late": self.late.values().sum::<usize>(),
            "late_by_code": self.late,
            "faults": self.faults.values().sum::<usize>(),
            "faults_by_code": self.faults,
        })
    }
}

fn figures(latencies: &mut Latencies) -> Value {
    json!({
        "requests": latencies.count(),
        "p50_ms": latencies.quantile(0.5),
        "p99_ms": latencies.quantile(0.99),
        "max_ms": latencies.quantile(1.0),
    })
}

#[cfg(test)]
mod tests {
    use hyper::StatusCode;

    use super::*;

    #[test]
    fn whoever_comes_second_is_late_and_all_else_is_a_fault() {
        let answer = |status, code: &str| Answer { status, body: json!({ "code": code }) };
        let (mut tally, took) = (Tally::default(), Duration::from_millis(2));
        let mut note = |wish, status, code| tally.note(wish, took, &answer(status, code));
        assert_eq!(note(Wish::Step, StatusCode::OK, ""), Verdict::Done);
        assert_eq!(note(Wish::Step, StatusCode::CONFLICT, "case.stale"), Verdict::Late);
        assert_eq!(note(Wish::Step, StatusCode::CONFLICT, "case.stage"), Verdict::Fault);
        assert_eq!(note(Wish::Newest, StatusCode::TOO_MANY_REQUESTS, "queue.full"), Verdict::Fault);
        let document = tally.document();
        assert_eq!((&document["late"], &document["faults"]), (&json!(1), &json!(2)));
        assert_eq!(document["kinds"]["All"]["requests"], 4);
    }
}
