//! The only place where the two engines are spoken to differently. Everything else is one SQL text
//! with `$1` placeholders in the subset that both understand.

use std::fmt::Write;

use crate::row::Change;
use crate::table::{Column, Table};

/// Which engine a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// Begins a transaction that will write.
    pub(crate) fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// Begins a transaction whose every query sees the same moment.
    pub(crate) fn begin_snapshot(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Takes the lease of whoever leads, or does not; for PostgreSQL alone.
    pub(crate) fn try_lease(self) -> &'static str {
        "SELECT CAST(CASE WHEN pg_try_advisory_lock(520417281454) THEN 1 ELSE 0 END AS BIGINT)"
    }

    /// Gives the lease back; for PostgreSQL alone.
    pub(crate) fn end_lease(self) -> &'static str {
        "SELECT CAST(CASE WHEN pg_advisory_unlock(520417281454) THEN 1 ELSE 0 END AS BIGINT)"
    }

    /// Reads the ledger's head. On PostgreSQL its row is the lock that puts the writers of several
    /// nodes in one order; it is taken first, so no two of them can deadlock.
    pub(crate) fn head(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT seq, hash FROM ledger_head WHERE id = 'head'",
            Self::Postgres => "SELECT seq, hash FROM ledger_head WHERE id = 'head' FOR UPDATE",
        }
    }

    /// Asks the engine whether its file is whole, one line for each damage or `ok`. PostgreSQL does that by
    /// itself, where its cluster was made with checksums.
    pub(crate) fn integrity(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => Some("PRAGMA integrity_check(100)"),
            Self::Postgres => None,
        }
    }

    /// Keeps two nodes from migrating at once, until the transaction ends.
    pub(crate) fn migration_lock(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("SELECT CAST(pg_advisory_xact_lock(7265726) AS TEXT)"),
        }
    }

    /// The text of a migration as this engine reads it.
    pub(crate) fn migration(self, text: &str) -> String {
        match self {
            Self::Sqlite => text.replace(") /* clustered */", ") WITHOUT ROWID"),
            Self::Postgres => text.to_owned(),
        }
    }

    /// The columns of a table as the engine has them: name, type, whether null is allowed, place in
    /// the primary key from 1 (0: beside it). `$1` is the table's name.
    pub(crate) fn columns(self) -> &'static str {
        match self {
            Self::Sqlite => {
                "SELECT name, type, 1 - \"notnull\" AS nullable, pk AS place \
                 FROM pragma_table_info($1) ORDER BY cid"
            }
            Self::Postgres => {
                "SELECT CAST(c.column_name AS TEXT) AS name, UPPER(CAST(c.data_type AS TEXT)) AS type, \
                 CASE c.is_nullable WHEN 'YES' THEN 1 ELSE 0 END AS nullable, \
                 COALESCE((SELECT CAST(k.ordinal_position AS INTEGER) \
                   FROM information_schema.table_constraints t \
                   JOIN information_schema.key_column_usage k ON k.constraint_name = t.constraint_name \
                   AND k.table_schema = t.table_schema \
                   WHERE t.constraint_type = 'PRIMARY KEY' AND t.table_schema = c.table_schema \
                   AND t.table_name = c.table_name AND k.column_name = c.column_name), 0) AS place \
                 FROM information_schema.columns c \
                 WHERE c.table_schema = current_schema() AND c.table_name = $1 ORDER BY c.ordinal_position"
            }
        }
    }

    /// The names of all tables of the database.
    pub(crate) fn tables(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
            Self::Postgres => {
                "SELECT CAST(table_name AS TEXT) AS name FROM information_schema.tables \
                 WHERE table_schema = current_schema() ORDER BY 1"
            }
        }
    }

    /// Reads `size` rows of a table by their keys.
    pub(crate) fn load(self, table: &Table, size: usize) -> String {
        let mut sql = format!("SELECT {} FROM {} WHERE ", names(table.columns), table.name);
        self.keys(&mut sql, table, size);
        sql
    }

    /// Writes `size` rows of a table.
    pub(crate) fn write(self, table: &Table, change: Change, size: usize) -> String {
        if change == Change::Delete {
            let mut sql = format!("DELETE FROM {} WHERE ", table.name);
            self.keys(&mut sql, table, size);
            return sql;
        }
        let mut sql = format!("INSERT INTO {} ({}) VALUES ", table.name, names(table.columns));
        self.tuples(&mut sql, table.columns.len(), size);
        if change == Change::Insert {
            return sql;
        }
        let _ = write!(sql, " ON CONFLICT ({}) DO ", names(table.key_columns()));
        for (at, column) in table.changing().enumerate() {
            let (before, name) = (if at == 0 { "UPDATE SET" } else { "," }, column.name);
            let _ = match change {
                Change::Add => write!(sql, "{before} {name} = {}.{name} + excluded.{name}", table.name),
                _ => write!(sql, "{before} {name} = excluded.{name}"),
            };
        }
        if table.changing().next().is_none() {
            sql.push_str("NOTHING");
        }
        sql
    }

    /// `key IN ($1, …)`, or `(a = $1 AND b = $2) OR …`: SQLite looks each of these up by the key,
    /// while of `(a, b) IN (VALUES …)` it makes a scan of the table.
    fn keys(self, sql: &mut String, table: &Table, size: usize) {
        let columns = table.key_columns();
        if let [column] = columns {
            let _ = write!(sql, "{} IN ", column.name);
            return self.tuples(sql, size, 1);
        }
        for at in 0..columns.len() * size {
            let before = match (at % columns.len(), at) {
                (0, 0) => "(",
                (0, _) => ") OR (",
                _ => " AND ",
            };
            let _ = write!(sql, "{before}{} = ", columns[at % columns.len()].name);
            self.placeholder(sql, at);
        }
        sql.push(')');
    }

    /// `size` tuples of `width` placeholders.
    fn tuples(self, sql: &mut String, width: usize, size: usize) {
        for at in 0..width * size {
            let before = match (at % width, at) {
                (0, 0) => "(",
                (0, _) => "), (",
                _ => ", ",
            };
            sql.push_str(before);
            self.placeholder(sql, at);
        }
        sql.push(')');
    }

    /// The placeholder of the argument at that place. SQLite looks a numbered one up by its name in
    /// a list as long as the statement; a plain `?` costs nothing, and means the same here.
    fn placeholder(self, sql: &mut String, at: usize) {
        let _ = match self {
            Self::Sqlite => write!(sql, "?"),
            Self::Postgres => write!(sql, "${}", at + 1),
        };
    }
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables;

    #[test]
    fn statements_read_as_written_by_hand() {
        assert_eq!(
            Dialect::Postgres.write(&tables::COUNTER, Change::Add, 2),
            "INSERT INTO counter (name, next) VALUES ($1, $2), ($3, $4) \
             ON CONFLICT (name) DO UPDATE SET next = counter.next + excluded.next"
        );
        assert_eq!(
            Dialect::Postgres.load(&tables::IMPORT_ROW, 2),
            "SELECT source, key, digest, case_id, at, sum FROM import_row \
             WHERE (source = $1 AND key = $2) OR (source = $3 AND key = $4)"
        );
        assert_eq!(
            Dialect::Postgres.write(&tables::AREA, Change::Delete, 3),
            "DELETE FROM area WHERE id IN ($1, $2, $3)"
        );
    }

    /// However large a table grows, its rows are found by their keys.
    #[tokio::test]
    async fn sqlite_finds_every_row_by_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        let store = crate::testing::open(&url).await;
        for table in tables::ALL {
            for statement in
                [Dialect::Sqlite.load(table, 16), Dialect::Sqlite.write(table, Change::Delete, 16)]
            {
                let sql = format!("EXPLAIN QUERY PLAN {statement}");
                let mut reader = store.db().reader().await.unwrap();
                let plan = reader.line().rows(&sql, &[]).await.unwrap();
                let steps: Vec<_> = plan.iter().map(|step| step.text("detail").unwrap()).collect();
                assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{statement}\n{steps:?}");
            }
        }
        store.close().await;
    }
}
