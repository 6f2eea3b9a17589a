//! Several processes over one PostgreSQL: what the others committed, and which of them leads.

use std::sync::Arc;
use std::time::Duration;

use crate::db::{Conn, Db};
use crate::dialect::Dialect;
use crate::error::StoreError;
use crate::store::Store;

/// A connection that does not answer for this long has lost its lease.
const PATIENCE: Duration = Duration::from_secs(5);

/// The right to do what one process does for all that share a database: timers, outbox, sweeps.
///
/// On PostgreSQL it is an advisory lock, which the server takes back as soon as the connection of
/// the process that holds it ends; on SQLite the only process that can be there always leads. Two
/// may lead for a moment while a connection dies: whatever is done under it must bear that.
pub struct Lease {
    db: Arc<Db>,
    /// The lock lasts as long as this connection; whoever waits for it asks again on the same one.
    conn: Option<Conn>,
    held: bool,
}

impl Lease {
    /// Whether this process leads now; tries to, if nobody does. To be asked again every second.
    pub async fn held(&mut self) -> bool {
        if self.db.dialect() == Dialect::Sqlite {
            return true;
        }
        self.held = match tokio::time::timeout(PATIENCE, self.ask()).await {
            Ok(Ok(held)) => held,
            Ok(Err(error)) => {
                tracing::debug!(%error, "the lease could not be asked for");
                self.conn = None;
                false
            }
            Err(_) => {
                self.conn = None;
                false
            }
        };
        self.held
    }

    async fn ask(&mut self) -> Result<bool, sqlx::Error> {
        let conn = match &mut self.conn {
            Some(conn) => conn,
            none => {
                self.held = false;
                none.insert(self.db.writer().await?)
            }
        };
        if self.held {
            // Only whether the connection still stands: each further lock would want an unlocking.
            conn.line().rows("SELECT 1", &[]).await?;
            return Ok(true);
        }
        let answer = conn.line().rows(self.db.dialect().try_lease(), &[]).await?;
        Ok(answer.first().and_then(|row| row.values()[0].as_int()) == Some(1))
    }

    /// Lets another lead at once.
    pub async fn release(&mut self) {
        let held = std::mem::take(&mut self.held);
        let Some(mut conn) = self.conn.take() else { return };
        // Said aloud: the server may take its time to notice that a connection has ended.
        let said = if held { conn.line().rows(self.db.dialect().end_lease(), &[]).await.err() } else { None };
        if let Some(error) = said.or(conn.close().await.err()) {
            tracing::debug!(%error, "the lease was not given back cleanly");
        }
    }
}

impl Store {
    /// The lease of this process, not held yet.
    #[must_use]
    pub fn lease(&self) -> Lease {
        Lease { db: self.shared_db(), conn: None, held: false }
    }

    /// Looks whether another process moved the ledger on, and tells whoever waits for commits.
    /// Returns where the ledger stands.
    ///
    /// # Errors
    /// If the database cannot be reached.
    pub async fn follow(&self) -> Result<i64, StoreError> {
        let rows = self.house("SELECT seq FROM ledger_head WHERE id = 'head'", &[]).await?;
        let head = rows.first().map_or(Ok(0), |row| row.int("seq"))?;
        self.announce(head);
        Ok(head)
    }
}
