//! Floor 1: what machines of others say on the wire, as types and back. Pure: bytes in, values out; no I/O, no
//! clock, no randomness.
//!
//! - [`cap`]: warnings (预警信息) as OASIS CAP 1.2; CAP 1.1 is read too
//! - [`open311`]: service requests of citizens as Open311 GeoReport v2, XML and JSON, both sides
//! - [`fault`]: what a message is refused for: what is wrong, where, by which rule
//! - [`moment`]: an instant with the offset in which it was written
//! - [`limits`]: how much of a stranger's message is read at all
//!
//! Every decoder takes `&[u8]` and answers a `Result`: no input makes it panic, loop or allocate more than a small
//! multiple of the input.

pub mod cap;
pub mod fault;
pub mod limits;
pub mod moment;
pub mod open311;
mod vocabulary;
mod xml;

pub use fault::Fault;
pub use limits::Limits;
pub use moment::Moment;
