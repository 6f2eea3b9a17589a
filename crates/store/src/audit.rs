//! Verifying the audit log: nothing changed, missing, moved or cut off.

use serde::Serialize;
use yipan_base::refusal::Refusal;

use crate::digest::{EventDigest, EventRow, GENESIS, Link};
use crate::error::StoreError;
use crate::read::Snapshot;
use crate::record::Record;
use crate::store::Store;
use crate::value::Value;
use crate::values;

/// How many entries are held in memory at once.
const BATCH: usize = 10_000;

/// How many faults are told one by one.
const TOLD: usize = 100;

/// What became of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditReport {
    /// How many entries were read.
    pub entries: i64,
    /// How many events of cases were read.
    pub events: i64,
    /// The ledger's head.
    pub head: i64,
    /// The hash of its entry. Kept where nobody who can write here reaches it, it proves later that what
    /// came before was neither changed nor cut off: see [`Anchor`].
    pub head_hash: String,
    /// How many faults were found.
    pub fault_count: usize,
    /// The first hundred of them.
    pub faults: Vec<AuditFault>,
}

/// One fault of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditFault {
    /// At which sequence of the ledger.
    pub seq: i64,
    pub kind: AuditFaultKind,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditFaultKind {
    /// Entries are missing.
    Gap,
    /// An entry does not follow the one before it.
    Reordered,
    /// An entry reads differently from when it was written.
    Changed,
    /// The events of an entry are not those it was written with.
    Events,
    /// The log does not end where the ledger's head says.
    Tail,
    /// An entry that was noted elsewhere is missing, or another one.
    Anchor,
    /// The engine finds its own file damaged: a page, or an index that says other than its table.
    File,
}

impl AuditReport {
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.fault_count == 0
    }

    fn fault(&mut self, seq: i64, kind: AuditFaultKind, text: impl Into<String>) {
        self.fault_count += 1;
        if self.faults.len() < TOLD {
            self.faults.push(AuditFault { seq, kind, text: text.into() });
        }
    }
}

/// An entry of the log as it was noted elsewhere (存证): `SEQ:HASH`, as a report of that time told its head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    pub seq: i64,
    pub hash: String,
}

impl std::str::FromStr for Anchor {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let hexadecimal = |hash: &&str| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        text.split_once(':')
            .and_then(|(seq, hash)| Some((seq.parse().ok()?, Some(hash).filter(hexadecimal)?)))
            .map(|(seq, hash)| Self { seq, hash: hash.to_ascii_lowercase() })
            .ok_or_else(|| {
                Refusal::invalid(
                    "audit.anchor",
                    "存证格式应为 序号:哈希，如核验结果中的 head:head_hash",
                    "an anchor is SEQ:HASH, such as head and head_hash of an earlier report",
                )
                .at("holds")
            })
    }
}

/// As [`audit_verify`]; besides, the log must still hold an entry that was noted elsewhere.
///
/// # Errors
/// If the database cannot be read.
pub async fn audit_holds(store: &Store, anchor: &Anchor) -> Result<AuditReport, StoreError> {
    let mut report = audit_verify(store).await?;
    let sql = "SELECT hash FROM audit WHERE seq = $1";
    let found = store.house(sql, &values![anchor.seq]).await?;
    match found.first().map(|row| row.text("hash")).transpose()? {
        Some(hash) if hash == anchor.hash => {}
        Some(_) => {
            report.fault(anchor.seq, AuditFaultKind::Anchor, "the entry is not the one that was noted")
        }
        None => report.fault(
            anchor.seq,
            AuditFaultKind::Anchor,
            "the entry that was noted is missing: the log was cut off",
        ),
    }
    Ok(report)
}

/// Walks the whole audit log at one moment, while the store goes on. Memory stays flat.
///
/// # Errors
/// If the database cannot be read; what is wrong with the log is in the report.
pub async fn audit_verify(store: &Store) -> Result<AuditReport, StoreError> {
    let mut snapshot = store.snapshot().await?;
    let head = snapshot.first("SELECT seq, hash FROM ledger_head WHERE id = 'head'").await?;
    let (head, head_hash) = match &head {
        Some(row) => (row.int("seq")?, row.text("hash")?),
        None => (0, "missing"),
    };
    let mut report = AuditReport {
        entries: 0,
        events: 0,
        head,
        head_hash: head_hash.to_owned(),
        fault_count: 0,
        faults: Vec::new(),
    };
    let mut chain = Chain { seq: 0, hash: GENESIS.to_owned() };
    let mut after = i64::MIN;
    loop {
        let entries = chain.walk(&mut snapshot, after, &mut report).await?;
        let last = entries.len() < BATCH;
        let upto = if last { i64::MAX } else { chain.seq };
        compare_events(&mut snapshot, &entries, after, upto, &mut report).await?;
        if last {
            break;
        }
        after = upto;
    }
    if chain.seq != head || chain.hash != head_hash {
        let text =
            format!("the log ends at {}, the ledger's head is at {head}, or their hashes differ", chain.seq);
        report.fault(chain.seq, AuditFaultKind::Tail, text);
    }
    if let Some(check) = store.dialect().integrity() {
        let found = |row: Record| {
            match row.values().first().and_then(Value::as_text) {
                Some("ok") | None => {}
                Some(damage) => report.fault(chain.seq, AuditFaultKind::File, damage),
            }
            Ok(())
        };
        snapshot.scan(check, &[], found).await?;
    }
    Ok(report)
}

