//! The hours that count in a week, and on the days that break it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::year::{DayKind, is_weekend, weekday};
use crate::time::MINUTE;

/// Minutes in a civil day: the largest `to` of an [`Interval`].
const DAY_MINUTES: u16 = 24 * 60;

/// A stretch of a day (时段) in minutes after midnight, `from` included and `to` not. In JSON and
/// for people it is `08:30-12:00`; a stretch may end at `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Interval {
    from: u16,
    to: u16,
}

/// Text that is not an interval, or intervals that do not make a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotHours {
    #[error(
        "`{0}` is not an interval of a day: write 08:30-12:00, the end after the beginning and at most 24:00"
    )]
    Interval(String),
    #[error("{0} begins before the end of the interval ahead of it: list them in order, without overlap")]
    Order(Interval),
}

impl Interval {
    pub(super) const WHOLE_DAY: [Self; 1] = [Self { from: 0, to: DAY_MINUTES }];

    /// Minutes after midnight at which it begins.
    #[must_use]
    pub const fn from(self) -> u16 {
        self.from
    }

    /// Minutes after midnight at which it has ended; 1440 is midnight.
    #[must_use]
    pub const fn to(self) -> u16 {
        self.to
    }
}

impl FromStr for Interval {
    type Err = NotHours;

    fn from_str(text: &str) -> Result<Self, NotHours> {
        let parse = || {
            let (from, to) = text.trim().split_once('-')?;
            let (from, to) = (minute_of_day(from)?, minute_of_day(to)?);
            (from < to).then_some(Self { from, to })
        };
        parse().ok_or_else(|| NotHours::Interval(text.to_owned()))
    }
}

fn minute_of_day(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let at = hour.checked_mul(60)?.checked_add(minute)?;
    (minute < 60 && at <= DAY_MINUTES).then_some(at)
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.from, self.to);
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

impl TryFrom<String> for Interval {
    type Error = NotHours;

    fn try_from(text: String) -> Result<Self, NotHours> {
        text.parse()
    }
}

impl From<Interval> for String {
    fn from(interval: Interval) -> Self {
        interval.to_string()
    }
}

/// The hours of one day: intervals in order, none overlapping; none at all on a day off.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<Interval>", into = "Vec<Interval>")]
pub struct DayHours {
    intervals: Vec<Interval>,
    /// Microseconds in all.
    total: i64,
}

impl DayHours {
    #[must_use]
    pub fn intervals(&self) -> &[Interval] {
        &self.intervals
    }

    /// Microseconds in all.
    #[must_use]
    pub const fn total(&self) -> i64 {
        self.total
    }
}

impl TryFrom<Vec<Interval>> for DayHours {
    type Error = NotHours;

    fn try_from(intervals: Vec<Interval>) -> Result<Self, NotHours> {
        if let Some(pair) = intervals.windows(2).find(|pair| pair[1].from < pair[0].to) {
            return Err(NotHours::Order(pair[1]));
        }
        let total = intervals.iter().map(|i| i64::from(i.to - i.from) * MINUTE).sum();
        Ok(Self { intervals, total })
    }
}

impl From<DayHours> for Vec<Interval> {
    fn from(hours: DayHours) -> Self {
        hours.intervals
    }
}

/// The hours of a week (作息), of a holiday and of a shifted workday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weekly {
    pub mon: DayHours,
    pub tue: DayHours,
    pub wed: DayHours,
    pub thu: DayHours,
    pub fri: DayHours,
    pub sat: DayHours,
    pub sun: DayHours,
    /// 节假日
    pub holiday: DayHours,
    /// 调休上班日
    pub shifted: DayHours,
}

impl Weekly {
    /// Monday to Sunday.
    pub fn weekdays(&self) -> impl Iterator<Item = &DayHours> {
        self.week().into_iter()
    }

    /// Monday to Sunday, then the holiday and the shifted workday.
    pub fn patterns(&self) -> impl Iterator<Item = &DayHours> {
        self.weekdays().chain([&self.holiday, &self.shifted])
    }

    const fn week(&self) -> [&DayHours; 7] {
        [&self.mon, &self.tue, &self.wed, &self.thu, &self.fri, &self.sat, &self.sun]
    }

    /// The hours of a day counted from 1970-01-01. A day of a year not yet announced has hours
    /// only where no announcement could change them: urgent hours that are the same every day
    /// must not wait for the State Council.
    pub(super) fn on(&self, day: i64, kind: DayKind) -> Option<&DayHours> {
        let plain = self.week()[weekday(day)];
        match kind {
            DayKind::Workday | DayKind::Weekend => Some(plain),
            DayKind::Holiday => Some(&self.holiday),
            DayKind::ShiftedWorkday => Some(&self.shifted),
            DayKind::Unannounced => {
                let certain = *plain == self.holiday && (!is_weekend(day) || *plain == self.shifted);
                certain.then_some(plain)
            }
        }
    }
}
