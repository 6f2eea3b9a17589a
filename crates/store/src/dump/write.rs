//! Writing a dump.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

use crate::digest::hex;
use crate::dump::{DumpSummary, FORMAT, Header, Section, Trailer};
use crate::error::StoreError;
use crate::migrations::schema_version;
use crate::read::Snapshot;
use crate::store::Store;
use crate::table::Table;
use crate::tables;
use crate::value::Value;

/// Writes the whole store as it is at one moment, while it goes on.
///
/// # Errors
/// If the database cannot be read or the output not be written.
pub async fn dump(store: &Store, out: impl Write) -> Result<DumpSummary, StoreError> {
    let mut out = Hashing { out, hash: Sha256::new() };
    let mut snapshot = store.snapshot().await?;
    let head = snapshot.first("SELECT seq FROM ledger_head WHERE id = 'head'").await?;
    let ledger = head.map_or(Ok(0), |row| row.int("seq"))?;
    let mut sections = Vec::with_capacity(tables::ALL.len());
    for table in tables::ALL {
        sections.push(section(&mut snapshot, table).await?);
    }
    let rows = sections.iter().map(|section| section.rows).sum();
    let header = Header { yipan_dump: FORMAT, schema: schema_version(), ledger, tables: sections };
    json_line(&mut out, &header).map_err(failed)?;
    for table in tables::ALL {
        write_rows(&mut snapshot, table, &mut out).await?;
    }
    let Hashing { mut out, hash } = out;
    let trailer = Trailer { sha256: hex(&hash.finalize()) };
    json_line(&mut out, &trailer).and_then(|()| out.flush()).map_err(failed)?;
    Ok(DumpSummary { ledger, rows })
}

async fn section(snapshot: &mut Snapshot, table: &'static Table) -> Result<Section, StoreError> {
    let count = snapshot.first(&format!("SELECT COUNT(*) AS n FROM {}", table.name)).await?;
    let rows = count.map_or(Ok(0), |row| row.int("n"))?.unsigned_abs();
    let columns = table.columns.iter().map(|column| column.name.to_owned()).collect();
    Ok(Section { name: table.name.to_owned(), columns, rows })
}

async fn write_rows(
    snapshot: &mut Snapshot,
    table: &'static Table,
    out: &mut impl Write,
) -> Result<(), StoreError> {
    let names: Vec<_> = table.columns.iter().map(|column| column.name).collect();
    let keys = names[..table.key].join(", ");
    let sql = format!("SELECT {} FROM {} ORDER BY {keys}", names.join(", "), table.name);
    let mut line = Vec::new();
    snapshot
        .scan(&sql, &[], |record| {
            line.clear();
            for (at, value) in record.values().iter().enumerate() {
                line.push(if at == 0 { b'[' } else { b',' });
                write_value(&mut line, value).map_err(failed)?;
            }
            line.extend(b"]\n");
            out.write_all(&line).map_err(failed)
        })
        .await
}

fn write_value(line: &mut Vec<u8>, value: &Value) -> io::Result<()> {
    let written = match value {
        Value::Null | Value::LedgerSeq => serde_json::to_writer(line, &()),
        Value::Int(value) => serde_json::to_writer(line, value),
        Value::Real(value) => serde_json::to_writer(line, value),
        Value::Text(value) => serde_json::to_writer(line, &**value),
    };
    written.map_err(io::Error::from)
}

fn json_line(out: &mut impl Write, value: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

fn failed(source: io::Error) -> StoreError {
    StoreError::file("writing the dump", source)
}

/// Passes bytes on and hashes them.
struct Hashing<W> {
    out: W,
    hash: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
