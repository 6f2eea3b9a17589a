//! The work order proved from outside: commands in, events and states out.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod dispatch;
mod ends;
mod extension;
mod life;
mod marks;
mod merge;
mod outer;
mod pauses;
mod properties;
mod repeat;
mod returns;
mod secret;
mod size;
mod supervision;
mod support;
mod table;
