//! What a column can feed.

/// A field of an imported appeal (导入字段).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// What the citizen said. The one field that must be mapped.
    Text,
    Title,
    /// When the first word was said: `2019/2/28 11:25:05` and the like in Shanghai's time, or RFC 3339.
    Received,
    /// A name, or what the older system called the person: whatever holds a Chinese character is a name.
    Caller,
    Phone,
    Address,
    /// A division by its id, its official code, or a name that only one bears.
    Area,
    /// Degrees; goes together with the latitude.
    Longitude,
    Latitude,
    /// `wgs84` (if blank), `cgcs2000`, `gcj02` or `bd09`.
    Datum,
    /// A [`Kind`](yipan_casework::case::Kind), by its code or Chinese word.
    Kind,
    /// A category, by its id or a Chinese name that only one bears.
    Category,
    /// A [`Channel`](yipan_casework::case::Channel), by its code or Chinese word.
    Channel,
    /// What the source itself tells its rows apart by.
    Key,
}

impl Field {
    pub const REQUIRED: [Self; 1] = [Self::Text];

    pub const OPTIONAL: [Self; 13] = [
        Self::Title,
        Self::Received,
        Self::Caller,
        Self::Phone,
        Self::Address,
        Self::Area,
        Self::Longitude,
        Self::Latitude,
        Self::Datum,
        Self::Kind,
        Self::Category,
        Self::Channel,
        Self::Key,
    ];

    /// The name by which a mapping and a pointer call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Title => "title",
            Self::Received => "received",
            Self::Caller => "caller",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Area => "area",
            Self::Longitude => "longitude",
            Self::Latitude => "latitude",
            Self::Datum => "datum",
            Self::Kind => "kind",
            Self::Category => "category",
            Self::Channel => "channel",
            Self::Key => "key",
        }
    }

    /// The field behind a pointer into the form of acceptance.
    pub(super) fn behind(pointer: &str) -> Option<Self> {
        Some(match pointer {
            "/text" => Self::Text,
            "/title" => Self::Title,
            "/received_at" => Self::Received,
            "/person/name" | "/person/reference" => Self::Caller,
            "/person/phone" => Self::Phone,
            "/address" => Self::Address,
            "/place/area" => Self::Area,
            "/place" | "/place/longitude" => Self::Longitude,
            "/category" => Self::Category,
            "/key" => Self::Key,
            _ => return None,
        })
    }
}
