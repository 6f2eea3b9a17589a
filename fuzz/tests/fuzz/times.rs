//! Instants and terms, as people write them.

use yipan_base::calendar::{Calendar, Term};
use yipan_base::time::Timestamp;
use yipan_fuzz::Target;

use crate::says;

/// Years whose days are all shown as they are.
const SHOWN: std::ops::RangeInclusive<i16> = -9998..=9998;

#[test]
fn an_instant_reads_as_it_is_written() {
    let words = ["2021-05-01", "T", "08:30", "+08:00", "Z", "/", "24:00:00", "-9999"];
    Target { name: "time", inputs: 12_000, words: &words }.fuzz(Vec::new(), |input| {
        let text = String::from_utf8_lossy(input);
        match text.parse::<Timestamp>() {
            // No calendar reaches so far, and an instant beyond shows as the last day that is shown.
            Ok(at) if !SHOWN.contains(&at.civil().year()) => {}
            Ok(at) => {
                let written = at.to_string();
                assert_eq!(written.parse::<Timestamp>(), Ok(at), "{written}");
                assert_eq!(Timestamp::from_civil(at.civil()), at, "{written}");
            }
            Err(fault) => says(&fault),
        }
    });
}

#[test]
fn a_term_is_reckoned_or_lies_beyond_the_calendar() {
    let calendar = Calendar::china().unwrap();
    let start: Timestamp = "2021-05-06 16:45".parse().unwrap();
    Target { name: "term", inputs: 4_000, words: &["min", "wd", "wh", "uh", "h", "d", "-"] }.fuzz(
        Vec::new(),
        |input| {
            let text = String::from_utf8_lossy(input);
            match text.parse::<Term>() {
                Ok(term) => {
                    assert_eq!(term.to_string().parse::<Term>().ok(), Some(term));
                    match calendar.marks(start, term, &[]) {
                        Ok(marks) => assert!(
                            marks.half <= marks.yellow && marks.yellow <= marks.due,
                            "{term}: {marks:?}"
                        ),
                        Err(gap) => says(&gap),
                    }
                }
                Err(fault) => says(&fault),
            }
        },
    );
}
