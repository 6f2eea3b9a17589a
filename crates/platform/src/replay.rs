//! Replay (重放): all events folded again must equal the present, to the byte.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use yipan_base::id::BlobId;
use yipan_base::refusal::Refusal;
use yipan_casework::case::Case;
use yipan_casework::event::Recorded;
use yipan_casework::project::{Counters, facts, next_tick, rollup};
use yipan_store::table::Table;
use yipan_store::tables::{
    CASE_ACCESS, CASE_FILE, FACT_CASE, FACT_HOLDING, FACT_TERM, PRECEDENT, ROLLUP_DAY, TIMER,
};
use yipan_store::{Record, Value};

use crate::house::House;
use crate::precedent;
use crate::privacy;
use crate::proof::{Sealed, scope, texts_sql};
use crate::rows::{
    access_values, case_fact, file_values, holding_fact, outgoing, read_event, rollup_key, term_fact,
    timer_values,
};

/// What a replay found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReplayReport {
    pub cases: u64,
    /// Of cases.
    pub events: u64,
    pub dossiers: u64,
    pub dossier_events: u64,
    /// Differences, by case and table; at most [`ReplayReport::SHOWN`] are told.
    pub differences: Vec<String>,
    pub differing: u64,
    /// Cases changed while the daily figures were being added up, so those were not compared.
    pub moving: bool,
}

impl ReplayReport {
    pub const SHOWN: usize = 20;

    #[must_use]
    pub const fn agrees(&self) -> bool {
        self.differing == 0
    }

    fn differs(&mut self, what: String) {
        self.differing += 1;
        if self.differences.len() < Self::SHOWN {
            self.differences.push(what);
        }
    }
}

/// How many cases are compared at a time: of very many more, since some tables have no order by case and
/// are walked once for each page.
const fn page_of(cases: i64) -> usize {
    if cases > 100_000 { 10_000 } else { 500 }
}

/// The tables with rows of a case, and the column that names it.
static OF_CASES: [(&Table, &str); 7] = [
    (&CASE_FILE, "id"),
    (&CASE_ACCESS, "case_id"),
    (&FACT_CASE, "case_id"),
    (&FACT_HOLDING, "case_id"),
    (&FACT_TERM, "case_id"),
    (&TIMER, "id"),
    (&PRECEDENT, "case_id"),
];

type Rows = BTreeSet<Vec<Value>>;
/// How often each file is named.
pub(crate) type Files = BTreeMap<BlobId, i64>;
type Figures = BTreeMap<Vec<Value>, Counters>;

/// Which cases are compared.
enum Stretch {
    /// After one id, up to and with another; without end if there is none.
    Page {
        after: String,
        upto: Option<String>,
    },
    One(String),
}

impl House {
    /// Folds every case's events again and compares state, access, facts, timers, precedents,
    /// messages and daily figures with the rows in the store; does the same with dossiers; opens every sealed text
    /// and person; and holds city and rules against what the audit chain tells of them. A case that differs is read once more, since work may go on meanwhile.
    ///
    /// # Errors
    /// If the store cannot be read, or an event cannot be understood.
    pub async fn replay(&self) -> Result<ReplayReport, Refusal> {
        let mut report = ReplayReport::default();
        let (mut figures, mut files) = (Figures::new(), Files::new());
        let ledger = *self.store().after_commit().borrow();
        let count = "SELECT COUNT(*) AS cases FROM case_file c WHERE {visible:c.id}";
        let count = self.store().cases(&scope(), count, &[]).await?;
        let most = page_of(count.first().map_or(Ok(0), |row| row.int("cases"))?);
        let mut after = String::new();
        loop {
            let sql = format!(
                "SELECT c.id FROM case_file c WHERE c.id > $1 AND {{visible:c.id}} ORDER BY c.id LIMIT {most}"
            );
            let page = self.store().cases(&scope(), &sql, &[after.as_str().into()]).await?;
            let last =
                page.last().filter(|_| page.len() == most).map(|row| row.text("id").map(str::to_owned));
            let upto = last.transpose()?;
            let page = Stretch::Page { after, upto: upto.clone() };
            self.replay_page(page, &mut figures, &mut files, &mut report).await?;
            match upto {
                Some(upto) => after = upto,
                None => break,
            }
        }
        let proof = self.replay_dossiers().await?;
        (report.dossiers, report.dossier_events) = (proof.dossiers, proof.events);
        for (file, times) in proof.files {
            *files.entry(file).or_default() += times;
        }
        let of_house = self.house_faults().await?.into_iter().chain(self.blob_faults(&files).await?);
        for fault in proof.differences.into_iter().chain(of_house) {
            report.differs(fault);
        }
        let present = self.figures().await?;
        report.moving = *self.store().after_commit().borrow() != ledger;
        if !report.moving {
            figures.retain(|_, counters| !counters.is_zero());
            let keys: BTreeSet<_> = figures.keys().chain(present.keys()).collect();
            for key in keys.into_iter().filter(|key| figures.get(*key) != present.get(*key)) {
                report.differs(format!("rollup_day: {key:?} is not what the cases amount to"));
            }
        }
        Ok(report)
    }

