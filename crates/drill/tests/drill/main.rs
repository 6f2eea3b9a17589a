//! Small storms, played whole: one county each, with figures worked out by hand from the tables of
//! the scenario.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod counter_storms;
mod scenario;
mod support;
