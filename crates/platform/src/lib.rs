//! Floor 3: the house at work. Commands, scope from a session, timers, outbox, audit, keys.
//!
//! - [`House`]: the store, the directory, the rules, the keys and the clock, in one place
//! - [`House::accept`] and [`House::give`]: the two doors through which every case changes
//! - [`Viewer`]: what follows from a session: who acts, what may be seen
//! - [`vault`]: persons and texts, sealed under keys of their own
//! - [`timers`]: what the house does by itself
//! - [`replay`]: all events folded again must equal the present
//! - [`city`]: a city pack becomes areas, units, staff and rules in the store

mod accept;
pub mod ambient;
pub mod cases;
pub mod city;
mod give;
mod house;
pub mod keys;
mod rows;
pub mod replay;
pub mod timers;
pub mod vault;
mod viewer;

pub use accept::{Appellant, NewAppeal, NewOuter, NewPlace};
pub use give::{CaseName, Idempotency, Outcome};
pub use house::{House, HouseOptions};
pub use viewer::Viewer;
