//! Restoring a dump into an empty store, whole or not at all.

use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::db::Conn;
use crate::digest::hex;
use crate::dump::{DumpSummary, FORMAT, Header, Section, Trailer};
use crate::error::{Fault, StoreError};
use crate::migrations::schema_version;
use crate::queue::{Group, Statements};
use crate::row::Row;
use crate::store::Store;
use crate::table::{Kind, Table};
use crate::tables;
use crate::value::Value;

/// Rows that are held in memory and written at once.
const BATCH: usize = 1_024;

/// Reads a dump into a fresh store of either engine, in one transaction.
///
/// # Errors
/// If the store is not empty; if the dump is of another schema, cut off, changed or damaged (says in
/// which line); or if the database fails. The store is then as empty as before.
pub async fn restore(input: impl Read, store: &Store) -> Result<DumpSummary, StoreError> {
    let mut conn = store.db().writer().await.map_err(|error| StoreError::sql("connect", error))?;
    let restored = restore_all(&mut Lines::new(input), &mut conn).await;
    if restored.is_err() {
        // The connection is closed next, which ends the transaction in any case.
        let _ = conn.line().script("ROLLBACK").await;
    }
    let closed = conn.close().await.map_err(|error| StoreError::sql("close", error));
    let summary = restored?;
    closed?;
    store.announce(summary.ledger);
    Ok(summary)
}

async fn restore_all(lines: &mut Lines<impl BufRead>, conn: &mut Conn) -> Result<DumpSummary, StoreError> {
    let begin = conn.line().dialect().begin_write();
    run(conn, begin).await?;
    refuse_used(conn).await?;
    run(conn, "DELETE FROM ledger_head").await?;
    let header: Header = lines.json("the header")?;
    let sections = check_header(&header).map_err(|fault| lines.fault(&fault))?;
    let mut statements = Statements::new(conn.line().dialect());
    let mut rows = 0;
    for (table, section) in sections {
        restore_table(lines, conn, &mut statements, table, section).await?;
        rows += section.rows;
    }
    let digest = lines.digest();
    let trailer: Trailer = lines.json("the trailer")?;
    if trailer.sha256 != digest {
        return Err(lines.fault("the SHA-256 does not fit: the dump was changed or damaged"));
    }
    if lines.next()?.is_some() {
        return Err(lines.fault("something follows the trailer"));
    }
    let head = "SELECT seq FROM ledger_head WHERE id = 'head'";
    let found = conn.line().rows(head, &[]).await.map_err(|error| StoreError::sql(head, error))?;
    if found.first().map(|row| row.int("seq")).transpose()? != Some(header.ledger) {
        return Err(StoreError::Dump("its ledger_head is not the ledger of its header".to_owned()));
    }
    run(conn, "COMMIT").await?;
    Ok(DumpSummary { ledger: header.ledger, rows })
}

async fn run(conn: &mut Conn, sql: &'static str) -> Result<(), StoreError> {
    conn.line().script(sql).await.map_err(|error| StoreError::sql(sql, error))
}

/// A store that has seen anything is not written over.
async fn refuse_used(conn: &mut Conn) -> Result<(), StoreError> {
    for table in tables::ALL {
        let sql = match table.name {
            "ledger_head" => "SELECT 1 FROM ledger_head WHERE seq <> 0".to_owned(),
            name => format!("SELECT 1 FROM {name} LIMIT 1"),
        };
        let rows = conn.line().rows(&sql, &[]).await.map_err(|error| StoreError::sql(&sql, error))?;
        if !rows.is_empty() {
            let fault = format!("the database is not empty (table {}); restore into a new one", table.name);
            return Err(StoreError::Dump(fault));
        }
    }
    Ok(())
}

