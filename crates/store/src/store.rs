//! The store: opening, committing, closing.

use std::sync::Arc;

use tokio::sync::watch;

use crate::db::Db;
use crate::dialect::Dialect;
use crate::error::{CommitError, StoreError};
use crate::migrations;
use crate::queue::{Queue, Receipt, Seam, UnitOfWork};
use crate::scope::Queries;

/// The database of a house. Clones are the same store.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    db: Arc<Db>,
    queue: Queue,
    queries: Queries,
}

/// How a store is opened. None of it touches durability.
#[derive(Debug, Clone, Copy)]
pub struct StoreOptions {
    /// Connections that read at the same time.
    pub readers: u32,
    /// Units of work that may wait; the next one is refused as busy.
    pub waiting: usize,
    /// The most units of work in one commit.
    pub group: usize,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { readers: 4, waiting: 10_000, group: 512 }
    }
}

impl Store {
    /// Opens `sqlite:PATH` (creating the file) or `postgres://…`, and migrates it.
    ///
    /// # Errors
    /// If the database cannot be reached, is of another collation than C or another encoding than
    /// UTF-8, or has a schema that this program does not know.
    pub async fn open(url: &str, options: StoreOptions) -> Result<Self, StoreError> {
        Self::opened(url, options, Seam::shut()).await
    }

    async fn opened(url: &str, options: StoreOptions, seam: Seam) -> Result<Self, StoreError> {
        let db = Arc::new(Db::open(url, options.readers.max(1)).await?);
        let failed = |error| StoreError::sql("connect", error);
        let mut conn = db.writer().await.map_err(failed)?;
        migrations::run(&mut conn).await?;
        let sql = "SELECT seq FROM ledger_head WHERE id = 'head'";
        let head = conn.line().rows(sql, &[]).await.map_err(|error| StoreError::sql(sql, error))?;
        let head = head.first().map_or(Ok(0), |row| row.int("seq"))?;
        conn.close().await.map_err(failed)?;
        let queue = Queue::start(db.clone(), options.waiting, options.group, head, seam)
            .map_err(|source| StoreError::file("the writer's thread", source))?;
        Ok(Self(Arc::new(Inner { db, queue, queries: Queries::default() })))
    }

    /// Which engine holds the data.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.0.db.dialect()
    }

    /// Commits a unit of work, together with others that arrive meanwhile, and answers once it is
    /// durable.
    ///
    /// # Errors
    /// If its plan refuses, its rows do not fit, the queue or the disk is full, or the database
    /// cannot be reached. Dropping the future does not withdraw the unit.
    pub async fn commit<R: Send + 'static>(&self, work: UnitOfWork<R>) -> Result<Receipt<R>, CommitError> {
        self.0.queue.commit(work).await
    }

    /// The ledger's latest sequence, and a notice of every later one: what live feeds follow.
    #[must_use]
    pub fn after_commit(&self) -> watch::Receiver<i64> {
        self.0.queue.head()
    }

    /// Answers what waits, then closes every connection. Afterwards nothing can be read or written.
    pub async fn close(&self) {
        self.0.queue.close().await;
        self.0.db.close_readers().await;
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn shared_db(&self) -> Arc<Db> {
        self.0.db.clone()
    }

    pub(crate) fn queries(&self) -> &Queries {
        &self.0.queries
    }

    pub(crate) fn announce(&self, ledger: i64) {
        self.0.queue.announce(ledger);
    }
}

#[cfg(feature = "testing")]
impl Store {
    /// Opens a store whose commits meet with troubles.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_in_trouble(
        url: &str,
        options: StoreOptions,
        troubles: Arc<dyn crate::testing::Troubles>,
    ) -> Result<Self, StoreError> {
        Self::opened(url, options, Seam::open(troubles)).await
    }

    /// How many units of work wait for the writer.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.0.queue.waiting()
    }
}
