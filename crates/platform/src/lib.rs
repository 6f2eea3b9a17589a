//! Floor 3: the house at work. Commands, scope from a session, timers, outbox, audit, keys.
//!
//! - [`House`]: the store, the directory, the rules, the keys and the clock, in one place
//! - [`House::accept`] and [`House::give`]: the two doors through which every case changes
//! - [`Viewer`]: what follows from a session: who acts, what may be seen
//! - [`changes`]: what happens to cases, for the live feed
//! - [`login`]: accounts, sessions, one-time links
//! - [`privacy`]: persons revealed, found and erased
//! - [`outbox`]: what the house says to others
//! - [`vault`]: persons and texts, sealed under keys of their own
//! - [`timers`]: what the house does by itself
//! - [`replay`]: all events folded again must equal the present
//! - [`dossiers`]: what the duty room keeps: commands, reading, notices
//! - [`city`]: a city pack becomes areas, units, staff and rules in the store

mod accept;
pub mod ambient;
pub mod backup;
pub mod blobs;
pub mod cases;
pub mod changes;
pub mod city;
pub mod dossiers;
mod follow;
mod give;
mod guard;
mod house;
mod idempotency;
pub mod keys;
pub mod login;
mod numbers;
pub mod outbox;
mod precedent;
pub mod privacy;
mod proof;
mod redact;
pub mod replay;
mod routing;
mod rows;
pub mod rules;
pub mod timers;
pub mod vault;
mod viewer;

pub use accept::{Appellant, NewAppeal, NewOuter, NewPlace, Prepared, may_accept};
pub use blobs::{Blob, Shelf};
pub use give::{CaseName, Outcome};
pub use house::{House, HouseOptions, keys_bound};
pub use idempotency::{Idempotency, KEPT, Sweep};
pub use login::{LoginLimits, Mode, NewSession, Session};
pub use privacy::Purpose;
pub use viewer::Viewer;
