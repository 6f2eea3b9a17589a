//! What others say on the wire, read and written: their own messages, damaged ones, generated ones.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod cap_faults;
mod cap_mutants;
mod cap_round_trip;
mod cap_samples;
mod cap_schema;
mod moments;
mod open311_calls;
mod open311_discovery;
mod open311_examples;
mod open311_faults;
mod open311_round_trip;
mod support;
