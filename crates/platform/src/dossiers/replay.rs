//! Replay of dossiers: their events folded again must equal the rows, and their texts must open.

use std::collections::{BTreeMap, BTreeSet};

use yipan_base::id::BlobId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_duty::Kind;
use yipan_duty::refold::{Stored, refold};
use yipan_store::{Record, Value};

use crate::dossiers::rows::{self, File};
use crate::house::House;
use crate::proof::scope;
use crate::replay::Files;

/// How many dossiers are compared at a time.
const PAGE: usize = 100;

/// What a look at all dossiers found.
#[derive(Debug, Default)]
pub(crate) struct DossierProof {
    pub(crate) dossiers: u64,
    pub(crate) events: u64,
    pub(crate) differences: Vec<String>,
    /// How often dossiers name each file.
    pub(crate) files: Files,
}

impl House {
    pub(crate) async fn replay_dossiers(&self) -> Result<DossierProof, Refusal> {
        let mut proof = DossierProof::default();
        let (mut after, mut known) = (String::new(), BTreeSet::new());
        loop {
            let sql = format!(
                "SELECT d.id FROM dossier d WHERE d.id > $1 AND {{dossier:d.id}} ORDER BY d.id LIMIT {PAGE}"
            );
            let page = self.store().cases(&scope(), &sql, &[after.as_str().into()]).await?;
            for row in &page {
                let id = row.text("id")?;
                proof.dossiers += 1;
                known.insert(id.to_owned());
                let mut files = Vec::new();
                let mut faults = self.dossier_faults(id, &mut proof.events, &mut files).await?;
                if !faults.is_empty() {
                    // Work may go on meanwhile: what differs is looked at once more.
                    files.clear();
                    faults = self.dossier_faults(id, &mut 0, &mut files).await?;
                }
                for file in files {
                    *proof.files.entry(file).or_default() += 1;
                }
                proof.differences.extend(faults);
            }
            match page.last() {
                Some(row) if page.len() == PAGE => row.text("id")?.clone_into(&mut after),
                _ => break,
            }
        }
        for (table, column) in OF_DOSSIERS {
            let sql = format!(
                "SELECT DISTINCT t.{column} AS id FROM {table} t WHERE {{dossier:t.{column}}} AND NOT EXISTS \
                 (SELECT 1 FROM dossier d WHERE d.id = t.{column} AND {{dossier:d.id}})"
            );
            for row in self.store().cases(&scope(), &sql, &[]).await? {
                proof
                    .differences
                    .push(format!("{table}: rows of a dossier {} that is not there", row.text("id")?));
            }
        }
        let told = "SELECT DISTINCT dossier_id AS id FROM notice";
        let ticking = "SELECT body AS id FROM timer WHERE kind = 'dossier'";
        for (table, sql) in [("notice", told), ("timer", ticking)] {
            for row in self.store().house(sql, &[]).await? {
                let id = row.text("id")?;
                if !known.contains(id) {
                    proof.differences.push(format!("{table}: rows of a dossier {id} that is not there"));
                }
            }
        }
        Ok(proof)
    }

