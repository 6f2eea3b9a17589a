//! Rules that suggest holders (派单规则), with an explanation; never a dispatch by themselves.
//!
//! ```text
//! Matter ──suggest(&Rules, &Directory, &Rulebook, precedents)──▶ Suggestion
//! ```
//!
//! The main handler comes from the first of these that names a unit which may be given the work:
//! a routing rule, the dispatch catalogue (派单目录), a precedent (判例), the category's own line.
//! What may not be given to a unit (an accused one, a town without the duty) goes one level up.
//!
//! - `matter`: what is to be given to someone, and where it lies
//! - `rule`: one rule: when, and to whom
//! - `rules`: a whole set with the catalogue, as versioned data; `fault`: what is wrong with one
//! - `ladder`: from "the county's housing department" to a unit of the directory
//! - `bounds`: who may not be given what
//! - `precedent`: earlier rulings, ranked by likeness
//! - `suggestion`: the answer and its reasons; `suggest`: how it is found
//! - `dry_run`: new rules against old ones over a past period

mod bounds;
mod dry_run;
mod fault;
mod ladder;
mod matter;
mod precedent;
mod rule;
mod rules;
mod suggest;
mod suggestion;
#[cfg(test)]
mod tests;

pub use dry_run::{Agreement, Change, DryRun, Past, RuleTally, dry_run};
pub use fault::RuleFault;
pub use matter::Matter;
pub use precedent::{LikePrecedent, Likeness, Precedent, Ruling};
pub use rule::{Give, Polygon, PolygonFault, RoutingRule, Target, When};
pub use rules::{Rules, RulesData, default_rules};
pub use suggest::suggest;
pub use suggestion::{Look, Miss, Reason, Source, Suggestion, Warning};
