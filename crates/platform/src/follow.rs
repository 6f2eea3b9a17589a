//! One of several nodes: what the others committed becomes known here.

use yipan_base::refusal::Refusal;

use crate::house::House;

/// After these entries of the audit log, directory, rules or limits are others than before.
const CHANGES_RULES: &str = "'city.load', 'rule.add'";

impl House {
    /// Tells the live feeds what other nodes committed since `seen`, and reads the rules again if one of
    /// them changed these. Returns how far the ledger was seen.
    ///
    /// # Errors
    /// If the store cannot be read; to be asked again from the same place.
    pub async fn follow(&self, seen: i64) -> Result<i64, Refusal> {
        let head = self.store().follow().await?;
        if head <= seen {
            return Ok(seen);
        }
        let sql = format!(
            "SELECT seq FROM audit WHERE seq > $1 AND seq <= $2 AND action IN ({CHANGES_RULES}) LIMIT 1"
        );
        if !self.store().house(&sql, &[seen.into(), head.into()]).await?.is_empty() {
            self.reload().await?;
        }
        Ok(head)
    }
}
