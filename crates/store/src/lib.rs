//! Floor 2: the one [`Store`]: tables, migrations, [`Scope`] and its predicate, the commit queue.
//!
//! - [`table`] and [`tables`]: tables as data; the store knows tables and rows, never commands
//! - [`UnitOfWork`] → [`Store::commit`]: keys to load, a pure plan, rows to write, one durable commit
//! - [`Store::house`], [`Store::cases`], [`Store::page`]: reading; whatever tells of cases takes a [`Scope`]
//! - [`audit_verify`]: walks the hash chain of the audit log
//! - [`dump`] and [`restore`]: one format for both engines
//! - [`DataLock`]: one owner of a data directory

#![allow(clippy::result_large_err, reason = "a refusal is the rare case and carries its sentences with it")]

mod audit;
mod db;
mod dialect;
mod digest;
mod dump;
mod error;
mod lock;
mod migrations;
mod nodes;
mod queue;
mod read;
mod record;
mod row;
mod schema;
mod scope;
mod store;
mod sum;
pub mod table;
pub mod tables;
#[cfg(feature = "testing")]
pub mod testing;
mod value;

pub use audit::{Anchor, AuditFault, AuditFaultKind, AuditReport, audit_holds, audit_verify};
pub use dialect::Dialect;
pub use digest::{EventRow, event_digest};
pub use dump::{DumpSummary, dump, restore};
pub use error::{CommitError, StoreError};
pub use lock::DataLock;
pub use migrations::schema_version;
pub use nodes::Lease;
pub use queue::{AuditEntry, Load, Loaded, Planned, Receipt, UnitOfWork};
pub use read::{Moment, Order};
pub use record::Record;
pub use row::Row;
pub use scope::Scope;
pub use store::{Store, StoreOptions};
pub use value::Value;
