//! A row that was read, by the names of its columns.

use std::sync::Arc;

use crate::error::StoreError;
use crate::table::Table;
use crate::value::Value;

/// A row: of a table, or of a query.
#[derive(Debug, Clone)]
pub struct Record {
    pub(crate) names: Names,
    pub(crate) values: Vec<Value>,
}

#[derive(Debug, Clone)]
pub(crate) enum Names {
    Table(&'static Table),
    Query(Arc<[Box<str>]>),
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

impl Record {
    /// All values, in column order.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// All values, in column order: what an upsert of the changed row begins with.
    #[must_use]
    pub fn into_values(self) -> Vec<Value> {
        self.values
    }

    /// The value of a column.
    ///
    /// # Errors
    /// If there is no such column.
    pub fn value(&self, column: &str) -> Result<&Value, StoreError> {
        let position = match &self.names {
            Names::Table(table) => table.position(column),
            Names::Query(names) => names.iter().position(|name| **name == *column),
        };
        position
            .and_then(|at| self.values.get(at))
            .ok_or_else(|| self.fault(column, "there is no such column".to_owned()))
    }

    /// The text of a column.
    ///
    /// # Errors
    /// If there is no such column or it holds something else.
    pub fn text(&self, column: &str) -> Result<&str, StoreError> {
        let value = self.value(column)?;
        value.as_text().ok_or_else(|| self.not(column, value, "text"))
    }

    /// The text of a column that may be null.
    ///
    /// # Errors
    /// If there is no such column or it holds something else.
    pub fn opt_text(&self, column: &str) -> Result<Option<&str>, StoreError> {
        if self.value(column)?.is_null() { Ok(None) } else { self.text(column).map(Some) }
    }

    /// The integer of a column.
    ///
    /// # Errors
    /// If there is no such column or it holds something else.
    pub fn int(&self, column: &str) -> Result<i64, StoreError> {
        let value = self.value(column)?;
        value.as_int().ok_or_else(|| self.not(column, value, "an integer"))
    }

    /// The integer of a column that may be null.
    ///
    /// # Errors
    /// If there is no such column or it holds something else.
    pub fn opt_int(&self, column: &str) -> Result<Option<i64>, StoreError> {
        if self.value(column)?.is_null() { Ok(None) } else { self.int(column).map(Some) }
    }

    /// The truth of a column that holds 0 or 1.
    ///
    /// # Errors
    /// If there is no such column or it holds something else.
    pub fn flag(&self, column: &str) -> Result<bool, StoreError> {
        self.int(column).map(|value| value != 0)
    }

    /// The real number of a column; an integer is one too.
    ///
    /// # Errors
    /// If there is no such column or it holds something else.
    pub fn real(&self, column: &str) -> Result<f64, StoreError> {
        match self.value(column)? {
            Value::Real(value) => Ok(*value),
            Value::Int(value) => Ok(*value as f64),
            other => Err(self.not(column, other, "a real number")),
        }
    }

    fn not(&self, column: &str, value: &Value, wanted: &str) -> StoreError {
        self.fault(column, format!("it holds {}, not {wanted}", value.kind()))
    }

    fn fault(&self, column: &str, fault: String) -> StoreError {
        let table = match &self.names {
            Names::Table(table) => table.name,
            Names::Query(_) => "query",
        };
        StoreError::Column { table, column: column.to_owned(), fault }
    }
}
