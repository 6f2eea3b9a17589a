//! Due times and elapsed time.
//!
//! One walk serves every unit: day by day from the start, each day giving the stretches in which
//! the unit counts, less the pauses. What differs is only what a stretch is worth:
//!
//! - **Wall time** counts always, and needs no calendar.
//! - **Working and urgent hours** count inside their intervals. A start outside them waits for the
//!   next one; a term used up at noon is due at noon, not after lunch.
//! - **Working days** count from the first working day *after* the day of the start, and each is
//!   worth one day whatever its hours. "Within five working days" therefore includes the fifth, and
//!   ends with its last hour. A pause takes out its share of a day's hours: half a working day
//!   paused is half a working day more.
//!
//! Working days are counted in whole parts, as many as the shortest kind of working day has
//! microseconds. So a reckoning is exact where all working days are alike, and elsewhere a paused
//! day is rounded down by less than one part; at a due time the time elapsed is the term exactly.

use serde::{Deserialize, Serialize};

use super::pause::{Running, Span};
use super::weekly::Interval;
use super::{Calendar, CalendarGap, DayKind, Elapsed, Pause, Term, TermUnit};
use crate::time::{DAY, MINUTE, Timestamp, day_to_date};

/// When a clock shows which lamp: a notice at half, yellow from 80 %, red after the due time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// 50 % of the term is used.
    pub half: Timestamp,
    /// 80 % of the term is used.
    pub yellow: Timestamp,
    pub due: Timestamp,
}

/// Outside these days (1992-01-01 to 2199-12-31) no calendar can answer; see [`crate::time`].
const HORIZON: std::ops::Range<i64> = 8_035..84_006;

impl Calendar {
    /// The instant at which a term from `start` is used up.
    ///
    /// # Errors
    /// [`CalendarGap`] where the term runs into a year that the calendar does not have.
    pub fn due(&self, start: Timestamp, term: Term) -> Result<Timestamp, CalendarGap> {
        self.due_with_pauses(start, term, &[])
    }

    /// The same with stretches that do not count; without any it is [`Calendar::due`].
    ///
    /// # Errors
    /// As for [`Calendar::due`].
    pub fn due_with_pauses(
        &self,
        start: Timestamp,
        term: Term,
        pauses: &[Pause],
    ) -> Result<Timestamp, CalendarGap> {
        self.reach(start, term.unit, self.parts(term), pauses)
    }

    /// How much of a unit's time passes from `start` to `at`; nothing if `at` is not later.
    ///
    /// # Errors
    /// As for [`Calendar::due`].
    pub fn elapsed(
        &self,
        start: Timestamp,
        at: Timestamp,
        unit: TermUnit,
        pauses: &[Pause],
    ) -> Result<Elapsed, CalendarGap> {
        let mut parts = 0;
        let mut from = self.counts_from(start, unit);
        if unit == TermUnit::WallHours {
            parts = Running::new((from, at), pauses).map(length).sum();
        } else {
            while from < at {
                let day = self.day_of(from, unit)?;
                parts += self.worth(&day, day.time(at, pauses));
                from = day.end;
            }
        }
        Ok(self.told(unit, parts))
    }

    /// The instants at which half, 80 % and all of a term are used.
    ///
    /// # Errors
    /// As for [`Calendar::due`].
    pub fn marks(&self, start: Timestamp, term: Term, pauses: &[Pause]) -> Result<Marks, CalendarGap> {
        let parts = self.parts(term);
        let reach = |parts| self.reach(start, term.unit, parts, pauses);
        Ok(Marks { half: reach(parts - parts / 2)?, yellow: reach(parts - parts / 5)?, due: reach(parts)? })
    }

    /// The first instant at or after `at` that counts in a unit: when a reminder that would fall
    /// into the night may go out.
    ///
    /// # Errors
    /// As for [`Calendar::due`].
    pub fn opening(&self, at: Timestamp, unit: TermUnit) -> Result<Timestamp, CalendarGap> {
        let mut from = at;
        loop {
            let day = self.day_of(from, unit)?;
            if let Some((open, _)) = day.stretches().next() {
                return Ok(open);
            }
            from = day.end;
        }
    }

    /// The first instant at which `parts` of a unit have passed since `start`.
    fn reach(
        &self,
        start: Timestamp,
        unit: TermUnit,
        parts: i64,
        pauses: &[Pause],
    ) -> Result<Timestamp, CalendarGap> {
        if parts <= 0 {
            return Ok(start);
        }
        if unit == TermUnit::WallHours {
            let always = (start, Timestamp::from_micros(i64::MAX));
            return Ok(nth(Running::new(always, pauses), parts).unwrap_or(always.1));
        }
        let mut left = parts;
        let mut from = self.counts_from(start, unit);
        loop {
            let day = self.day_of(from, unit)?;
            let worth = self.worth(&day, day.time(day.end, pauses));
            if worth >= left
                && let Some(at) = nth(day.running(pauses), self.cost(&day, left))
            {
                return Ok(at);
            }
            left -= worth;
            from = day.end;
        }
    }

