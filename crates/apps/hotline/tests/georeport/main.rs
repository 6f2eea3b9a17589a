//! The open door, on both engines, through the routes that strangers have.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod filing;
mod following;
mod limits;
mod page;
mod refusals;
mod secrecy;
mod services;
mod support;
