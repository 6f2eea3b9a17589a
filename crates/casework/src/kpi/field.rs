//! Fields of the facts, under the names that their columns have in the store.

use serde::{Deserialize, Serialize};
use yipan_base::id::{AreaId, CaseId, CategoryId, UnitId};
use yipan_base::time::Timestamp;

use crate::case::{Channel, Grade, HoldingRole, Kind, Level, Outcome, RepeatVerdict, Solved, Standing, Word};
use crate::project::{CaseFact, HoldingFact, TermFact};

/// Which facts a definition counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// One per appeal: volumes, opinions, the citizen's time.
    Case,
    /// One per unit's part of a case: timeliness of units.
    Holding,
    /// One per duty of the centre: timeliness of the centre.
    Term,
}

/// A value of a fact: an instant in microseconds, a count, a flag as 0 or 1, or a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Datum<'a> {
    Null,
    Int(i64),
    Text(&'a str),
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    Instant,
    /// A number, or microseconds of a duration.
    Count,
    Flag,
    /// A word of a closed list.
    Word,
    /// An id, a number, a name.
    Text,
}

/// A field of one kind of fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub field: Field,
    pub kind: FieldKind,
    pub null: bool,
}

/// A fact, field by field.
pub trait Fact {
    const BASE: Base;

    /// The value of a field; null where these facts have no such field.
    fn datum(&self, field: Field) -> Datum<'_>;

    /// All values in the order of [`Base::columns`]: a row for the store.
    fn row(&self) -> Vec<Datum<'_>> {
        Self::BASE.columns().iter().map(|column| self.datum(column.field)).collect()
    }
}

/// Declares the fields of a kind of fact in the order of its columns. Whether one may be null, and
/// what it holds, follows from its type.
macro_rules! columns {
    ($name:ident: $base:ident of $fact:ty { $($field:ident = $member:ident,)* }) => {
        static $name: &[Column] = &[$(column(Field::$field, |fact: &$fact| &fact.$member)),*];

        impl Fact for $fact {
            const BASE: Base = Base::$base;

            fn datum(&self, field: Field) -> Datum<'_> {
                match field {
                    $(Field::$field => self.$member.datum(),)*
                    _ => Datum::Null,
                }
            }
        }
    };
}

macro_rules! fields {
    ($($field:ident = $name:literal,)*) => {
        /// A field of the facts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Field {
            $(#[serde(rename = $name)] $field,)*
        }

        impl Field {
            /// The name of its column.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Field::$field => $name,)* }
            }
        }
    };
}

fields! {
    CaseId = "case_id", Number = "number", Kind = "kind", Category = "category", Channel = "channel",
    Level = "level", County = "county", Town = "town", Centre = "centre", MainUnit = "main_unit",
    ReceivedAt = "received_at", AcceptedAt = "accepted_at", AnsweredAt = "answered_at",
    DispatchedAt = "dispatched_at", HandledAt = "handled_at", ClosedAt = "closed_at",
    Outcome = "outcome", CallbackAt = "callback_at", CallbackValid = "callback_valid",
    Attitude = "attitude", Result = "result", Solved = "solved", Rounds = "rounds",
    Returns = "returns", Redos = "redos", Sheets = "sheets", Repeat = "repeat", Merged = "merged",
    Historical = "historical", Secret = "secret", CentreTime = "centre_time",
    UnitTime = "unit_time", CitizenTime = "citizen_time", OtherTime = "other_time",
    Holding = "holding", Role = "role", Depth = "depth", Round = "round", Unit = "unit",
    Line = "line", PeerGroup = "peer_group", SignDue = "sign_due", SignedAt = "signed_at",
    ContactDue = "contact_due", ContactedAt = "contacted_at", HandleDue = "handle_due",
    RepliedAt = "replied_at", CompletedAt = "completed_at", EndedAt = "ended_at",
    Standing = "standing", Paused = "paused", Extended = "extended", Deferred = "deferred",
    Suspended = "suspended", RefusedReturns = "refused_returns", Term = "term",
    StartedAt = "started_at", DueAt = "due_at", CaseKind = "case_kind",
}

