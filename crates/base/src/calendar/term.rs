//! Terms, and the time used of one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::time::MINUTE;

/// In which time a term runs (时限单位).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TermUnit {
    /// 自然时间: every minute counts
    WallHours,
    /// 工作时
    WorkingHours,
    /// 紧急工作时
    UrgentHours,
    /// 工作日: the day of the start does not count, the last day counts to the end of its hours
    WorkingDays,
}

impl TermUnit {
    /// Parts in one of the amounts of a [`Term`], in a calendar whose working day has `day` parts.
    pub(super) const fn parts(self, day: i64) -> i64 {
        match self {
            Self::WallHours | Self::WorkingHours | Self::UrgentHours => MINUTE,
            Self::WorkingDays => day,
        }
    }
}

/// A term (时限): how much time of which kind. In JSON and in policies it is text: `15min`, `2h`,
/// `7d` (of 24 hours each), `4wh`, `90wmin`, `3uh`, `5wd`, or the Chinese of [`Term::zh`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Term {
    /// Minutes; of working days, days. A term of nothing is due when it starts.
    pub amount: i64,
    pub unit: TermUnit,
}

#[cfg(feature = "schema")]
crate::schema::text!(Term, "A term: `15min`, `2h`, `7d`, `4wh`, `3uh`, `5wd`.", "5wd");

/// Text that is not a term.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a term: write a whole number above 0 with min, h, d (wall time), wmin, wh (working hours), \
     umin, uh (urgent hours) or wd (working days), such as 4wh; at most ten years"
)]
pub struct NotATerm(pub String);

/// Each way to write a unit, with how many of [`Term::amount`] one of it is.
const SUFFIXES: [(&str, TermUnit, i64); 18] = [
    ("min", TermUnit::WallHours, 1),
    ("h", TermUnit::WallHours, 60),
    ("d", TermUnit::WallHours, 24 * 60),
    ("wmin", TermUnit::WorkingHours, 1),
    ("wh", TermUnit::WorkingHours, 60),
    ("umin", TermUnit::UrgentHours, 1),
    ("uh", TermUnit::UrgentHours, 60),
    ("wd", TermUnit::WorkingDays, 1),
    ("分钟", TermUnit::WallHours, 1),
    ("小时", TermUnit::WallHours, 60),
    ("天", TermUnit::WallHours, 24 * 60),
    ("日", TermUnit::WallHours, 24 * 60),
    ("工作分钟", TermUnit::WorkingHours, 1),
    ("工作时", TermUnit::WorkingHours, 60),
    ("工作小时", TermUnit::WorkingHours, 60),
    ("紧急工作分钟", TermUnit::UrgentHours, 1),
    ("紧急工作时", TermUnit::UrgentHours, 60),
    ("工作日", TermUnit::WorkingDays, 1),
];

/// Wall time is told in days from here on: people say 72 hours, but seven days.
const LONG_WALL: i64 = 72 * 60;

impl Term {
    #[must_use]
    pub const fn new(amount: i64, unit: TermUnit) -> Self {
        Self { amount, unit }
    }

    /// The term in Chinese, such as `4 工作时`. Parses back.
    #[must_use]
    pub fn zh(self) -> String {
        self.told(["分钟", "小时", "天"], ["工作分钟", "工作时"], ["紧急工作分钟", "紧急工作时"], "个工作日")
    }

    /// The term in English, such as `4 working hours`.
    #[must_use]
    pub fn en(self) -> String {
        let text = self.told(
            ["minutes", "hours", "days"],
            ["working minutes", "working hours"],
            ["urgent minutes", "urgent hours"],
            "working days",
        );
        match text.strip_prefix("1 ") {
            Some(unit) => format!("1 {}", unit.trim_end_matches('s')),
            None => text,
        }
    }

    fn told(self, wall: [&str; 3], working: [&str; 2], urgent: [&str; 2], days: &str) -> String {
        let (count, step) = self.largest();
        let unit = match self.unit {
            TermUnit::WallHours => wall[step],
            TermUnit::WorkingHours => working[step],
            TermUnit::UrgentHours => urgent[step],
            TermUnit::WorkingDays => days,
        };
        format!("{count} {unit}")
    }

    /// The count in the largest unit that leaves no remainder, and which: 0 the unit of `amount`,
    /// 1 hours, 2 days of 24 hours.
    const fn largest(self) -> (i64, usize) {
        let minutes = self.amount;
        match self.unit {
            TermUnit::WorkingDays => (self.amount, 0),
            TermUnit::WallHours if minutes > LONG_WALL && minutes % (24 * 60) == 0 => {
                (minutes / (24 * 60), 2)
            }
            _ if minutes != 0 && minutes % 60 == 0 => (minutes / 60, 1),
            _ => (minutes, 0),
        }
    }
}

