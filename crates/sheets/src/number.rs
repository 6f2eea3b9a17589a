//! The value of an XLSX cell as the text that a person sees in it.

use calamine::{DataRef, ExcelDateTime};
use yipan_base::time::{DateTime, SECOND, Timestamp};

use crate::refused_row::RowFault;

/// The text of a cell. `column` counts from 1.
pub(crate) fn cell_text(value: &DataRef<'_>, column: usize) -> Result<String, RowFault> {
    Ok(match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::Int(value) => value.to_string(),
        DataRef::Float(value) => number_text(*value).ok_or(RowFault::InexactNumber { column })?,
        DataRef::DateTime(value) => serial_text(*value).ok_or(RowFault::InexactNumber { column })?,
        DataRef::DateTimeIso(text) => text.parse().map_or_else(|_| text.clone(), civil_text),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
    })
}

/// A number as a spreadsheet shows it: no needless decimals, and fractions to 15 digits, which hides
/// what binary fractions add. `None` for whole numbers that have lost digits, such as an identity
/// number that was entered as a number.
fn number_text(value: f64) -> Option<String> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 {
        let lossy = value.abs() > EXACT && value.abs() < 1e20;
        return (!lossy).then(|| format!("{}", value + 0.0));
    }
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    Some(rounded.to_string())
}

/// A serial day number as a civil time, a time of day or a duration, to the nearest second.
fn serial_text(value: ExcelDateTime) -> Option<String> {
    let serial = value.as_f64();
    if value.is_duration() && serial.abs() < 1e9 {
        let seconds = (serial.abs() * 86_400.0).round() as u64;
        let sign = if serial < 0.0 { "-" } else { "" };
        return Some(format!("{sign}{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60));
    }
    // Beyond these a date format shows no date: 9999-12-31 is day 2,958,465.
    if !(0.0..2_958_466.0).contains(&serial) {
        return number_text(serial);
    }
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    let at = DateTime::new(
        year as i16,
        month as i8,
        day as i8,
        hour as i8,
        minute as i8,
        second as i8,
        i32::from(milli) * 1_000_000,
    );
    let Ok(at) = at else {
        // 1900-02-29, a day that only spreadsheets know.
        return number_text(serial);
    };
    let text = civil_text(at);
    Some(if serial < 1.0 { text[11..].to_owned() } else { text })
}

/// `YYYY-MM-DD HH:MM:SS`, rounded to the nearest second.
fn civil_text(at: DateTime) -> String {
    timestamp_text(Timestamp::from_civil(at).plus(SECOND / 2))
}

/// `YYYY-MM-DD HH:MM:SS` on Shanghai's clocks; parts of a second are cut off.
pub(crate) fn timestamp_text(at: Timestamp) -> String {
    let at = at.civil();
    let time = at.time();
    format!("{} {:02}:{:02}:{:02}", at.date(), time.hour(), time.minute(), time.second())
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn numbers_show_no_more_than_was_entered() {
        let text = |value| cell_text(&DataRef::Float(value), 3);
        for (value, shown) in [(5.0, "5"), (-0.0, "0"), (0.1 + 0.2, "0.3"), (1.5e-7, "0.00000015")] {
            assert_eq!(text(value).unwrap(), shown);
        }
        assert_eq!(text(13_800_138_000.0).unwrap(), "13800138000");
        assert_eq!(text(320_623_199_001_011_234.0), Err(RowFault::InexactNumber { column: 3 }));
    }

    #[test]
    fn serial_days_are_civil_times() {
        let text = |serial, kind, old| {
            cell_text(&DataRef::DateTime(ExcelDateTime::new(serial, kind, old)), 1).unwrap()
        };
        let date = |serial| text(serial, ExcelDateTimeType::DateTime, false);
        assert_eq!(date(43_524.0), "2019-02-28 00:00:00");
        assert_eq!(date(43_524.0 + (11.0 * 3600.0 + 25.0 * 60.0 + 5.0) / 86_400.0), "2019-02-28 11:25:05");
        assert_eq!(date(43_524.999_999_9), "2019-03-01 00:00:00");
        assert_eq!(date(0.354_166_666_7), "08:30:00");
        assert_eq!(date(-1.0), "-1");
        assert_eq!(date(3e9), "3000000000");
        assert_eq!(text(42_062.0, ExcelDateTimeType::DateTime, true), "2019-02-28 00:00:00");
        assert_eq!(text(1.5, ExcelDateTimeType::TimeDelta, false), "36:00:00");
        assert_eq!(
            cell_text(&DataRef::DateTimeIso("2019-02-28T11:25:05".into()), 1).unwrap(),
            "2019-02-28 11:25:05"
        );
    }
}