    /// What is wrong with one dossier; adds its events, and the files that it names.
    async fn dossier_faults(
        &self,
        id: &str,
        events: &mut u64,
        named: &mut Vec<BlobId>,
    ) -> Result<Vec<String>, Refusal> {
        let read = |sql: &'static str| async move { self.store().cases(&scope(), sql, &[id.into()]).await };
        let files = read(
            "SELECT d.id, d.kind, d.number, d.version, d.stage, d.over, d.unit, d.opened_at, d.changed_at, \
             d.due_at, d.state FROM dossier d WHERE d.id = $1 AND {dossier:d.id}",
        )
        .await?;
        let history = read(
            "SELECT e.seq, e.at, e.actor, e.body FROM dossier_event e WHERE e.dossier_id = $1 AND \
             {dossier:e.dossier_id} ORDER BY e.seq",
        )
        .await?;
        let access = read(
            "SELECT a.holder, a.dossier_id, a.clearance, a.kind, a.opened_at, a.over FROM dossier_access a \
             WHERE a.dossier_id = $1 AND {dossier:a.dossier_id}",
        )
        .await?;
        let texts = read(
            "SELECT t.id, t.digest, t.sealed, t.wrapped FROM dossier_text t WHERE t.dossier_id = $1 AND \
             {dossier:t.dossier_id}",
        )
        .await?;
        let timer = "SELECT id, due_at, kind, case_id, body FROM timer WHERE kind = 'dossier' AND body = $1";
        let timer = self.store().house(timer, &[id.into()]).await?;
        let told = "SELECT id, unit, at, what, dossier_id, urgent FROM notice WHERE dossier_id = $1";
        let told = self.store().house(told, &[id.into()]).await?;
        *events += history.len() as u64;
        let Some(file) = files.first() else { return Ok(Vec::new()) };
        let stored = history.iter().map(rows::read_event).collect::<Result<Vec<Stored>, _>>()?;
        let number = file.text("number")?.to_owned();
        let fault = |what: String| format!("{number}: {what}");
        if stored.iter().zip(1_u64..).any(|(event, seq)| event.seq != seq) {
            return Ok(vec![fault("an event is missing".to_owned())]);
        }
        let Some(kind) = Kind::of(file.text("kind")?) else {
            return Ok(vec![fault("its kind is not known".to_owned())]);
        };
        let folded = match refold(kind, &stored, &self.city().directory) {
            Ok(folded) => folded,
            Err(why) => return Ok(vec![fault(why)]),
        };
        named.extend(folded.files);
        let mut faults = Vec::new();
        let at = |event: Option<&Stored>| event.map_or(Timestamp::from_micros(0), |event| event.at);
        let expected = File {
            id,
            number: &number,
            version: stored.len() as u64,
            opened_at: at(stored.first()),
            changed_at: at(stored.last()),
        };
        let mut differs = |same: bool, table: &str| {
            if !same {
                faults.push(fault(format!("table {table} is not what the events amount to")));
            }
        };
        let state = rows::file_values(kind, &expected, &folded.card, folded.state.clone());
        differs(file.values() == state.as_slice(), "dossier");
        differs(set(access) == rows::all_access(kind, &expected, &folded.card), "dossier_access");
        let due = folded.card.due.map(|due| rows::timer_values(id, due));
        differs(set(timer) == due.into_iter().collect(), "timer");
        let mut notices: BTreeMap<u64, Vec<_>> = BTreeMap::new();
        for (seq, notice) in folded.notices {
            notices.entry(seq).or_default().push(notice);
        }
        let expected = stored.iter().filter_map(|event| Some((event, notices.get(&event.seq)?))).flat_map(
            |(event, told)| {
                rows::notice_values(id, event.seq, event.at, told)
                    .map(|mut values| {
                        values.truncate(6);
                        values
                    })
                    .collect::<Vec<_>>()
            },
        );
        differs(set(told) == expected.collect(), "notice");
        faults.extend(self.text_faults(&texts, &stored)?.into_iter().map(fault));
        Ok(faults)
    }

    /// Texts that do not read as they were written, are missing, or belong to no event.
    fn text_faults(&self, texts: &[Record], events: &[Stored]) -> Result<Vec<String>, Refusal> {
        let mut known = BTreeMap::new();
        events.iter().for_each(|event| references(&event.event, &mut known));
        let mut faults = Vec::new();
        for row in texts {
            let id = row.text("id")?;
            let Some(digest) = known.remove(id) else {
                faults.push(format!("text {id} belongs to no event"));
                continue;
            };
            // What was erased is no fault.
            let (Some(sealed), Some(wrapped)) = (row.opt_text("sealed")?, row.opt_text("wrapped")?) else {
                continue;
            };
            let opened = self.keys().open(id, sealed, wrapped);
            let same = opened.is_ok_and(|text| self.keys().digest("narrative", &text) == digest);
            if !same || row.text("digest")? != digest {
                faults.push(format!("text {id} cannot be read as it was written"));
            }
        }
        faults.extend(known.into_keys().map(|id| format!("text {id} is missing")));
        Ok(faults)
    }
}

/// The tables with rows of a dossier beside its own, and the column that names it.
const OF_DOSSIERS: [(&str, &str); 3] =
    [("dossier_event", "dossier_id"), ("dossier_access", "dossier_id"), ("dossier_text", "dossier_id")];

fn set(records: Vec<Record>) -> BTreeSet<Vec<Value>> {
    records.into_iter().map(Record::into_values).collect()
}

/// The references to texts anywhere in an event: objects of an id and a digest, and nothing else.
fn references(value: &serde_json::Value, found: &mut BTreeMap<String, String>) {
    match value {
        serde_json::Value::Object(fields) => {
            if let (2, Some(id), Some(digest)) = (
                fields.len(),
                fields.get("id").and_then(serde_json::Value::as_str),
                fields.get("digest").and_then(serde_json::Value::as_str),
            ) {
                found.insert(id.to_owned(), digest.to_owned());
                return;
            }
            fields.values().for_each(|value| references(value, found));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}
