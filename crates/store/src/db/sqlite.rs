//! SQLite: how a file is opened, and how values go in and out.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sqlx::error::BoxDynError;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{
    Arguments, ConnectOptions, Connection, Decode, Row, Sqlite, SqliteConnection, TypeInfo, ValueRef,
};

use crate::db::{Db, wal};
use crate::error::{Fault, StoreError};
use crate::value::Value;

/// How long a statement waits for another process that holds the file, such as a backup tool.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) async fn open(path: &str, readers: u32) -> Result<Db, StoreError> {
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.is_empty() || path.starts_with(':') {
        return Err(StoreError::Address(format!("sqlite:{path}")));
    }
    let common = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(PATIENCE)
        .foreign_keys(false)
        .statement_cache_capacity(512)
        .disable_statement_logging();
    // The writer keeps 16 MiB of pages and each reader 4 MiB, so that the whole stays small however
    // large the file grows. Checkpoints come every 16 MiB of log.
    let writer = common
        .clone()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-16384")
        // What was erased is overwritten, not left in a free page.
        .pragma("secure_delete", "FAST")
        .pragma("wal_autocheckpoint", "4096")
        .pragma("journal_size_limit", "67108864")
        .thread_name(|_| "yipan-sqlite-writer".to_owned());
    let reading = common.read_only(true).pragma("cache_size", "-4096");

    let file = PathBuf::from(path);
    tokio::task::spawn_blocking(move || wal::look(&file))
        .await
        .map_err(|fault| StoreError::Unfit(format!("the look at the database's log broke off: {fault}")))??;
    // The first connection creates the file and its log, which read-only connections cannot.
    let first = SqliteConnection::connect_with(&writer).await.map_err(|error| unfit(path, error))?;
    let readers = SqlitePoolOptions::new()
        .max_connections(readers)
        .acquire_timeout(Duration::from_secs(30))
        .connect_with(reading)
        .await
        .map_err(|error| unfit(path, error))?;
    first.close().await.map_err(|error| unfit(path, error))?;
    Ok(Db::Sqlite { writer, readers })
}

fn unfit(path: &str, error: sqlx::Error) -> StoreError {
    match Fault::from(error) {
        Fault::NoSpace(detail) | Fault::Failing(detail) => StoreError::NoSpace(format!("{path}: {detail}")),
        Fault::Lost(detail) => StoreError::Unfit(format!(
            "the database file {path} cannot be opened: {detail}; check that its folder exists, that \
             this user may write there, and that the file is an SQLite database"
        )),
        Fault::Data(refusal) => StoreError::Unfit(format!("the database file {path}: {}", refusal.en)),
    }
}

pub(crate) fn push(args: &mut SqliteArguments, value: &Value) -> Result<(), BoxDynError> {
    match value {
        Value::Null => args.add(None::<i64>),
        Value::Int(value) => args.add(*value),
        Value::Real(value) => args.add(*value),
        Value::Text(value) => args.add(value.clone()),
        Value::LedgerSeq => Err("a ledger sequence has no value outside a unit of work".into()),
    }
}

pub(crate) fn value(row: &SqliteRow, at: usize) -> Result<Value, sqlx::Error> {
    let raw = row.try_get_raw(at)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let decoded = match raw.type_info().name() {
        "TEXT" => <&str as Decode<Sqlite>>::decode(raw).map(|text| Value::Text(Arc::from(text))),
        "INTEGER" => <i64 as Decode<Sqlite>>::decode(raw).map(Value::Int),
        "REAL" => <f64 as Decode<Sqlite>>::decode(raw).map(Value::Real),
        other => Err(format!("a value of type {other} is outside the common subset").into()),
    };
    decoded.map_err(|source| sqlx::Error::ColumnDecode { index: at.to_string(), source })
}
