//! The language a reader asked for.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;

/// Chinese comes first in this house; English is spoken to whoever prefers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    Chinese,
    English,
}

impl Language {
    /// The better liked of the two in an `Accept-Language` header (RFC 9110, 12.5.4).
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let Some(wishes) = headers.get(ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()) else {
            return Self::Chinese;
        };
        let mut best = (0.0, Self::Chinese);
        for wish in wishes.split(',') {
            let mut parts = wish.split(';');
            let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
            let weight = parts
                .find_map(|p| p.trim().strip_prefix("q=").map(str::to_owned))
                .map_or(1.0, |q| q.parse::<f32>().unwrap_or(0.0));
            let language = match tag.split('-').next() {
                Some("zh" | "*") => Self::Chinese,
                Some("en") => Self::English,
                _ => continue,
            };
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }

    /// For the `Content-Language` header.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// One of two sentences.
    #[must_use]
    pub const fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Chinese => zh,
            Self::English => en,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, text.parse().expect("a header"));
        Language::of(&headers)
    }

    #[test]
    fn the_better_liked_language_wins_and_chinese_is_the_default() {
        assert_eq!(of("en-GB,en;q=0.9,zh;q=0.8"), Language::English);
        assert_eq!(of("fr, en;q=0.3, zh-CN;q=0.7"), Language::Chinese);
        assert_eq!(of("fr"), Language::Chinese);
        assert_eq!(of("en;q=nonsense"), Language::Chinese);
        assert_eq!(Language::of(&HeaderMap::new()), Language::Chinese);
    }
}
