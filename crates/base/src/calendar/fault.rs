//! What is wrong with a calendar, or missing from it.

use crate::refusal::Refusal;
use crate::time::{Date, Weekday};

/// A calendar that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarFault {
    #[error("this is not a calendar: {0}")]
    Unreadable(String),
    #[error("calendar {calendar}: year {year} is outside 1992-2199; correct the key under `years`")]
    YearOutOfRange { calendar: String, year: i16 },
    #[error("calendar {calendar}: {date} stands in year {year}; move it to its own year")]
    WrongYear { calendar: String, year: i16, date: Date },
    #[error("calendar {calendar}: {date} is both a holiday and a shifted workday; keep one")]
    Both { calendar: String, date: Date },
    #[error(
        "calendar {calendar}: {date} is a {weekday:?}, which needs no shift; `workdays` lists Saturdays and Sundays only"
    )]
    NotShifted { calendar: String, date: Date, weekday: Weekday },
    #[error(
        "calendar {calendar}: `{name}` has no hours on any weekday; write at least one interval, such as 08:30-12:00"
    )]
    NoHours { calendar: String, name: &'static str },
}

impl CalendarFault {
    /// The same in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Unreadable(why) => format!("这不是一份工作日历：{why}"),
            Self::YearOutOfRange { calendar, year } => {
                format!("工作日历 {calendar}：{year} 年不在 1992 至 2199 年之内，请改正 years 下的年份")
            }
            Self::WrongYear { calendar, year, date } => {
                format!("工作日历 {calendar}：{date} 写在 {year} 年下，请移到它自己的年份")
            }
            Self::Both { calendar, date } => {
                format!("工作日历 {calendar}：{date} 既是节假日又是调休上班日，请只留一个")
            }
            Self::NotShifted { calendar, date, .. } => {
                format!("工作日历 {calendar}：{date} 不是周六或周日，不需要调休；workdays 只列调休上班的周末")
            }
            Self::NoHours { calendar, name } => {
                format!("工作日历 {calendar}：{name} 一周没有任何时段，请至少写一个，例如 08:30-12:00")
            }
        }
    }
}

impl From<CalendarFault> for Refusal {
    fn from(fault: CalendarFault) -> Self {
        Self::invalid("calendar.invalid", fault.zh(), fault.to_string())
    }
}

/// A reckoning needs a year that the calendar does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "calendar {calendar} (version {version}) has no year {year}: add the State Council's holidays and shifted \
     workdays of {year} under `years` and load it as a new version"
)]
pub struct CalendarGap {
    pub calendar: String,
    pub version: i64,
    pub year: i16,
}

impl From<CalendarGap> for Refusal {
    fn from(gap: CalendarGap) -> Self {
        let zh = format!(
            "工作日历 {}（第 {} 版）没有 {year} 年：请按国务院办公厅关于 {year} 年节假日安排的通知，在 years 中补入放假日和调休上班日，作为新版本载入",
            gap.calendar,
            gap.version,
            year = gap.year
        );
        Self::rule("calendar.missing_year", zh, gap.to_string())
            .fact("calendar", &gap.calendar)
            .fact("version", gap.version)
            .fact("year", gap.year)
    }
}
