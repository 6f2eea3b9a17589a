//! Floor 2: the one [`Store`]: tables, migrations, [`Scope`] and its predicate, the commit queue.
//!
//! - [`table`] and [`tables`]: tables as data; the store knows tables and rows, never commands
//! - [`UnitOfWork`] → [`Store::commit`]: keys to load, a pure plan, rows to write, one durable commit
//! - [`Store::house`], [`Store::cases`]: reading; whatever tells of cases takes a [`Scope`]
//! - [`audit_verify`]: walks the hash chain of the audit log
//! - [`dump`] and [`restore`]: one format for both engines
//! - [`DataLock`]: one owner of a data directory

mod db;
mod dialect;
mod digest;
mod error;
mod lock;
mod migrations;
mod queue;
mod record;
mod row;
mod store;
pub mod table;
pub mod tables;
mod value;

pub use dialect::Dialect;
pub use digest::{EventRow, event_digest};
pub use error::{CommitError, StoreError};
pub use lock::DataLock;
pub use migrations::schema_version;
pub use queue::{AuditEntry, Load, Loaded, Planned, Receipt, UnitOfWork};
pub use record::Record;
pub use row::Row;
pub use store::{Store, StoreOptions};
pub use value::Value;