columns! { CASE: Case of CaseFact {
    CaseId = case, Number = number, Kind = kind, Category = category, Channel = channel, Level = level,
    County = county, Town = town, Centre = centre, MainUnit = main_unit, ReceivedAt = received_at,
    AcceptedAt = accepted_at, AnsweredAt = answered_at, DispatchedAt = dispatched_at,
    HandledAt = handled_at, ClosedAt = closed_at, Outcome = outcome, CallbackAt = callback_at,
    CallbackValid = callback_valid, Attitude = attitude, Result = result, Solved = solved,
    Rounds = rounds, Returns = returns, Redos = redos, Sheets = sheets, Repeat = repeat,
    Merged = merged, Historical = historical, Secret = secret, CentreTime = centre_time,
    UnitTime = unit_time, CitizenTime = citizen_time, OtherTime = other_time,
} }

columns! { HOLDING: Holding of HoldingFact {
    CaseId = case, Holding = holding, Role = role, Depth = depth, Round = round, Unit = unit,
    Line = line, PeerGroup = peer_group, County = county, Town = town, Kind = kind,
    Category = category, Channel = channel, Level = level, DispatchedAt = dispatched_at,
    SignDue = sign_due, SignedAt = signed_at, ContactDue = contact_due, ContactedAt = contacted_at,
    HandleDue = handle_due, RepliedAt = replied_at, CompletedAt = completed_at, EndedAt = ended_at,
    Standing = standing, Paused = paused, Extended = extended, Deferred = deferred,
    Suspended = suspended, RefusedReturns = refused_returns, Historical = historical,
} }

columns! { TERM: Term of TermFact {
    CaseId = case, Term = term, Centre = centre, Kind = kind, StartedAt = started_at, DueAt = due_at,
    EndedAt = ended_at, Channel = channel, CaseKind = case_kind, Category = category, Level = level,
} }

impl Field {
    /// Whether it is an instant by which something must be done, which may lie ahead.
    #[must_use]
    pub const fn is_due(self) -> bool {
        matches!(self, Self::SignDue | Self::ContactDue | Self::HandleDue | Self::DueAt)
    }
}

impl Base {
    /// The fields of these facts, in the order of the store's columns.
    #[must_use]
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Case => CASE,
            Self::Holding => HOLDING,
            Self::Term => TERM,
        }
    }

    /// What the store calls the table.
    #[must_use]
    pub const fn table(self) -> &'static str {
        match self {
            Self::Case => "fact_case",
            Self::Holding => "fact_holding",
            Self::Term => "fact_term",
        }
    }

    /// What tells two facts of one case apart.
    #[must_use]
    pub const fn part(self) -> Option<Field> {
        match self {
            Self::Case => None,
            Self::Holding => Some(Field::Holding),
            Self::Term => Some(Field::Term),
        }
    }

    /// The column of a field, if these facts have it.
    #[must_use]
    pub fn column(self, field: Field) -> Option<Column> {
        self.columns().iter().copied().find(|column| column.field == field)
    }
}

const fn column<F, C: Cell>(field: Field, _: fn(&F) -> &C) -> Column {
    Column { field, kind: C::KIND, null: C::NULL }
}

/// What can stand in a fact.
trait Cell {
    const KIND: FieldKind;
    const NULL: bool = false;

    fn datum(&self) -> Datum<'_>;
}

impl<T: Cell> Cell for Option<T> {
    const KIND: FieldKind = T::KIND;
    const NULL: bool = true;

    fn datum(&self) -> Datum<'_> {
        self.as_ref().map_or(Datum::Null, Cell::datum)
    }
}

macro_rules! cells {
    ($($kind:ident: $($type:ty),* => |$value:ident| $datum:expr;)*) => {$($(
        impl Cell for $type {
            const KIND: FieldKind = FieldKind::$kind;

            fn datum(&self) -> Datum<'_> {
                let $value = self;
                $datum
            }
        }
    )*)*};
}

cells! {
    Instant: Timestamp => |at| Datum::Int(at.as_micros());
    Count: i64 => |n| Datum::Int(*n);
    Count: u32 => |n| Datum::Int(i64::from(*n));
    Flag: bool => |flag| Datum::Int(i64::from(*flag));
    Text: String, AreaId, CaseId, CategoryId, UnitId => |text| Datum::Text(text.as_str());
    Word: Channel, Grade, HoldingRole, Kind, Level, Outcome, Solved => |word| Datum::Text(Word::code(*word));
    Word: RepeatVerdict, Standing => |word| Datum::Text(word.code());
}
