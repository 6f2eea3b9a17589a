//! Importing appeals, on both engines, through the same doors that the command line uses.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod again;
mod bad;
mod fields;
mod real;
mod support;
