//! The accounts over both engines, against the plain reading of the definitions in memory.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod behind;
mod equality;
mod random;
mod rollup;
mod scope;
mod sheet;
