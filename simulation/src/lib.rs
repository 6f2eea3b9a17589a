//! Deterministic simulation: a house over its real store, with a clock that a plan sets, requests that a
//! seed draws, and troubles at the places where machines fail.
//!
//! ```text
//!   seed ─▶ Plan ─▶ Run ─▶ requests through House::accept and House::give ─▶ the real writer on SQLite
//!                    │                                                              ▲
//!                    ├─ troubles: full disk, failing commit, slow queue, crash ─────┘
//!                    └─ Book of promises, held against the ledger after each step; checks at the end
//! ```
//!
//! - [`plan`]: what will happen, as data
//! - [`request`]: from a plan's numbers to somebody's request, as things stand
//! - [`run`]: one run; [`book`]: what was acknowledged; [`check`]: what must hold at the end
//! - [`shrink`]: from a plan that finds something to a short one
//! - [`defect`]: what is planted to see that the simulation has teeth
//!
//! A run takes nothing from outside but its seed: the same seed gives the same ledger, to the hash.

pub mod book;
pub mod chance;
pub mod check;
pub mod city;
pub mod clock;
pub mod defect;
pub mod finding;
pub mod plan;
pub mod post;
pub mod reached;
pub mod request;
pub mod run;
mod shared;
pub mod shrink;
pub mod trouble;
pub mod world;
