//! Floor 1: the work order (工单), the spine of the house. Pure: no I/O, no clock, no randomness.
//!
//! ```text
//! Command ──decide(&Case, &Command, &Context)──▶ Vec<Event> ──fold──▶ Case ──project──▶ rows
//! ```
//!
//! - [`command`]: what a person or the house may ask of a case
//! - [`table`]: stage × command → allowed, by whom; as data
//! - [`decide`]: the rules; answers events or a [`Refusal`](yipan_base::refusal::Refusal)
//! - [`event`]: what happened; the only truth
//! - [`case`]: the present state, `fold(events)`
//! - [`clock`]: deadlines that can say why
//! - [`policy`]: terms and limits as versioned data
//! - [`project`]: what the state means elsewhere: who sees it, facts for KPIs, the next timer
//! - [`next`]: what this actor may do now, and why not the rest
//! - [`trial`]: what another policy would have made of the past
//! - [`why`]: where a deadline comes from, day by day
//! - [`routing`]: rules that suggest holders, with an explanation
//! - [`kpi`]: definitions of the accounts

pub mod case;
pub mod clock;
pub mod command;
pub mod context;
pub mod decide;
pub mod event;
pub mod kpi;
pub mod next;
pub mod policy;
pub mod project;
pub mod routing;
pub mod table;
pub mod trial;
pub mod why;

pub use case::Case;
pub use command::Command;
pub use context::Context;
pub use decide::decide;
pub use event::{Event, Recorded};
pub use yipan_base::actor::Actor;
