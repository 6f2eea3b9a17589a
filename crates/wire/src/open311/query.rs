//! Which requests are asked for. Section "GET Service Requests".

use yipan_base::time::{DAY, Timestamp};

use super::complaint::Complaint;
use super::form;
use super::request::RequestStatus;
use crate::moment::Moment;

/// Requests in one answer: the first of them are given. Section "GET Service Requests", Response Volume.
pub const MOST_REQUESTS: usize = 1_000;
/// The longest time between the first and the last request of an answer.
const LONGEST: i64 = 90 * DAY;

/// A question for requests. Section "GET Service Requests", Optional Arguments.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    pub jurisdiction_id: Option<String>,
    /// If there are any, they are asked for, and nothing else counts.
    pub service_request_ids: Vec<String>,
    /// None means all.
    pub service_codes: Vec<String>,
    pub start_date: Option<Moment>,
    pub end_date: Option<Moment>,
    /// None means all.
    pub statuses: Vec<RequestStatus>,
}

/// When a request was made: from the first instant to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Query {
    /// Reads the query string of a call, without its question mark. Lists are divided by commas or come as the same
    /// name several times. Names that the specification does not know are passed over.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(query: &[u8]) -> Result<Self, Vec<Complaint>> {
        let pairs = form::read(query).map_err(|complaint| vec![complaint])?;
        let mut complaints = Vec::new();
        let mut statuses = Vec::new();
        for word in list(&pairs, "status") {
            match RequestStatus::named(&word) {
                Some(status) if statuses.contains(&status) => {}
                Some(status) => statuses.push(status),
                None => complaints.push(not("status", &RequestStatus::words())),
            }
        }
        let mut date = |name| {
            let text = form::one(&pairs, name, &mut complaints)?;
            let date = Moment::from_w3c(&text);
            if date.is_none() {
                complaints.push(not(name, "a time with its zone such as 2010-01-01T00:00:00Z"));
            }
            date
        };
        let (start_date, end_date) = (date("start_date"), date("end_date"));
        let query = Self {
            jurisdiction_id: form::one(&pairs, "jurisdiction_id", &mut complaints),
            service_request_ids: list(&pairs, "service_request_id"),
            service_codes: list(&pairs, "service_code"),
            start_date,
            end_date,
            statuses,
        };
        if complaints.is_empty() { Ok(query) } else { Err(complaints) }
    }

    /// The query string of a call, without a question mark.
    #[must_use]
    pub fn write(&self) -> String {
        let mut query = String::new();
        let mut push = |name, value: &str| {
            if !value.is_empty() {
                form::push(&mut query, name, value);
            }
        };
        push("jurisdiction_id", self.jurisdiction_id.as_deref().unwrap_or_default());
        push("service_request_id", &self.service_request_ids.join(","));
        push("service_code", &self.service_codes.join(","));
        push("start_date", &self.start_date.map(|at| at.to_string()).unwrap_or_default());
        push("end_date", &self.end_date.map(|at| at.to_string()).unwrap_or_default());
        let statuses: Vec<_> = self.statuses.iter().map(|status| status.as_str()).collect();
        push("status", &statuses.join(","));
        query
    }

    /// The time asked for: 90 days up to `now`; from `start_date` 90 days on; 90 days up to `end_date`; or what lies
    /// between the two.
    ///
    /// # Errors
    /// The two lie more than 90 days apart, or the wrong way round.
    pub fn window(&self, now: Timestamp) -> Result<Window, Complaint> {
        let (start, end) = (self.start_date.map(Moment::at), self.end_date.map(Moment::at));
        let window = match (start, end) {
            (Some(from), Some(to)) => Window { from, to },
            (Some(from), None) => Window { from, to: from.plus(LONGEST) },
            (None, end) => {
                let to = end.unwrap_or(now);
                Window { from: to.plus(-LONGEST), to }
            }
        };
        match window.to.since(window.from) {
            ..0 => Err(not("end_date", "later than start_date")),
            0..=LONGEST => Ok(window),
            _ => Err(Complaint::Span),
        }
    }
}

fn not(name: &str, wanted: &str) -> Complaint {
    Complaint::Value { name: name.to_owned(), wanted: wanted.to_owned() }
}

/// The values of a name, divided by commas.
fn list(pairs: &[(String, String)], name: &str) -> Vec<String> {
    let values = pairs.iter().filter(|(other, _)| other == name).flat_map(|(_, value)| value.split(','));
    values.map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()
}
