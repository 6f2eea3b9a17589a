//! The digests of the audit chain.
//!
//! Fields are hashed one after the other, each as its length in bytes in decimal, a colon, its text
//! and a comma, so that no two different lists of fields hash alike. Integers are decimal text.

use sha2::{Digest, Sha256};

/// The hash before the first entry.
pub(crate) const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One event row of a case, as it enters the digest of its audit entry.
#[derive(Debug, Clone, Copy)]
pub struct EventRow<'a> {
    pub case_id: &'a str,
    pub seq: i64,
    pub at: i64,
    pub actor: &'a str,
    pub kind: &'a str,
    pub body: &'a str,
}

/// The digest of the events of one audit entry, which must come in the order of (case, sequence):
/// SHA-256 in hex; for no events, that of the empty text.
pub fn event_digest<'a>(events: impl IntoIterator<Item = EventRow<'a>>) -> String {
    let mut digest = EventDigest::default();
    for event in events {
        digest.push(event);
    }
    digest.finish()
}

/// The same, one event at a time.
#[derive(Default)]
pub(crate) struct EventDigest(Sha256);

impl EventDigest {
    pub(crate) fn push(&mut self, event: EventRow<'_>) {
        text(&mut self.0, event.case_id);
        int(&mut self.0, event.seq);
        int(&mut self.0, event.at);
        text(&mut self.0, event.actor);
        text(&mut self.0, event.kind);
        text(&mut self.0, event.body);
    }

    pub(crate) fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// One link of the audit chain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link<'a> {
    pub(crate) previous: &'a str,
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) actor: &'a str,
    pub(crate) action: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) digest: &'a str,
}

impl Link<'_> {
    pub(crate) fn hash(self) -> String {
        let mut hash = Sha256::new();
        text(&mut hash, self.previous);
        int(&mut hash, self.seq);
        int(&mut hash, self.at);
        for field in [self.actor, self.action, self.subject, self.digest] {
            text(&mut hash, field);
        }
        hex(&hash.finalize())
    }
}

fn text(hash: &mut Sha256, field: &str) {
    int_text(hash, field.len() as i64, b':');
    hash.update(field);
    hash.update(b",");
}

fn int(hash: &mut Sha256, field: i64) {
    let digits = field.unsigned_abs().checked_ilog10().unwrap_or(0) + 1 + u32::from(field < 0);
    int_text(hash, digits.into(), b':');
    int_text(hash, field, b',');
}

fn int_text(hash: &mut Sha256, value: i64, after: u8) {
    // 20 digits and a sign hold every i64.
    let mut buffer = [0; 21];
    let mut at = buffer.len() - 1;
    buffer[at] = after;
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    hash.update(&buffer[at..]);
}

/// Bytes as lower-case hexadecimal text.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_hashed_as_documented() {
        let link = Link {
            previous: "ab",
            seq: 1,
            at: -120,
            actor: "",
            action: "接收",
            subject: "i64",
            digest: &i64::MIN.to_string(),
        };
        let written = "2:ab,1:1,4:-120,0:,6:接收,3:i64,20:-9223372036854775808,";
        assert_eq!(link.hash(), hex(&Sha256::digest(written)));
        let event = EventRow { case_id: "c", seq: i64::MIN, at: i64::MAX, actor: "a", kind: "k", body: "{}" };
        let written = "1:c,20:-9223372036854775808,19:9223372036854775807,1:a,1:k,2:{},";
        assert_eq!(event_digest([event]), hex(&Sha256::digest(written)));
    }

    #[test]
    fn no_events_have_the_digest_of_the_empty_text() {
        assert_eq!(event_digest([]), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
