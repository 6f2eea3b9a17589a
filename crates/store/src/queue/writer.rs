//! The one writer: takes groups off the queue and commits them.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};
use yipan_base::refusal::Refusal;

use crate::db::{Conn, Db};
use crate::digest::{EventRow, Link, event_digest};
use crate::error::{CommitError, Fault, taken};
use crate::queue::group::Group;
use crate::queue::seam::Seam;
use crate::queue::statements::Statements;
use crate::queue::unit::{AuditEntry, Draft, Unit};
use crate::queue::{Message, advance};
use crate::record::Record;
use crate::row::{Change, Row, nul};
use crate::table::Table;
use crate::tables;
use crate::value::Value;
use crate::values;

type Units = [Box<dyn Unit>];

/// Owns the writing connection. Keeps nothing between two groups but the connection and texts.
pub(crate) struct Writer {
    db: Arc<Db>,
    conn: Option<Conn>,
    statements: Statements,
    /// The most units in one commit.
    group: usize,
    head: watch::Sender<i64>,
    seam: Seam,
}

/// The last entry of the ledger, as a group moves it on.
struct Head {
    seq: i64,
    hash: String,
}

/// A group that failed, and whether it may have been committed nevertheless.
pub(crate) struct Failure {
    pub(crate) fault: Fault,
    pub(crate) committing: bool,
}

impl<E: Into<Fault>> From<E> for Failure {
    fn from(fault: E) -> Self {
        Self { fault: fault.into(), committing: false }
    }
}

impl Writer {
    pub(crate) fn new(db: Arc<Db>, group: usize, head: watch::Sender<i64>, seam: Seam) -> Self {
        let statements = Statements::new(db.dialect());
        Self { db, conn: None, statements, group, head, seam }
    }

    /// Commits until the store is closed or dropped.
    pub(crate) async fn run(mut self, mut messages: mpsc::Receiver<Message>) {
        let mut batch = Vec::new();
        let mut closing: Option<oneshot::Sender<()>> = None;
        while closing.is_none() && messages.recv_many(&mut batch, self.group).await > 0 {
            let mut units: Vec<Box<dyn Unit>> = Vec::with_capacity(batch.len());
            for message in batch.drain(..) {
                match message {
                    Message::Unit(unit) => units.push(unit),
                    Message::Close(done) => closing = Some(done),
                }
            }
            self.commit(&mut units).await;
        }
        self.disconnect().await;
        if let Some(done) = closing {
            let _ = done.send(());
        }
    }

    /// Commits the units in one transaction. Where one of them spoils it, halves the group until
    /// that one stands alone; where the engine fails, refuses all that are left.
    async fn commit(&mut self, units: &mut Units) {
        let whole = 0..units.len();
        let mut spans = vec![whole];
        let mut reconnected = false;
        while let Some(span) = spans.pop() {
            let Err(failure) = self.attempt(&mut units[span.clone()]).await else { continue };
            match failure.fault {
                Fault::Data(_) if span.len() > 1 => {
                    self.roll_back().await;
                    let middle = span.start + span.len() / 2;
                    spans.push(middle..span.end);
                    spans.push(span.start..middle);
                }
                Fault::Data(refusal) => {
                    self.roll_back().await;
                    units[span.start].answer(Err(CommitError::Data(refusal)));
                }
                // Nothing had been sent for good: a connection that died while idle is not an outage.
                Fault::Lost(_) if !failure.committing && !reconnected => {
                    self.disconnect().await;
                    reconnected = true;
                    spans.push(span);
                }
                fault => {
                    tracing::error!(?fault, units = units.len(), "a group of changes could not be committed");
                    self.disconnect().await;
                    let error = match fault {
                        // A disk that failed while it made the commit durable may have kept it.
                        Fault::Failing(detail) if failure.committing => CommitError::Unavailable(format!(
                            "it is not known whether the change was saved: {detail}"
                        )),
                        fault => CommitError::from(fault),
                    };
                    for span in std::iter::once(span).chain(spans.drain(..)) {
                        fail(&mut units[span], &error);
                    }
                }
            }
        }
    }

    /// Plans, writes and commits the units, and answers them.
    async fn attempt(&mut self, units: &mut Units) -> Result<(), Failure> {
        let passage = self.seam.passage(units.len());
        let conn = match &mut self.conn {
            Some(conn) => conn,
            none => none.insert(self.db.writer().await.map_err(unreachable)?),
        };
        conn.line().script(self.db.dialect().begin_write()).await?;
        passage.begun(conn).await?;
        let mut head = Head::read(conn, self.db.dialect().head()).await?;
        let before = head.seq;

        let mut group = Group::default();
        for load in units.iter().flat_map(|unit| unit.load()) {
            group.want(load.table, &load.key);
        }
        self.statements.load(conn, &mut group).await?;

        let mut places = Vec::with_capacity(units.len());
        let mut entries = Vec::with_capacity(units.len());
        for unit in units.iter_mut() {
            if let Some(mut draft) = unit.plan(&group) {
                match prepare(&mut draft, &group, head.seq + 1) {
                    Ok(()) => {
                        if let Some(entry) = &draft.audit {
                            entries.push(head.seal(entry, &draft.rows));
                        }
                        draft.rows.into_iter().try_for_each(|row| group.apply(row)).map_err(Fault::Data)?;
                    }
                    Err(refusal) => unit.refuse(CommitError::Data(refusal)),
                }
            }
            places.push(head.seq);
        }
        entries.into_iter().try_for_each(|row| group.apply(row)).map_err(Fault::Data)?;

        for rows in group.tables().filter(|rows| rows.writes()) {
            self.statements.write(conn, rows).await?;
        }
        if head.seq > before {
            head.write(conn).await?;
        }
        passage.written()?;
        let commit = conn.line().script("COMMIT").await;
        commit.map_err(|error| Failure { fault: error.into(), committing: true })?;
        passage.committed()?;

        if head.seq > before {
            advance(&self.head, head.seq);
        }
        for (unit, place) in units.iter_mut().zip(places) {
            unit.answer(Ok(place));
        }
        Ok(())
    }

