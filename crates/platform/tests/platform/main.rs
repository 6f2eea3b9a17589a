//! The house on both real engines, with the demo city, through the same doors as everybody.

mod blobs;
mod concurrency;
mod dossiers;
mod idempotency;
mod lists;
mod login;
mod merging;
mod nodes;
mod outbox;
mod privacy;
mod refusals;
mod replay;
mod scope;
mod secrecy;
mod support;
mod timers;
