//! XML of strangers: read within limits, without document types and entities, into a small tree; and written.

mod builder;
mod charset;
mod document;
mod parse;
mod sequence;

pub(crate) use builder::{Builder, check_text};
pub(crate) use charset::decode;
pub(crate) use document::Node;
pub(crate) use parse::parse;
pub(crate) use sequence::Sequence;
