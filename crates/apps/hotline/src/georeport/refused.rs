//! Refusals in the standard's shape. Section "Errors" of the specification.

use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_http::Language;
use yipan_store::StoreError;
use yipan_wire::open311::{Complaint, Error, http_status};

/// Why a call is refused.
#[derive(Debug)]
pub(super) enum Refused {
    /// The call is not as the standard has it.
    Call(Vec<Complaint>),
    /// A rule of the house said no.
    House(Refusal),
    /// The address called too often; it may again after so many seconds.
    TooOften(i64),
}

impl From<Complaint> for Refused {
    fn from(complaint: Complaint) -> Self {
        Self::Call(vec![complaint])
    }
}

impl From<Vec<Complaint>> for Refused {
    fn from(complaints: Vec<Complaint>) -> Self {
        Self::Call(complaints)
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::House(refusal)
    }
}

impl From<StoreError> for Refused {
    fn from(fault: StoreError) -> Self {
        Self::House(fault.into())
    }
}

impl Refused {
    /// The HTTP status of the answer.
    pub(super) fn status(&self) -> u16 {
        match self {
            Self::Call(complaints) => http_status(complaints),
            Self::TooOften(_) => 429,
            Self::House(refusal) => match refusal.kind {
                RefusalKind::NotFound => 404,
                RefusalKind::Conflict => 409,
                RefusalKind::TooLarge => 413,
                RefusalKind::Busy => 429,
                RefusalKind::Internal => 500,
                RefusalKind::Unavailable => 503,
                RefusalKind::NoSpace => 507,
                // A client of the standard knows 400 alone for what is wrong with a call; nobody is seated here, so
                // that a right that is missing is the house's affair and not the caller's.
                RefusalKind::Invalid
                | RefusalKind::Rule
                | RefusalKind::Unauthenticated
                | RefusalKind::Forbidden => 400,
            },
        }
    }

    /// After how many seconds the same call may succeed.
    pub(super) fn retry_after(&self) -> Option<i64> {
        match self {
            Self::TooOften(seconds) => Some(*seconds),
            Self::House(Refusal { kind: RefusalKind::Busy | RefusalKind::Unavailable, .. }) => Some(1),
            _ => None,
        }
    }

    /// What is told of it.
    pub(super) fn errors(&self, language: Language) -> Vec<Error> {
        let one = |description: String| vec![Error { code: self.status().to_string(), description }];
        match self {
            Self::Call(complaints) => complaints
                .iter()
                .map(match language {
                    Language::Chinese => Error::zh,
                    Language::English => Error::en,
                })
                .collect(),
            Self::TooOften(seconds) => one(match language {
                Language::Chinese => format!("此地址请求过多，请 {seconds} 秒后再试"),
                Language::English => {
                    format!("too many calls from this address; try again in {seconds} seconds")
                }
            }),
            // What went wrong inside the house is for its log.
            Self::House(refusal) if self.status() >= 500 => {
                one(language.pick(&refusal.zh, title(refusal.kind)).to_owned())
            }
            Self::House(refusal) => {
                let words = language.pick(&refusal.zh, &refusal.en);
                let field = refusal.pointer.as_deref().and_then(field);
                one(field.map_or_else(|| words.to_owned(), |field| format!("{field}: {words}")))
            }
        }
    }

    /// Logs what is the house's own fault.
    pub(super) fn log(&self) {
        if let Self::House(refusal) = self
            && self.status() >= 500
        {
            tracing::error!(door = "open311", code = refusal.code, "{}", refusal.en);
        }
    }
}

/// The house's fault, as a stranger is told of it.
const fn title(kind: RefusalKind) -> &'static str {
    match kind {
        RefusalKind::Unavailable => "the house cannot be reached for the moment; try again shortly",
        RefusalKind::NoSpace => "nothing can be filed for the moment; call 12345",
        _ => "the house is at fault; call 12345",
    }
}

/// The field of the call that a refusal points to.
fn field(pointer: &str) -> Option<&str> {
    Some(match pointer {
        "/place" | "/place/longitude" | "/place/latitude" | "/place/area" => "lat, long",
        "/place/address" | "/address" => "address_string",
        "/text" => "description",
        "/category" => "service_code",
        "/person/name" => "last_name, first_name",
        "/person/phone" => "phone",
        "/person/reference" => "email",
        inside if inside.starts_with('/') => return None,
        field => field,
    })
}

/// A field of the call that this city does not take as it is.
pub(super) fn wrong(field: &str, zh: impl Into<String>, en: impl Into<String>) -> Refused {
    Refused::House(Refusal::invalid("open311.field", zh, en).at(field))
}
