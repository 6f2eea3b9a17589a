//! What a replay cannot fold out of events, and proves otherwise: the sealed texts and persons of
//! cases, and the house's own tables.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use yipan_base::refusal::Refusal;
use yipan_casework::case::Case;
use yipan_store::table::Table;
use yipan_store::tables::{AREA, NARRATIVE, RULEBOOK, STAFF, UNIT};
use yipan_store::{Record, Row, Scope, Value};

use crate::house::House;
use crate::keys::Keys;
use crate::vault::Person;

/// The tables of a city pack and its rules.
static OF_THE_HOUSE: [&Table; 4] = [&AREA, &UNIT, &STAFF, &RULEBOOK];

/// What an audit entry's subject begins with where a city was loaded; its digest follows.
pub(crate) const CITY: &str = "city/";

/// The digest of rows, in the order of their tables and keys. It stands in the audit chain, so that
/// neither can be changed alone.
pub(crate) fn digest<'r>(rows: impl IntoIterator<Item = (&'r Table, &'r [Value])>) -> String {
    let mut rows: Vec<_> = rows.into_iter().map(|(table, values)| (table.name, values)).collect();
    rows.sort_unstable();
    let mut digest = Sha256::new();
    for (table, values) in rows {
        digest.update(format!("{table} {values:?}\n"));
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The digest of rows that are about to be written.
pub(crate) fn digest_of(rows: &[Row]) -> String {
    digest(rows.iter().map(|row| (row.table(), row.values())))
}

/// The sealed texts and persons of a stretch of cases, by case and id.
#[derive(Default)]
pub(crate) struct Sealed {
    texts: BTreeMap<String, BTreeMap<String, Record>>,
    persons: BTreeMap<String, BTreeMap<String, Record>>,
}

impl Sealed {
    pub(crate) fn of(texts: Vec<Record>, persons: Vec<Record>) -> Result<Self, Refusal> {
        let by_case = |records: Vec<Record>| {
            let mut all: BTreeMap<String, BTreeMap<String, Record>> = BTreeMap::new();
            for record in records {
                let (case, id) = (record.text("case_id")?.to_owned(), record.text("id")?.to_owned());
                all.entry(case).or_default().insert(id, record);
            }
            Ok::<_, Refusal>(all)
        };
        Ok(Self { texts: by_case(texts)?, persons: by_case(persons)? })
    }

    /// What is wrong with the texts and the person of a case. What was erased is no fault.
    pub(crate) fn faults(&mut self, house: &House, case: &Case) -> Result<Vec<String>, Refusal> {
        let (keys, mut faults) = (house.keys(), Vec::new());
        let mut texts = self.texts.remove(case.id.as_str()).unwrap_or_default();
        for narrative in &case.narratives {
            let id = narrative.id.as_str();
            let Some(row) = texts.remove(id) else {
                faults.push(format!("text {id} is missing"));
                continue;
            };
            if row.text("digest")? != narrative.digest {
                faults.push(format!("text {id} is not the one that was written"));
            } else if let (Some(sealed), Some(wrapped)) = (row.opt_text("sealed")?, row.opt_text("wrapped")?)
            {
                let text = keys.open(id, sealed, wrapped);
                if text.is_ok_and(|text| keys.digest("narrative", &text) == narrative.digest) {
                    continue;
                }
                faults.push(format!("text {id} cannot be read as it was written"));
            }
        }
        faults.extend(texts.into_keys().map(|id| format!("text {id} belongs to no event")));
        let mut persons = self.persons.remove(case.id.as_str()).unwrap_or_default();
        if let Some(person) = &case.intake.person {
            match persons.remove(person.as_str()) {
                None => faults.push(format!("person {person} is missing")),
                Some(row) => {
                    let sealed = row.opt_text("sealed")?.zip(row.opt_text("wrapped")?);
                    let known = [row.opt_text("phone_key")?, row.opt_text("identity_key")?];
                    let opened = sealed.map(|(sealed, wrapped)| keys.open(person.as_str(), sealed, wrapped));
                    match opened.map(|opened| opened.ok().and_then(|text| keys_of(keys, &text))) {
                        Some(None) => {
                            faults.push(format!("person {person} cannot be read as it was written"))
                        }
                        Some(Some(found)) if found.each_ref().map(Option::as_deref) != known => {
                            faults
                                .push(format!("person {person} would not be found by telephone or identity"));
                        }
                        Some(Some(_)) | None => {}
                    }
                }
            }
        }
        faults.extend(persons.into_keys().map(|id| format!("person {id} belongs to no event")));
        Ok(faults)
    }

    /// The cases of what nobody asked for: texts and persons without a case.
    pub(crate) fn left(self) -> impl Iterator<Item = String> {
        self.texts.into_keys().chain(self.persons.into_keys())
    }
}

impl House {
    /// What is wrong with the tables of the city pack and the rules, each row of which must be one that
    /// the audit chain tells of; with the counters; and with the rows that carry a sum.
    pub(crate) async fn house_faults(&self) -> Result<Vec<String>, Refusal> {
        let sql = "SELECT a.subject FROM audit a WHERE a.action = 'city.load' OR a.action = 'rule.add'";
        let mut told = BTreeSet::new();
        for row in self.store().house(sql, &[]).await? {
            told.insert(row.text("subject")?.to_owned());
        }
        let mut loaded: Vec<(&Table, Vec<Value>)> = Vec::new();
        let mut seen = BTreeSet::new();
        for table in OF_THE_HOUSE {
            let columns: Vec<_> = table.columns.iter().map(|column| column.name).collect();
            let sql = format!("SELECT {} FROM {}", columns.join(", "), table.name);
            for row in self.store().house(&sql, &[]).await? {
                let values = row.into_values();
                let rule = rule_subject(&values, &digest([(table, values.as_slice())]));
                if std::ptr::eq(table, &RULEBOOK) && told.contains(&rule) {
                    seen.insert(rule);
                } else {
                    loaded.push((table, values));
                }
            }
        }
        let mut faults: Vec<String> = told
            .iter()
            .filter(|subject| !subject.starts_with(CITY) && !seen.contains(*subject))
            .map(|subject| format!("rulebook: {subject} was added, and is not there as it was"))
            .collect();
        let city = digest(loaded.iter().map(|(table, values)| (*table, values.as_slice())));
        if !loaded.is_empty() && !told.contains(&format!("{CITY}{city}")) {
            faults.push("area, unit, staff or rulebook: a row is not as it was loaded".to_owned());
        }
        faults.extend(self.counter_faults().await?);
        let wrong = self.store().wrong_sums().await?;
        faults.extend(wrong.into_iter().map(|row| format!("{row}: the row is not as it was written")));
        Ok(faults)
    }
}

/// What draws numbers: the counters' common beginning, the table of what was numbered, and its marker.
const NUMBERED: [(&str, &str, &str); 2] =
    [("case", "case_file", "{visible:n.id}"), ("dossier", "dossier", "{dossier:n.id}")];

impl House {
    /// Counters that do not stand at the last number that was given, or are gone.
    async fn counter_faults(&self) -> Result<Vec<String>, Refusal> {
        let mut faults = Vec::new();
        for (kind, table, marker) in NUMBERED {
            let mut prefixes = BTreeSet::new();
            let counters = "SELECT name FROM counter WHERE name >= $1 AND name < $2";
            let args = [format!("{kind}/").into(), format!("{kind}0").into()];
            for row in self.store().house(counters, &args).await? {
                prefixes.extend(row.text("name")?.split_once('/').map(|(_, prefix)| prefix.to_owned()));
            }
            // From one series of numbers to the next: `-` stands before the count, and `.` follows `-`.
            let first = format!(
                "SELECT n.number FROM {table} n WHERE n.number >= $1 AND {marker} ORDER BY n.number LIMIT 1"
            );
            let mut from = String::new();
            while let Some(row) = self.store().cases(&scope(), &first, &[from.as_str().into()]).await?.first()
            {
                let number = row.text("number")?;
                let prefix = number.rsplit_once('-').map_or(number, |(prefix, _)| prefix);
                from = format!("{prefix}.");
                prefixes.insert(prefix.to_owned());
            }
            for prefix in prefixes {
                faults.extend(self.counter_fault(kind, table, marker, &prefix).await?);
            }
        }
        Ok(faults)
    }

    async fn counter_fault(
        &self,
        kind: &str,
        table: &str,
        marker: &str,
        prefix: &str,
    ) -> Result<Option<String>, Refusal> {
        let name = format!("{kind}/{prefix}");
        // Both in one statement: work may go on meanwhile.
        let sql = format!(
            "SELECT h.id, (SELECT k.next FROM counter k WHERE k.name = $3) AS next, \
             (SELECT n.number FROM {table} n WHERE n.number >= $1 AND n.number < $2 AND {marker} \
             ORDER BY LENGTH(n.number) DESC, n.number DESC LIMIT 1) AS newest FROM ledger_head h"
        );
        let args = [format!("{prefix}-").into(), format!("{prefix}.").into(), name.as_str().into()];
        let rows = self.store().cases(&scope(), &sql, &args).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let (next, newest) = (row.opt_int("next")?, row.opt_text("newest")?);
        let given = newest.and_then(|number| number.rsplit_once('-')?.1.parse().ok()).unwrap_or(0);
        Ok(match next {
            Some(next) if next == given => None,
            Some(next) => {
                Some(format!("counter: {name} stands at {next}, and {given} was the last number given"))
            }
            None => Some(format!("counter: {name} is gone, and {given} was the last number given")),
        })
    }
}

/// The keys by which a person is found, of the person's data as it was opened.
fn keys_of(keys: &Keys, text: &str) -> Option<[Option<String>; 2]> {
    serde_json::from_str::<Person>(text).ok().map(|person| person.search_keys(keys))
}

/// The subject of the audit entry by which a rule was added.
pub(crate) fn rule_subject(values: &[Value], digest: &str) -> String {
    let text = |at: usize| values.get(at).and_then(Value::as_text).unwrap_or_default();
    let version = values.get(2).and_then(Value::as_int).unwrap_or_default();
    format!("{}/{}/{version}/{digest}", text(0), text(1))
}

/// The columns of a sealed text that a proof reads.
pub(crate) fn texts_sql() -> String {
    format!("SELECT n.id, n.case_id, n.digest, n.sealed, n.wrapped FROM {} n", NARRATIVE.name)
}

/// The scope of a proof.
pub(crate) fn scope() -> Scope {
    Scope::system("audit replay")
}
