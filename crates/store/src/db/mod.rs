//! The two engines behind one face: connections, arguments, rows.

pub(crate) mod postgres;
pub(crate) mod sqlite;
mod wal;

use std::sync::Arc;

use futures_util::TryStreamExt;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPool};
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteConnection, SqlitePool};
use sqlx::{AssertSqlSafe, Column, Connection, Postgres, Row, Sqlite};

use crate::dialect::Dialect;
use crate::error::StoreError;
use crate::record::{Names, Record};
use crate::table::{Kind, Table};
use crate::value::Value;

/// A database: how to open its one writing connection, and its pool of reading ones.
pub(crate) enum Db {
    Sqlite { writer: SqliteConnectOptions, readers: SqlitePool },
    Postgres { writer: PgConnectOptions, readers: PgPool },
}

/// A connection that writes.
pub(crate) enum Conn {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// A connection that reads, lent by the pool.
pub(crate) enum Reader {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// Either of them, to run one statement on.
pub(crate) enum Line<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

/// The arguments of one statement.
pub(crate) enum Arguments {
    Sqlite(SqliteArguments),
    Postgres(PgArguments),
}

impl Db {
    /// Opens a database by its URL, creating an SQLite file that does not exist.
    pub(crate) async fn open(url: &str, readers: u32) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return sqlite::open(path, readers).await;
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return postgres::open(url, readers).await;
        }
        Err(StoreError::Address(url.to_owned()))
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite { .. } => Dialect::Sqlite,
            Self::Postgres { .. } => Dialect::Postgres,
        }
    }

    /// A new writing connection.
    pub(crate) async fn writer(&self) -> Result<Conn, sqlx::Error> {
        match self {
            Self::Sqlite { writer, .. } => SqliteConnection::connect_with(writer).await.map(Conn::Sqlite),
            Self::Postgres { writer, .. } => postgres::writer(writer).await.map(Conn::Postgres),
        }
    }

    /// A reading connection, when one is free.
    pub(crate) async fn reader(&self) -> Result<Reader, sqlx::Error> {
        match self {
            Self::Sqlite { readers, .. } => readers.acquire().await.map(Reader::Sqlite),
            Self::Postgres { readers, .. } => readers.acquire().await.map(Reader::Postgres),
        }
    }

    pub(crate) async fn close_readers(&self) {
        match self {
            Self::Sqlite { readers, .. } => readers.close().await,
            Self::Postgres { readers, .. } => readers.close().await,
        }
    }
}

impl Conn {
    pub(crate) fn line(&mut self) -> Line<'_> {
        match self {
            Self::Sqlite(conn) => Line::Sqlite(conn),
            Self::Postgres(conn) => Line::Postgres(conn),
        }
    }

    pub(crate) async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(conn) => conn.close().await,
            Self::Postgres(conn) => conn.close().await,
        }
    }
}

impl Reader {
    pub(crate) fn line(&mut self) -> Line<'_> {
        match self {
            Self::Sqlite(conn) => Line::Sqlite(conn),
            Self::Postgres(conn) => Line::Postgres(conn),
        }
    }

    /// Takes the connection out of the pool for good: one that is inside a transaction must not be
    /// given back.
    pub(crate) fn keep(self) -> Conn {
        match self {
            Self::Sqlite(conn) => Conn::Sqlite(conn.detach()),
            Self::Postgres(conn) => Conn::Postgres(conn.detach()),
        }
    }
}

impl Line<'_> {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs one or more statements without arguments.
    pub(crate) async fn script(self, sql: impl sqlx::SqlSafeStr) -> Result<(), sqlx::Error> {
        let script = sqlx::raw_sql(sql);
        match self {
            Self::Sqlite(conn) => script.execute(conn).await.map(drop),
            Self::Postgres(conn) => script.execute(conn).await.map(drop),
        }
    }

    /// Runs one statement that returns no rows.
    pub(crate) async fn run(self, sql: &Arc<str>, args: Arguments) -> Result<(), sqlx::Error> {
        let sql = AssertSqlSafe(sql.clone());
        match (self, args) {
            (Self::Sqlite(conn), Arguments::Sqlite(args)) => {
                sqlx::query_with(sql, args).execute(conn).await.map(drop)
            }
            (Self::Postgres(conn), Arguments::Postgres(args)) => {
                sqlx::query_with(sql, args).execute(conn).await.map(drop)
            }
            _ => Err(mixed()),
        }
    }

    /// Runs one query and hands every row to `each` as it arrives, until that fails. The rows are
    /// those of `table` if it is given.
    pub(crate) async fn each<E: From<sqlx::Error>>(
        self,
        sql: &Arc<str>,
        args: Arguments,
        table: Option<&'static Table>,
        mut each: impl FnMut(Record) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = AssertSqlSafe(sql.clone());
        let mut names = table.map(Names::Table);
        match (self, args) {
            (Self::Sqlite(conn), Arguments::Sqlite(args)) => {
                let mut rows = sqlx::query_with(sql, args).fetch(conn);
                while let Some(row) = rows.try_next().await? {
                    let names = names.get_or_insert_with(|| query_names(&row)).clone();
                    let values = (0..row.len()).map(|at| sqlite::value(&row, at));
                    each(Record { names, values: values.collect::<Result<_, _>>()? })?;
                }
            }
            (Self::Postgres(conn), Arguments::Postgres(args)) => {
                let mut rows = sqlx::query_with(sql, args).fetch(conn);
                while let Some(row) = rows.try_next().await? {
                    let names = names.get_or_insert_with(|| query_names(&row)).clone();
                    let values = (0..row.len()).map(|at| postgres::value(&row, at));
                    each(Record { names, values: values.collect::<Result<_, _>>()? })?;
                }
            }
            _ => return Err(mixed().into()),
        }
        Ok(())
    }

    /// Runs one query and returns its rows.
    pub(crate) async fn rows(self, sql: &str, args: &[Value]) -> Result<Vec<Record>, sqlx::Error> {
        let mut arguments = Arguments::new(self.dialect(), args.len());
        for value in args {
            arguments.push(value, None)?;
        }
        let mut records = Vec::new();
        let each = |record| {
            records.push(record);
            Ok::<_, sqlx::Error>(())
        };
        self.each(&sql.into(), arguments, None, each).await?;
        Ok(records)
    }
}

fn query_names<R: Row>(row: &R) -> Names {
    Names::Query(row.columns().iter().map(|column| column.name().into()).collect())
}

fn mixed() -> sqlx::Error {
    sqlx::Error::InvalidArgument("the arguments are for the other engine".to_owned())
}

impl Arguments {
    pub(crate) fn new(dialect: Dialect, size: usize) -> Self {
        use sqlx::Arguments as _;
        match dialect {
            Dialect::Sqlite => {
                let mut args = SqliteArguments::default();
                args.reserve(size, 0);
                Self::Sqlite(args)
            }
            Dialect::Postgres => {
                let mut args = PgArguments::default();
                args.reserve(size, size * 24);
                Self::Postgres(args)
            }
        }
    }

    /// Appends a value; `kind` is that of its column, where it is known.
    pub(crate) fn push(&mut self, value: &Value, kind: Option<Kind>) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(args) => sqlite::push(args, value),
            Self::Postgres(args) => postgres::push(args, value, kind),
        }
        .map_err(sqlx::Error::Encode)
    }
}
