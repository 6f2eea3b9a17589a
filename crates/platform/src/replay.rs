//! Replay (重放): all events folded again must equal the present, to the byte.

use serde::Serialize;
use yipan_base::refusal::Refusal;
use yipan_casework::case::Case;
use yipan_casework::event::Recorded;
use yipan_casework::project::facts;
use yipan_store::{Record, Scope, Value};

use crate::house::House;
use crate::rows::{case_fact, file_values, holding_fact, read_event, term_fact};

/// What a replay found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReplayReport {
    pub cases: u64,
    pub events: u64,
    /// Differences, by case and table; at most [`ReplayReport::SHOWN`] are told.
    pub differences: Vec<String>,
    pub differing: u64,
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

impl House {
    /// Folds every case's events again and compares state and facts with the rows in the store.
    ///
    /// # Errors
    /// If the store cannot be read, or an event cannot be understood.
    pub async fn replay(&self) -> Result<ReplayReport, Refusal> {
        let scope = Scope::system("audit replay");
        let mut report = ReplayReport::default();
        let mut after = String::new();
        loop {
            let sql = "SELECT c.id FROM case_file c WHERE c.id > $1 AND {visible:c.id} ORDER BY c.id LIMIT 500";
            let page = self.store().cases(&scope, sql, &[after.as_str().into()]).await?;
            let Some(last) = page.last() else {
                return Ok(report);
            };
            let (first, last) = (page[0].text("id")?.to_owned(), last.text("id")?.to_owned());
            self.replay_page(&scope, &first, &last, &mut report).await?;
            after = last;
        }
    }

    async fn replay_page(
        &self,
        scope: &Scope,
        first: &str,
        last: &str,
        report: &mut ReplayReport,
    ) -> Result<(), Refusal> {
        let range: [Value; 2] = [first.into(), last.into()];
        let sql = "SELECT e.case_id, e.seq, e.at, e.actor, e.body FROM case_event e WHERE e.case_id >= $1 \
                   AND e.case_id <= $2 AND {visible:e.case_id} ORDER BY e.case_id, e.seq";
        let rows = self.store().cases(scope, sql, &range).await?;
        let mut histories: std::collections::BTreeMap<String, Vec<Recorded>> = std::collections::BTreeMap::new();
        for row in &rows {
            report.events += 1;
            histories.entry(row.text("case_id")?.to_owned()).or_default().push(read_event(row)?);
        }
        let files = self.present(scope, "case_file", "id", &range).await?;
        let cases = self.present(scope, "fact_case", "case_id", &range).await?;
        let holdings = self.present(scope, "fact_holding", "case_id", &range).await?;
        let terms = self.present(scope, "fact_term", "case_id", &range).await?;
        let directory = self.city().directory.clone();
        for (id, events) in &histories {
            report.cases += 1;
            let Some(case) = Case::fold(events) else {
                report.differs(format!("{id}: the events do not begin with an acceptance"));
                continue;
            };
            if let Some(gap) = events.windows(2).find(|w| w[1].seq != w[0].seq + 1) {
                report.differs(format!("{}: event {} is missing", case.number, gap[0].seq + 1));
            }
            let facts = facts(&case, &directory);
            let mut compare = |table: &str, rows: &[Record], expected: Vec<Vec<Value>>| {
                let found: Vec<&[Value]> =
                    rows.iter().filter(|r| r.values()[0].as_text() == Some(id)).map(Record::values).collect();
                if found.len() != expected.len() || found.iter().zip(&expected).any(|(a, b)| *a != b.as_slice()) {
                    report.differs(format!("{}: table {table} is not what the events amount to", case.number));
                }
            };
            compare("case_file", &files, vec![file_values(&case)?]);
            compare("fact_case", &cases, vec![case_fact(&facts.case)]);
            compare("fact_holding", &holdings, facts.holdings.iter().map(holding_fact).collect());
            compare("fact_term", &terms, facts.terms.iter().map(term_fact).collect());
        }
        for row in &files {
            let id = row.text("id")?;
            if !histories.contains_key(id) {
                report.differs(format!("{id}: a case file without events"));
            }
        }
        Ok(())
    }

    async fn present(
        &self,
        scope: &Scope,
        table: &str,
        key: &str,
        range: &[Value],
    ) -> Result<Vec<Record>, Refusal> {
        let Some(table) = yipan_store::tables::named(table) else {
            return Err(Refusal::internal(format!("there is no table {table}")));
        };
        let columns: Vec<_> = table.columns.iter().map(|c| format!("t.{}", c.name)).collect();
        let keys: Vec<_> = table.key_columns().iter().map(|c| format!("t.{}", c.name)).collect();
        let sql = format!(
            "SELECT {} FROM {} t WHERE t.{key} >= $1 AND t.{key} <= $2 AND {{visible:t.{key}}} ORDER BY {}",
            columns.join(", "),
            table.name,
            keys.join(", ")
        );
        Ok(self.store().cases(scope, &sql, range).await?)
    }
}
