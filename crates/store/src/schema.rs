//! The schema as the engine has it, for holding the descriptors of tables to it.

use crate::error::StoreError;
use crate::store::Store;
use crate::value::Value;

/// A column as the engine has it: name, type, whether null is allowed, place in the key from 1.
pub type SchemaColumn = (String, String, bool, i64);

impl Store {
    /// The names of all tables, sorted.
    ///
    /// # Errors
    /// If the engine cannot be asked.
    pub async fn schema_tables(&self) -> Result<Vec<String>, StoreError> {
        let rows = self.house(self.dialect().tables(), &[]).await?;
        rows.iter().map(|row| row.text("name").map(str::to_owned)).collect()
    }

    /// The columns of a table, in order.
    ///
    /// # Errors
    /// If the engine cannot be asked.
    pub async fn schema_columns(&self, table: &str) -> Result<Vec<SchemaColumn>, StoreError> {
        let rows = self.house(self.dialect().columns(), &[Value::from(table)]).await?;
        let column = |row: &crate::record::Record| {
            let (name, kind) = (row.text("name")?.to_owned(), row.text("type")?.to_owned());
            Ok((name, kind, row.flag("nullable")?, row.int("place")?))
        };
        rows.iter().map(column).collect()
    }
}