    /// A term in the parts that [`Elapsed`] counts.
    pub(super) const fn parts(&self, term: Term) -> i64 {
        term.amount.saturating_mul(term.unit.parts(self.day_parts))
    }

    pub(super) const fn told(&self, unit: TermUnit, parts: i64) -> Elapsed {
        Elapsed { unit, parts, per: unit.parts(self.day_parts) }
    }

    /// Where counting may begin.
    pub(super) const fn counts_from(&self, start: Timestamp, unit: TermUnit) -> Timestamp {
        match unit {
            TermUnit::WorkingDays => start.plus(DAY - start.time_of_day()),
            _ => start,
        }
    }

    /// The day of an instant as a unit sees it from that instant on.
    pub(super) fn day_of(&self, from: Timestamp, unit: TermUnit) -> Result<CountedDay<'_>, CalendarGap> {
        let number = from.day();
        let kind = self.days.kind(number);
        let midnight = from.plus(-from.time_of_day());
        let weekly = match unit {
            TermUnit::WallHours => None,
            TermUnit::WorkingHours | TermUnit::WorkingDays => Some(&self.data.working),
            TermUnit::UrgentHours => Some(&self.data.urgent),
        };
        if !HORIZON.contains(&number) {
            return Err(self.gap(number));
        }
        let (intervals, total) = match weekly {
            None => (&Interval::WHOLE_DAY[..], DAY),
            Some(weekly) => {
                let hours = weekly.on(number, kind).ok_or_else(|| self.gap(number))?;
                (hours.intervals(), hours.total())
            }
        };
        Ok(CountedDay { kind, unit, intervals, total, midnight, from, end: midnight.plus(DAY) })
    }

    fn gap(&self, day: i64) -> CalendarGap {
        let year = day_to_date(day).year();
        CalendarGap { calendar: self.data.id.clone(), version: self.data.version, year }
    }

    /// What an amount of a day's counted microseconds is worth in parts, rounded down.
    pub(super) const fn worth(&self, day: &CountedDay<'_>, micros: i64) -> i64 {
        match day.unit {
            TermUnit::WorkingDays if day.total != 0 && day.total != self.day_parts => {
                (micros as i128 * self.day_parts as i128 / day.total as i128) as i64
            }
            _ => micros,
        }
    }

    /// The fewest of a day's counted microseconds that are worth `parts`.
    const fn cost(&self, day: &CountedDay<'_>, parts: i64) -> i64 {
        match day.unit {
            TermUnit::WorkingDays if day.total != self.day_parts => {
                let (micros, of) = (parts as i128 * day.total as i128, self.day_parts as i128);
                ((micros + of - 1) / of) as i64
            }
            _ => parts,
        }
    }
}

/// One civil day as a unit sees it, from an instant of it on.
pub(super) struct CountedDay<'a> {
    pub(super) kind: DayKind,
    unit: TermUnit,
    intervals: &'a [Interval],
    /// Microseconds in all intervals.
    total: i64,
    midnight: Timestamp,
    from: Timestamp,
    /// The midnight that ends the day.
    pub(super) end: Timestamp,
}

impl CountedDay<'_> {
    /// The stretches that count, pauses not yet taken out.
    fn stretches(&self) -> impl Iterator<Item = Span> {
        let of = |minute: u16| self.midnight.plus(i64::from(minute) * MINUTE);
        let cut = move |i: &Interval| (of(i.from()).max(self.from), of(i.to()));
        self.intervals.iter().map(cut).filter(|(from, to)| from < to)
    }

    /// The stretches that count.
    pub(super) fn running(&self, pauses: &[Pause]) -> impl Iterator<Item = Span> {
        self.stretches().flat_map(move |stretch| Running::new(stretch, pauses))
    }

    /// The microseconds that count before `until`.
    pub(super) fn time(&self, until: Timestamp, pauses: &[Pause]) -> i64 {
        if pauses.is_empty() && self.from == self.midnight && until >= self.end {
            return self.total;
        }
        self.running(pauses).map(|(from, to)| length((from, to.min(until))).max(0)).sum()
    }
}

/// The microseconds of a stretch.
pub(super) const fn length((from, to): Span) -> i64 {
    to.since(from)
}

/// The instant at which `micros` of some stretches have passed, if they are as long.
fn nth(stretches: impl Iterator<Item = Span>, mut micros: i64) -> Option<Timestamp> {
    for stretch in stretches {
        if length(stretch) >= micros {
            return Some(stretch.0.plus(micros));
        }
        micros -= length(stretch);
    }
    None
}
