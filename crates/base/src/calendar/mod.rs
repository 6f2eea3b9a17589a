//! Working calendars (工作日历) and terms (时限) in four units of time.
//!
//! - `year`: which days are holidays (节假日) and shifted workdays (调休上班日)
//! - `weekly`: the hours of each weekday, of a holiday and of a shifted workday
//! - `term`: a term such as `4wh` or `5wd`, and the time used of one
//! - `pause`: stretches of time that do not count
//! - `reckon`: due times, elapsed time, the marks at 50 % and 80 %
//! - `explain`: the same reckoning day by day, for whoever asks *why*
//!
//! All of it is data with a version: an event pins the version it was decided with, so a due time
//! can be reckoned again years later.

mod explain;
mod fault;
mod pause;
mod reckon;
mod term;
mod weekly;
mod year;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use explain::{DayLine, Explanation};
pub use fault::{CalendarFault, CalendarGap};
pub use pause::Pause;
pub use reckon::Marks;
pub use term::{Elapsed, NotATerm, Term, TermUnit};
pub use weekly::{DayHours, Interval, NotHours, Weekly};
pub use year::{DayKind, Year};

use crate::time::{Date, date_to_day};
use year::DayTable;

/// A calendar as it is written in a file or a row: plain data, not yet checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarData {
    pub id: String,
    pub version: i64,
    /// Something a reader must know, such as which of the hours are a guess.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Working hours (工作时).
    pub working: Weekly,
    /// Urgent hours (紧急工作时).
    pub urgent: Weekly,
    pub years: BTreeMap<i16, Year>,
}

/// A checked working calendar, ready to reckon with. In JSON it is its [`CalendarData`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "CalendarData", into = "CalendarData")]
pub struct Calendar {
    data: CalendarData,
    days: DayTable,
    /// Parts in one working day: the microseconds of the shortest kind of working day.
    day_parts: i64,
}

impl Calendar {
    /// The calendar that ships with the house: the State Council's days of 2017–2026, and working
    /// and urgent hours that are a guess until the city writes its own.
    ///
    /// # Errors
    /// Only if the shipped file is broken, which a test rules out.
    pub fn china() -> Result<Self, CalendarFault> {
        Self::from_json(include_str!("../../data/calendars/cn.json"))
    }

    /// Reads and checks a calendar.
    ///
    /// # Errors
    /// [`CalendarFault`] names the calendar, year and day that is wrong, or the line of the JSON.
    pub fn from_json(text: &str) -> Result<Self, CalendarFault> {
        let data: CalendarData =
            serde_json::from_str(text).map_err(|fault| CalendarFault::Unreadable(fault.to_string()))?;
        data.try_into()
    }

    #[must_use]
    pub fn id(&self) -> &str {
        &self.data.id
    }

    #[must_use]
    pub const fn version(&self) -> i64 {
        self.data.version
    }

    #[must_use]
    pub const fn data(&self) -> &CalendarData {
        &self.data
    }

    /// What kind of day a date is; [`DayKind::Unannounced`] where the calendar lacks the year.
    #[must_use]
    pub fn kind(&self, date: Date) -> DayKind {
        self.days.kind(date_to_day(date))
    }
}

impl fmt::Debug for Calendar {
    /// The name and version; thousands of days would bury whatever holds a calendar.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Calendar({} version {})", self.id(), self.version())
    }
}

impl TryFrom<CalendarData> for Calendar {
    type Error = CalendarFault;

    fn try_from(data: CalendarData) -> Result<Self, CalendarFault> {
        let days = DayTable::new(&data.id, &data.years)?;
        for (weekly, name) in [(&data.working, "working"), (&data.urgent, "urgent")] {
            if weekly.weekdays().all(|hours| hours.total() == 0) {
                return Err(CalendarFault::NoHours { calendar: data.id, name });
            }
        }
        let lengths = data.working.patterns().map(DayHours::total).filter(|total| *total > 0);
        let day_parts = lengths.min().unwrap_or_default();
        Ok(Self { data, days, day_parts })
    }
}

impl From<Calendar> for CalendarData {
    fn from(calendar: Calendar) -> Self {
        calendar.data
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::DateTime;

    fn broken(from: &str, to: &str) -> String {
        let text = include_str!("../../data/calendars/cn.json");
        assert!(text.contains(from), "{from}");
        Calendar::from_json(&text.replacen(from, to, 1)).unwrap_err().to_string()
    }

    #[test]
    fn the_shipped_calendar_reads_back_as_it_was_written() {
        let calendar = Calendar::china().unwrap();
        assert_eq!(
            calendar.data().years.keys().copied().collect::<Vec<_>>(),
            (2017..=2026).collect::<Vec<_>>()
        );
        let text = serde_json::to_string(&calendar).unwrap();
        assert_eq!(serde_json::from_str::<Calendar>(&text).unwrap(), calendar);
    }

    #[test]
    fn days_have_their_kind() {
        let calendar = Calendar::china().unwrap();
        let kind = |text: &str| calendar.kind(text.parse::<DateTime>().unwrap().date());
        assert_eq!(kind("2021-04-25"), DayKind::ShiftedWorkday);
        assert_eq!(kind("2021-04-30"), DayKind::Workday);
        assert_eq!(kind("2021-05-01"), DayKind::Holiday);
        assert_eq!(kind("2021-05-05"), DayKind::Holiday);
        assert_eq!(kind("2021-05-06"), DayKind::Workday);
        assert_eq!(kind("2021-05-08"), DayKind::ShiftedWorkday);
        assert_eq!(kind("2021-05-09"), DayKind::Weekend);
        assert_eq!(kind("2017-01-01"), DayKind::Holiday);
        assert_eq!(kind("2016-12-31"), DayKind::Unannounced);
        assert_eq!(kind("2027-01-01"), DayKind::Unannounced);
    }

    #[test]
    fn a_broken_calendar_says_where() {
        for (from, to, says) in [
            ("\"2021-05-08\"", "\"2021-05-06\"", "2021-05-06 is a Thursday"),
            ("\"2021-05-08\"", "\"2021-05-01\"", "2021-05-01 is both"),
            ("\"2021-05-08\"", "\"2022-05-08\"", "2022-05-08 stands in year 2021"),
            ("\"2021\": {", "\"1066\": {", "1066"),
            ("\"08:30-12:00\"", "\"08:30-12:60\"", "08:30-12:60"),
            ("\"08:30-12:00\"", "\"08:30-14:30\"", "14:00-18:00"),
            ("\"08:30-12:00\"", "\"12:00-12:00\"", "12:00-12:00"),
            ("\"version\"", "\"vesion\"", "vesion"),
        ] {
            let fault = broken(from, to);
            assert!(fault.contains(says), "{fault}");
        }
    }

    #[test]
    fn a_calendar_without_hours_is_refused() {
        let mut data = Calendar::china().unwrap().data().clone();
        let Weekly { mon, tue, wed, thu, fri, sat, sun, .. } = &mut data.urgent;
        for hours in [mon, tue, wed, thu, fri, sat, sun] {
            *hours = DayHours::default();
        }
        let fault = Calendar::try_from(data).unwrap_err().to_string();
        assert!(fault.contains("urgent"), "{fault}");
    }
}
