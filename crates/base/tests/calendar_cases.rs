//! Terms over real weeks of 2020 to 2026, worked out by hand.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop, in its helpers too")]

use yipan_base::calendar::{Calendar, DayKind, Marks, Pause, Term, TermUnit};
use yipan_base::refusal::Refusal;
use yipan_base::time::{MINUTE, Timestamp};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn pause(from: &str, to: &str) -> Pause {
    Pause { from: at(from), to: at(to) }
}

fn term(text: &str) -> Term {
    text.parse().unwrap()
}

#[track_caller]
fn check(cases: &[(&str, &str, &str)]) {
    let calendar = Calendar::china().unwrap();
    for (start, text, due) in cases {
        assert_eq!(calendar.due(at(start), term(text)).unwrap(), at(due), "{text} from {start}");
    }
}

#[test]
fn wall_time_knows_no_holidays() {
    check(&[
        ("2021-05-01 03:07:11", "15min", "2021-05-01 03:22:11"),
        ("2021-05-01 23:30", "2h", "2021-05-02 01:30"),
        ("2021-05-01 10:00", "24h", "2021-05-02 10:00"),
        ("2021-12-30 10:00", "7d", "2022-01-06 10:00"),
        ("2031-12-31 23:00", "2h", "2032-01-01 01:00"),
    ]);
}

#[test]
fn working_hours_skip_lunch_night_and_weekend() {
    check(&[
        ("2021-06-07 09:00", "2wh", "2021-06-07 11:00"),
        // across lunch: 11:00-12:00 and 14:00-15:00
        ("2021-06-07 11:00", "2wh", "2021-06-07 15:00"),
        // used up at noon exactly
        ("2021-06-07 11:00", "1wh", "2021-06-07 12:00"),
        ("2021-06-07 12:40", "1wh", "2021-06-07 15:00"),
        ("2021-06-07 06:00", "1wh", "2021-06-07 09:30"),
        ("2021-06-07 18:00", "1wh", "2021-06-08 09:30"),
        // Friday, a minute before the end
        ("2021-06-04 17:59", "2wh", "2021-06-07 10:29"),
        ("2021-06-04 17:59", "1wmin", "2021-06-04 18:00"),
        ("2021-06-05 10:00", "4wh", "2021-06-07 14:30"),
    ]);
}

#[test]
fn the_storm_of_30_april_2021_meets_the_labour_day_holiday() {
    check(&[
        ("2021-04-30 20:00", "4wh", "2021-05-06 14:30"),
        ("2021-04-30 20:00", "1wd", "2021-05-06 18:00"),
        // 6, 7, 8 (a Saturday worked), 10, 11 May
        ("2021-04-30 20:00", "5wd", "2021-05-11 18:00"),
        ("2021-05-03 10:00", "5wd", "2021-05-11 18:00"),
        // Sunday 25 April is worked, for hours and for days
        ("2021-04-24 10:00", "1wd", "2021-04-25 18:00"),
        ("2021-04-25 17:00", "2wh", "2021-04-26 09:30"),
        ("2021-05-07 17:00", "2wh", "2021-05-08 09:30"),
    ]);
}

#[test]
fn working_days_over_national_day() {
    check(&[
        // 2020: 1-8 October off, Saturday 10 October worked
        ("2020-09-30 10:00", "5wd", "2020-10-14 18:00"),
        // 2021: 1-7 October off, Saturday 9 October worked
        ("2021-09-30 16:00", "5wd", "2021-10-13 18:00"),
        ("2021-09-30 16:00", "15wd", "2021-10-27 18:00"),
        // Sunday 26 September 2021 is worked
        ("2021-09-25 00:00", "1wd", "2021-09-26 18:00"),
    ]);
}

#[test]
fn urgent_hours_run_every_day_from_seven_to_ten() {
    check(&[
        ("2021-05-01 08:00", "3uh", "2021-05-01 11:00"),
        ("2021-05-01 21:00", "3uh", "2021-05-02 09:00"),
        ("2021-05-01 23:59", "8uh", "2021-05-02 15:00"),
        ("2021-05-02 06:30", "30umin", "2021-05-02 07:30"),
    ]);
}