    async fn replay_page(
        &self,
        page: Stretch,
        figures: &mut Figures,
        files: &mut Files,
        report: &mut ReplayReport,
    ) -> Result<(), Refusal> {
        let compared = self.compare(&page).await?;
        report.cases += compared.cases;
        report.events += compared.events;
        for (key, counters) in compared.figures {
            add(figures, key, counters);
        }
        for (file, times) in compared.files {
            *files.entry(file).or_default() += times;
        }
        for (id, _) in compared.differences {
            for (_, what) in self.compare(&Stretch::One(id)).await?.differences {
                report.differs(what);
            }
        }
        Ok(())
    }

    async fn compare(&self, stretch: &Stretch) -> Result<Compared, Refusal> {
        let mut compared = Compared::default();
        let sql =
            stretch.sql("SELECT e.case_id, e.seq, e.at, e.actor, e.body FROM case_event e", "e.case_id");
        let rows = self
            .store()
            .cases(&scope(), &format!("{sql} ORDER BY e.case_id, e.seq"), &stretch.args())
            .await?;
        let mut histories: BTreeMap<String, Vec<Recorded>> = BTreeMap::new();
        for row in &rows {
            histories.entry(row.text("case_id")?.to_owned()).or_default().push(read_event(row)?);
        }
        compared.events = rows.len() as u64;
        compared.cases = histories.len() as u64;

        let mut present: BTreeMap<(String, &str), Rows> = BTreeMap::new();
        for (table, column) in &OF_CASES {
            for row in self.present(table, column, stretch).await? {
                let id = row.text(column)?.to_owned();
                present.entry((id, table.name)).or_default().insert(row.into_values());
            }
        }
        let mut sent: BTreeMap<String, Rows> = BTreeMap::new();
        let messages_sql = "SELECT o.id, o.at, o.topic, o.case_id, o.body FROM outbox o";
        let outbox = stretch.bounded(messages_sql, "o.case_id");
        for row in self.store().house(&outbox, &stretch.args()).await? {
            let id = row.text("case_id")?.to_owned();
            sent.entry(id).or_default().insert(row.into_values());
        }
        let texts = stretch.sql(&texts_sql(), "n.case_id");
        let persons = stretch.sql(
            "SELECT p.id, l.case_id, p.phone_key, p.identity_key, p.sealed, p.wrapped FROM case_person l JOIN person p ON p.id = l.person_id",
            "l.case_id",
        );
        let mut sealed = Sealed::of(
            self.store().cases(&scope(), &texts, &stretch.args()).await?,
            self.store().cases(&scope(), &persons, &stretch.args()).await?,
        )?;
        let directory = self.city().directory.clone();
        for (id, events) in &histories {
            let gap = events.iter().zip(1_u64..).find(|(event, seq)| event.seq != *seq);
            if let Some((event, seq)) = gap {
                compared.differs(id, format!("{id}: event {seq} is missing before event {}", event.seq));
            }
            let Some(case) = Case::fold(events) else {
                compared.differs(id, format!("{id}: the events do not begin with an acceptance"));
                continue;
            };
            let posted = messages(&case, events)?;
            if sent.remove(id).unwrap_or_default() != posted {
                compared.differs(id, format!("{}: the outbox is not what the events sent", case.number));
            }
            for fault in sealed.faults(self, &case)? {
                compared.differs(id, format!("{}: {fault}", case.number));
            }
            let facts = facts(&case, &directory);
            let expected: [Rows; 7] = [
                [file_values(&case)?].into(),
                access_values(&case, &directory).into_values().collect(),
                [case_fact(&facts.case)].into(),
                facts.holdings.iter().map(holding_fact).collect(),
                facts.terms.iter().map(term_fact).collect(),
                next_tick(&case).map(|due| timer_values(&case, due)).into_iter().collect(),
                precedent::of_history(events).collect(),
            ];
            for ((table, _), expected) in OF_CASES.iter().zip(expected) {
                let found = present.remove(&(id.clone(), table.name)).unwrap_or_default();
                if found != expected {
                    let (number, name) = (&case.number, table.name);
                    compared.differs(id, format!("{number}: table {name} is not what the events amount to"));
                }
            }
            for file in privacy::files(&case) {
                *compared.files.entry(file.clone()).or_default() += 1;
            }
            for (key, counters) in rollup(&facts) {
                add(&mut compared.figures, rollup_key(key), counters);
            }
        }
        for id in sealed.left() {
            compared.differs(&id, format!("{id}: texts or a person of a case without events"));
        }
        for id in sent.into_keys() {
            compared.differs(&id, format!("{id}: the outbox has messages of a case without events"));
        }
        for (id, table) in present.into_keys() {
            compared.differs(&id, format!("{id}: table {table} has rows of a case without events"));
        }
        Ok(compared)
    }

