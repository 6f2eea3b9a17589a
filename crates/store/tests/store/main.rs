//! The store through its public face, on both real engines.

#![allow(
    clippy::unwrap_used,
    clippy::result_large_err,
    reason = "a test may fail, and plans answer refusals"
)]

mod audit;
mod commit;
mod dump;
mod equivalence;
mod faults;
mod open;
mod read;
mod sum;
mod support;
