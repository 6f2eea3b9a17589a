//! The two forms of an answer.

/// XML or JSON. Section "Format Support".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// What every server must speak.
    Xml,
    /// What a server may speak; its discovery says so.
    Json,
}

impl Format {
    /// What stands after the last dot of a path.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Xml => "xml",
            Self::Json => "json",
        }
    }

    /// The HTTP `Content-Type` of an answer.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Xml => "text/xml; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    /// The MIME type that a discovery lists.
    #[must_use]
    pub const fn mime_type(self) -> &'static str {
        match self {
            Self::Xml => "text/xml",
            Self::Json => "application/json",
        }
    }
}
