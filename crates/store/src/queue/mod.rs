//! The commit queue: units of work are taken in groups, decided in memory in their order of
//! arrival, written by few statements, and answered after one durable commit.

mod group;
mod seam;
mod statements;
mod unit;
mod writer;

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};
use yipan_base::refusal::{Refusal, RefusalKind};

use crate::db::Db;
use crate::error::CommitError;
pub(crate) use group::Group;
pub(crate) use seam::Seam;
pub(crate) use statements::Statements;
pub use unit::{AuditEntry, Load, Loaded, Planned, Receipt, UnitOfWork};
use unit::{Unit, Waiting};
use writer::Writer;

/// Tells of a ledger that moved on; what comes late, when another told of more, is no news.
fn advance(head: &watch::Sender<i64>, seq: i64) {
    head.send_if_modified(|known| {
        let news = *known < seq;
        *known = (*known).max(seq);
        news
    });
}

/// What the writer receives.
enum Message {
    Unit(Box<dyn Unit>),
    /// Finish what waits, close the connection, answer.
    Close(oneshot::Sender<()>),
}

/// Where units of work wait for the one writer.
pub(crate) struct Queue {
    inbox: mpsc::Sender<Message>,
    head: watch::Receiver<i64>,
    head_sender: watch::Sender<i64>,
}

impl Queue {
    /// Starts the writer on a thread of its own, so that long plans hold up nobody's reading.
    /// `head` is the ledger's present sequence.
    pub(crate) fn start(
        db: Arc<Db>,
        waiting: usize,
        group: usize,
        head: i64,
        seam: Seam,
    ) -> std::io::Result<Self> {
        let (inbox, messages) = mpsc::channel(waiting.max(1));
        let (head_sender, head) = watch::channel(head);
        let writer = Writer::new(db, group.max(1), head_sender.clone(), seam);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new()
            .name("yipan-writer".to_owned())
            .spawn(move || runtime.block_on(writer.run(messages)))?;
        Ok(Self { inbox, head, head_sender })
    }

    pub(crate) async fn commit<R: Send + 'static>(
        &self,
        work: UnitOfWork<R>,
    ) -> Result<Receipt<R>, CommitError> {
        work.check().map_err(CommitError::Refused)?;
        let (unit, answer) = Waiting::new(work);
        self.inbox.try_send(Message::Unit(Box::new(unit))).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => CommitError::Refused(busy(self.inbox.max_capacity())),
            mpsc::error::TrySendError::Closed(_) => closed(),
        })?;
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    pub(crate) fn head(&self) -> watch::Receiver<i64> {
        self.head.clone()
    }

    #[cfg(feature = "testing")]
    pub(crate) fn waiting(&self) -> usize {
        self.inbox.max_capacity() - self.inbox.capacity()
    }

    /// Announces a ledger that came in by another way than this queue: another node's, or a dump's.
    pub(crate) fn announce(&self, head: i64) {
        advance(&self.head_sender, head);
    }

    /// Returns when everything that waited is answered and the connection closed.
    pub(crate) async fn close(&self) {
        let (done, finished) = oneshot::channel();
        if self.inbox.send(Message::Close(done)).await.is_ok() {
            // An error means that the writer has ended already.
            let _ = finished.await;
        }
    }
}

fn busy(waiting: usize) -> Refusal {
    Refusal::new(
        RefusalKind::Busy,
        "store.busy",
        "系统繁忙，请稍后重试",
        format!("{waiting} changes are waiting already; try again shortly"),
    )
}

fn closed() -> CommitError {
    CommitError::Unavailable("the store is closed".to_owned())
}