#[test]
fn urgent_hours_may_run_through_midnight() {
    let mut json = serde_json::to_value(Calendar::china().unwrap()).unwrap();
    for (_, hours) in json["urgent"].as_object_mut().unwrap() {
        *hours = serde_json::json!(["00:00-02:00", "20:00-24:00"]);
    }
    let calendar: Calendar = serde_json::from_value(json).unwrap();
    let due = |start, text| calendar.due(at(start), term(text)).unwrap();
    assert_eq!(due("2021-05-01 23:00", "3uh"), at("2021-05-02 02:00"));
    assert_eq!(due("2021-05-01 23:00", "4uh"), at("2021-05-02 21:00"));
    assert_eq!(due("2021-05-01 03:00", "4uh"), at("2021-05-02 00:00"));
}

#[test]
fn pauses_give_back_what_they_took() {
    let calendar = Calendar::china().unwrap();
    let due =
        |start, text, pauses: &[Pause]| calendar.due_with_pauses(at(start), term(text), pauses).unwrap();
    let night = pause("2021-06-07 18:00", "2021-06-08 08:30");
    assert_eq!(due("2021-06-07 17:00", "2wh", &[night]), at("2021-06-08 09:30"), "a night costs nothing");
    let morning = pause("2021-06-08 08:30", "2021-06-08 12:00");
    assert_eq!(due("2021-06-07 17:00", "2wh", &[morning]), at("2021-06-08 15:00"));
    assert_eq!(due("2021-06-07 17:00", "20h", &[morning]), at("2021-06-08 16:30"));
    // 3.5 of the 7.5 hours of Tuesday are paused, so 3.5 of Wednesday's are needed
    assert_eq!(due("2021-06-07 09:00", "1wd", &[morning]), at("2021-06-09 12:00"));
    let tuesday = pause("2021-06-08 00:00", "2021-06-09 00:00");
    assert_eq!(due("2021-06-07 09:00", "1wd", &[tuesday]), at("2021-06-09 18:00"));
    let overlapping = [tuesday, morning, pause("2021-06-08 16:00", "2021-06-09 09:30")];
    assert_eq!(due("2021-06-07 09:00", "1wd", &overlapping), at("2021-06-10 09:30"));
    let backwards = pause("2021-06-09 00:00", "2021-06-08 00:00");
    assert_eq!(due("2021-06-07 09:00", "1wd", &[backwards]), at("2021-06-08 18:00"), "an empty pause");
}

#[test]
fn elapsed_time_stands_still_when_nothing_counts() {
    let calendar = Calendar::china().unwrap();
    let used = |until: &str, unit| calendar.elapsed(at("2021-04-30 17:00"), at(until), unit, &[]).unwrap();
    assert_eq!(used("2021-05-05 12:00", TermUnit::WorkingHours).amount(), 60.0);
    assert_eq!(used("2021-05-06 12:00", TermUnit::WorkingDays).amount(), 3.5 / 7.5);
    assert_eq!(used("2021-05-07 18:00", TermUnit::WorkingDays).en(), "2 working days");
    assert_eq!(used("2021-05-06 14:05", TermUnit::WorkingHours).zh(), "4 小时 35 分");
    assert_eq!(used("2021-04-30 16:00", TermUnit::WallHours).parts, 0);
    let late = used("2021-05-12 10:00", TermUnit::WorkingDays);
    assert!(late.reaches(term("5wd")) && late.share(term("5wd")) > 1.0);
}

#[test]
fn marks_stand_at_half_and_at_80_percent() {
    let calendar = Calendar::china().unwrap();
    let marks = calendar.marks(at("2021-04-30 20:00"), term("5wd"), &[]).unwrap();
    let (half, yellow, due) = (at("2021-05-08 14:15"), at("2021-05-10 18:00"), at("2021-05-11 18:00"));
    assert_eq!(marks, Marks { half, yellow, due });
    let marks = calendar.marks(at("2021-05-01 10:00"), term("15min"), &[]).unwrap();
    assert_eq!(marks.half, at("2021-05-01 10:00").plus(15 * MINUTE / 2));
    assert_eq!(marks.yellow, at("2021-05-01 10:12"));
}

#[test]
fn a_reminder_waits_for_the_morning() {
    let calendar = Calendar::china().unwrap();
    let opening = |text, unit| calendar.opening(at(text), unit).unwrap();
    assert_eq!(opening("2021-05-01 00:05", TermUnit::UrgentHours), at("2021-05-01 07:00"));
    assert_eq!(opening("2021-05-01 00:05", TermUnit::WorkingHours), at("2021-05-06 08:30"));
    assert_eq!(opening("2021-05-06 15:00", TermUnit::WorkingDays), at("2021-05-06 15:00"));
    assert_eq!(opening("2021-05-06 12:00", TermUnit::WorkingHours), at("2021-05-06 14:00"));
}

