//! The machine's clock and randomness: the only place outside the binary that asks for them.

use yipan_base::id::Ids;
use yipan_base::time::{Clock, Timestamp};

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where the clock argument comes from")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// UUIDv7 from the machine's randomness and the time it is told.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    fn next(&self, now: Timestamp) -> uuid::Uuid {
        let mut random = [0_u8; 10];
        fill(&mut random);
        let millis = u64::try_from(now.as_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// Unguessable bytes, from the operating system.
///
/// # Panics
/// If the operating system has no randomness to give: nothing secret may be made then.
pub fn fill(bytes: &mut [u8]) {
    if let Err(fault) = getrandom::fill(bytes) {
        panic!("the operating system gives no random bytes: {fault}");
    }
}

/// An unguessable token of 256 bits, in URL-safe text.
#[must_use]
pub fn token() -> String {
    use base64::Engine as _;
    let mut bytes = [0_u8; 32];
    fill(&mut bytes);
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
