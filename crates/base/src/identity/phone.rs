//! Telephone numbers of mainland China (电话号码).

use std::fmt;

use super::{IdentityFault, compact, is_separator, narrow};

/// A telephone number in its one normal form: `13812345678`, `0513-85123456`,
/// `0513-85123456-801`. Equal numbers are equal texts, however they were written.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone {
    number: String,
    /// Bytes of `number` that are the area code; 0 for a mobile number.
    area: usize,
}

/// What a telephone number leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PhoneKind {
    /// 手机
    Mobile,
    /// 固定电话（座机）
    Landline,
}

impl Phone {
    /// Reads a mobile number, or a landline number with its area code and perhaps an extension.
    ///
    /// Blanks, hyphens, brackets, full-width digits and the country code (`+86`, `0086`, `86`)
    /// make no difference; an extension follows a hyphen, `转`, `#` or `ext`.
    ///
    /// # Errors
    /// [`IdentityFault::Empty`] or [`IdentityFault::Phone`].
    pub fn parse(text: &str) -> Result<Self, IdentityFault> {
        let text: String = text.trim().chars().map(narrow).collect();
        if text.is_empty() {
            return Err(IdentityFault::Empty);
        }
        let (number, extension) = split_extension(&text);
        let digits = national(&compact(number)).ok_or(IdentityFault::Phone)?;
        if is_mobile(&digits) && extension.is_none() {
            return Ok(Self { number: digits, area: 0 });
        }
        let area = area_code(&digits).ok_or(IdentityFault::Phone)?;
        let (code, local) = digits.split_at(area);
        let number = match extension {
            Some(extension) => format!("{code}-{local}-{extension}"),
            None => format!("{code}-{local}"),
        };
        Ok(Self { number, area })
    }

    /// The same for a door that also receives local numbers without an area code, as an exchange
    /// shows them: `85123456` becomes `0513-85123456` where `area_code` is `0513`.
    ///
    /// # Errors
    /// As [`Phone::parse`].
    pub fn parse_local(text: &str, area_code: &str) -> Result<Self, IdentityFault> {
        Self::parse(text).or_else(|fault| {
            let with_area = Self::parse(&format!("{area_code}{}", text.trim()));
            with_area.map_err(|_| fault)
        })
    }

    #[must_use]
    pub fn kind(&self) -> PhoneKind {
        if self.area == 0 { PhoneKind::Mobile } else { PhoneKind::Landline }
    }

