//! The next step of a case, as its own answer offers it.

use serde_json::{Value, json};

/// A command that is ready to be given.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    pub command: String,
    pub body: Value,
}

/// What somebody would do next with a case, if it offers them anything.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Give this command.
    Give(Step),
    /// Ask the rules whom to give the case to, then [`dispatch`].
    Ask,
}

/// The step that the case marks as the one that brings it forward; a citizen is spoken to before the
/// answer is written. `None` where the case offers nothing, or nothing that a clerk does alone.
pub fn next(case: &Value) -> Option<Next> {
    let moves = case["moves"].as_array()?;
    let primary = moves.iter().find(|m| m["primary"] == true && m["allowed"] == true)?;
    let holding = &primary["holding"];
    let holdings = case["holdings"].as_array();
    let held = holdings.and_then(|all| all.iter().find(|h| h["no"] == *holding));
    let command = primary["command"].as_str()?;
    let body = match command {
        "dispatch" => return Some(Next::Ask),
        "draft_reply" if held.is_some_and(|h| h["contacted_at"].is_null()) => {
            return give(case, "contact", json!({ "holding": holding, "reached": true }));
        }
        "draft_reply" => {
            let text = "已到现场查看并处置，情况已告知诉求人。";
            json!({ "holding": holding, "text": text, "truth": true, "solved": "yes" })
        }
        "answer_directly" => json!({ "text": "已向来电人说明政策和办理渠道。", "solved": "yes" }),
        "sign" | "pass_step" | "accept_reply" => json!({ "holding": holding }),
        "call_back" => json!({ "attitude": "satisfied", "result": "satisfied", "solved": "yes" }),
        "close" if case["stage"] == "answered_directly" => json!({ "outcome": "explained" }),
        "close" => json!({ "outcome": "solved" }),
        _ => return None,
    };
    give(case, command, body)
}

/// The dispatch that follows a suggestion; `None` where the rules name nobody and a person must judge.
pub fn dispatch(case: &Value, suggestion: &Value) -> Option<Step> {
    let main = suggestion["main"].as_str()?;
    let by = &suggestion["by"];
    let basis = match by["source"].as_str() {
        Some("rule") => json!({ "basis": "rule", "rule": by["rule"], "version": by["version"] }),
        Some("catalogue") => json!({ "basis": "rule", "rule": by["entry"], "version": by["version"] }),
        Some("precedent") => json!({ "basis": "ruling", "reference": by["number"] }),
        Some("line") => json!({ "basis": "duty_list", "line": by["line"] }),
        _ => json!({ "basis": "judgement" }),
    };
    let body = json!({
        "main": main,
        "assistants": suggestion["assistants"],
        "copies": suggestion["copies"],
        "basis": basis,
    });
    Some(with_version(case, "dispatch", body))
}

fn give(case: &Value, command: &str, body: Value) -> Option<Next> {
    Some(Next::Give(with_version(case, command, body)))
}

/// The command with the version that was looked at, so that whoever comes second is told so.
fn with_version(case: &Value, command: &str, mut body: Value) -> Step {
    body["command"] = command.into();
    body["version"] = case["version"].clone();
    Step { command: command.to_owned(), body }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(stage: &str, command: &str) -> Value {
        json!({
            "version": 7, "stage": stage,
            "holdings": [{ "no": 1, "contacted_at": null }],
            "moves": [
                { "command": "note", "allowed": true, "primary": false },
                { "command": command, "holding": 1, "allowed": true, "primary": true },
            ],
        })
    }

    #[test]
    fn the_step_that_brings_a_case_forward_is_given_with_its_version() {
        let Some(Next::Give(step)) = next(&case("dispatched", "sign")) else { panic!("no step") };
        assert_eq!(step.body, json!({ "command": "sign", "holding": 1, "version": 7 }));
        let Some(Next::Give(step)) = next(&case("handling", "draft_reply")) else { panic!("no step") };
        assert_eq!(step.command, "contact");
        assert_eq!(next(&case("accepted", "dispatch")), Some(Next::Ask));
        assert_eq!(next(&case("accepted", "set_extract")), None);
        assert_eq!(next(&json!({ "moves": [] })), None);
    }

    #[test]
    fn a_dispatch_rests_on_what_the_suggestion_says() {
        let case = json!({ "version": 2 });
        let by = json!({ "source": "catalogue", "entry": "c.1", "version": 3 });
        let step = dispatch(&case, &json!({ "main": "u", "assistants": [], "copies": ["v"], "by": by }));
        let body = step.map(|step| step.body).unwrap_or_default();
        assert_eq!(body["basis"], json!({ "basis": "rule", "rule": "c.1", "version": 3 }));
        assert_eq!(body["copies"], json!(["v"]));
        assert_eq!(dispatch(&case, &json!({ "main": null })), None);
    }
}
