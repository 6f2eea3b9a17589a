//! The header that makes a repeated write harmless.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use yipan_base::refusal::Refusal;
use yipan_platform::Idempotency;

use crate::problem::Fault;

/// The longest key that is kept.
const LONGEST: usize = 128;

/// The `Idempotency-Key` header, if there is one. Kept 30 days per actor: phones come back late.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(Option<String>);

impl IdempotencyKey {
    /// The key with the digest of what it stands for: where the request goes and what it says.
    #[must_use]
    pub fn over(&self, target: &str, body: &[u8]) -> Option<Idempotency> {
        let key = self.0.as_deref()?;
        let mut request = Vec::with_capacity(target.len() + 1 + body.len());
        request.extend_from_slice(target.as_bytes());
        request.push(b'\n');
        request.extend_from_slice(body);
        Some(Idempotency::new(key, &request))
    }
}

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        let key = value.to_str().ok().map(str::trim).filter(|key| {
            !key.is_empty() && key.len() <= LONGEST && key.bytes().all(|b| b.is_ascii_graphic())
        });
        match key {
            Some(key) => Ok(Self(Some(key.to_owned()))),
            None => Err(Fault(
                Refusal::invalid(
                    "idempotency.key",
                    format!("Idempotency-Key 须为 1 至 {LONGEST} 个可见 ASCII 字符"),
                    format!("an Idempotency-Key is 1 to {LONGEST} visible ASCII characters"),
                )
                .at("Idempotency-Key"),
            )),
        }
    }
}
