//! The outbox (发件箱): what the house says to others, written with the change that says it and
//! delivered afterwards, at least once and in the order of its case.
//!
//! A message is `ready`, then `sent` where the other side answers later, then `acknowledged`; or
//! `failed` after the last attempt, until somebody sends it again. Waiting between attempts goes by
//! the real clock.

mod file_drop;

use std::collections::HashSet;
use std::pin::Pin;

use serde::Serialize;
use yipan_base::directory::Role;
use yipan_base::id::CaseId;
use yipan_base::refusal::Refusal;
use yipan_base::time::{HOUR, SECOND, Timestamp};
use yipan_store::tables::OUTBOX;
use yipan_store::{AuditEntry, Load, Planned, Record, Row, UnitOfWork, Value};

pub use file_drop::FileDrop;

use crate::house::House;
use crate::viewer::Viewer;

/// A message on its way out. Its id is the same at every attempt: the other side tells repetitions by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    pub id: String,
    /// When what it tells happened, by the business clock.
    pub at: Timestamp,
    /// What it is about, such as `outer.progress`, `citizen.extension`, `authority.referral`.
    pub topic: String,
    pub case: Option<CaseId>,
    pub body: serde_json::Value,
}

/// How a delivery went well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// The other side has it and says so.
    Acknowledged,
    /// It is on its way; [`House::acknowledge_message`] will be told.
    Sent,
}

/// Why a message could not be delivered; no personal data, since it is stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotDelivered(pub String);

/// The answer of a [`Deliverer`], in time.
pub type Delivery<'a> = Pin<Box<dyn Future<Output = Result<Delivered, NotDelivered>> + Send + 'a>>;

/// A channel to somebody outside.
pub trait Deliverer: Send + Sync {
    /// Delivers a message, perhaps not for the first time.
    fn deliver<'a>(&'a self, message: &'a Message) -> Delivery<'a>;
}

/// What one run of the outbox did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct OutboxRun {
    pub acknowledged: u64,
    pub sent: u64,
    /// Failed for now, to be tried again.
    pub postponed: u64,
    /// Failed for the last time.
    pub failed: u64,
}

/// A message that has not arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Stuck {
    pub id: String,
    pub at: Timestamp,
    pub topic: String,
    pub state: String,
    pub attempts: i64,
    pub error: Option<String>,
}

/// After so many attempts a message waits for a person.
const ATTEMPTS: i64 = 12;
const FIRST_WAIT: i64 = 30 * SECOND;
const LONGEST_WAIT: i64 = HOUR;
const PAGE: usize = 200;

impl House {
    /// Delivers what is ready, once through. A message that must wait holds up the later ones of its
    /// case and no other, until it has arrived or is given up.
    ///
    /// # Errors
    /// If the store cannot be read or written; what was delivered meanwhile is delivered again.
    pub async fn run_outbox(&self, deliverer: &dyn Deliverer) -> Result<OutboxRun, Refusal> {
        let sql = format!(
            "SELECT id, at, topic, case_id, body, attempts, next_at, ledger FROM outbox WHERE state = 'ready' \
             AND (ledger > $1 OR (ledger = $1 AND id > $2)) ORDER BY ledger, id LIMIT {PAGE}"
        );
        let (mut run, mut waiting) = (OutboxRun::default(), HashSet::new());
        let mut after: (i64, String) = (-1, String::new());
        loop {
            let page = self.store().house(&sql, &[after.0.into(), after.1.as_str().into()]).await?;
            let Some(last) = page.last() else { return Ok(run) };
            after = (last.int("ledger")?, last.text("id")?.to_owned());
            let mut marks = Vec::new();
            for row in &page {
                let message = read(row)?;
                if message.case.as_ref().is_some_and(|case| waiting.contains(case)) {
                    continue;
                }
                let attempts = row.int("attempts")? + 1;
                let now = self.wall();
                if attempts > 1 && row.int("next_at")? > now.as_micros() {
                    waiting.extend(message.case);
                    continue;
                }
                let outcome = deliverer.deliver(&message).await;
                if outcome.is_err() {
                    waiting.extend(message.case);
                }
                marks.push(Mark::new(message.id, attempts, outcome, now, &mut run));
            }
            self.mark(marks).await?;
        }
    }

    /// Notes that the other side has a message. To say it twice is no fault.
    ///
    /// # Errors
    /// `outbox.unknown` where there is no such message.
    pub async fn acknowledge_message(&self, id: &str) -> Result<(), Refusal> {
        self.change_message(id, None, |values| set(values, "state", "acknowledged".into())).await
    }

    /// Sends a message again that failed for the last time.
    ///
    /// # Errors
    /// `outbox.retry` where the viewer may not, `outbox.unknown` where there is no such message.
    pub async fn retry_message(&self, viewer: &Viewer, id: &str) -> Result<(), Refusal> {
        if !viewer.actor.has_any(&[Role::ShiftLeader, Role::SystemAdministrator, Role::DataSteward]) {
            return Err(Refusal::forbidden(
                "outbox.retry",
                "只有值班长或管理员可以重新发送",
                "only a shift leader or an administrator sends a message again",
            ));
        }
        let audit = AuditEntry {
            at: self.now(),
            actor: viewer.actor.staff.to_string(),
            action: "outbox.retry".to_owned(),
            subject: id.to_owned(),
        };
        self.change_message(id, Some(audit), |values| {
            if state(values) == Some("failed") {
                set(values, "state", "ready".into());
                set(values, "attempts", 0.into());
            }
        })
        .await
    }