    /// The rows of a table in a stretch of cases.
    async fn present(&self, table: &Table, column: &str, stretch: &Stretch) -> Result<Vec<Record>, Refusal> {
        let columns: Vec<_> = table.columns.iter().map(|c| format!("t.{}", c.name)).collect();
        let select = format!("SELECT {} FROM {} t", columns.join(", "), table.name);
        let key = format!("t.{column}");
        if table.case_data {
            return Ok(self.store().cases(&scope(), &stretch.sql(&select, &key), &stretch.args()).await?);
        }
        let mut sql = stretch.bounded(&select, &key);
        if std::ptr::eq(table, &TIMER) {
            // Those are held against their own events.
            sql.push_str(" AND t.kind <> 'dossier'");
        }
        Ok(self.store().house(&sql, &stretch.args()).await?)
    }

    /// The daily figures as they stand, without the rows that came back to nothing.
    async fn figures(&self) -> Result<Figures, Refusal> {
        let columns: Vec<_> = ROLLUP_DAY.columns.iter().map(|c| format!("d.{}", c.name)).collect();
        let sql = format!("SELECT {} FROM rollup_day d WHERE {{facts:d}}", columns.join(", "));
        let mut figures = Figures::new();
        for row in self.store().cases(&scope(), &sql, &[]).await? {
            let mut key = row.into_values();
            let counts = key.split_off(ROLLUP_DAY.key);
            let mut counters = Counters::zero();
            for (to, count) in counters.0.iter_mut().zip(counts) {
                *to = count.as_int().unwrap_or_default();
            }
            if !counters.is_zero() {
                figures.insert(key, counters);
            }
        }
        Ok(figures)
    }
}

/// What a case's events sent out, as the outbox keeps it whatever became of it.
fn messages(case: &Case, events: &[Recorded]) -> Result<Rows, Refusal> {
    let mut sent = Rows::new();
    for event in events {
        if let Some(row) = outgoing(case, event)? {
            sent.insert(row.values().iter().take(5).cloned().collect());
        }
    }
    Ok(sent)
}

/// What a stretch of cases amounts to, and where the rows say otherwise.
#[derive(Default)]
struct Compared {
    cases: u64,
    events: u64,
    /// By case.
    differences: BTreeMap<String, String>,
    figures: Figures,
    /// How often the cases name each file.
    files: Files,
}

impl Compared {
    fn differs(&mut self, id: &str, what: String) {
        let said = self.differences.entry(id.to_owned()).or_default();
        if !said.is_empty() {
            said.push_str("; ");
        }
        said.push_str(&what);
    }
}

impl Stretch {
    fn bounded(&self, select: &str, key: &str) -> String {
        match self {
            Self::Page { upto: Some(_), .. } => format!("{select} WHERE {key} > $1 AND {key} <= $2"),
            Self::Page { upto: None, .. } => format!("{select} WHERE {key} > $1"),
            Self::One(_) => format!("{select} WHERE {key} = $1"),
        }
    }

    fn sql(&self, select: &str, key: &str) -> String {
        format!("{} AND {{visible:{key}}}", self.bounded(select, key))
    }

    fn args(&self) -> Vec<Value> {
        match self {
            Self::Page { after, upto } => std::iter::once(after).chain(upto).map(Value::from).collect(),
            Self::One(id) => vec![id.into()],
        }
    }
}

fn add(figures: &mut Figures, key: Vec<Value>, counters: Counters) {
    let sum = figures.entry(key).or_insert_with(Counters::zero);
    for (to, by) in sum.0.iter_mut().zip(counters.0) {
        *to += by;
    }
}