/// The last entry that was read.
struct Chain {
    seq: i64,
    hash: String,
}

/// What an entry says of its events.
struct Entry {
    seq: i64,
    digest: String,
}

impl Chain {
    /// Reads the next batch and checks each entry against the one before it.
    async fn walk(
        &mut self,
        snapshot: &mut Snapshot,
        after: i64,
        report: &mut AuditReport,
    ) -> Result<Vec<Entry>, StoreError> {
        let sql = "SELECT seq, at, actor, action, subject, digest, previous, hash FROM audit \
                   WHERE seq > $1 ORDER BY seq LIMIT $2";
        let mut entries = Vec::new();
        let each = |row: Record| {
            entries.push(self.follow(&row, report)?);
            Ok(())
        };
        snapshot.scan(sql, &values![after, BATCH as i64], each).await?;
        Ok(entries)
    }

    fn follow(&mut self, row: &Record, report: &mut AuditReport) -> Result<Entry, StoreError> {
        let (seq, hash) = (row.int("seq")?, row.text("hash")?);
        let link = Link {
            previous: row.text("previous")?,
            seq,
            at: row.int("at")?,
            actor: row.text("actor")?,
            action: row.text("action")?,
            subject: row.text("subject")?,
            digest: row.text("digest")?,
        };
        report.entries += 1;
        if seq != self.seq + 1 {
            let text = format!("between {} and {seq} entries are missing or added", self.seq);
            report.fault(seq, AuditFaultKind::Gap, text);
        } else if link.previous != self.hash {
            report.fault(seq, AuditFaultKind::Reordered, "the entry does not follow the one before it");
        }
        if link.hash() != hash {
            report.fault(
                seq,
                AuditFaultKind::Changed,
                "the entry reads differently from when it was written",
            );
        }
        *self = Self { seq, hash: hash.to_owned() };
        Ok(Entry { seq, digest: link.digest.to_owned() })
    }
}

/// Checks that the events between two sequences are those of the entries, no more and no fewer.
async fn compare_events(
    snapshot: &mut Snapshot,
    entries: &[Entry],
    after: i64,
    upto: i64,
    report: &mut AuditReport,
) -> Result<(), StoreError> {
    let sql = "SELECT ledger, case_id, seq, at, actor, kind, body FROM case_event \
               WHERE ledger > $1 AND ledger <= $2 UNION ALL \
               SELECT ledger, dossier_id, seq, at, actor, kind, body FROM dossier_event \
               WHERE ledger > $1 AND ledger <= $2 ORDER BY 1, 2, 3";
    let mut events = Events { entries, digest: EventDigest::default(), report };
    snapshot.scan(sql, &values![after, upto], |row| events.take(&row)).await?;
    events.skip_to(i64::MAX);
    Ok(())
}

/// Entries against the events that arrive in the same order.
struct Events<'a> {
    /// The entry whose events are arriving, and those after it.
    entries: &'a [Entry],
    digest: EventDigest,
    report: &'a mut AuditReport,
}

impl Events<'_> {
    fn take(&mut self, row: &Record) -> Result<(), StoreError> {
        self.report.events += 1;
        let ledger = row.int("ledger")?;
        self.skip_to(ledger);
        if self.entries.first().is_none_or(|entry| entry.seq != ledger) {
            let text = format!("an event of {} belongs to no entry", row.text("case_id")?);
            self.report.fault(ledger, AuditFaultKind::Events, text);
            return Ok(());
        }
        self.digest.push(EventRow {
            case_id: row.text("case_id")?,
            seq: row.int("seq")?,
            at: row.int("at")?,
            actor: row.text("actor")?,
            kind: row.text("kind")?,
            body: row.text("body")?,
        });
        Ok(())
    }

    /// Closes every entry before that sequence: all its events have arrived.
    fn skip_to(&mut self, ledger: i64) {
        while let [entry, rest @ ..] = self.entries
            && entry.seq < ledger
        {
            if std::mem::take(&mut self.digest).finish() != entry.digest {
                let text = "the events of the entry were changed, added or removed";
                self.report.fault(entry.seq, AuditFaultKind::Events, text);
            }
            self.entries = rest;
        }
    }
}
