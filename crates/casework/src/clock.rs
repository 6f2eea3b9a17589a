//! Clocks (时限): start, term, calendar and pauses → due. A clock can be asked why.

use serde::{Deserialize, Serialize};
use yipan_base::calendar::{Calendar, CalendarGap, Pause, Term};
use yipan_base::time::Timestamp;

/// A version of a calendar or a policy, as pinned by the event that used it. In JSON it is text,
/// such as `cn@3`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pin {
    pub id: String,
    pub version: i64,
}

#[cfg(feature = "schema")]
yipan_base::schema::text!(Pin, "A version of a calendar or a policy: its id and number.", "cn@3");

impl From<Pin> for String {
    fn from(pin: Pin) -> Self {
        format!("{}@{}", pin.id, pin.version)
    }
}

impl TryFrom<String> for Pin {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.rsplit_once('@')
            .and_then(|(id, version)| Some(Self { id: id.to_owned(), version: version.parse().ok()? }))
            .ok_or_else(|| format!("`{text}` is not a version: write its id and number, such as cn@3"))
    }
}

/// The points of a term at which the house speaks up. Half only sends a notice; yellow and red are lamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    Half,
    Yellow,
    Due,
}

/// The lamp of a clock at some instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Lamp {
    /// Below 80 % of the term.
    Green,
    /// From 80 % to the end of the term.
    Yellow,
    /// Beyond it.
    Red,
}

/// One clock. `due` and its marks are derived; they stand here so that nothing that reads a case
/// needs a calendar, and a replay proves them again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Clock {
    pub started_at: Timestamp,
    pub term: Term,
    /// More time granted, in the unit of the term.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub extended: i64,
    /// The rule of the policy that gave the term.
    pub rule: String,
    pub policy: Pin,
    pub calendar: Pin,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// A deadline from outside that binds if it is earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Timestamp>,
    pub half: Timestamp,
    pub yellow: Timestamp,
    pub due: Timestamp,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(n: &i64) -> bool {
    *n == 0
}

impl Clock {
    /// A clock that starts at `started_at`.
    pub fn start(
        started_at: Timestamp,
        term: Term,
        rule: &str,
        policy: &Pin,
        calendar: &Calendar,
        cap: Option<Timestamp>,
    ) -> Result<Self, CalendarGap> {
        let mut clock = Self {
            started_at,
            term,
            extended: 0,
            rule: rule.to_owned(),
            policy: policy.clone(),
            calendar: Pin { id: calendar.id().to_owned(), version: calendar.version() },
            pauses: Vec::new(),
            cap,
            half: started_at,
            yellow: started_at,
            due: started_at,
        };
        clock.reckon(calendar)?;
        Ok(clock)
    }

    /// The term with what was granted on top.
    #[must_use]
    pub fn whole_term(&self) -> Term {
        Term { amount: self.term.amount + self.extended, unit: self.term.unit }
    }

    /// Works out the marks again from start, term, calendar, pauses and cap.
    pub fn reckon(&mut self, calendar: &Calendar) -> Result<(), CalendarGap> {
        let marks = calendar.marks(self.started_at, self.whole_term(), &self.pauses)?;
        (self.half, self.yellow, self.due) = (marks.half, marks.yellow, marks.due);
        if let Some(cap) = self.binding_cap(self.due) {
            // A cap that had passed before the clock began leaves no stretch to mark: it is due at once.
            let from = self.started_at.min(cap);
            let span = cap.since(from);
            self.half = from.plus(span / 2).min(self.half);
            self.yellow = from.plus(span / 5 * 4).min(self.yellow);
            self.due = cap;
        }
        Ok(())
    }

    /// The cap, where it binds: wherever it is earlier than the term's own end. What is given out
    /// after it is late from its first instant, for whoever set the deadline counts it so.
    #[must_use]
    pub fn binding_cap(&self, own: Timestamp) -> Option<Timestamp> {
        self.cap.filter(|cap| *cap < own)
    }

    /// The instant of a mark.
    #[must_use]
    pub const fn mark(&self, mark: Mark) -> Timestamp {
        match mark {
            Mark::Half => self.half,
            Mark::Yellow => self.yellow,
            Mark::Due => self.due,
        }
    }

    #[must_use]
    pub fn lamp(&self, now: Timestamp) -> Lamp {
        if now > self.due {
            Lamp::Red
        } else if now >= self.yellow {
            Lamp::Yellow
        } else {
            Lamp::Green
        }
    }

    /// Whether something done at `at` was done in time; the due instant itself is in time.
    #[must_use]
    pub fn in_time(&self, at: Timestamp) -> bool {
        at <= self.due
    }
}
