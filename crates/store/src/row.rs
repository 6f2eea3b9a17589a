//! What a unit of work writes: rows, as (table, what to do, values).

use yipan_base::refusal::Refusal;

use crate::sum::sum;
use crate::table::{Column, Kind, Table};
use crate::value::Value;

/// One row to write.
#[derive(Debug, Clone)]
pub struct Row {
    pub(crate) table: &'static Table,
    pub(crate) change: Change,
    /// All columns; for a deletion those of the key.
    pub(crate) values: Vec<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Change {
    Delete,
    Upsert,
    Insert,
    Add,
}

impl Row {
    /// A new row, without the sum of a table that has one; a row of the same key is a conflict that refuses the unit of work. So is a row of
    /// the same login or number, which is judged by what all units of one commit leave together.
    #[must_use]
    pub fn insert(table: &'static Table, values: Vec<Value>) -> Self {
        Self { table, change: Change::Insert, values: summed(table, values) }
    }

    /// A row that takes the place of the one with the same key, if there is one.
    #[must_use]
    pub fn upsert(table: &'static Table, values: Vec<Value>) -> Self {
        Self { table, change: Change::Upsert, values: summed(table, values) }
    }

    /// A row as it was found elsewhere, with the sum that stood there.
    pub(crate) fn found(table: &'static Table, values: Vec<Value>) -> Self {
        Self { table, change: Change::Insert, values }
    }

    /// No row of that key any more.
    #[must_use]
    pub fn delete(table: &'static Table, key: Vec<Value>) -> Self {
        Self { table, change: Change::Delete, values: key }
    }

    /// Adds to the counters of the row of that key, which begin at zero. Only for tables whose
    /// columns beside the key are all counters. A column that the table lacks refuses the unit.
    #[must_use]
    pub fn add(table: &'static Table, key: Vec<Value>, deltas: &[(&str, i64)]) -> Self {
        let mut values = key;
        let first = values.len();
        values.resize(first + table.other_columns().len(), Value::Int(0));
        for (column, delta) in deltas {
            match table.other_columns().iter().position(|c| c.name == *column) {
                Some(at) => {
                    let so_far = values[first + at].as_int().unwrap_or(0);
                    values[first + at] = Value::Int(so_far.saturating_add(*delta));
                }
                // One value too many: the check below names the table.
                None => values.push(Value::Null),
            }
        }
        Self { table, change: Change::Add, values }
    }

    #[must_use]
    pub fn table(&self) -> &'static Table {
        self.table
    }

    /// All columns; of a deletion those of the key.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    pub(crate) fn key(&self) -> &[Value] {
        &self.values[..self.table.key]
    }

    /// Writes the sum of a row that carries one.
    pub(crate) fn sum_up(&mut self) {
        if self.table.summed
            && self.change != Change::Delete
            && let Some((last, others)) = self.values.split_last_mut()
        {
            *last = Value::Int(sum(self.table, others));
        }
    }

    /// Whether the row fits its table: as many values as columns, each of its column's kind.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        if self.change == Change::Add && !self.table.counts() {
            let en = format!("table {}: only rows of counters can be added to", self.table.name);
            return Err(Refusal::internal(en));
        }
        let columns = match self.change {
            Change::Delete => self.table.key_columns(),
            _ => self.table.columns,
        };
        check(self.table, columns, &self.values)
    }
}

/// The values with room for their sum, which is reckoned when the row is written; the sum of a row
/// that was read goes.
fn summed(table: &Table, mut values: Vec<Value>) -> Vec<Value> {
    if table.summed && values.len() + 1 >= table.columns.len() {
        values.truncate(table.columns.len() - 1);
        values.push(Value::Int(0));
    }
    values
}

/// Whether the values are those of a primary key of the table.
pub(crate) fn check_key(table: &'static Table, key: &[Value]) -> Result<(), Refusal> {
    check(table, table.key_columns(), key)
}

fn check(table: &Table, columns: &[Column], values: &[Value]) -> Result<(), Refusal> {
    if values.len() != columns.len() {
        let en = format!("table {}: {} values for {} columns", table.name, values.len(), columns.len());
        return Err(Refusal::internal(en));
    }
    for (column, value) in columns.iter().zip(values) {
        let fits = match value {
            Value::Null => column.null,
            Value::Int(_) | Value::LedgerSeq => column.kind == Kind::Int,
            Value::Real(_) => column.kind == Kind::Real,
            Value::Text(text) => {
                if text.as_bytes().contains(&0) {
                    return Err(nul(table.name, column.name));
                }
                column.kind == Kind::Text
            }
        };
        if !fits {
            let (table, column, kind) = (table.name, column.name, value.kind());
            return Err(Refusal::internal(format!("column {table}.{column} cannot hold {kind}")));
        }
    }
    Ok(())
}

/// The refusal of a U+0000, which one of the engines cannot keep.
pub(crate) fn nul(table: &str, column: &str) -> Refusal {
    Refusal::invalid(
        "store.nul",
        "文字中含有不可存储的空字符 U+0000，请去掉后再提交",
        format!("text for {table}.{column} contains the character U+0000; remove it and send again"),
    )
    .at(format!("{table}.{column}"))
}
