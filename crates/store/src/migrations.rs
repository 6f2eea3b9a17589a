//! Forward-only migrations, embedded in the binary and run when a store is opened.

use sha2::{Digest, Sha256};
use sqlx::AssertSqlSafe;

use crate::db::Conn;
use crate::digest::hex;
use crate::error::StoreError;
use crate::value::Value;

/// One step of the schema: the text of both engines, and what PostgreSQL needs besides.
struct Migration {
    name: &'static str,
    common: &'static str,
    postgres: &'static str,
}

/// In order; the first is version 1.
static MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_first",
        common: include_str!("../migrations/common/0001_first.sql"),
        postgres: "",
    },
    Migration {
        name: "0002_dossiers",
        common: include_str!("../migrations/common/0002_dossiers.sql"),
        postgres: "",
    },
];

impl Migration {
    fn checksum(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.common);
        hash.update([0]);
        hash.update(self.postgres);
        hex(&hash.finalize())
    }
}

/// The version of the schema that this binary knows.
#[must_use]
pub fn schema_version() -> i64 {
    MIGRATIONS.len() as i64
}

/// Brings the database to this binary's schema, each step in a transaction of its own.
///
/// # Errors
/// If the database is newer than the binary, or a step that it has already taken reads differently.
pub(crate) async fn run(conn: &mut Conn) -> Result<(), StoreError> {
    let create = "CREATE TABLE IF NOT EXISTS schema_migration \
                  (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)";
    while step(conn, create).await? {}
    Ok(())
}

/// Takes the next step, if there is one.
async fn step(conn: &mut Conn, create: &'static str) -> Result<bool, StoreError> {
    let dialect = conn.line().dialect();
    let failed = |sql: &str| {
        let sql = sql.to_owned();
        move |error| StoreError::sql(&sql, error)
    };
    conn.line().script(dialect.begin_write()).await.map_err(failed("BEGIN"))?;
    if let Some(lock) = dialect.migration_lock() {
        conn.line().rows(lock, &[]).await.map_err(failed(lock))?;
    }
    conn.line().script(create).await.map_err(failed(create))?;
    let list = "SELECT version, name, checksum FROM schema_migration ORDER BY version";
    let taken = conn.line().rows(list, &[]).await.map_err(failed(list))?;
    for (at, row) in taken.iter().enumerate() {
        compare(at, row.int("version")?, row.text("name")?, row.text("checksum")?)?;
    }
    let Some(next) = MIGRATIONS.get(taken.len()) else {
        conn.line().script("COMMIT").await.map_err(failed("COMMIT"))?;
        return Ok(false);
    };
    let mut text = dialect.migration(next.common);
    if dialect == crate::dialect::Dialect::Postgres {
        text.push_str(next.postgres);
    }
    conn.line().script(AssertSqlSafe(text)).await.map_err(failed(next.name))?;
    let note = "INSERT INTO schema_migration (version, name, checksum) VALUES ($1, $2, $3)";
    let version = taken.len() as i64 + 1;
    let values = [Value::from(version), Value::from(next.name), Value::from(next.checksum())];
    conn.line().rows(note, &values).await.map_err(failed(note))?;
    conn.line().script("COMMIT").await.map_err(failed("COMMIT"))?;
    tracing::info!(schema.version = version, schema.name = next.name, "schema migrated");
    Ok(true)
}

fn compare(at: usize, version: i64, name: &str, checksum: &str) -> Result<(), StoreError> {
    let Some(known) = MIGRATIONS.get(at) else {
        return Err(StoreError::Unfit(format!(
            "the database has schema {version} ({name}), newer than schema {} which this program knows; \
             start the newer program",
            schema_version()
        )));
    };
    if version != at as i64 + 1 || name != known.name || checksum != known.checksum() {
        return Err(StoreError::Unfit(format!(
            "step {version} ({name}) of the database's schema differs from this program's {}; the database \
             was made by another build, or its table schema_migration was changed by hand",
            known.name
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_embedded_in_order() {
        for (folder, text) in [
            ("common", (|m: &Migration| m.common) as fn(&Migration) -> &'static str),
            ("postgres", |m: &Migration| m.postgres),
        ] {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
            let files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
            let mut names: Vec<_> = files.map(|f| f.path()).collect();
            names.sort();
            let expected: Vec<_> = MIGRATIONS
                .iter()
                .filter(|m| !text(m).is_empty())
                .map(|m| folder.join(format!("{}.sql", m.name)))
                .collect();
            assert_eq!(names, expected);
        }
    }

    #[test]
    fn a_changed_or_newer_schema_is_refused_in_a_sentence() {
        let newer = compare(MIGRATIONS.len(), 99, "0099_later", "").unwrap_err().to_string();
        assert!(newer.contains("start the newer program"), "{newer}");
        let changed = compare(0, 1, "0001_first", "00").unwrap_err().to_string();
        assert!(changed.contains("step 1 (0001_first)"), "{changed}");
        assert!(compare(0, 1, "0001_first", &MIGRATIONS[0].checksum()).is_ok());
    }
}
