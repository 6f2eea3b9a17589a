//! The resident identity number (公民身份号码), GB 11643-1999.

use std::fmt;

use super::{IdentityFault, compact};
use crate::time::Date;

/// A checked identity number of 18 characters; an old one of 15 digits is brought to 18.
/// Residence permits of Hong Kong, Macao and Taiwan and of foreigners follow the same form.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResidentId {
    number: String,
    birthday: Date,
}

impl ResidentId {
    /// Reads a number of 18 characters, or an old one of 15 digits.
    ///
    /// Whether the birthday lies in the future is for the caller, who knows the date.
    ///
    /// # Errors
    /// [`IdentityFault::Empty`] and the four faults of identity numbers.
    pub fn parse(text: &str) -> Result<Self, IdentityFault> {
        let mut number = compact(text);
        if number.is_empty() {
            return Err(IdentityFault::Empty);
        }
        let (body, last) = number.split_at_checked(17).unwrap_or((number.as_str(), ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let old = number.len() == 15 && digits(&number);
        if !old && !(number.len() == 18 && digits(body) && (digits(last) || last == "X")) {
            return Err(IdentityFault::ResidentIdForm);
        }
        if old {
            // Numbers of 15 digits ended in 1999, so their century is given.
            number.insert_str(6, "19");
            number.push(check_character(&number));
        }
        if !is_region(&number) {
            return Err(IdentityFault::ResidentIdRegion);
        }
        let birthday = birthday(&number).ok_or(IdentityFault::ResidentIdBirthday)?;
        if !number.ends_with(check_character(&number[..17])) {
            return Err(IdentityFault::ResidentIdCheck);
        }
        Ok(Self { number, birthday })
    }

    /// The number in full, 18 characters. Personal data.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.number
    }

    #[must_use]
    pub fn birthday(&self) -> Date {
        self.birthday
    }

    /// The first three and the last four characters: `320***********0071`.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("{}***********{}", &self.number[..3], &self.number[14..])
    }
}

impl fmt::Debug for ResidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResidentId({})", self.masked())
    }
}

/// Provinces of GB/T 2260 by their first two digits, 81 to 83 for Hong Kong, Macao and Taiwan,
/// and 9x for foreigners' permanent residence.
fn is_region(number: &str) -> bool {
    let province: u8 = number[..2].parse().unwrap_or_default();
    matches!(province,
        11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83 | 91..=99)
}

fn birthday(number: &str) -> Option<Date> {
    let date =
        Date::new(number[6..10].parse().ok()?, number[10..12].parse().ok()?, number[12..14].parse().ok()?);
    date.ok().filter(|date| date.year() >= 1850)
}

/// ISO 7064 MOD 11-2 over 17 digits.
fn check_character(body: &str) -> char {
    let sum = body.bytes().fold(0_u32, |sum, b| (sum + u32::from(b - b'0')) * 2 % 11);
    match (12 - sum) % 11 {
        10 => 'X',
        digit => char::from(b'0' + digit as u8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_checked_and_masked() {
        let id = ResidentId::parse("３６０４２６ 19910101 0071").unwrap();
        assert_eq!(id.as_str(), "360426199101010071");
        assert_eq!(id.birthday(), Date::constant(1991, 1, 1));
        assert_eq!(id.masked(), "360***********0071");
        assert_eq!(format!("{id:?}"), "ResidentId(360***********0071)");
        // The standard's own example ends in X; a small x means the same.
        assert_eq!(ResidentId::parse("11010519491231002x").unwrap().as_str(), "11010519491231002X");
    }

    #[test]
    fn an_old_number_becomes_a_new_one() {
        let old = ResidentId::parse("110105491231002").unwrap();
        assert_eq!(old, ResidentId::parse("11010519491231002X").unwrap());
    }

    #[test]
    fn each_fault_says_what_is_wrong() {
        for (text, fault) in [
            (" ", IdentityFault::Empty),
            ("36042619910101007", IdentityFault::ResidentIdForm),
            ("36042619910101007Y", IdentityFault::ResidentIdForm),
            ("X10105491231002", IdentityFault::ResidentIdForm),
            ("身份证身份证", IdentityFault::ResidentIdForm),
            ("000426199101010071", IdentityFault::ResidentIdRegion),
            ("360426199102300071", IdentityFault::ResidentIdBirthday),
            ("360426199101010072", IdentityFault::ResidentIdCheck),
        ] {
            assert_eq!(ResidentId::parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn any_one_wrong_digit_is_found() {
        let good = "360426199101010071";
        for at in 0..17 {
            for digit in b'0'..=b'9' {
                let mut bytes = good.as_bytes().to_vec();
                bytes[at] = digit;
                let text = String::from_utf8(bytes).unwrap();
                assert_eq!(ResidentId::parse(&text).is_ok(), text == good, "{text}");
            }
        }
    }
}
