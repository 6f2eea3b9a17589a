//! A file that goes with an alert. Clause 3.2.3.

use super::message::Version;
use super::value::{self, URI, collapsed, is_uri};
use crate::fault::{Fault, Wrong};
use crate::xml::{Builder, Node, Sequence};

const CLAUSE: &str = "CAP 1.2, 3.2.3";

/// A picture, a recording, a map (附件). Clause 3.2.3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// What it is, for people to read.
    pub description: String,
    /// The MIME type; CAP 1.1 may leave it out, and it is then empty.
    pub mime_type: String,
    /// About so many bytes.
    pub size: Option<u64>,
    /// Where it lies: a URI.
    pub uri: Option<String>,
    /// The file itself in base64, for one-way links; passed on as it is.
    pub deref_uri: Option<String>,
    /// SHA-1 of the file, in hexadecimal digits; passed on as it is.
    pub digest: Option<String>,
}

impl Resource {
    pub(super) fn check(&self, path: &str) -> Result<(), Fault> {
        let texts = [
            ("resourceDesc", Some(&self.description)),
            ("mimeType", Some(&self.mime_type)),
            ("derefUri", self.deref_uri.as_ref()),
            ("digest", self.digest.as_ref()),
        ];
        value::check_texts(path, texts.into_iter().filter_map(|(name, text)| Some((name, text?))))?;
        self.uri.as_ref().map_or(Ok(()), |uri| value::check(path, "uri", uri, is_uri, URI, CLAUSE))
    }

    pub(super) fn read(node: Node<'_>, version: Version) -> Result<Self, Fault> {
        let mut children = Sequence::of(node, CLAUSE)?;
        let description = children.need("resourceDesc")?.leaf(CLAUSE)?.to_owned();
        let mime_type = match version {
            Version::V1_1 => value::text(children.maybe("mimeType"), CLAUSE)?.unwrap_or_default(),
            Version::V1_2 => children.need("mimeType")?.leaf(CLAUSE)?.to_owned(),
        };
        let resource = Self {
            description,
            mime_type,
            size: children.maybe("size").map(size).transpose()?,
            uri: value::uri(children.maybe("uri"), CLAUSE)?,
            deref_uri: value::text(children.maybe("derefUri"), CLAUSE)?,
            digest: value::text(children.maybe("digest"), CLAUSE)?,
        };
        children.end()?;
        Ok(resource)
    }

    pub(super) fn write(&self, to: &mut Builder) {
        to.leaf("resourceDesc", &self.description);
        to.leaf("mimeType", &self.mime_type);
        if let Some(size) = self.size {
            to.leaf("size", &size.to_string());
        }
        value::write_text(to, "uri", self.uri.as_ref());
        value::write_text(to, "derefUri", self.deref_uri.as_ref());
        value::write_text(to, "digest", self.digest.as_ref());
    }
}

fn size(node: Node<'_>) -> Result<u64, Fault> {
    let text = node.leaf(CLAUSE)?;
    let digits = collapsed(text);
    digits.parse().map_err(|_| node.fault(Wrong::value(text, "a number of bytes"), CLAUSE))
}
