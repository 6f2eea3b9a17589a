//! Laws that hold for every term, start and pause, on the shipped calendar and on one whose
//! working days are not alike; and agreement with a reckoning that counts minute by minute.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop, in its helpers too")]

use std::sync::LazyLock;

use proptest::prelude::*;
use yipan_base::calendar::{Calendar, DayKind, Pause, Term, TermUnit};
use yipan_base::time::{DAY, HOUR, MINUTE, Timestamp};

/// The shipped calendar; the same with half Saturdays, short Fridays and a different shifted day.
static CALENDARS: LazyLock<[Calendar; 2]> = LazyLock::new(|| {
    let china = Calendar::china().unwrap();
    let mut json = serde_json::to_value(&china).unwrap();
    json["working"]["sat"] = serde_json::json!(["09:00-11:40"]);
    json["working"]["fri"] = serde_json::json!(["08:00-09:10", "09:10-12:03", "13:00-15:00"]);
    json["working"]["shifted"] = serde_json::json!(["10:00-17:00"]);
    json["urgent"]["holiday"] = serde_json::json!(["00:00-06:00", "23:00-24:00"]);
    [china, serde_json::from_value(json).unwrap()]
});

fn calendars() -> impl Strategy<Value = &'static Calendar> {
    (0..2usize).prop_map(|at| &CALENDARS[at])
}

/// Any microsecond from 2018 to 2025.
fn starts() -> impl Strategy<Value = Timestamp> {
    let (from, to) = ("2018-01-01".parse::<Timestamp>().unwrap(), "2025-06-01".parse::<Timestamp>().unwrap());
    (from.as_micros()..to.as_micros()).prop_map(Timestamp::from_micros)
}

fn terms() -> impl Strategy<Value = Term> {
    prop_oneof![
        (1..20_000i64).prop_map(|minutes| Term::new(minutes, TermUnit::WallHours)),
        (1..6_000i64).prop_map(|minutes| Term::new(minutes, TermUnit::WorkingHours)),
        (1..6_000i64).prop_map(|minutes| Term::new(minutes, TermUnit::UrgentHours)),
        (1..25i64).prop_map(|days| Term::new(days, TermUnit::WorkingDays)),
    ]
}

/// Pauses as (begin, length) in microseconds after a start, some before it, some overlapping.
fn breaks() -> impl Strategy<Value = Vec<(i64, i64)>> {
    prop::collection::vec((-2 * DAY..20 * DAY, 0..5 * DAY), 0..5)
}

