//! An instant with the offset in which it was written.

use std::fmt;

use yipan_base::time::{DAY, Date, HOUR, MINUTE, SECOND, Timestamp, date_to_day, day_to_date};

/// An instant in whole seconds, and the offset from UTC in which its writer's clocks stood: the same instant told in
/// two offsets is two moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    at: Timestamp,
    /// Minutes east of UTC, within 14 hours.
    offset: i16,
}

/// The largest offset that XML Schema allows, in minutes.
const FARTHEST: i16 = 14 * 60;
const SHANGHAI: i16 = 8 * 60;

impl Moment {
    /// An instant, cut to the second, as told `offset` minutes east of UTC. None where the offset is more than 14
    /// hours or the year, told so, not of four digits.
    #[must_use]
    pub fn new(at: Timestamp, offset: i16) -> Option<Self> {
        let at = Timestamp::from_micros(at.as_micros().div_euclid(SECOND).checked_mul(SECOND)?);
        let moment = Self { at, offset };
        let years = date_to_day(Date::constant(1, 1, 1))..=date_to_day(Date::MAX);
        (offset.abs() <= FARTHEST && years.contains(&moment.local().div_euclid(DAY))).then_some(moment)
    }

    /// An instant as Shanghai's clocks tell it. None as for [`Moment::new`].
    #[must_use]
    pub fn shanghai(at: Timestamp) -> Option<Self> {
        Self::new(at, SHANGHAI)
    }

    #[must_use]
    pub const fn at(self) -> Timestamp {
        self.at
    }

    /// Minutes east of UTC.
    #[must_use]
    pub const fn offset(self) -> i16 {
        self.offset
    }

    /// `yyyy-mm-ddThh:mm:ss±hh:mm`, as the pattern of the CAP schema has it; white space around it is dropped.
    /// `24:00:00` is the midnight that ends the day.
    #[must_use]
    pub fn from_cap(text: &str) -> Option<Self> {
        let (local, offset) = split(text.trim_matches([' ', '\t', '\n', '\r']), false)?;
        if local.len() != 19 {
            return None;
        }
        Self::from_parts(local, offset)
    }

    /// A W3C date and time with its zone: `Z` or `±hh:mm`; the seconds and their fraction may be left out, and a
    /// fraction is dropped. In a query string an unescaped `+` arrives as a space: that is read as `+`.
    #[must_use]
    pub fn from_w3c(text: &str) -> Option<Self> {
        let (local, offset) = split(text.trim(), true)?;
        let local = match local.split_once('.') {
            Some((whole, fraction)) => {
                let digits = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
                (digits && whole.len() == 19).then_some(whole)?
            }
            None => local,
        };
        Self::from_parts(local, offset)
    }

    /// As CAP 1.2 writes it (3.3.2): UTC is `-00:00`.
    #[must_use]
    pub fn to_cap(self) -> String {
        if self.offset == 0 { format!("{}-00:00", Local(self)) } else { self.to_string() }
    }

    fn from_parts(local: &str, offset: i16) -> Option<Self> {
        let (date, time) = local.split_once('T')?;
        let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
        let [hour, minute, second] = match time.len() {
            5 => numbers(time, ':', [2, 2]).map(|[hour, minute]: [i16; 2]| [hour, minute, 0])?,
            _ => numbers(time, ':', [2, 2, 2])?,
        };
        let ends_the_day = hour == 24 && minute == 0 && second == 0;
        if year == 0 || minute > 59 || second > 59 || (hour > 23 && !ends_the_day) {
            return None;
        }
        let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        let time = i64::from(hour) * HOUR + i64::from(minute) * MINUTE + i64::from(second) * SECOND;
        let micros = date_to_day(date) * DAY + time - i64::from(offset) * MINUTE;
        Self::new(Timestamp::from_micros(micros), offset)
    }

    /// Microseconds since 1970 on the writer's clock.
    const fn local(self) -> i64 {
        self.at.as_micros() + self.offset as i64 * MINUTE
    }
}

/// Date and time, and minutes east of UTC.
fn split(text: &str, lenient: bool) -> Option<(&str, i16)> {
    if let Some(local) = text.strip_suffix('Z') {
        return lenient.then_some((local, 0));
    }
    let (local, zone) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let east = match zone.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        b' ' if lenient => 1,
        _ => return None,
    };
    let [hours, minutes] = numbers(&zone[1..], ':', [2, 2])?;
    (minutes <= 59).then_some((local, east * (hours * 60 + minutes)))
}

/// `N` numbers of so many digits each, between `mark`s.
fn numbers<const N: usize>(text: &str, mark: char, digits: [usize; N]) -> Option<[i16; N]> {
    let mut parts = text.split(mark);
    let mut read = [0; N];
    for (number, digits) in read.iter_mut().zip(digits) {
        let part = parts.next()?;
        if part.len() != digits || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(read)
}

/// The writer's date and time, without the offset.
struct Local(Moment);

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.0.local();
        let (days, rest) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let (hour, minute, second) = (rest / HOUR, rest / MINUTE % 60, rest / SECOND % 60);
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}", day_to_date(days))
    }
}

impl fmt::Display for Moment {
    /// RFC 3339 with a numeric offset.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, minutes) = (if self.offset < 0 { '-' } else { '+' }, self.offset.abs());
        write!(f, "{}{sign}{:02}:{:02}", Local(*self), minutes / 60, minutes % 60)
    }
}
