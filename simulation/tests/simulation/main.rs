//! Simulations by the thousand, and whether they have teeth.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod seeds;
mod teeth;
