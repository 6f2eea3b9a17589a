//! Conditions over a fact: a small closed algebra, the same for memory and for SQL.
//!
//! A condition is true or false, never unknown: a comparison with a null is false.

use serde::{Deserialize, Serialize};
use yipan_base::time::Timestamp;

use super::field::{Base, Datum, Fact, Field, FieldKind};

/// What must hold of a fact. In JSON: `{"at_most": ["signed_at", "sign_due"]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    /// The field is not null.
    Set(Field),
    /// The field is true.
    Flag(Field),
    /// The field is this word.
    Is(Field, String),
    /// Neither is null, and the first is not more than the second.
    AtMost(Operand, Operand),
}

/// A side of a comparison. In JSON: a field's name, a number or `"as_of"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Operand {
    Field(Field),
    Number(i64),
    Asked(Asked),
}

/// What whoever asks brings along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// The instant as of which the account is given.
    AsOf,
}

impl Condition {
    /// Whether it holds of the fact, as of an instant.
    #[must_use]
    pub fn holds(&self, fact: &impl Fact, as_of: Timestamp) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|c| c.holds(fact, as_of)),
            Self::Any(conditions) => conditions.iter().any(|c| c.holds(fact, as_of)),
            Self::Not(condition) => !condition.holds(fact, as_of),
            Self::Set(field) => fact.datum(*field) != Datum::Null,
            Self::Flag(field) => fact.datum(*field) == Datum::Int(1),
            Self::Is(field, word) => fact.datum(*field) == Datum::Text(word),
            Self::AtMost(low, high) => match (low.of(fact, as_of), high.of(fact, as_of)) {
                (Some(low), Some(high)) => low <= high,
                _ => false,
            },
        }
    }

    /// Whether it compares a due time with the as-of time anywhere.
    pub(super) fn asks_whether_due(&self) -> bool {
        match self {
            Self::All(conditions) | Self::Any(conditions) => conditions.iter().any(Self::asks_whether_due),
            Self::Not(condition) => condition.asks_whether_due(),
            Self::AtMost(low, high) => matches!(
                (low, high),
                (Operand::Field(field), Operand::Asked(_)) | (Operand::Asked(_), Operand::Field(field))
                    if field.is_due()
            ),
            Self::Set(_) | Self::Flag(_) | Self::Is(..) => false,
        }
    }

    /// What is wrong with it for facts of this kind.
    pub(super) fn faults(&self, base: Base, faults: &mut Vec<String>) {
        match self {
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().for_each(|c| c.faults(base, faults));
            }
            Self::Not(condition) => condition.faults(base, faults),
            Self::Set(field) => match base.column(*field) {
                Some(column) if column.null => {}
                Some(_) => faults.push(format!("`{}` is always set", field.name())),
                None => faults.push(unknown(base, *field)),
            },
            Self::Flag(field) => expect(base, *field, &[FieldKind::Flag], faults),
            Self::Is(field, word) => {
                expect(base, *field, &[FieldKind::Word, FieldKind::Text], faults);
                if word.is_empty() || !word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
                    faults.push(format!("`{word}` is no word: use a-z and _"));
                }
            }
            Self::AtMost(low, high) => {
                for side in [low, high] {
                    if let Operand::Field(field) = side {
                        expect(base, *field, &[FieldKind::Instant, FieldKind::Count], faults);
                    }
                }
            }
        }
    }
}

impl Operand {
    fn of(self, fact: &impl Fact, as_of: Timestamp) -> Option<i64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Asked(Asked::AsOf) => Some(as_of.as_micros()),
            Self::Field(field) => match fact.datum(field) {
                Datum::Int(value) => Some(value),
                _ => None,
            },
        }
    }
}

pub(super) fn expect(base: Base, field: Field, kinds: &[FieldKind], faults: &mut Vec<String>) {
    match base.column(field) {
        None => faults.push(unknown(base, field)),
        Some(column) if !kinds.contains(&column.kind) => {
            faults.push(format!("`{}` holds {:?}, not {kinds:?}", field.name(), column.kind));
        }
        Some(_) => {}
    }
}

fn unknown(base: Base, field: Field) -> String {
    format!("{} has no field `{}`", base.table(), field.name())
}
