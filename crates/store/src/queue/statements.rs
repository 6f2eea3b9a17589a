//! The statements of the writer: each text is made once, for a few sizes, so that the engine
//! prepares it once.

use std::collections::HashMap;
use std::sync::Arc;

use crate::db::{Arguments, Conn};
use crate::dialect::Dialect;
use crate::error::Fault;
use crate::queue::group::{Group, TableRows};
use crate::row::Change;
use crate::table::{Column, Table};
use crate::value::Value;

/// How many rows one statement takes.
const SIZES: [usize; 4] = [64, 16, 4, 1];

/// The order in which the changes of one table are written: what goes makes room for what comes.
const ORDER: [Change; 4] = [Change::Delete, Change::Upsert, Change::Insert, Change::Add];

/// Texts of statements, by table, change (none: load) and size.
pub(crate) struct Statements {
    dialect: Dialect,
    texts: HashMap<(&'static str, Option<Change>, usize), Arc<str>>,
}

impl Statements {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self { dialect, texts: HashMap::new() }
    }

    /// Loads every row that the group asks for.
    pub(crate) async fn load(&mut self, conn: &mut Conn, group: &mut Group) -> Result<(), Fault> {
        let mut found = Vec::new();
        for rows in group.tables() {
            let mut keys = &*rows.wanted();
            while let Some(chunk) = next_chunk(&mut keys) {
                let sql = self.text(rows.table, None, chunk.len());
                let args = self.arguments(rows.table.key_columns(), chunk)?;
                let each = |record| {
                    found.push((rows.table, record));
                    Ok::<_, sqlx::Error>(())
                };
                conn.line().each(&sql, args, Some(rows.table), each).await?;
            }
        }
        for (table, record) in found {
            group.found(table, record);
        }
        Ok(())
    }

    /// Writes one table's changes.
    pub(crate) async fn write(&mut self, conn: &mut Conn, rows: &TableRows) -> Result<(), Fault> {
        for change in ORDER {
            let columns = match change {
                Change::Delete => rows.table.key_columns(),
                _ => rows.table.columns,
            };
            let mut changed = &*rows.changed(change);
            while let Some(chunk) = next_chunk(&mut changed) {
                let sql = self.text(rows.table, Some(change), chunk.len());
                let args = self.arguments(columns, chunk)?;
                conn.line().run(&sql, args).await?;
            }
        }
        Ok(())
    }

    fn text(&mut self, table: &'static Table, change: Option<Change>, size: usize) -> Arc<str> {
        let dialect = self.dialect;
        let text = self.texts.entry((table.name, change, size)).or_insert_with(|| match change {
            Some(change) => dialect.write(table, change, size).into(),
            None => dialect.load(table, size).into(),
        });
        text.clone()
    }

    fn arguments(&self, columns: &[Column], rows: &[&[Value]]) -> Result<Arguments, sqlx::Error> {
        let mut args = Arguments::new(self.dialect, columns.len() * rows.len());
        for row in rows {
            for (value, column) in row.iter().zip(columns) {
                args.push(value, Some(column.kind))?;
            }
        }
        Ok(args)
    }
}

/// Takes the next chunk of one of the sizes off the front.
fn next_chunk<'a, T>(rest: &mut &'a [T]) -> Option<&'a [T]> {
    let size = SIZES.into_iter().find(|size| *size <= rest.len())?;
    let (chunk, after) = rest.split_at(size);
    *rest = after;
    Some(chunk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_come_in_few_sizes_and_lose_nothing() {
        let all: Vec<_> = (0..86).collect();
        let mut rest = &*all;
        let chunks: Vec<_> = std::iter::from_fn(|| next_chunk(&mut rest)).collect();
        assert_eq!(chunks.iter().map(|chunk| chunk.len()).collect::<Vec<_>>(), [64, 16, 4, 1, 1]);
        assert_eq!(chunks.concat(), all);
    }
}
