//! Telephone and identity numbers: normalise, check, mask.
//!
//! A number is checked once, where it comes in, and carried as its type from there on. What
//! stands for a person ([`Phone`], [`ResidentId`]) shows itself masked in `Debug` and has no
//! `Display`: writing it out in full takes an `as_str` that a reader of the code can see. No
//! fault repeats the number it is about.

mod credit_code;
mod name;
mod phone;
mod resident_id;

pub use credit_code::CreditCode;
pub use name::mask_name;
pub use phone::{Phone, PhoneKind};
pub use resident_id::ResidentId;

use crate::refusal::Refusal;

/// A number that cannot be what it is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.en())]
pub enum IdentityFault {
    /// Nothing is left once blanks are taken away.
    Empty,
    /// Neither a mobile number nor a landline number with its area code.
    Phone,
    /// Not 18 (or, before 2013, 15) characters of the right kind.
    ResidentIdForm,
    /// The first digits name no province.
    ResidentIdRegion,
    /// The digits of the birthday are no day of the calendar.
    ResidentIdBirthday,
    /// The last character does not follow from the others.
    ResidentIdCheck,
    /// Not 18 characters of GB 32100's alphabet.
    CreditCodeForm,
    /// The last character does not follow from the others.
    CreditCodeCheck,
}

impl IdentityFault {
    /// Stable and greppable.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "identity.empty",
            Self::Phone => "identity.phone",
            Self::ResidentIdForm => "identity.resident_id.form",
            Self::ResidentIdRegion => "identity.resident_id.region",
            Self::ResidentIdBirthday => "identity.resident_id.birthday",
            Self::ResidentIdCheck => "identity.resident_id.check",
            Self::CreditCodeForm => "identity.credit_code.form",
            Self::CreditCodeCheck => "identity.credit_code.check",
        }
    }

    /// What is wrong and what to do, in Chinese.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Empty => "号码为空，请填写",
            Self::Phone => "不是有效的电话号码：请填 11 位手机号，或带区号的座机号（如 0513-85123456）",
            Self::ResidentIdForm => "身份证号应为 18 位（或旧号 15 位）数字，末位可为 X，请核对",
            Self::ResidentIdRegion => "身份证号开头的地区码不存在，请核对前两位",
            Self::ResidentIdBirthday => "身份证号中的出生日期不存在，请核对第 7 至 14 位",
            Self::ResidentIdCheck => "身份证号的校验位不对，请逐位核对",
            Self::CreditCodeForm => "统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z），请核对",
            Self::CreditCodeCheck => "统一社会信用代码的校验位不对，请逐位核对",
        }
    }

    /// The same in English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::Empty => "the number is empty; fill it in",
            Self::Phone => {
                "not a telephone number; give an 11-digit mobile number, or a landline number with \
                 its area code such as 0513-85123456"
            }
            Self::ResidentIdForm => {
                "a resident identity number has 18 digits (15 if old), the last may be X; check its length"
            }
            Self::ResidentIdRegion => {
                "the identity number begins with no known region; check its first two digits"
            }
            Self::ResidentIdBirthday => {
                "the identity number holds no day of the calendar; check digits 7 to 14"
            }
            Self::ResidentIdCheck => {
                "the check digit of the identity number is wrong; compare it digit by digit"
            }
            Self::CreditCodeForm => {
                "a unified social credit code has 18 digits or capital letters without I, O, S, V, Z; \
                 check it"
            }
            Self::CreditCodeCheck => {
                "the check character of the unified social credit code is wrong; compare it one by one"
            }
        }
    }
}

impl From<IdentityFault> for Refusal {
    fn from(fault: IdentityFault) -> Self {
        Self::invalid(fault.code(), fault.zh(), fault.en())
    }
}

/// The half-width form of a full-width ASCII character (０ → 0, Ｘ → X, （ → ( ) and of the
/// ideographic space; any other character as it is.
#[must_use]
pub const fn narrow(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        // The full-width block repeats ASCII from `!` to `~` in the same order.
        '\u{ff01}'..='\u{ff5e}' => (c as u32 - 0xff01 + '!' as u32) as u8 as char,
        _ => c,
    }
}

/// Narrowed, in capitals, without blanks, hyphens and the like: what people put between digits.
fn compact(text: &str) -> String {
    text.chars().map(narrow).filter(|c| !is_separator(*c)).map(|c| c.to_ascii_uppercase()).collect()
}

/// What may stand between the digits of one number.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '.' | '(' | ')' | '·' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200b}')
}
