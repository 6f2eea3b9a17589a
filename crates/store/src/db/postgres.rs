//! PostgreSQL: what a database must be like, and how values go in and out.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{
    PgArgumentBuffer, PgArguments, PgConnectOptions, PgConnection, PgPoolOptions, PgRow, PgTypeInfo,
};
use sqlx::{Arguments, ConnectOptions, Connection, Decode, Encode, Postgres, Row, Type, TypeInfo, ValueRef};

use crate::db::{Db, Line};
use crate::error::StoreError;
use crate::table::Kind;
use crate::value::Value;

pub(crate) async fn open(url: &str, readers: u32) -> Result<Db, StoreError> {
    let writer = PgConnectOptions::from_str(url)
        .map_err(|_| StoreError::Address("postgres://…".to_owned()))?
        .application_name("yipan")
        .statement_cache_capacity(512)
        .disable_statement_logging();
    let reading = writer.clone().options([("default_transaction_read_only", "on")]);
    let readers = PgPoolOptions::new()
        .max_connections(readers)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(reading)
        .await
        .map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let mut reader = readers.acquire().await.map_err(|error| StoreError::Unavailable(error.to_string()))?;
    refuse_unfit(&mut reader).await?;
    drop(reader);
    Ok(Db::Postgres { writer, readers })
}

/// A connection whose commits are durable before they are answered, whatever the server's default.
pub(crate) async fn writer(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    let mut conn = PgConnection::connect_with(options).await?;
    let weak = "SELECT CASE WHEN current_setting('synchronous_commit') IN ('off', 'local') THEN 1 ELSE 0 END";
    let rows = Line::Postgres(&mut conn).rows(weak, &[]).await?;
    if rows.first().and_then(|row| row.values()[0].as_int()) == Some(1) {
        Line::Postgres(&mut conn).script("SET synchronous_commit = on").await?;
    }
    Ok(conn)
}

/// Sorting must be by bytes on both engines, and text UTF-8.
async fn refuse_unfit(conn: &mut PgConnection) -> Result<(), StoreError> {
    // `to_jsonb` because older servers lack the columns of the provider.
    let sql = "SELECT CAST(d.datname AS TEXT) AS name, CAST(d.datcollate AS TEXT) AS collation, \
               CAST(pg_encoding_to_char(d.encoding) AS TEXT) AS encoding, \
               COALESCE(to_jsonb(d) ->> 'datlocprovider', 'c') AS provider, \
               COALESCE(to_jsonb(d) ->> 'datlocale', '') AS locale, \
               current_setting('data_checksums') AS checksums \
               FROM pg_database d WHERE d.datname = current_database()";
    let rows = Line::Postgres(conn).rows(sql, &[]).await.map_err(|error| StoreError::sql(sql, error))?;
    let Some(row) = rows.first() else {
        return Err(StoreError::Unfit("the server does not list its own database".to_owned()));
    };
    let (name, encoding, locale) = (row.text("name")?, row.text("encoding")?, row.text("locale")?);
    if row.text("checksums")? != "on" {
        tracing::warn!(
            "the PostgreSQL cluster keeps no checksums of its pages, so a flipped bit goes unnoticed; stop it and run: \
             pg_checksums --enable"
        );
    }
    let collation = match row.text("provider")? {
        "c" => row.text("collation")?,
        _ => locale,
    };
    if matches!(collation, "C" | "POSIX") && encoding == "UTF8" {
        return Ok(());
    }
    Err(StoreError::Unfit(format!(
        "the PostgreSQL database `{name}` has collation {collation} and encoding {encoding}; it must have \
         collation C and encoding UTF8. Create one with: CREATE DATABASE {name}_c TEMPLATE template0 \
         ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
    )))
}

/// A null whose type the server infers from the statement.
struct Null;

/// PostgreSQL's `unknown`.
const UNKNOWN: Oid = Oid(705);

impl Type<Postgres> for Null {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(UNKNOWN)
    }
}

impl Encode<'_, Postgres> for Null {
    fn encode_by_ref(&self, _: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        Ok(IsNull::Yes)
    }
}

pub(crate) fn push(args: &mut PgArguments, value: &Value, kind: Option<Kind>) -> Result<(), BoxDynError> {
    match (value, kind) {
        (Value::Null, Some(Kind::Int)) => args.add(None::<i64>),
        (Value::Null, Some(Kind::Real)) => args.add(None::<f64>),
        (Value::Null, Some(Kind::Text)) => args.add(None::<&str>),
        (Value::Null, None) => args.add(Null),
        (Value::Int(value), _) => args.add(*value),
        (Value::Real(value), _) => args.add(*value),
        (Value::Text(value), _) => args.add(&**value),
        (Value::LedgerSeq, _) => Err("a ledger sequence has no value outside a unit of work".into()),
    }
}

pub(crate) fn value(row: &PgRow, at: usize) -> Result<Value, sqlx::Error> {
    let raw = row.try_get_raw(at)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let decoded = match raw.type_info().name() {
        "TEXT" | "VARCHAR" | "UNKNOWN" => {
            <&str as Decode<Postgres>>::decode(raw).map(|text| Value::Text(Arc::from(text)))
        }
        "INT8" => <i64 as Decode<Postgres>>::decode(raw).map(Value::Int),
        "INT4" => <i32 as Decode<Postgres>>::decode(raw).map(|number| Value::Int(number.into())),
        "BOOL" => <bool as Decode<Postgres>>::decode(raw).map(|truth| Value::Int(truth.into())),
        "FLOAT8" => <f64 as Decode<Postgres>>::decode(raw).map(Value::Real),
        other => Err(format!(
            "a value of type {other} is outside the common subset: write CAST(… AS BIGINT), \
             CAST(… AS DOUBLE PRECISION) or CAST(… AS TEXT) in the query"
        )
        .into()),
    };
    decoded.map_err(|source| sqlx::Error::ColumnDecode { index: at.to_string(), source })
}
