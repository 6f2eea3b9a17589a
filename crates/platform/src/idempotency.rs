//! Keys that make a repeated request harmless (幂等): the first answer is given again, for thirty days.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use yipan_base::refusal::Refusal;
use yipan_base::time::{DAY, Timestamp};
use yipan_store::tables::IDEMPOTENCY;
use yipan_store::{Planned, Row, UnitOfWork, Value};

use crate::give::Outcome;
use crate::guard;
use crate::house::House;

/// How long an answer is kept: phones come back late.
pub const KEPT: i64 = 30 * DAY;

/// How many answers one step of the sweep looks at.
const STEP: i64 = 5_000;

/// A key that makes a repeated request harmless: the first answer is given again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    pub key: String,
    /// Digest of the request; the same key with another request is refused.
    pub digest: String,
}

impl Idempotency {
    /// A key with the digest of the request that it stands for.
    #[must_use]
    pub fn new(key: &str, request: &[u8]) -> Self {
        let digest = Sha256::digest(request);
        Self { key: key.to_owned(), digest: digest.iter().map(|b| format!("{b:02x}")).collect() }
    }

    pub(crate) fn check(&self) -> Result<(), Refusal> {
        guard::check_word(&self.key, "Idempotency-Key")
    }

    /// The digest as stored: bound to what the request was about, since the same words to another
    /// case are another request.
    fn bound(&self, about: &str) -> String {
        format!("{about}:{}", self.digest)
    }
}

/// How far a sweep has come through the answers, in the order of their keys.
#[derive(Debug, Clone, Default)]
pub struct Sweep {
    actor: String,
    key: String,
}

impl House {
    /// Takes the sweep of answers that are older than [`KEPT`] one step on, beginning anew after the
    /// last. Walking by key spares every request an index by time.
    ///
    /// # Errors
    /// If the store cannot be read or written; the same step is taken again then.
    pub async fn sweep_replies(&self, sweep: &mut Sweep) -> Result<usize, Refusal> {
        let sql = "SELECT i.actor, i.key, i.at FROM idempotency i WHERE (i.actor, i.key) > ($1, $2) \
                   ORDER BY i.actor, i.key LIMIT $3";
        let args: [Value; 3] = [sweep.actor.as_str().into(), sweep.key.as_str().into(), STEP.into()];
        let rows = self.store().house(sql, &args).await?;
        let oldest = self.now().plus(-KEPT).as_micros();
        let mut stale = Vec::new();
        for row in &rows {
            if row.int("at")? < oldest {
                let key = vec![row.value("actor")?.clone(), row.value("key")?.clone()];
                stale.push(Row::delete(&IDEMPOTENCY, key));
            }
        }
        let swept = stale.len();
        if swept > 0 {
            let work = UnitOfWork::new(Vec::new(), move |_| Ok(Planned::unaudited(stale.clone(), ())));
            self.store().commit(work).await?;
        }
        *sweep = match rows.last() {
            Some(row) if rows.len() as i64 == STEP => {
                Sweep { actor: row.text("actor")?.to_owned(), key: row.text("key")?.to_owned() }
            }
            _ => Sweep::default(),
        };
        Ok(swept)
    }
}

/// The stored answer of a request that was made before.
pub(crate) fn repeated<A: Answer>(
    idempotency: &Idempotency,
    about: &str,
    row: &yipan_store::Record,
) -> Result<A, Refusal> {
    if row.text("digest")? != idempotency.bound(about) {
        return Err(Refusal::conflict(
            "idempotency.reused",
            format!("幂等键 {} 已用于另一个请求；请为新请求换一个键", idempotency.key),
            format!(
                "the key {} was used for another request; use a new key for a new request",
                idempotency.key
            ),
        )
        .at("Idempotency-Key"));
    }
    let answer: A = serde_json::from_str(row.text("reply")?).map_err(|e| Refusal::internal(e.to_string()))?;
    Ok(answer.again())
}

/// An answer that is kept, to be given again.
pub(crate) trait Answer: Serialize + DeserializeOwned {
    /// The same, marked as given again.
    fn again(self) -> Self;
}

impl Answer for Outcome {
    fn again(self) -> Self {
        Self { repeated: true, ..self }
    }
}

/// The answer of a request, kept under its key.
pub(crate) fn reply_row(
    key: Vec<Value>,
    idempotency: &Idempotency,
    about: &str,
    outcome: &impl Answer,
    now: Timestamp,
) -> Result<Row, Refusal> {
    let reply = serde_json::to_string(outcome).map_err(|e| Refusal::internal(e.to_string()))?;
    let mut values = key;
    values.extend([now.as_micros().into(), idempotency.bound(about).into(), reply.into()]);
    Ok(Row::insert(&IDEMPOTENCY, values))
}
