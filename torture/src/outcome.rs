//! Outcomes of commands, as the house answers them.

use serde_json::Value;

use crate::acks::Done;
use crate::client::Answer;
use crate::verdict::{Breach, Finding};

/// Whether a repeated request was answered as the first time.
pub fn compare(turn: u64, done: &Done, answer: &Answer) -> Option<Finding> {
    let fault = |breach, what: String| Some(Finding::new(breach, format!("turn {turn}, repeated: {what}")));
    if !answer.good() {
        // Whoever was acknowledged and is now refused has lost it.
        return fault(Breach::Lost, format!("{} {}", answer.status, answer.body));
    }
    let Some((case, version, events, repeated)) = outcome(&answer.body) else {
        return fault(Breach::Unsound, format!("no outcome: {}", answer.body));
    };
    if !repeated {
        return fault(Breach::Doubled, format!("done again, as {case} version {version}"));
    }
    if (case.as_str(), version) != (&*done.case, done.version) || events[..] != done.events[..] {
        return fault(Breach::Unsound, format!("answered otherwise: {}", answer.body));
    }
    None
}

/// Case, version, events and whether the answer is a repetition.
pub fn outcome(body: &Value) -> Option<(String, u64, Vec<String>, bool)> {
    let events = body["events"].as_array()?.iter();
    let events = events.map(|name| name.as_str().map(str::to_owned)).collect::<Option<_>>()?;
    Some((body["number"].as_str()?.to_owned(), body["version"].as_u64()?, events, body["repeated"] == true))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(status: u16, body: Value) -> Answer {
        Answer { status, cookie: None, body }
    }

    #[test]
    fn a_repetition_must_say_the_same_and_say_so() {
        let done = Done { case: "c-1".into(), version: 3, events: vec!["noted".to_owned()].into() };
        let told = |version: u64, repeated: bool| {
            let body =
                json!({ "number": "c-1", "version": version, "events": ["noted"], "repeated": repeated });
            compare(1, &done, &answer(200, body)).map(|finding| finding.breach)
        };
        assert_eq!(told(3, true), None);
        assert_eq!(told(4, false), Some(Breach::Doubled));
        assert_eq!(told(4, true), Some(Breach::Unsound));
        let gone = compare(1, &done, &answer(404, json!({ "code": "case.unknown" })));
        assert_eq!(gone.map(|finding| finding.breach), Some(Breach::Lost));
    }
}
