//! Instants and civil time.
//!
//! An instant is a count of microseconds since 1970-01-01T00:00:00Z. Civil time is that of
//! Asia/Shanghai, which has stood at UTC+08:00 without change since September 1991; dates before
//! 1992 are outside the range in which [`Timestamp::from_civil`] answers.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use jiff::civil::{Date, DateTime, Time, Weekday};

/// Microseconds in one second, minute, hour and civil day.
pub const SECOND: i64 = 1_000_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

const SHANGHAI: i64 = 8 * HOUR;

/// An instant: microseconds since the Unix epoch. In JSON it is RFC 3339 text with the +08:00
/// offset; in a row it is a BIGINT.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = String, format = DateTime))]
pub struct Timestamp(i64);

impl Timestamp {
    pub const ZERO: Self = Self(0);

    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis * 1_000)
    }

    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// The instant at which Shanghai's clocks show `at`.
    #[must_use]
    pub fn from_civil(at: DateTime) -> Self {
        let days = i64::from((at.date() - civil::date(1970, 1, 1)).get_days());
        let time = at.time();
        let micros = i64::from(time.hour()) * HOUR
            + i64::from(time.minute()) * MINUTE
            + i64::from(time.second()) * SECOND
            + i64::from(time.subsec_nanosecond()) / 1_000;
        Self(days * DAY + micros - SHANGHAI)
    }

    /// Midnight at the beginning of `date` in Shanghai.
    #[must_use]
    pub fn midnight(date: Date) -> Self {
        Self::from_civil(date.at(0, 0, 0, 0))
    }

    /// What Shanghai's clocks show at this instant, to the microsecond.
    #[must_use]
    pub fn civil(self) -> DateTime {
        let local = self.0 + SHANGHAI;
        let (days, rest) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let date = day_to_date(days);
        date.at(
            (rest / HOUR) as i8,
            (rest / MINUTE % 60) as i8,
            (rest / SECOND % 60) as i8,
            (rest % SECOND * 1_000) as i32,
        )
    }

    #[must_use]
    pub fn date(self) -> Date {
        day_to_date(self.day())
    }

    /// The civil day as a count of days since 1970-01-01: the key of daily roll-ups.
    #[must_use]
    pub const fn day(self) -> i64 {
        (self.0 + SHANGHAI).div_euclid(DAY)
    }

    /// Microseconds since the civil midnight.
    #[must_use]
    pub const fn time_of_day(self) -> i64 {
        (self.0 + SHANGHAI).rem_euclid(DAY)
    }

    #[must_use]
    pub const fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Microseconds from `earlier` to this instant; negative if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// The date of a day count since 1970-01-01; days outside jiff's range are clamped to it.
#[must_use]
pub fn day_to_date(day: i64) -> Date {
    let day = day.clamp(date_to_day(Date::MIN), date_to_day(Date::MAX));
    let span = jiff::Span::new().try_days(day);
    span.ok().and_then(|s| civil::date(1970, 1, 1).checked_add(s).ok()).unwrap_or(Date::MAX)
}

/// The day count since 1970-01-01 of a date.
#[must_use]
pub fn date_to_day(date: Date) -> i64 {
    i64::from((date - civil::date(1970, 1, 1)).get_days())
}

/// Text that is not an instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time: write 2021-05-01T08:30:00+08:00, or 2021-05-01 08:30 for Shanghai time")]
pub struct NotATime(pub String);

impl FromStr for Timestamp {
    type Err = NotATime;

    /// RFC 3339 with an offset, or a civil date (and time) of Shanghai; also `2021/5/1 8:30:05`
    /// as spreadsheets write it.
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let text = text.trim();
        if let Ok(at) = text.parse::<jiff::Timestamp>() {
            return Ok(Self(at.as_microsecond()));
        }
        if let Ok(at) = text.parse::<DateTime>() {
            return Ok(Self::from_civil(at));
        }
        parse_loose(text).map(Self::from_civil).ok_or_else(|| NotATime(text.to_owned()))
    }
}

fn parse_loose(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "0:0:0"));
    let mut date = date.split(['/', '-', '.']);
    let (y, m, d) = (date.next()?, date.next()?, date.next()?);
    if date.next().is_some() {
        return None;
    }
    let mut time = time.trim().split(':');
    let (h, min) = (time.next()?, time.next()?);
    let s = time.next().unwrap_or("0");
    let date = Date::new(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?).ok()?;
    let time = Time::new(h.parse().ok()?, min.parse().ok()?, s.parse().ok()?, 0).ok()?;
    Some(date.to_datetime(time))
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in Shanghai's offset, with as many decimals as are needed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.civil();
        write!(f, "{}T{}+08:00", at.date(), at.time())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Where the time comes from: an argument of everything that needs it.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;

    /// Whether this is a simulated business clock; a page must say so where it is.
    fn simulated(&self) -> bool {
        false
    }
}

/// A clock that stands still until it is moved. For simulations and tests.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    #[must_use]
    pub const fn at(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.0))
    }

    /// Moves the clock forward to `now`; never back.
    pub fn advance_to(&self, now: Timestamp) {
        self.0.fetch_max(now.0, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }

    fn simulated(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_time_is_shanghai() {
        let at: Timestamp = "2021-05-01T00:00:00+08:00".parse().unwrap();
        assert_eq!(at, "2021-05-01".parse().unwrap());
        assert_eq!(at, "2021/5/1 0:00:00".parse().unwrap());
        assert_eq!(at.to_string(), "2021-05-01T00:00:00+08:00");
        assert_eq!(at.plus(-1).date(), civil::date(2021, 4, 30));
        assert_eq!(at.plus(HOUR * 9 + 5).to_string(), "2021-05-01T09:00:00.000005+08:00");
        assert_eq!(at.day(), date_to_day(civil::date(2021, 5, 1)));
        assert_eq!(Timestamp::from_civil(at.plus(123_456_789).civil()), at.plus(123_456_789));
    }

    #[test]
    fn nonsense_is_refused_with_the_way_to_write_it() {
        for text in ["", "yesterday", "2021-02-30", "2021-05-01 25:00", "1/2"] {
            let fault = text.parse::<Timestamp>().unwrap_err().to_string();
            assert!(fault.contains("2021-05-01T08:30:00+08:00"), "{fault}");
        }
    }
}