#[test]
fn a_missing_year_is_named_with_the_way_to_add_it() {
    let calendar = Calendar::china().unwrap();
    let gap = calendar.due(at("2026-12-31 10:00"), term("1wd")).unwrap_err();
    assert_eq!((gap.year, gap.calendar.as_str()), (2027, "cn"));
    let refusal = Refusal::from(gap);
    assert_eq!(refusal.code, "calendar.missing_year");
    assert_eq!(refusal.facts["year"], "2027");
    assert!(refusal.zh.contains("2027") && refusal.en.contains("`years`"), "{refusal}");
    // Nothing that 2027 could announce matters to these.
    check(&[
        ("2026-12-31 10:00", "4wh", "2026-12-31 16:00"),
        ("2026-12-31 21:00", "3uh", "2027-01-01 09:00"),
        ("2026-12-31 21:00", "30d", "2027-01-30 21:00"),
        ("2016-12-31 10:00", "1wd", "2017-01-03 18:00"),
    ]);
}

#[test]
fn an_endless_pause_ends_in_a_refusal_or_in_the_end_of_time() {
    let calendar = Calendar::china().unwrap();
    let endless = [Pause { from: at("2021-05-01"), to: Timestamp::from_micros(i64::MAX) }];
    let due = |text| calendar.due_with_pauses(at("2021-04-30 21:59"), term(text), &endless);
    assert!(due("2uh").is_err());
    assert_eq!(due("3h").unwrap(), Timestamp::from_micros(i64::MAX));
    assert!(calendar.explain(at("2021-04-30 21:59"), term("3h"), &endless).is_err());
    assert_eq!(due("1umin").unwrap(), at("2021-04-30 22:00"));
}

#[test]
fn an_explanation_tells_every_day() {
    let calendar = Calendar::china().unwrap();
    let paused =
        [pause("2021-05-06 08:30", "2021-05-06 12:00"), pause("2021-05-06 11:00", "2021-05-06 14:00")];
    let told = calendar.explain(at("2021-04-30 20:00"), term("2wd"), &paused).unwrap();
    assert_eq!(told.due, at("2021-05-08 12:00"));
    assert_eq!(told.pauses, [pause("2021-05-06 08:30", "2021-05-06 14:00")]);
    let kinds: Vec<_> = told.days.iter().map(|day| day.kind).collect();
    let mut expected = vec![DayKind::Workday];
    expected.extend([DayKind::Holiday; 5]);
    expected.extend([DayKind::Workday, DayKind::Workday, DayKind::ShiftedWorkday]);
    assert_eq!(kinds, expected);
    assert_eq!(told.days[6].paused, 210 * MINUTE);
    assert_eq!(
        told.en(),
        "2 working days from 2021-04-30 20:00: due 2021-05-08 12:00 (calendar cn, version 1)\n\
         paused from 2021-05-06 08:30 to 2021-05-06 14:00\n\
         2021-04-30 workday, the day of the start does not count\n\
         2021-05-01 holiday\n2021-05-02 holiday\n2021-05-03 holiday\n2021-05-04 holiday\n2021-05-05 holiday\n\
         2021-05-06 workday 14:00-18:00: 0.53 working days, 0.53 working days in all, 210 min paused\n\
         2021-05-07 workday 08:30-12:00 14:00-18:00: 1 working day, 1.53 working days in all\n\
         2021-05-08 shifted workday 08:30-12:00: 0.46 working days, 2 working days in all"
    );
    assert!(
        told.zh().contains("2021-05-08 调休上班日 08:30-12:00，计 0.46 个工作日，累计 2 个工作日"),
        "{}",
        told.zh()
    );
    let json = serde_json::to_string(&told).unwrap();
    assert_eq!(serde_json::from_str::<yipan_base::calendar::Explanation>(&json).unwrap(), told);

    let long = calendar.explain(at("2021-09-30 16:00"), term("15wd"), &[]).unwrap();
    assert_eq!((long.days.len(), long.due), (28, at("2021-10-27 18:00")));
}
