//! The days of a year: which are off, and which weekends are worked instead.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil;
use serde::{Deserialize, Serialize};

use super::fault::CalendarFault;
use crate::time::{Date, date_to_day};

/// What kind of day a date is (日期类型).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// 工作日
    Workday,
    /// 周末
    Weekend,
    /// 法定节假日, the weekend days inside it included
    Holiday,
    /// 调休上班日: a Saturday or Sunday worked for a holiday
    ShiftedWorkday,
    /// 尚未公布: a day of a year that the calendar does not have
    Unannounced,
}

impl DayKind {
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Workday => "工作日",
            Self::Weekend => "周末",
            Self::Holiday => "节假日",
            Self::ShiftedWorkday => "调休上班日",
            Self::Unannounced => "尚未公布",
        }
    }

    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::Workday => "workday",
            Self::Weekend => "weekend",
            Self::Holiday => "holiday",
            Self::ShiftedWorkday => "shifted workday",
            Self::Unannounced => "unannounced",
        }
    }
}

/// The announced days of one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Year {
    /// Where the days come from: the notice that announced them.
    pub source: String,
    /// Days off, weekend days inside a holiday included.
    #[cfg_attr(feature = "schema", schema(value_type = Vec<String>))]
    pub holidays: BTreeSet<Date>,
    /// Saturdays and Sundays that are worked (调休上班日).
    #[cfg_attr(feature = "schema", schema(value_type = Vec<String>))]
    pub workdays: BTreeSet<Date>,
}

/// The kind of every day from the first year to the last, one byte each, so that a reckoning
/// over millions of terms never searches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DayTable {
    /// The day count of the first entry.
    first: i64,
    kinds: Vec<DayKind>,
}

impl DayTable {
    pub(super) fn new(calendar: &str, years: &BTreeMap<i16, Year>) -> Result<Self, CalendarFault> {
        let calendar = || calendar.to_owned();
        for (&year, days) in years {
            if !(1992..=2199).contains(&year) {
                return Err(CalendarFault::YearOutOfRange { calendar: calendar(), year });
            }
            for &date in days.holidays.iter().chain(&days.workdays) {
                if date.year() != year {
                    return Err(CalendarFault::WrongYear { calendar: calendar(), year, date });
                }
            }
            for &date in &days.workdays {
                if days.holidays.contains(&date) {
                    return Err(CalendarFault::Both { calendar: calendar(), date });
                }
                if !is_weekend(date_to_day(date)) {
                    return Err(CalendarFault::NotShifted {
                        calendar: calendar(),
                        date,
                        weekday: date.weekday(),
                    });
                }
            }
        }
        let (Some((&from, _)), Some((&to, _))) = (years.first_key_value(), years.last_key_value()) else {
            return Ok(Self { first: 0, kinds: Vec::new() });
        };
        let first = new_year(from);
        let mut kinds = vec![DayKind::Unannounced; (new_year(to + 1) - first) as usize];
        for (&year, days) in years {
            for day in new_year(year)..new_year(year + 1) {
                kinds[(day - first) as usize] =
                    if is_weekend(day) { DayKind::Weekend } else { DayKind::Workday };
            }
            let mut mark = |dates: &BTreeSet<Date>, kind| {
                for &date in dates {
                    kinds[(date_to_day(date) - first) as usize] = kind;
                }
            };
            mark(&days.holidays, DayKind::Holiday);
            mark(&days.workdays, DayKind::ShiftedWorkday);
        }
        Ok(Self { first, kinds })
    }

    /// The kind of a day, counted in days since 1970-01-01.
    pub(super) fn kind(&self, day: i64) -> DayKind {
        let entry = usize::try_from(day - self.first).ok().and_then(|at| self.kinds.get(at));
        entry.copied().unwrap_or(DayKind::Unannounced)
    }
}

/// Monday is 0. Day 0, 1970-01-01, was a Thursday.
pub(super) const fn weekday(day: i64) -> usize {
    (day + 3).rem_euclid(7) as usize
}

pub(super) const fn is_weekend(day: i64) -> bool {
    weekday(day) >= 5
}

fn new_year(year: i16) -> i64 {
    date_to_day(civil::date(year, 1, 1))
}