fn after(start: Timestamp, breaks: &[(i64, i64)]) -> Vec<Pause> {
    let pause =
        |&(begin, length): &(i64, i64)| Pause { from: start.plus(begin), to: start.plus(begin + length) };
    breaks.iter().map(pause).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn at_the_due_time_the_term_is_used_and_not_before(
        calendar in calendars(), start in starts(), term in terms(), breaks in breaks(),
    ) {
        let pauses = after(start, &breaks);
        let due = calendar.due_with_pauses(start, term, &pauses).unwrap();
        let used = calendar.elapsed(start, due, term.unit, &pauses).unwrap();
        prop_assert_eq!(used.parts, term.amount * used.per);
        prop_assert!(used.reaches(term));
        let before = calendar.elapsed(start, due.plus(-1), term.unit, &pauses).unwrap();
        prop_assert!(!before.reaches(term));
    }

    #[test]
    fn a_longer_term_or_a_later_start_is_never_due_earlier(
        calendar in calendars(), start in starts(), term in terms(), breaks in breaks(),
        more in 0..500i64, later in 0..5 * DAY,
    ) {
        let pauses = after(start, &breaks);
        let due = calendar.due_with_pauses(start, term, &pauses).unwrap();
        let longer = Term::new(term.amount + more % 30, term.unit);
        prop_assert!(calendar.due_with_pauses(start, longer, &pauses).unwrap() >= due);
        prop_assert!(calendar.due_with_pauses(start.plus(later), term, &pauses).unwrap() >= due);
    }

    #[test]
    fn a_pause_never_brings_the_due_time_nearer_and_none_changes_nothing(
        calendar in calendars(), start in starts(), term in terms(), breaks in breaks(),
    ) {
        let pauses = after(start, &breaks);
        let mut due = calendar.due(start, term).unwrap();
        prop_assert_eq!(calendar.due_with_pauses(start, term, &[]).unwrap(), due);
        for count in 1..=pauses.len() {
            let next = calendar.due_with_pauses(start, term, &pauses[..count]).unwrap();
            prop_assert!(next >= due);
            due = next;
        }
        let past = Pause { from: due, to: due.plus(9 * DAY) };
        let with_past = [pauses.as_slice(), &[past]].concat();
        prop_assert_eq!(calendar.due_with_pauses(start, term, &with_past).unwrap(), due);
    }

    #[test]
    fn pauses_are_a_set_of_instants(
        calendar in calendars(), start in starts(), term in terms(), breaks in breaks(), cut in 0..5 * DAY,
    ) {
        let pauses = after(start, &breaks);
        let mut pieces: Vec<Pause> = pauses.iter().rev().flat_map(|p| {
            let middle = p.from.plus(cut).min(p.to);
            [Pause { from: middle, to: p.to }, Pause { from: p.from, to: middle }]
        }).collect();
        pieces.extend(pauses.first().copied());
        let due = calendar.due_with_pauses(start, term, &pauses).unwrap();
        prop_assert_eq!(calendar.due_with_pauses(start, term, &pieces).unwrap(), due);
        let at = start.plus(cut * 3);
        let used = calendar.elapsed(start, at, term.unit, &pauses).unwrap();
        prop_assert_eq!(calendar.elapsed(start, at, term.unit, &pieces).unwrap(), used);
    }

    #[test]
    fn an_explanation_and_the_marks_agree_with_the_due_time(
        calendar in calendars(), start in starts(), term in terms(), breaks in breaks(),
    ) {
        let pauses = after(start, &breaks);
        let due = calendar.due_with_pauses(start, term, &pauses).unwrap();
        let marks = calendar.marks(start, term, &pauses).unwrap();
        prop_assert!(start <= marks.half && marks.half <= marks.yellow && marks.yellow <= due);
        prop_assert_eq!(marks.due, due);
        let share = |at| calendar.elapsed(start, at, term.unit, &pauses).unwrap().share(term);
        prop_assert!(share(marks.half) >= 0.5 && share(marks.half.plus(-1)) < 0.5);
        prop_assert!(share(marks.yellow) >= 0.8 && share(marks.yellow.plus(-1)) < 0.8);

        let told = calendar.explain(start, term, &pauses).unwrap();
        prop_assert_eq!(told.due, due);
        prop_assert!(told.days.last().unwrap().total.reaches(term));
        prop_assert_eq!(told.days.iter().map(|day| day.used.parts).sum::<i64>(), told.days.last().unwrap().total.parts);
        prop_assert_eq!(told.days.len() as i64, due.plus(-1).day() - start.day() + 1);
    }

    #[test]
    fn hours_agree_with_counting_minute_by_minute(
        calendar in calendars(), start in starts(), minutes in 1..1_500i64, urgent: bool,
        breaks in prop::collection::vec((-600..9_000i64, 0..3_000i64), 0..4),
    ) {
        let start = Timestamp::from_micros(start.as_micros() / MINUTE * MINUTE);
        let unit = if urgent { TermUnit::UrgentHours } else { TermUnit::WorkingHours };
        let breaks: Vec<_> = breaks.into_iter().map(|(begin, length)| (begin * MINUTE, length * MINUTE)).collect();
        let pauses = after(start, &breaks);
        let due = calendar.due_with_pauses(start, Term::new(minutes, unit), &pauses).unwrap();
        let mut at = start;
        let mut left = minutes;
        while left > 0 {
            let paused = pauses.iter().any(|p| p.from <= at && at < p.to);
            left -= i64::from(!paused && open(calendar, at, urgent));
            at = at.plus(MINUTE);
        }
        prop_assert_eq!(due, at);
    }

    #[test]
    fn working_days_agree_with_counting_dates(
        calendar in calendars(), start in starts(), days in 1..25i64,
    ) {
        let due = calendar.due(start, Term::new(days, TermUnit::WorkingDays)).unwrap();
        let noons = (1..).map(|day| Timestamp::from_micros((start.day() + day) * DAY + 4 * HOUR));
        let worked = |noon: &Timestamp| (0..1_440).any(|m| open(calendar, noon.plus(m * MINUTE - 12 * HOUR), false));
        let last = noons.filter(worked).nth(days as usize - 1).unwrap();
        prop_assert_eq!(due.date(), last.date());
        prop_assert!(open(calendar, due.plus(-1), false));
        prop_assert!((0..24 * 60).all(|m| due.plus(m * MINUTE).day() > due.day() || !open(calendar, due.plus(m * MINUTE), false)));
    }
}

/// Whether an instant lies in the calendar's hours, read from its data as a person would.
fn open(calendar: &Calendar, at: Timestamp, urgent: bool) -> bool {
    let weekly = if urgent { &calendar.data().urgent } else { &calendar.data().working };
    let weekday = at.date().weekday().to_monday_zero_offset() as usize;
    let hours = match calendar.kind(at.date()) {
        DayKind::Holiday => &weekly.holiday,
        DayKind::ShiftedWorkday => &weekly.shifted,
        _ => weekly.weekdays().nth(weekday).unwrap(),
    };
    let clock = at.civil().strftime("%H:%M").to_string();
    hours.intervals().iter().any(|interval| {
        let text = interval.to_string();
        let (from, to) = text.split_once('-').unwrap();
        from <= clock.as_str() && clock.as_str() < to
    })
}
