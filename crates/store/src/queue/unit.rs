//! One unit of work: what it loads, how it decides, and who waits for the answer.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

use crate::error::CommitError;
use crate::queue::group::Group;
use crate::record::Record;
use crate::row::{Row, check_key};
use crate::table::Table;
use crate::value::Value;

/// Rows to load, and a pure plan that decides from them what to write.
///
/// The plan may run more than once and must answer the same each time; it must neither wait nor ask
/// for the time, since all units behind it wait for it.
pub struct UnitOfWork<R> {
    pub load: Vec<Load>,
    pub plan: Plan<R>,
}

/// Decides what to write from what was loaded.
pub type Plan<R> = Box<dyn Fn(&Loaded<'_>) -> Result<Planned<R>, Refusal> + Send + Sync>;

/// One row to load, by its whole primary key.
#[derive(Debug, Clone)]
pub struct Load {
    pub table: &'static Table,
    pub key: Vec<Value>,
}

/// What a plan decided: the rows to write, the entry in the audit log, and the answer.
#[derive(Debug, Clone)]
pub struct Planned<R> {
    pub rows: Vec<Row>,
    /// Without an entry the unit takes no place in the ledger: only for housekeeping such as the
    /// last sight of a session, and for answers that write nothing.
    pub audit: Option<AuditEntry>,
    pub reply: R,
}

/// Who did what to what, when. The store adds the place in the ledger, the digest of the unit's
/// `case_event` rows and the link to the entry before.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    pub at: Timestamp,
    pub actor: String,
    pub action: String,
    pub subject: String,
}

/// The answer to a committed unit of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt<R> {
    /// The unit's sequence in the ledger; for a unit without audit entry, the head at that moment.
    pub ledger: i64,
    pub reply: R,
}

/// The rows that a unit asked for, as they stand after the units before it.
pub struct Loaded<'a> {
    wanted: &'a [Load],
    group: &'a Group,
}

impl<R> UnitOfWork<R> {
    #[must_use]
    pub fn new(
        load: Vec<Load>,
        plan: impl Fn(&Loaded<'_>) -> Result<Planned<R>, Refusal> + Send + Sync + 'static,
    ) -> Self {
        Self { load, plan: Box::new(plan) }
    }

    pub(crate) fn check(&self) -> Result<(), Refusal> {
        self.load.iter().try_for_each(|load| check_key(load.table, &load.key))
    }
}

impl Load {
    #[must_use]
    pub fn new(table: &'static Table, key: Vec<Value>) -> Self {
        Self { table, key }
    }
}

impl<R> Planned<R> {
    /// A change that is accounted for.
    #[must_use]
    pub fn audited(audit: AuditEntry, rows: Vec<Row>, reply: R) -> Self {
        Self { rows, audit: Some(audit), reply }
    }

    /// An answer that takes no place in the ledger.
    #[must_use]
    pub fn unaudited(rows: Vec<Row>, reply: R) -> Self {
        Self { rows, audit: None, reply }
    }
}

impl Loaded<'_> {
    /// The row of that key, if there is one. Only rows that the unit asked to load can be seen.
    #[must_use]
    pub fn get(&self, table: &'static Table, key: &[Value]) -> Option<&Record> {
        let wanted = |load: &Load| std::ptr::eq(load.table, table) && load.key == key;
        if self.wanted.iter().any(wanted) { self.group.row(table, key) } else { None }
    }
}

/// What a plan wants written.
pub(crate) struct Draft {
    pub(crate) rows: Vec<Row>,
    pub(crate) audit: Option<AuditEntry>,
}

/// A unit of work whose kind of reply is forgotten.
pub(crate) trait Unit: Send {
    fn load(&self) -> &[Load];

    /// Runs the plan and keeps its reply; `None` if it refused.
    fn plan(&mut self, group: &Group) -> Option<Draft>;

    /// Keeps a refusal in place of the reply.
    fn refuse(&mut self, error: CommitError);

    /// Answers with the reply, or with what was refused, or with what befell the group.
    fn answer(&mut self, ledger: Result<i64, CommitError>);
}

/// A unit of work and who waits for it.
pub(crate) struct Waiting<R> {
    work: UnitOfWork<R>,
    outcome: Option<Result<R, CommitError>>,
    sender: Option<oneshot::Sender<Result<Receipt<R>, CommitError>>>,
}

impl<R> Waiting<R> {
    pub(crate) fn new(work: UnitOfWork<R>) -> (Self, oneshot::Receiver<Result<Receipt<R>, CommitError>>) {
        let (sender, receiver) = oneshot::channel();
        (Self { work, outcome: None, sender: Some(sender) }, receiver)
    }
}

impl<R: Send> Unit for Waiting<R> {
    fn load(&self) -> &[Load] {
        &self.work.load
    }

    fn plan(&mut self, group: &Group) -> Option<Draft> {
        let loaded = Loaded { wanted: &self.work.load, group };
        // A plan only reads, so a panic leaves nothing half done; it must not take the others along.
        let planned = catch_unwind(AssertUnwindSafe(|| (self.work.plan)(&loaded))).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
            tracing::error!(panic = text, "the plan of a unit of work panicked");
            Err(Refusal::internal(
                "the plan of this change failed inside the house; report it to the operator",
            ))
        });
        match planned {
            Ok(Planned { rows, audit, reply }) => {
                self.outcome = Some(Ok(reply));
                Some(Draft { rows, audit })
            }
            Err(refusal) => {
                self.refuse(CommitError::Refused(refusal));
                None
            }
        }
    }

    fn refuse(&mut self, error: CommitError) {
        self.outcome = Some(Err(error));
    }

    fn answer(&mut self, ledger: Result<i64, CommitError>) {
        let (Some(sender), Some(outcome)) = (self.sender.take(), self.outcome.take().or(Some(Err(lost()))))
        else {
            return;
        };
        let answer = ledger.and_then(|ledger| outcome.map(|reply| Receipt { ledger, reply }));
        // Whoever asked may have gone; the work is done all the same.
        let _ = sender.send(answer);
    }
}

fn lost() -> CommitError {
    CommitError::Unavailable("the unit of work was not reached".to_owned())
}