    /// The number in full, in its normal form. Personal data.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// `138****5678`, `0513-****3456`; an extension is left out.
    #[must_use]
    pub fn masked(&self) -> String {
        if self.area == 0 {
            return format!("{}****{}", &self.number[..3], &self.number[7..]);
        }
        let (code, rest) = self.number.split_at(self.area);
        let local = rest[1..].split('-').next().unwrap_or_default();
        let hidden = local.len() - 4;
        format!("{code}-{}{}", "*".repeat(hidden), &local[hidden..])
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

/// Cuts an extension off: after a word for it, or after the last hyphen where what stands
/// before is a whole landline number already.
fn split_extension(text: &str) -> (&str, Option<&str>) {
    let lower = text.to_ascii_lowercase();
    let marked = ["转", "#", "ext.", "ext"].iter().find_map(|mark| {
        let at = lower.find(mark)?;
        Some((&text[..at], &text[at + mark.len()..]))
    });
    let hyphened = || {
        let (head, tail) = text.rsplit_once('-')?;
        let whole = national(&compact(head)).is_some_and(|digits| area_code(&digits).is_some());
        whole.then_some((head, tail))
    };
    match marked.or_else(hyphened) {
        Some((head, tail)) => {
            let tail = tail.trim_matches(is_separator);
            let plain = (1..=6).contains(&tail.len()) && tail.bytes().all(|b| b.is_ascii_digit());
            if plain { (head, Some(tail)) } else { (text, None) }
        }
        None => (text, None),
    }
}

/// Digits as dialled inside the country: without a country code; a landline with its leading 0.
fn national(number: &str) -> Option<String> {
    let (abroad, digits) = match number.strip_prefix('+') {
        Some(rest) => (true, rest.strip_prefix("86")?),
        None => match number.strip_prefix("0086") {
            Some(rest) => (true, rest),
            // A bare 86 is the country code only before a whole mobile number.
            None => match number.strip_prefix("86").filter(|rest| is_mobile(rest)) {
                Some(rest) => (true, rest),
                None => (false, number),
            },
        },
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // Exchanges show a mobile number of another city with the long-distance 0 before it.
    if let Some(mobile) = digits.strip_prefix('0').filter(|rest| is_mobile(rest)) {
        return Some(mobile.to_owned());
    }
    if abroad && !is_mobile(digits) && !digits.starts_with('0') {
        return Some(format!("0{digits}"));
    }
    Some(digits.to_owned())
}

/// Eleven digits from 13 to 19.
fn is_mobile(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() == 11
        && bytes[0] == b'1'
        && (b'3'..=b'9').contains(&bytes[1])
        && bytes.iter().all(u8::is_ascii_digit)
}

/// The length of the area code of a whole landline number: 010 and 02x are followed by eight
/// digits, longer codes (03xx to 09xx) by seven or eight; no local number begins with 0 or 1.
fn area_code(digits: &str) -> Option<usize> {
    let bytes = digits.as_bytes();
    if bytes.len() < 10 || bytes[0] != b'0' {
        return None;
    }
    let (code, local) = match (bytes[1], bytes[2]) {
        (b'1', b'0') | (b'2', _) => (3, 8..=8),
        (b'3'..=b'9', _) => (4, 7..=8),
        _ => return None,
    };
    let whole = local.contains(&(bytes.len() - code)) && (b'2'..=b'9').contains(&bytes[code]);
    whole.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mobile_number_has_one_form() {
        for text in [
            "13812345678",
            " 138 1234 5678 ",
            "138-1234-5678",
            "+86 138 1234 5678",
            "+8613812345678",
            "0086-13812345678",
            "8613812345678",
            "013812345678",
            "１３８１２３４５６７８",
            "（＋８６）138.1234.5678",
        ] {
            let phone = Phone::parse(text).unwrap();
            assert_eq!((phone.as_str(), phone.kind()), ("13812345678", PhoneKind::Mobile), "{text}");
            assert_eq!(phone.masked(), "138****5678");
            assert_eq!(format!("{phone:?}"), "Phone(138****5678)");
        }
    }

    #[test]
    fn landlines_keep_area_code_and_extension() {
        for (text, normal, masked) in [
            ("0513-85123456", "0513-85123456", "0513-****3456"),
            ("051385123456", "0513-85123456", "0513-****3456"),
            ("(0513) 8512 3456", "0513-85123456", "0513-****3456"),
            ("0513-8512-3456", "0513-85123456", "0513-****3456"),
            ("+86 513 8512 3456", "0513-85123456", "0513-****3456"),
            ("0513-85123456-801", "0513-85123456-801", "0513-****3456"),
            ("0513-85123456转801", "0513-85123456-801", "0513-****3456"),
            ("0513-85123456 ext. 801", "0513-85123456-801", "0513-****3456"),
            ("010-62345678", "010-62345678", "010-****5678"),
            ("+86 10 6234 5678", "010-62345678", "010-****5678"),
            ("0998-2345678", "0998-2345678", "0998-***5678"),
        ] {
            let phone = Phone::parse(text).unwrap();
            assert_eq!((phone.as_str(), phone.kind()), (normal, PhoneKind::Landline), "{text}");
            assert_eq!(phone.masked(), masked);
            assert_eq!(Phone::parse(normal).unwrap(), phone);
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "12345",
            "12812345678",
            "1381234567",
            "138123456789",
            "0513-15123456",
            "85123456",
            "0100-1234567",
            "+85291234567",
            "13812345678a",
            "13812345678转801",
            "无",
            "+",
            "00",
        ] {
            assert_eq!(Phone::parse(text), Err(IdentityFault::Phone), "{text}");
        }
        assert_eq!(Phone::parse("　 "), Err(IdentityFault::Empty));
    }

    #[test]
    fn a_local_number_takes_the_citys_code() {
        let local = Phone::parse_local("8512 3456", "0513").unwrap();
        assert_eq!(local.as_str(), "0513-85123456");
        assert_eq!(Phone::parse_local("13812345678", "0513").unwrap().kind(), PhoneKind::Mobile);
        assert_eq!(Phone::parse_local("12345", "0513"), Err(IdentityFault::Phone));
    }
}