    async fn roll_back(&mut self) {
        if let Some(conn) = &mut self.conn
            && conn.line().script("ROLLBACK").await.is_err()
        {
            self.disconnect().await;
        }
    }

    async fn disconnect(&mut self) {
        if let Some(conn) = self.conn.take()
            && let Err(error) = conn.close().await
        {
            tracing::debug!(%error, "the writing connection did not close cleanly");
        }
    }
}

/// Whatever keeps a connection from being made, no unit is to blame for it.
fn unreachable(error: sqlx::Error) -> Fault {
    match Fault::from(error) {
        Fault::Data(refusal) => Fault::Lost(refusal.en),
        other => other,
    }
}

fn fail(units: &mut Units, error: &CommitError) {
    for unit in units {
        unit.answer(Err(error.clone()));
    }
}

/// Checks a unit's rows against their tables and gives them their place in the ledger.
fn prepare(draft: &mut Draft, group: &Group, seq: i64) -> Result<(), Refusal> {
    for row in &mut draft.rows {
        row.check()?;
        for value in row.values.iter_mut().filter(|value| matches!(value, Value::LedgerSeq)) {
            if draft.audit.is_none() {
                let table = row.table.name;
                return Err(Refusal::internal(format!(
                    "table {table}: a row without audit entry has no place in the ledger"
                )));
            }
            *value = Value::Int(seq);
        }
        row.sum_up();
    }
    let entry = draft.audit.iter().flat_map(|entry| [&entry.actor, &entry.action, &entry.subject]);
    for (text, column) in entry.zip(["actor", "action", "subject"]) {
        if text.contains('\0') {
            return Err(nul("audit", column));
        }
    }
    let rows = &draft.rows;
    let after = |at: usize, change| {
        let same = |row: &Row| std::ptr::eq(row.table, rows[at].table) && row.key() == rows[at].key();
        rows[..at].iter().any(|row| row.change == change && same(row))
    };
    let of = |change| (0..rows.len()).filter(move |at| rows[*at].change == change);
    if let Some(at) = of(Change::Delete).find(|at| after(*at, Change::Insert)) {
        let en = format!("table {}: a row is deleted in the unit that inserts it", rows[at].table.name);
        return Err(Refusal::internal(en));
    }
    // What is surely taken is refused here, so that it does not take the whole group apart.
    match of(Change::Insert).find(|at| group.exists(&rows[*at]) && !after(*at, Change::Delete)) {
        Some(at) => Err(taken(rows[at].table.name)),
        None => Ok(()),
    }
}

impl Head {
    async fn read(conn: &mut Conn, sql: &str) -> Result<Self, Fault> {
        let rows = conn.line().rows(sql, &[]).await?;
        let read = |row: &Record| Some((row.values[0].as_int()?, row.values[1].as_text()?.to_owned()));
        let Some((seq, hash)) = rows.first().and_then(read) else {
            return Err(Fault::Lost(
                "the row of ledger_head is missing; restore the database from a dump".into(),
            ));
        };
        Ok(Self { seq, hash })
    }

    /// Moves on by one entry and returns its row.
    fn seal(&mut self, entry: &AuditEntry, rows: &[Row]) -> Row {
        let digest = digest_of(rows);
        self.seq += 1;
        let at = entry.at.as_micros();
        let link = Link {
            previous: &self.hash,
            seq: self.seq,
            at,
            actor: &entry.actor,
            action: &entry.action,
            subject: &entry.subject,
            digest: &digest,
        };
        let hash = link.hash();
        let previous = std::mem::replace(&mut self.hash, hash.clone());
        let values =
            values![self.seq, at, &entry.actor, &entry.action, &entry.subject, digest, previous, hash];
        Row::insert(&tables::AUDIT, values)
    }

    async fn write(&self, conn: &mut Conn) -> Result<(), Fault> {
        let sql = "UPDATE ledger_head SET seq = $1, hash = $2 WHERE id = 'head'";
        conn.line().rows(sql, &values![self.seq, self.hash.as_str()]).await?;
        Ok(())
    }
}

/// The tables of events, which are alike.
static OF_EVENTS: [&Table; 2] = [&tables::CASE_EVENT, &tables::DOSSIER_EVENT];

/// The digest of the events among a unit's rows.
fn digest_of(rows: &[Row]) -> String {
    let mut events: Vec<_> = rows
        .iter()
        .filter(|row| OF_EVENTS.iter().any(|table| std::ptr::eq(row.table, *table)))
        .filter(|row| row.change != Change::Delete)
        .collect();
    events.sort_unstable_by(|a, b| a.key().cmp(b.key()));
    event_digest(events.into_iter().filter_map(|row| event(&row.values)))
}

/// An event as `case_event` and `dossier_event` keep it.
fn event(values: &[Value]) -> Option<EventRow<'_>> {
    let [case_id, seq, _, at, actor, kind, body] = values else { return None };
    Some(EventRow {
        case_id: case_id.as_text()?,
        seq: seq.as_int()?,
        at: at.as_int()?,
        actor: actor.as_text()?,
        kind: kind.as_text()?,
        body: body.as_text()?,
    })
}
