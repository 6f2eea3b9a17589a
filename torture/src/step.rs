//! What people of the demo city do to a case: the requests of which a life is made.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// One kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A call taker accepts an appeal.
    Accept,
    Dispatch,
    Sign,
    Contact,
    Draft,
    /// The unit's own reviewer, then its signer.
    PassReview,
    PassSigning,
    AcceptReply,
    CallBack,
    Close,
    /// A remark of the dispatcher; fits at any time.
    Note,
}

const UNITS: [&str; 3] = ["rudong", "haimen", "qidong"];

impl Step {
    /// A life after its acceptance, in order.
    const LIFE: [Self; 9] = [
        Self::Dispatch,
        Self::Sign,
        Self::Contact,
        Self::Draft,
        Self::PassReview,
        Self::PassSigning,
        Self::AcceptReply,
        Self::CallBack,
        Self::Close,
    ];

    /// What comes next in a life.
    pub fn after(self) -> Option<Self> {
        match self {
            Self::Accept => Some(Self::Dispatch),
            Self::Note => None,
            other => {
                let at = Self::LIFE.iter().position(|step| *step == other)?;
                Self::LIFE.get(at + 1).copied()
            }
        }
    }

    /// Who makes the request. `born` is the turn in which the case was accepted: its county follows
    /// from it, so that the same people work a case from beginning to end.
    pub fn login(self, born: u64) -> String {
        let county = UNITS[(born % 3) as usize];
        match self {
            Self::Accept => format!("city.calltaker{}", born % 5 + 1),
            Self::Dispatch | Self::Note => "city.dispatcher".to_owned(),
            Self::Sign | Self::Contact | Self::Draft => format!("{county}.urban_management.handler"),
            Self::PassReview | Self::PassSigning => format!("{county}.urban_management.signer"),
            Self::AcceptReply => "city.reviewer".to_owned(),
            Self::CallBack | Self::Close => "city.callback1".to_owned(),
        }
    }

    /// Everybody who ever makes a request.
    pub fn logins() -> BTreeSet<String> {
        let steps = [Self::Accept, Self::Note].into_iter().chain(Self::LIFE);
        // Five call takers, three counties.
        steps.flat_map(|step| (0..15).map(move |born| step.login(born))).collect()
    }

    /// The request's body. The same step, turn and birth make the same body, to the byte: a request
    /// can be repeated at any time without having been kept.
    pub fn body(self, turn: u64, born: u64) -> String {
        let county = UNITS[(born % 3) as usize];
        self.value(turn, county).to_string()
    }

    fn value(self, turn: u64, county: &str) -> Value {
        match self {
            Self::Accept => json!({
                "channel": "phone", "kind": "complaint", "category": "environment.noise.site",
                // Every third has short terms, so that its clocks soon have something to say.
                "level": if turn.is_multiple_of(3) { "emergency" } else { "ordinary" },
                "title": format!("第{turn}件"),
                "text": format!("市民来电反映夜间施工噪声较大，影响休息，希望尽快处理并答复。第{turn}件。"),
                "place": { "area": county, "address": format!("人民路{}号", turn % 900 + 1) },
                "person": { "name": "市民", "phone": format!("139{:08}", turn % 100_000_000) },
            }),
            Self::Dispatch => json!({
                "command": "dispatch", "main": format!("{county}.urban_management"),
                "basis": { "basis": "judgement" },
            }),
            Self::Sign => json!({ "command": "sign", "holding": 1 }),
            Self::Contact => json!({ "command": "contact", "holding": 1, "reached": true }),
            Self::Draft => json!({
                "command": "draft_reply", "holding": 1, "text": format!("已责令停工整改。第{turn}次"),
                "truth": true, "solved": "yes",
            }),
            Self::PassReview | Self::PassSigning => json!({ "command": "pass_step", "holding": 1 }),
            Self::AcceptReply => json!({ "command": "accept_reply", "holding": 1 }),
            Self::CallBack => json!({
                "command": "call_back", "attitude": "satisfied", "result": "satisfied", "solved": "yes",
            }),
            Self::Close => json!({ "command": "close", "outcome": "solved" }),
            Self::Note => json!({ "command": "note", "text": format!("已电话提醒。第{turn}次") }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_leads_from_acceptance_to_its_end() {
        let mut life = vec![Step::Accept];
        while let Some(next) = life.last().and_then(|step| step.after()) {
            life.push(next);
        }
        assert_eq!((life.len(), life.last()), (10, Some(&Step::Close)));
        assert_eq!(Step::Note.after(), None);
        assert_eq!(Step::logins().len(), 14);
    }

    #[test]
    fn a_request_can_be_made_again_to_the_byte_and_no_two_turns_accept_alike() {
        assert_eq!(Step::Draft.body(7, 3), Step::Draft.body(7, 3));
        assert_ne!(Step::Accept.body(7, 7), Step::Accept.body(8, 8));
        assert_eq!(Step::Sign.login(4), "haimen.urban_management.handler");
    }
}
