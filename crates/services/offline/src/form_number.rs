//! Numbers of paper forms (纸质单号).

use std::fmt;
use std::str::FromStr;

use yipan_base::id::AreaId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Date;

/// What stands first on every number.
const MARK: &str = "纸";

/// The greatest serial of a centre and day.
pub const LAST: u32 = 9999;

/// A paper form's number: `纸-rudong-20261123-0001-K`: the centre's area, the day of allotment, a serial
/// of that day, and a check character (ISO 7064, MOD 37,36), which finds any one wrong character and
/// nearly any two exchanged neighbours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormNumber {
    pub centre: AreaId,
    pub day: Date,
    pub serial: u32,
}

impl FormNumber {
    fn stem(&self) -> String {
        let day = self.day;
        format!("{}-{:04}{:02}{:02}-{:04}", self.centre, day.year(), day.month(), day.day(), self.serial)
    }
}

impl fmt::Display for FormNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stem = self.stem();
        write!(f, "{MARK}-{stem}-{}", check(&stem))
    }
}

impl FromStr for FormNumber {
    type Err = Refusal;

    /// Takes it as it is typed: with or without its mark, in full or half width, in small letters.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let typed: String = text.trim().chars().map(half_width).filter(|c| !c.is_whitespace()).collect();
        let plain = typed.strip_prefix(MARK).unwrap_or(&typed).trim_start_matches('-');
        let read = || {
            let mut parts = plain.rsplitn(4, '-');
            let (sign, serial, day, centre) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
            let (serial, day) = (digits(serial, 4)?, digits(day, 8)?);
            let date = |n: u32| {
                let (y, m, d) = (n / 10_000, n / 100 % 100, n % 100);
                Date::new(i16::try_from(y).ok()?, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok()
            };
            let number = Self { centre: centre.into(), day: date(day)?, serial };
            sign.eq_ignore_ascii_case(&check(&number.stem()).to_string()).then_some(number)
        };
        read().ok_or_else(|| {
            Refusal::invalid(
                "form.number",
                format!("纸质单号“{}”有误（校验不符）；请照单上所印重新输入", shown(text)),
                format!("`{}` is no number of a paper form: type it again as it is printed", shown(text)),
            )
            .at("/form")
        })
    }
}

fn digits(text: &str, width: usize) -> Option<u32> {
    (text.len() == width && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '—' | '–' | '−' => '-',
        _ => c,
    }
}

fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

/// The check character over the letters and digits of a stem (ISO 7064, 9.1: hybrid system MOD 37,36).
fn check(stem: &str) -> char {
    let values = stem.chars().filter_map(|c| c.to_digit(36));
    let left = values.fold(36, |before, value| {
        let sum = (before + value) % 36;
        (if sum == 0 { 36 } else { sum }) * 2 % 37
    });
    char::from_digit((37 - left) % 36, 36).unwrap_or('0').to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number() -> FormNumber {
        FormNumber { centre: "g.park-a".into(), day: Date::new(2026, 11, 23).unwrap(), serial: 17 }
    }

    #[test]
    fn a_number_is_read_as_it_is_printed_and_as_people_type_it() {
        let printed = number().to_string();
        assert!(printed.starts_with("纸-g.park-a-20261123-0017-"), "{printed}");
        let check = printed.chars().last().unwrap();
        for typed in [
            printed.clone(),
            format!(" g.park-a-20261123-0017-{} ", check.to_ascii_lowercase()),
            format!("纸－g.park-a—２０２６１１２３-0017-{check}"),
        ] {
            assert_eq!(typed.parse::<FormNumber>().unwrap(), number(), "{typed}");
        }
    }

    #[test]
    fn one_wrong_character_and_two_exchanged_ones_are_found() {
        let printed = number().to_string();
        let letters: Vec<char> = printed.chars().collect();
        for at in 2..letters.len() {
            for wrong in "0123456789abcdefghijklmnopqrstuvwxyz".chars() {
                let mut typed = letters.clone();
                if typed[at].is_ascii_alphanumeric() && !typed[at].eq_ignore_ascii_case(&wrong) {
                    typed[at] = wrong;
                    let typed: String = typed.iter().collect();
                    assert_eq!(typed.parse::<FormNumber>().err().unwrap().code, "form.number", "{typed}");
                }
            }
            let mut typed = letters.clone();
            let pair = letters.get(at..at + 2).unwrap_or_default();
            if let [a, b] = pair
                && a != b
                && [a, b].iter().all(|c| c.is_ascii_alphanumeric())
            {
                typed.swap(at, at + 1);
                let typed: String = typed.iter().collect();
                assert!(typed.parse::<FormNumber>().is_err(), "{typed}");
            }
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "纸", "纸-rudong", "纸-rudong-20261341-0001-K", "纸-rudong-20261123-1-K"] {
            assert!(text.parse::<FormNumber>().is_err(), "{text}");
        }
    }
}
