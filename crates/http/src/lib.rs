//! Floor 4: the toolkit of the doors. What every route needs, and no route of its own.
//!
//! - [`Fault`]: a refusal on its way out, as an RFC 9457 problem document in the reader's language
//! - [`Seat`]: who asks; no handler of a case can be written without one
//! - [`Body`], [`Query`]: what comes in, with errors that point at the field
//! - [`IdempotencyKey`]: the header that makes a repeated write harmless
//! - [`cursor`]: keyset cursors, opaque to clients
//! - [`feed`]: live updates by server-sent events
//! - [`Application`]: what an application gives the house

mod application;
mod body;
pub mod cursor;
pub mod feed;
mod idempotency;
mod language;
mod problem;
mod query;
mod seat;

pub use application::{Application, Chore, Doors, Routes};
pub use body::{Body, whole};
pub use idempotency::IdempotencyKey;
pub use language::Language;
pub use problem::{Fault, Problem, Problems, RequestId, problem_response};
pub use query::Query;
pub use seat::Seat;