impl fmt::Display for Term {
    /// The short form, such as `4wh`. Parses back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, step) = self.largest();
        let unit = match self.unit {
            TermUnit::WallHours => ["min", "h", "d"][step],
            TermUnit::WorkingHours => ["wmin", "wh"][step],
            TermUnit::UrgentHours => ["umin", "uh"][step],
            TermUnit::WorkingDays => "wd",
        };
        write!(f, "{count}{unit}")
    }
}

impl FromStr for Term {
    type Err = NotATerm;

    fn from_str(text: &str) -> Result<Self, NotATerm> {
        let parse = || {
            let text = text.trim();
            let digits = text.find(|c: char| !c.is_ascii_digit())?;
            let (count, suffix) = text.split_at(digits);
            let suffix = suffix.trim_start().trim_start_matches('个');
            let (_, unit, each) = SUFFIXES.iter().find(|(name, ..)| *name == suffix)?;
            let amount = count.parse::<i64>().ok()?.checked_mul(*each)?;
            let ten_years = if *unit == TermUnit::WorkingDays { 3_660 } else { 3_660 * 24 * 60 };
            (1..=ten_years).contains(&amount).then_some(Self::new(amount, *unit))
        };
        parse().ok_or_else(|| NotATerm(text.to_owned()))
    }
}

impl TryFrom<String> for Term {
    type Error = NotATerm;

    fn try_from(text: String) -> Result<Self, NotATerm> {
        text.parse()
    }
}

impl From<Term> for String {
    fn from(term: Term) -> Self {
        term.to_string()
    }
}

/// How much of a unit's time has passed (已用时间), in whole parts: `per` of them are one minute,
/// or one working day of whatever length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Elapsed {
    pub unit: TermUnit,
    pub parts: i64,
    pub per: i64,
}

impl Elapsed {
    /// Minutes; of working days, days.
    #[must_use]
    pub fn amount(self) -> f64 {
        self.parts as f64 / self.per as f64
    }

    /// The share of a term of the same unit that is used: 1.0 when it is due, more when overdue.
    #[must_use]
    pub fn share(self, term: Term) -> f64 {
        // One division of whole numbers, so that four fifths are 0.8 and not a hair less.
        if term.amount <= 0 { 1.0 } else { self.parts as f64 / term.amount.saturating_mul(self.per) as f64 }
    }

    /// Whether a term of the same unit is used up.
    #[must_use]
    pub const fn reaches(self, term: Term) -> bool {
        self.parts >= term.amount.saturating_mul(self.per)
    }

    /// `3 小时 5 分`, `1.5 个工作日`: rounded down to the minute or the hundredth of a day.
    #[must_use]
    pub fn zh(self) -> String {
        self.told("小时", "分", "个工作日")
    }

    /// `3 h 5 min`, `1.5 working days`: rounded down to the minute or the hundredth of a day.
    #[must_use]
    pub fn en(self) -> String {
        let one = self.unit == TermUnit::WorkingDays && self.parts == self.per;
        self.told("h", "min", if one { "working day" } else { "working days" })
    }

    fn told(self, hour: &str, minute: &str, day: &str) -> String {
        if self.unit == TermUnit::WorkingDays {
            let hundredths = (i128::from(self.parts) * 100).div_euclid(i128::from(self.per));
            return format!("{} {day}", hundredths as f64 / 100.0);
        }
        let minutes = self.parts / self.per;
        match (minutes / 60, minutes % 60) {
            (0, minutes) => format!("{minutes} {minute}"),
            (hours, 0) => format!("{hours} {hour}"),
            (hours, minutes) => format!("{hours} {hour} {minutes} {minute}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_written_the_way_people_say_them() {
        for (text, short, zh, en) in [
            ("15min", "15min", "15 分钟", "15 minutes"),
            ("120min", "2h", "2 小时", "2 hours"),
            ("24h", "24h", "24 小时", "24 hours"),
            ("7 d", "7d", "7 天", "7 days"),
            (" 4wh ", "4wh", "4 工作时", "4 working hours"),
            ("90wmin", "90wmin", "90 工作分钟", "90 working minutes"),
            ("3uh", "3uh", "3 紧急工作时", "3 urgent hours"),
            ("1wd", "1wd", "1 个工作日", "1 working day"),
            ("5个工作日", "5wd", "5 个工作日", "5 working days"),
        ] {
            let term: Term = text.parse().unwrap();
            assert_eq!((term.to_string(), term.zh(), term.en()), (short.into(), zh.into(), en.into()));
            assert_eq!(short.parse::<Term>().unwrap(), term);
            assert_eq!(zh.parse::<Term>().unwrap(), term);
            assert_eq!(serde_json::to_string(&term).unwrap(), format!("\"{short}\""));
        }
    }

    #[test]
    fn what_is_not_a_term_is_refused() {
        for text in
            ["", "5", "wd", "0wd", "-1h", "1.5h", "5 weeks", "99999999999999999999h", "4000wd", "1e3h"]
        {
            let fault = text.parse::<Term>().unwrap_err().to_string();
            assert!(fault.starts_with(&format!("`{text}` is not a term")), "{fault}");
        }
    }
}
