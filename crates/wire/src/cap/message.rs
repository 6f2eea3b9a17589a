//! A whole message: bytes to an alert and back.

use super::alert::Alert;
use super::codes::ResponseType;
use super::value;
use crate::fault::{Fault, Wrong};
use crate::limits::Limits;
use crate::xml::{Builder, Node, decode, parse};

/// The version of the standard, by the namespace of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    /// OASIS Standard of October 2005.
    V1_1,
    /// OASIS Standard of July 2010; also ITU-T X.1303 bis.
    V1_2,
}

/// An alert as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub version: Version,
    pub alert: Alert,
    /// XML signatures that stand in it, none of them verified.
    pub signatures: usize,
}

impl Version {
    /// The namespace that tells it.
    #[must_use]
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::V1_1 => "urn:oasis:names:tc:emergency:cap:1.1",
            Self::V1_2 => "urn:oasis:names:tc:emergency:cap:1.2",
        }
    }

    /// A response type that this version knows.
    pub(super) fn response_type(self, node: Node<'_>, clause: &'static str) -> Result<ResponseType, Fault> {
        let response = value::word(node, clause, ResponseType::named, ResponseType::words)?;
        let newer = matches!(response, ResponseType::Avoid | ResponseType::AllClear);
        if self == Self::V1_1 && newer {
            return Err(
                node.fault(Wrong::value(response.as_str(), "a word of CAP 1.1; it came with 1.2"), clause)
            );
        }
        Ok(response)
    }
}

/// Reads a message of CAP 1.2 or 1.1 in any encoding that XML names, within the usual [`Limits`].
///
/// # Errors
/// The first place, in the order of the document, that is not as the standard has it, or passes a limit.
pub fn read(bytes: &[u8]) -> Result<Message, Fault> {
    read_within(bytes, &Limits::default())
}

/// [`read`] within limits of one's own.
///
/// # Errors
/// As [`read`].
pub fn read_within(bytes: &[u8], limits: &Limits) -> Result<Message, Fault> {
    let document = parse(decode(bytes, limits)?, limits)?;
    let root = document.root();
    let version = [Version::V1_2, Version::V1_1].into_iter().find(|v| v.namespace() == root.namespace());
    match version {
        Some(version) if root.name() == "alert" => {
            let (alert, signatures) = Alert::read(root, version)?;
            Ok(Message { version, alert, signatures })
        }
        _ => {
            let found = format!("{} of namespace \"{}\"", root.name(), root.namespace());
            let expected = "`alert` of namespace urn:oasis:names:tc:emergency:cap:1.2 (or 1.1)";
            Err(root.fault(Wrong::Root { found, expected }, "CAP 1.2, 4.2"))
        }
    }
}

/// Writes an alert as CAP 1.2 in UTF-8, unsigned.
///
/// # Errors
/// What [`Alert::check`] finds.
pub fn write(alert: &Alert) -> Result<Vec<u8>, Fault> {
    alert.check()?;
    let mut builder = Builder::new("alert", Version::V1_2.namespace());
    alert.write(&mut builder);
    Ok(builder.finish())
}
