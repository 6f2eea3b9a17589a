//! What can go wrong in the store, and which of it concerns one unit of work, which the house.

use sqlx::error::ErrorKind;
use sqlx::sqlite::SqliteError;
use yipan_base::refusal::{Refusal, RefusalKind};

/// Why the store could not be opened, read, dumped or restored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database URL is not one.
    #[error("`{0}` is not a database: write sqlite:PATH or postgres://USER@HOST/DATABASE")]
    Address(String),
    /// The database is there but cannot be used as it is.
    #[error("{0}")]
    Unfit(String),
    /// The directory belongs to another process.
    #[error("{0}")]
    Locked(String),
    /// The engine refused a statement.
    #[error("the database refused `{sql}`: {fault}")]
    Sql { sql: String, fault: String },
    /// A query would show cases without, or outside of, a scope.
    #[error("{fault}, in `{sql}`")]
    Scope { sql: String, fault: String },
    /// A column is missing or holds something else than was asked for.
    #[error("column {table}.{column}: {fault}")]
    Column { table: &'static str, column: String, fault: String },
    /// The disk is full or failing.
    #[error("the disk of the database is full or failing: {0}")]
    NoSpace(String),
    /// The engine cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
    /// A dump cannot be restored.
    #[error("the dump cannot be restored: {0}")]
    Dump(String),
    /// A file cannot be read or written.
    #[error("{what}: {source}")]
    File { what: String, source: std::io::Error },
}

/// Why a unit of work was not committed. Nothing of it was written, except where said otherwise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// Its plan refused, or the queue had no room.
    #[error(transparent)]
    Refused(Refusal),
    /// Its rows do not fit: a key that is taken, a text that cannot be kept.
    #[error(transparent)]
    Data(Refusal),
    /// The disk is full or failing.
    #[error("the disk of the database is full or failing: {0}")]
    NoSpace(String),
    /// The engine cannot be reached, or went away. If it went away during the commit itself, the
    /// unit may have been written: repeat it under the same idempotency key.
    #[error("the database cannot be reached: {0}")]
    Unavailable(String),
}

impl From<CommitError> for Refusal {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Refused(refusal) | CommitError::Data(refusal) => refusal,
            CommitError::NoSpace(detail) => no_space(&detail),
            CommitError::Unavailable(detail) => unavailable(&detail),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoSpace(detail) => no_space(&detail),
            StoreError::Unavailable(detail) => unavailable(&detail),
            other => Refusal::internal(other.to_string()),
        }
    }
}

fn no_space(detail: &str) -> Refusal {
    Refusal::new(
        RefusalKind::NoSpace,
        "store.no_space",
        "存储空间已满或磁盘故障，本次操作未保存；请联系管理员清理空间后重试",
        format!(
            "the disk is full or failing and nothing was saved ({detail}); free some space and try again"
        ),
    )
}

fn unavailable(detail: &str) -> Refusal {
    Refusal::new(
        RefusalKind::Unavailable,
        "store.unavailable",
        "数据库暂时无法连接，请稍后用同一请求重试",
        format!("the database cannot be reached ({detail}); repeat the same request shortly"),
    )
}

/// What a failed statement means for a group of units of work.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// One of the units wrote what the engine cannot take.
    Data(Refusal),
    /// The disk is full.
    NoSpace(String),
    /// The disk is failing: what was just written may be there or not.
    Failing(String),
    /// The connection is gone, or the engine is not up to work.
    Lost(String),
}

impl From<Fault> for CommitError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Data(refusal) => Self::Data(refusal),
            Fault::NoSpace(detail) | Fault::Failing(detail) => Self::NoSpace(detail),
            Fault::Lost(detail) => Self::Unavailable(detail),
        }
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        let sqlx::Error::Database(fault) = &error else {
            return match error {
                sqlx::Error::Encode(_) | sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => {
                    Self::Data(Refusal::internal(error.to_string()))
                }
                _ => Self::Lost(error.to_string()),
            };
        };
        // The engine's message names tables and columns, never values.
        let text = fault.message().to_owned();
        match fault.kind() {
            ErrorKind::UniqueViolation => return Self::Data(taken(&text)),
            ErrorKind::Other => {}
            _ => return Self::Data(Refusal::internal(text)),
        }
        let code = fault.code().unwrap_or_default();
        if fault.try_downcast_ref::<SqliteError>().is_some() {
            sqlite_fault(code.parse().unwrap_or_default(), text)
        } else {
            postgres_fault(&code, text)
        }
    }
}

fn sqlite_fault(code: i32, text: String) -> Fault {
    match code & 0xff {
        // SQLITE_FULL
        13 => Fault::NoSpace(text),
        // SQLITE_IOERR
        10 => Fault::Failing(text),
        // BUSY, LOCKED, NOMEM, READONLY, INTERRUPT, CORRUPT, CANTOPEN, PROTOCOL, NOTADB
        5 | 6 | 7 | 8 | 9 | 11 | 14 | 15 | 26 => Fault::Lost(text),
        _ => Fault::Data(Refusal::internal(text)),
    }
}

fn postgres_fault(state: &str, text: String) -> Fault {
    match state.get(..2).unwrap_or_default() {
        // disk_full; system and I/O errors
        _ if state == "53100" => Fault::NoSpace(text),
        "58" => Fault::Failing(text),
        // connection, transaction rollback, resources, operator intervention, read-only server
        "08" | "40" | "53" | "57" | "25" => Fault::Lost(text),
        _ => Fault::Data(Refusal::internal(text)),
    }
}

/// The conflict of a unit of work whose key is taken.
pub(crate) fn taken(what: &str) -> Refusal {
    Refusal::conflict(
        "store.taken",
        "已存在相同编号或键的记录，请刷新后重试",
        format!("a record with this key already exists ({what}); reload and try again"),
    )
    .fact("constraint", what)
}

impl StoreError {
    pub(crate) fn sql(sql: &str, source: sqlx::Error) -> Self {
        match Fault::from(source) {
            Fault::NoSpace(detail) | Fault::Failing(detail) => Self::NoSpace(detail),
            Fault::Lost(detail) => Self::Unavailable(detail),
            Fault::Data(refusal) => Self::Sql { sql: shortened(sql), fault: refusal.en },
        }
    }

    pub(crate) fn file(what: impl Into<String>, source: std::io::Error) -> Self {
        Self::File { what: what.into(), source }
    }
}

/// The beginning of a statement: enough to find it in the source.
pub(crate) fn shortened(sql: &str) -> String {
    let mut text: String = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = text.char_indices().nth(300) {
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_gone_or_not_promoted_yet_is_an_outage_and_no_fault_of_the_change() {
        // Gone or ending, starting, without room for one more, read-only, overtaken by another writer.
        for state in ["08000", "08006", "57P01", "57P02", "57P03", "53300", "25006", "40001"] {
            assert!(matches!(postgres_fault(state, String::new()), Fault::Lost(_)), "{state}");
        }
        assert!(matches!(postgres_fault("53100", String::new()), Fault::NoSpace(_)));
        assert!(matches!(postgres_fault("58030", String::new()), Fault::Failing(_)));
        assert!(matches!(postgres_fault("42P01", String::new()), Fault::Data(_)));
    }
}
