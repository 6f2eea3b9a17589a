//! What a submission is answered with. Sections "POST Service Request" and "GET service_request_id from a token".

use super::answer::Item;
use super::tree::Tree;
use super::view::View;
use crate::fault::{Fault, Wrong};

/// The answer to a submission (受理回执). Section "POST Service Request".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub outcome: Outcome,
    /// What will be done, for people to read.
    pub service_notice: Option<String>,
    pub account_id: Option<String>,
}

/// What a submission became, by the type of its service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A request with this number.
    Request(String),
    /// Not yet a request: the number is got with this token.
    Token(String),
    /// The city tells no number.
    Blackbox,
}

/// The number behind a token. Section "GET service_request_id from a token".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenAnswer {
    /// None while the city has not given one.
    pub service_request_id: Option<String>,
    pub token: String,
}

impl Item for Receipt {
    const NAMES: (&'static str, &'static str) = ("service_requests", "request");

    fn tree(&self) -> Tree {
        let outcome = match &self.outcome {
            Outcome::Request(id) => Some(("service_request_id", Tree::Code(id.clone()))),
            Outcome::Token(token) => Some(("token", Tree::Code(token.clone()))),
            Outcome::Blackbox => None,
        };
        let mut fields = Vec::from_iter(outcome);
        fields.push(("service_notice", Tree::text(self.service_notice.as_ref())));
        fields.push(("account_id", Tree::code(self.account_id.as_ref())));
        Tree::Fields(fields)
    }

    fn view(view: &View<'_>) -> Result<Self, Fault> {
        let outcome = match (view.text_of("service_request_id")?, view.text_of("token")?) {
            (Some(id), None) => Outcome::Request(id),
            (None, Some(token)) => Outcome::Token(token),
            (None, None) => Outcome::Blackbox,
            (Some(_), Some(_)) => {
                let expected = "`service_request_id` alone".to_owned();
                return Err(view.fault(Wrong::Unexpected { found: "token".to_owned(), expected }));
            }
        };
        Ok(Self {
            outcome,
            service_notice: view.text_of("service_notice")?,
            account_id: view.text_of("account_id")?,
        })
    }
}

impl Item for TokenAnswer {
    const NAMES: (&'static str, &'static str) = Receipt::NAMES;

    fn tree(&self) -> Tree {
        Tree::Fields(vec![
            ("service_request_id", Tree::code(self.service_request_id.as_ref())),
            ("token", Tree::Code(self.token.clone())),
        ])
    }

    fn view(view: &View<'_>) -> Result<Self, Fault> {
        Ok(Self { service_request_id: view.text_of("service_request_id")?, token: view.need("token")? })
    }
}
