//! Service requests of citizens (诉求) as Open311 GeoReport v2, in XML and JSON, from the server's side and the
//! client's.
//!
//! "Section" in the documentation is one of the specification "GeoReport v2" (wiki.open311.org/GeoReport_v2), or of
//! "Service Discovery" beside it.
//!
//! | call | asked with | answered with |
//! |---|---|---|
//! | `GET discovery` | [`Target::Discovery`] | [`Discovery`] |
//! | `GET services` | [`Target::Services`] | `Vec<`[`Service`]`>` |
//! | `GET services/CODE` | [`Target::Definition`] | [`Definition`] |
//! | `POST requests` | [`Submission`] | `Vec<`[`Receipt`]`>` of one |
//! | `GET tokens/TOKEN` | [`Target::Token`] | `Vec<`[`TokenAnswer`]`>` of one |
//! | `GET requests` | [`Query`] | `Vec<`[`ServiceRequest`]`>`, at most [`MOST_REQUESTS`] |
//! | `GET requests/ID` | [`Target::Request`] | `Vec<`[`ServiceRequest`]`>` of one |
//! | what is refused | | `Vec<`[`Error`]`>`, from [`Complaint`]s |
//!
//! [`write()`] gives the bytes of an answer and [`read`] takes them back. Both forms are one tree: what a name holds
//! nothing for is an empty element in XML and `null` in JSON, and a code is a number in JSON where it looks like one
//! (the "Spark convention" of the specification), but never one with leading zeros or more than 2⁵³. Times carry
//! their offset; coordinates are WGS-84; text is UTF-8 and white space around it means nothing.

mod answer;
mod complaint;
mod definition;
mod discovery;
mod error;
mod form;
mod format;
mod query;
mod receipt;
mod request;
mod service;
mod submission;
mod target;
mod tree;
mod view;

pub use answer::{Answer, read, read_within, write};
pub use complaint::Complaint;
pub use definition::{Attribute, Choice, Datatype, Definition};
pub use discovery::{Discovery, Endpoint, EndpointType};
pub use error::{Error, http_status};
pub use format::Format;
pub use query::{MOST_REQUESTS, Query, Window};
pub use receipt::{Outcome, Receipt, TokenAnswer};
pub use request::{RequestStatus, ServiceRequest};
pub use service::{Service, ServiceType};
pub use submission::{AttributeValue, Submission};
pub use target::Target;
