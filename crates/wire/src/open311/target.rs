//! What a call is about, by its path. Section "API methods".

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::complaint::Complaint;
use super::format::Format;

const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A resource under the endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// `discovery`
    Discovery,
    /// `services`
    Services,
    /// `services/CODE`
    Definition(String),
    /// `requests`, read or written to
    Requests,
    /// `requests/ID`
    Request(String),
    /// `tokens/TOKEN`
    Token(String),
}

impl Target {
    /// Reads a path below the endpoint, with or without a slash before it: `services/033.xml`.
    ///
    /// # Errors
    /// The path has no format at its end, or nothing is there.
    pub fn read(path: &str) -> Result<(Self, Format), Complaint> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let (path, format) = match path.rsplit_once('.') {
            Some((path, "xml")) => (path, Format::Xml),
            Some((path, "json")) => (path, Format::Json),
            _ => return Err(Complaint::NoFormat),
        };
        let (resource, id) = match path.split_once('/') {
            Some((resource, id)) if !id.is_empty() && !id.contains('/') => {
                let id = percent_decode_str(id).decode_utf8().map_err(|_| Complaint::NotUtf8)?;
                if id.contains('\0') {
                    return Err(Complaint::NoPath);
                }
                (resource, Some(id.into_owned()))
            }
            Some(_) => return Err(Complaint::NoPath),
            None => (path, None),
        };
        let target = match (resource, id) {
            ("discovery", None) => Self::Discovery,
            ("services", None) => Self::Services,
            ("services", Some(code)) => Self::Definition(code),
            ("requests", None) => Self::Requests,
            ("requests", Some(id)) => Self::Request(id),
            ("tokens", Some(token)) => Self::Token(token),
            _ => return Err(Complaint::NoPath),
        };
        Ok((target, format))
    }

    /// The path below the endpoint, without a slash before it.
    #[must_use]
    pub fn write(&self, format: Format) -> String {
        let under = |resource, id: &str| format!("{resource}/{}", utf8_percent_encode(id, ESCAPED));
        let path = match self {
            Self::Discovery => "discovery".to_owned(),
            Self::Services => "services".to_owned(),
            Self::Definition(code) => under("services", code),
            Self::Requests => "requests".to_owned(),
            Self::Request(id) => under("requests", id),
            Self::Token(token) => under("tokens", token),
        };
        format!("{path}.{}", format.extension())
    }
}
