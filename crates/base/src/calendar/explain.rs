//! Why a term is due when it is: the reckoning, day by day.

use serde::{Deserialize, Serialize};

use super::pause::{Span, merged};
use super::reckon::length;
use super::{Calendar, CalendarGap, DayKind, Elapsed, Pause, Term, TermUnit};
use crate::time::{Date, Timestamp};

/// The derivation of a due time (时限说明).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Explanation {
    pub calendar: String,
    pub version: i64,
    pub start: Timestamp,
    pub term: Term,
    /// In order, overlapping and adjoining ones made one.
    pub pauses: Vec<Pause>,
    /// Every day from the start to the due time, those that count nothing included.
    pub days: Vec<DayLine>,
    pub due: Timestamp,
}

/// What one day did to a term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DayLine {
    #[cfg_attr(feature = "schema", schema(value_type = String, format = Date))]
    pub date: Date,
    pub kind: DayKind,
    /// The stretches of the day that counted, up to the due time.
    pub counted: Vec<(Timestamp, Timestamp)>,
    /// Microseconds that would have counted but for a pause.
    pub paused: i64,
    /// What the day used of the term.
    pub used: Elapsed,
    /// What is used up to the end of the day.
    pub total: Elapsed,
}

impl Calendar {
    /// Derives the due time of a term day by day.
    ///
    /// # Errors
    /// [`CalendarGap`] where the term runs into a year that the calendar does not have.
    pub fn explain(
        &self,
        start: Timestamp,
        term: Term,
        pauses: &[Pause],
    ) -> Result<Explanation, CalendarGap> {
        let due = self.due_with_pauses(start, term, pauses)?;
        let counts_from = self.counts_from(start, term.unit);
        let pauses = merged(pauses);
        let mut days = Vec::new();
        if counts_from > start && due > start {
            // The day of the start, which working days pass over.
            let nothing = self.told(term.unit, 0);
            let (date, kind) = (start.date(), self.kind(start.date()));
            days.push(DayLine { date, kind, counted: Vec::new(), paused: 0, used: nothing, total: nothing });
        }
        let mut total = 0;
        let mut from = counts_from;
        while from < due {
            let day = self.day_of(from, term.unit)?;
            let until = day.end.min(due);
            let before_due = |(from, to): Span| (from < until).then_some((from, to.min(until)));
            let counted: Vec<Span> = day.running(&pauses).filter_map(before_due).collect();
            let time: i64 = counted.iter().copied().map(length).sum();
            let used = self.worth(&day, time);
            total += used;
            days.push(DayLine {
                date: from.date(),
                kind: day.kind,
                paused: day.time(until, &[]) - time,
                counted,
                used: self.told(term.unit, used),
                total: self.told(term.unit, total),
            });
            from = day.end;
        }
        let (calendar, version) = (self.id().to_owned(), self.version());
        Ok(Explanation { calendar, version, start, term, pauses, days, due })
    }
}

impl Explanation {
    /// The derivation in Chinese, one line a day.
    #[must_use]
    pub fn zh(&self) -> String {
        let (start, due) = (moment(self.start), moment(self.due));
        let (term, calendar, version) = (self.term.zh(), &self.calendar, self.version);
        let head = format!("自 {start} 起 {term}，{due} 到期（日历 {calendar} 第 {version} 版）");
        let pauses = self.pauses.iter().map(|p| format!("中止计时 {} 至 {}", moment(p.from), moment(p.to)));
        let days = self.days.iter().map(|day| {
            let mut line = format!("{} {}", day.date, day.kind.zh());
            if self.passes_over(day) {
                line += "，当日不计";
            } else if day.used.parts > 0 {
                line += &format!(" {}，计 {}，累计 {}", hours(&day.counted), day.used.zh(), day.total.zh());
            }
            if day.paused > 0 {
                line += &format!("，中止 {} 分", whole_minutes(day.paused));
            }
            line
        });
        lines(head, pauses.chain(days))
    }

    /// The derivation in English, one line a day.
    #[must_use]
    pub fn en(&self) -> String {
        let (start, due) = (moment(self.start), moment(self.due));
        let (term, calendar, version) = (self.term.en(), &self.calendar, self.version);
        let head = format!("{term} from {start}: due {due} (calendar {calendar}, version {version})");
        let pauses =
            self.pauses.iter().map(|p| format!("paused from {} to {}", moment(p.from), moment(p.to)));
        let days = self.days.iter().map(|day| {
            let mut line = format!("{} {}", day.date, day.kind.en());
            if self.passes_over(day) {
                line += ", the day of the start does not count";
            } else if day.used.parts > 0 {
                line += &format!(" {}: {}, {} in all", hours(&day.counted), day.used.en(), day.total.en());
            }
            if day.paused > 0 {
                line += &format!(", {} min paused", whole_minutes(day.paused));
            }
            line
        });
        lines(head, pauses.chain(days))
    }

    fn passes_over(&self, day: &DayLine) -> bool {
        self.term.unit == TermUnit::WorkingDays && day.date == self.start.date()
    }
}

fn lines(head: String, rest: impl Iterator<Item = String>) -> String {
    std::iter::once(head).chain(rest).collect::<Vec<_>>().join("\n")
}

/// Shanghai's date and time to the second, and that only where it is not 0.
fn moment(at: Timestamp) -> String {
    let civil = at.civil();
    let seconds = if civil.second() == 0 { "%F %H:%M" } else { "%F %T" };
    civil.strftime(seconds).to_string()
}

fn hours(counted: &[Span]) -> String {
    // A stretch that ends at midnight belongs to the day that ends.
    let clock = |at: Timestamp, end: bool| match at.time_of_day() {
        0 if end => "24:00".to_owned(),
        _ => moment(at).split_off("2021-05-01 ".len()),
    };
    let spans = counted.iter().map(|&(from, to)| format!("{}-{}", clock(from, false), clock(to, true)));
    spans.collect::<Vec<_>>().join(" ")
}

const fn whole_minutes(micros: i64) -> i64 {
    micros / crate::time::MINUTE
}
