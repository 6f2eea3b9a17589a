//! What a refused move answers: a stable code, a sentence for a person, and where to look.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The kind of a refusal decides the HTTP status and the exit code of the CLI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// The request itself is wrong: an unknown field, a broken value (400).
    Invalid,
    /// Nobody is logged in, or the session has ended (401).
    Unauthenticated,
    /// The actor has no right to do this (403).
    Forbidden,
    /// There is no such thing, or it lies outside the actor's scope (404).
    NotFound,
    /// The thing is not in a state that allows it, or has changed meanwhile (409).
    Conflict,
    /// Too large (413).
    TooLarge,
    /// Well formed but against a rule of the house (422).
    Rule,
    /// Too many requests, or no room in the queue (429).
    Busy,
    /// What the house needs cannot be reached now; the same request may succeed shortly (503).
    Unavailable,
    /// The disk is full (507).
    NoSpace,
    /// The house is at fault (500).
    Internal,
}

/// A refusal: which rule refused, in words, and the field or object it points to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[error("{code}: {en}")]
pub struct Refusal {
    pub kind: RefusalKind,
    /// Stable and greppable, such as `case.stage`.
    pub code: String,
    /// What is wrong and what to do, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// Where: a field (`/place/longitude`), a row, an object's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Figures a client may want without reading the sentence, such as the current version.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, String>,
}

impl Refusal {
    pub fn new(kind: RefusalKind, code: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { kind, code: code.into(), zh: zh.into(), en: en.into(), pointer: None, facts: BTreeMap::new() }
    }

    pub fn invalid(code: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(RefusalKind::Invalid, code, zh, en)
    }

    pub fn rule(code: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(RefusalKind::Rule, code, zh, en)
    }

    pub fn conflict(code: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(RefusalKind::Conflict, code, zh, en)
    }

    pub fn forbidden(code: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(RefusalKind::Forbidden, code, zh, en)
    }

    pub fn not_found(code: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(RefusalKind::NotFound, code, zh, en)
    }

    pub fn internal(en: impl Into<String>) -> Self {
        Self::new(RefusalKind::Internal, "internal", "系统内部错误，请把编号告诉管理员", en)
    }

    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    #[must_use]
    pub fn fact(mut self, name: &str, value: impl ToString) -> Self {
        self.facts.insert(name.into(), value.to_string());
        self
    }
}