/// The tables of the dump, which must be those of this schema.
fn check_header(header: &Header) -> Result<Vec<(&'static Table, &Section)>, String> {
    if header.yipan_dump != FORMAT {
        return Err(format!("format {} is not known; this program reads {FORMAT}", header.yipan_dump));
    }
    if !(1..=schema_version()).contains(&header.schema) {
        return Err(format!(
            "it has schema {}, this program {}: restore it with the program that wrote it, then upgrade",
            header.schema,
            schema_version()
        ));
    }
    let same = |section: &Section| {
        let table = tables::named(&section.name)?;
        let columns = table.columns.iter().map(|column| column.name);
        columns.eq(section.columns.iter().map(String::as_str)).then_some(table)
    };
    let pairs: Vec<_> = header.tables.iter().filter_map(|section| Some((same(section)?, section))).collect();
    // An older schema has some of the tables; what it lacks stays empty.
    let whole = header.schema < schema_version() || pairs.len() == tables::ALL.len();
    if pairs.len() != header.tables.len() || !whole {
        return Err("its tables are not those of its schema".to_owned());
    }
    Ok(pairs)
}

async fn restore_table(
    lines: &mut Lines<impl BufRead>,
    conn: &mut Conn,
    statements: &mut Statements,
    table: &'static Table,
    section: &Section,
) -> Result<(), StoreError> {
    let mut left = section.rows;
    while left > 0 {
        let mut group = Group::default();
        for _ in 0..left.min(BATCH as u64) {
            let place = format!("table {}, row {} of {}", table.name, section.rows - left + 1, section.rows);
            let values: Vec<Json> = lines.json(&place)?;
            let row = row(table, values).map_err(|fault| lines.fault(&format!("{place}: {fault}")))?;
            let taken = row.check().and_then(|()| group.apply(row));
            taken.map_err(|refusal| lines.fault(&format!("{place}: {}", refusal.en)))?;
            left -= 1;
        }
        for rows in group.tables() {
            statements.write(conn, rows).await.map_err(|fault| match fault {
                Fault::Data(refusal) => {
                    lines.fault(&format!("up to here, table {}: {}", table.name, refusal.en))
                }
                Fault::NoSpace(detail) | Fault::Failing(detail) => StoreError::NoSpace(detail),
                Fault::Lost(detail) => StoreError::Unavailable(detail),
            })?;
        }
    }
    Ok(())
}

fn row(table: &'static Table, values: Vec<Json>) -> Result<Row, String> {
    let value = |(at, value): (usize, Json)| match value {
        Json::Null => Ok(Value::Null),
        Json::String(text) => Ok(Value::Text(Arc::from(text))),
        Json::Number(number) => match (table.columns.get(at).map(|column| column.kind), number.as_i64()) {
            (Some(Kind::Int), Some(number)) => Ok(Value::Int(number)),
            _ => number.as_f64().map(Value::Real).ok_or_else(|| format!("{number} is no number that fits")),
        },
        other => Err(format!("{other} is no value of a column")),
    };
    Ok(Row::found(table, values.into_iter().enumerate().map(value).collect::<Result<_, _>>()?))
}

/// The lines of a dump, counted and hashed.
struct Lines<R> {
    input: R,
    line: Vec<u8>,
    count: u64,
    hash: Sha256,
}

impl<R: Read> Lines<BufReader<R>> {
    fn new(input: R) -> Self {
        let input = BufReader::with_capacity(1 << 16, input);
        Self { input, line: Vec::new(), count: 0, hash: Sha256::new() }
    }
}

impl<R: BufRead> Lines<R> {
    fn next(&mut self) -> Result<Option<&[u8]>, StoreError> {
        self.line.clear();
        let read = self.input.read_until(b'\n', &mut self.line);
        if read.map_err(|source| StoreError::file("reading the dump", source))? == 0 {
            return Ok(None);
        }
        self.count += 1;
        if self.line.last() != Some(&b'\n') {
            return Err(self.fault("the line is cut off"));
        }
        self.hash.update(&self.line);
        Ok(Some(&self.line))
    }

    fn json<T: serde::de::DeserializeOwned>(&mut self, what: &str) -> Result<T, StoreError> {
        let parsed = match self.next()? {
            Some(line) => serde_json::from_slice(line).map_err(|error| error.to_string()),
            None => return Err(self.fault(&format!("it ends here, where {what} should follow"))),
        };
        parsed.map_err(|fault| self.fault(&format!("this is not {what}: {fault}")))
    }

    /// The digest of all lines so far.
    fn digest(&self) -> String {
        hex(&self.hash.clone().finalize())
    }

    fn fault(&self, fault: &str) -> StoreError {
        StoreError::Dump(format!("line {}: {fault}", self.count))
    }
}
