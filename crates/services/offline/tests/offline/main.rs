//! The dark hour on both real engines, with the demo city.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod entries;
mod files;
mod keys;
mod opening;
mod support;
