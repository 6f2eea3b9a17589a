//! A live feed, read event by event.

use http_body_util::BodyExt as _;
use hyper::body::Incoming;

/// Server-sent events as they come in.
pub struct Feed {
    body: Incoming,
    /// What came in and was not read yet.
    waiting: String,
}

/// What happened to a case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Change {
    pub number: String,
    /// The kind of event, such as `dispatched`.
    pub event: String,
}

impl Feed {
    pub const fn new(body: Incoming) -> Self {
        Self { body, waiting: String::new() }
    }

    /// The next change; `None` once the house has hung up.
    pub async fn next(&mut self) -> anyhow::Result<Option<Change>> {
        loop {
            while let Some(end) = self.waiting.find("\n\n") {
                let change = change(&self.waiting[..end]);
                self.waiting.drain(..end + 2);
                if change.is_some() {
                    return Ok(change);
                }
            }
            let Some(frame) = self.body.frame().await else { return Ok(None) };
            if let Ok(data) = frame?.into_data() {
                // Only the house's ASCII is looked at; a letter that was cut in two does no harm.
                self.waiting.push_str(&String::from_utf8_lossy(&data));
            }
        }
    }
}

/// The change that an event tells of; `None` for a sign of life.
///
/// A thousand listeners hear ten thousand changes a second: the two words are cut out of the document
/// without reading the rest.
fn change(event: &str) -> Option<Change> {
    let word = |name: &str| {
        let (_, rest) = event.split_once(&format!("\"{name}\":\""))?;
        rest.split_once('"').map(|(word, _)| word.to_owned())
    };
    Some(Change { event: word("event")?, number: word("number")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_from_a_sign_of_life() {
        let told = "event: case\ndata: {\"event\":\"accepted\",\"at\":\"x\",\"version\":1,\"number\":\"3206-7\"}\nid: 9";
        let expected = Change { number: "3206-7".to_owned(), event: "accepted".to_owned() };
        assert_eq!(change(told), Some(expected));
        assert_eq!(change(":"), None);
    }
}
