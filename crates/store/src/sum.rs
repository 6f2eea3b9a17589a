//! The sum of a row: what tells that a row was changed where nothing else would.
//!
//! Events are bound by the audit chain, and what follows from them by a replay. Accounts, sessions,
//! kept answers, sealed texts and their like follow from nothing: each of their rows carries a sum of
//! its own. It finds what a disk or a hand changed in a row; it is no seal against whoever knows how
//! to reckon it.

use sha2::{Digest, Sha256};

use crate::error::StoreError;
use crate::record::Record;
use crate::store::Store;
use crate::table::Table;
use crate::tables;
use crate::value::Value;

/// The first eight bytes of the SHA-256 of the table's name and the values: of each its kind, its
/// length in bytes in decimal, a colon, its text and a comma.
pub(crate) fn sum(table: &Table, values: &[Value]) -> i64 {
    let mut hash = Sha256::new();
    let mut field = |kind: &str, text: &str| {
        hash.update(format!("{kind}{}:", text.len()));
        hash.update(text);
        hash.update(",");
    };
    field("t", table.name);
    for value in values {
        match value {
            Value::Null => field("n", ""),
            Value::Int(number) => field("i", &number.to_string()),
            Value::Real(number) => field("r", &number.to_bits().to_string()),
            Value::Text(text) => field("s", text),
            Value::LedgerSeq => field("l", ""),
        }
    }
    hash.finalize().iter().take(8).fold(0, |sum, byte| sum << 8 | i64::from(*byte))
}

impl Store {
    /// The rows whose sum is not theirs, as `table key`: something changed them behind the house's back.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn wrong_sums(&self) -> Result<Vec<String>, StoreError> {
        let mut wrong = Vec::new();
        let mut snapshot = self.snapshot().await?;
        for table in tables::ALL.iter().copied().filter(|table| table.summed) {
            let columns: Vec<_> = table.columns.iter().map(|column| column.name).collect();
            let sql = format!("SELECT {} FROM {}", columns.join(", "), table.name);
            let each = |row: Record| {
                let values = row.into_values();
                if let Some((last, others)) = values.split_last()
                    && last.as_int() != Some(sum(table, others))
                {
                    wrong.push(format!("{} {:?}", table.name, &values[..table.key]));
                }
                Ok(())
            };
            snapshot.scan(&sql, &[], each).await?;
        }
        Ok(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values;

    #[test]
    fn a_sum_tells_fields_tables_and_kinds_apart() {
        let of = |values: Vec<Value>| sum(&tables::SETTING, &values);
        let one = of(values!["a", "bc"]);
        assert_eq!(one, of(values!["a", "bc"]));
        for other in [values!["ab", "c"], values!["a", "bd"], values!["a", None::<i64>], values!["a", 1]] {
            assert_ne!(one, of(other));
        }
        assert_ne!(one, sum(&tables::AREA, &values!["a", "bc"]));
    }
}