    /// Messages that are older than `micros` by the business clock and have not arrived, the oldest first.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn stuck_messages(&self, micros: i64) -> Result<Vec<Stuck>, Refusal> {
        let sql = "SELECT id, at, topic, state, attempts, error FROM outbox \
                   WHERE state IN ('ready', 'sent', 'failed') AND at <= $1 ORDER BY at, id LIMIT 500";
        let rows = self.store().house(sql, &[self.now().plus(-micros).as_micros().into()]).await?;
        let read = |row: &Record| -> Result<Stuck, Refusal> {
            Ok(Stuck {
                id: row.text("id")?.to_owned(),
                at: Timestamp::from_micros(row.int("at")?),
                topic: row.text("topic")?.to_owned(),
                state: row.text("state")?.to_owned(),
                attempts: row.int("attempts")?,
                error: row.opt_text("error")?.map(str::to_owned),
            })
        };
        rows.iter().map(read).collect()
    }

    /// Writes what became of a page of messages, in one commit.
    async fn mark(&self, marks: Vec<Mark>) -> Result<(), Refusal> {
        if marks.is_empty() {
            return Ok(());
        }
        let lost: Vec<_> = marks.iter().filter(|m| m.state == "failed").map(|m| m.id.clone()).collect();
        let audit = (!lost.is_empty()).then(|| AuditEntry {
            at: self.now(),
            actor: "system".to_owned(),
            action: "outbox.failed".to_owned(),
            subject: lost.join(" "),
        });
        let load = marks.iter().map(|mark| Load::new(&OUTBOX, vec![mark.id.as_str().into()])).collect();
        let work = UnitOfWork::new(load, move |loaded| {
            let mut rows = Vec::new();
            for mark in &marks {
                let row = loaded.get(&OUTBOX, &[mark.id.as_str().into()]);
                // Somebody was quicker: an acknowledgement is not taken back.
                let Some(mut values) =
                    row.map(|r| r.clone().into_values()).filter(|v| state(v) == Some("ready"))
                else {
                    continue;
                };
                set(&mut values, "state", mark.state.into());
                set(&mut values, "attempts", mark.attempts.into());
                set(&mut values, "next_at", mark.next_at.as_micros().into());
                set(&mut values, "error", mark.error.as_deref().map_or(Value::Null, Value::from));
                rows.push(Row::upsert(&OUTBOX, values));
            }
            Ok(Planned { rows, audit: audit.clone(), reply: () })
        });
        self.store().commit(work).await?;
        Ok(())
    }

    async fn change_message(
        &self,
        id: &str,
        audit: Option<AuditEntry>,
        change: impl Fn(&mut [Value]) + Send + Sync + 'static,
    ) -> Result<(), Refusal> {
        let key = vec![Value::from(id)];
        let id = id.to_owned();
        let work = UnitOfWork::new(vec![Load::new(&OUTBOX, key.clone())], move |loaded| {
            let row = loaded.get(&OUTBOX, &key).ok_or_else(|| {
                Refusal::not_found(
                    "outbox.unknown",
                    format!("发件箱中没有 {id}"),
                    format!("there is no message {id} in the outbox"),
                )
            })?;
            let mut values = row.clone().into_values();
            change(&mut values);
            Ok(Planned { rows: vec![Row::upsert(&OUTBOX, values)], audit: audit.clone(), reply: () })
        });
        self.store().commit(work).await?;
        Ok(())
    }
}

/// What became of one message.
struct Mark {
    id: String,
    state: &'static str,
    attempts: i64,
    next_at: Timestamp,
    error: Option<String>,
}

impl Mark {
    fn new(
        id: String,
        attempts: i64,
        outcome: Result<Delivered, NotDelivered>,
        now: Timestamp,
        run: &mut OutboxRun,
    ) -> Self {
        let (state, count) = match &outcome {
            Ok(Delivered::Acknowledged) => ("acknowledged", &mut run.acknowledged),
            Ok(Delivered::Sent) => ("sent", &mut run.sent),
            Err(_) if attempts < ATTEMPTS => ("ready", &mut run.postponed),
            Err(_) => ("failed", &mut run.failed),
        };
        *count += 1;
        // Twice as long after each failure: 30 s, 1 min, 2 min, … 1 h.
        let wait = FIRST_WAIT.saturating_mul(1 << (attempts - 1).clamp(0, 20)).min(LONGEST_WAIT);
        Self { id, state, attempts, next_at: now.plus(wait), error: outcome.err().map(|fault| fault.0) }
    }
}

fn read(row: &Record) -> Result<Message, Refusal> {
    let body = serde_json::from_str(row.text("body")?)
        .map_err(|fault| Refusal::internal(format!("a message cannot be read: {fault}")))?;
    Ok(Message {
        id: row.text("id")?.to_owned(),
        at: Timestamp::from_micros(row.int("at")?),
        topic: row.text("topic")?.to_owned(),
        case: row.opt_text("case_id")?.map(CaseId::new),
        body,
    })
}

fn state(values: &[Value]) -> Option<&str> {
    values.get(OUTBOX.position("state")?)?.as_text()
}

fn set(values: &mut [Value], column: &str, value: Value) {
    if let Some(slot) = OUTBOX.position(column).and_then(|at| values.get_mut(at)) {
        *slot = value;
    }
}
