//! Floor 7: drills (演练): recorded days played by simulated actors.
//!
//! A scenario is plain data: when how many appeals came from where, and how long each actor takes.
//! [`Storm::play`] moves a simulated clock from minute to minute. At each it lets everyone who has
//! something to do act, through the same doors that people use, and then fires the timers that are
//! due. Nothing is written behind the house's back, so what the accounts then say, they say of
//! events.
//!
//! ```text
//! Storm::read ─▶ appeals ─▶ turns by minute ─▶ House::accept, House::give ─▶ figures
//!                              ▲                            │
//!                              └───── the next turn ◀───────┘
//! ```
//!
//! - [`Storm`]: the scenario, read and checked; [`Storm::against`] sets a counter-storm against it
//! - [`Storm::play`]: plays it in a house with a [`ManualClock`](yipan_base::time::ManualClock)
//! - [`Results`]: the figures afterwards, by the house's own accounts

mod appeals;
mod cast;
mod counter;
mod crew;
mod evening;
mod fault;
mod figures;
mod lags;
mod matter;
mod opinion;
mod play;
mod room;
mod scenario;
mod shares;
mod table;
mod turn;

pub use counter::Counter;
pub use fault::{PlayFault, ScenarioFault};
pub use figures::{NotDue, Results};
pub use play::{Company, Played, Progress, Speed};
pub use scenario::{Rates, Storm};
