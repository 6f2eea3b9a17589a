//! Floor 1: the duty room (值班室). Pure: no I/O, no clock, no randomness.
//!
//! What the duty room keeps of one thing is a dossier (卷宗): a roster, a shift, a command post, an
//! incident, a collection of losses, an urgent report, a brief, a judgement. Each is the fold of its
//! events, as a case is; what anyone must *do* because of it is a case.
//!
//! ```text
//! Command ──decide(Option<&D>, &Command, &Desk)──▶ Vec<Event> ──fold──▶ D ──card──▶ rows
//! ```
//!
//! - [`dossier`]: what all dossiers have in common, and what a decision may look at
//! - [`roster`], [`shift`], [`post`]: who is on duty, what the shift kept, and the command post
//! - [`losses`], [`urgent`]: what towns have lost, and urgent matters on their way up the line
//! - [`terms`]: the clocks of the duty room, as data
//! - [`refold`]: any dossier folded again from its events

pub mod brief;
mod check;
pub mod dossier;
pub mod incident;
pub mod judgement;
mod line;
pub mod losses;
pub mod post;
pub mod refold;
pub mod roster;
mod rules;
pub mod shift;
pub mod terms;
#[cfg(test)]
mod testing;
pub mod urgent;

pub use brief::Brief;
pub use dossier::{Card, Desk, Dossier, Kind, Notice, Recorded, TextRef, Words};
pub use incident::Incident;
pub use judgement::Judgement;
pub use losses::Losses;
pub use post::Post;
pub use roster::Roster;
pub use shift::Shift;
pub use terms::Terms;
pub use urgent::Urgent;
