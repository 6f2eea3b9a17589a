//! Telephone, identity and card numbers in free text.

use yipan_base::identity::{IdentityFault, Phone, PhoneKind, ResidentId};
use yipan_base::time::Date;

use super::digits::{Group, Script, digit, runs};
use super::{Finding, Sensitive};

/// Words that make the seven or eight digits after them a local telephone number.
const CUES: &[&str] = &["电话", "座机", "手机", "热线", "致电", "拨打", "联系方式", "tel", "Tel", "TEL", "☎"];

/// Digits of the longest number there is, that of a bank card.
const LONGEST: usize = 19;

/// Every personal number, in order, none overlapping another. A finding covers whole groups.
pub(super) fn find(text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for run in runs(text) {
        let mut first = 0;
        while let Some(group) = run.get(first) {
            let found = longest(text, &run[first..]).or_else(|| embedded(group));
            match found {
                Some((groups, Kept { kind, head, tail })) => {
                    let end = run[first + groups - 1].range.end;
                    findings.push(Finding { kind, range: group.range.start..end, head, tail });
                    first += groups;
                }
                None => first += 1,
            }
        }
    }
    findings
}

/// A star for every digit but the first `head` and the last `tail`; separators stay.
pub(super) fn hide(found: &str, head: usize, tail: usize, masked: &mut String) {
    let is_digit = |c: char| digit(c).is_some() || c.is_ascii_alphabetic() || matches!(c, 'Ｘ' | 'ｘ');
    let count = found.chars().filter(|c| is_digit(*c)).count();
    let mut seen = 0;
    for c in found.chars() {
        if is_digit(c) {
            seen += 1;
            let stays = seen <= head || seen + tail > count;
            masked.push(if stays { c } else { '*' });
        } else {
            masked.push(c);
        }
    }
}

/// A kind, and how many digits of it may stay readable.
struct Kept {
    kind: Sensitive,
    head: usize,
    tail: usize,
}

/// The longest number that begins with the first of `groups`, and how many groups it takes.
fn longest(text: &str, groups: &[Group]) -> Option<(usize, Kept)> {
    let start = groups.first()?.range.start;
    let abroad = text[..start].ends_with(['+', '＋']);
    let mut digits = String::new();
    let mut found = None;
    for (at, group) in groups.iter().enumerate() {
        digits.push_str(&group.digits);
        if digits.len() > LONGEST {
            break;
        }
        let kept = phone(&digits, abroad)
            .or_else(|| resident_id(&digits))
            .or_else(|| bank_card(&digits, groups[..at].iter().all(|g| g.digits.len() == 4)))
            .or_else(|| local_phone(&digits, &text[..start]));
        if let Some(kept) = kept {
            found = Some((at + 1, kept));
        }
    }
    found
}

fn phone(digits: &str, abroad: bool) -> Option<Kept> {
    let phone = if abroad { Phone::parse(&format!("+{digits}")) } else { Phone::parse(digits) }.ok()?;
    let area = phone.as_str().find('-');
    let head = match (phone.kind(), area) {
        (PhoneKind::Mobile, _) if digits.len() == 11 => 3,
        // The country code stays, and nothing of the number but its end.
        (PhoneKind::Mobile, _) => digits.len() - 11,
        (PhoneKind::Landline, Some(area)) if digits.starts_with('0') && !digits.starts_with("00") => area,
        (PhoneKind::Landline, _) => 0,
    };
    Some(Kept { kind: Sensitive::Phone, head, tail: 4 })
}

/// Also with a wrong check digit: whoever mistypes a number still gives away the person.
fn resident_id(digits: &str) -> Option<Kept> {
    match ResidentId::parse(digits) {
        Ok(_) | Err(IdentityFault::ResidentIdCheck) => {
            Some(Kept { kind: Sensitive::ResidentId, head: 3, tail: 4 })
        }
        Err(_) => None,
    }
}

/// 16 to 19 digits that pass Luhn's check; UnionPay's 62 needs none where the digits stand
/// together or in fours, as on the card.
fn bank_card(digits: &str, in_fours: bool) -> Option<Kept> {
    let card = digits.len() >= 16
        && digits.bytes().all(|b| b.is_ascii_digit())
        && digits.starts_with(['3', '4', '5', '6', '9'])
        && (luhn(digits) || in_fours && digits.starts_with("62"));
    card.then_some(Kept { kind: Sensitive::BankCard, head: 0, tail: 4 })
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, b)| {
            let digit = u32::from(b - b'0');
            // Every second digit from the right counts twice, by the sum of its digits.
            if at % 2 == 1 { digit * 2 % 10 + digit / 5 } else { digit }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Seven or eight digits right after a word such as 电话.
fn local_phone(digits: &str, before: &str) -> Option<Kept> {
    let local = (7..=8).contains(&digits.len())
        && digits.starts_with(['2', '3', '4', '5', '6', '7', '8'])
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !begins_with_date(digits);
    if !local {
        return None;
    }
    let near = before.char_indices().rev().nth(6).map_or(0, |(at, _)| at);
    let cue = CUES.iter().any(|cue| before[near..].contains(cue));
    cue.then_some(Kept { kind: Sensitive::Phone, head: 0, tail: 4 })
}

/// A mobile number glued to other digits, in a group that is nothing else.
fn embedded(group: &Group) -> Option<(usize, Kept)> {
    let digits = &group.digits;
    if digits.len() < 12 || group.script == Script::Check || begins_with_date(digits) {
        return None;
    }
    let mobile = (0..=digits.len() - 11).any(|at| {
        let part = &digits.as_bytes()[at..at + 11];
        part[0] == b'1' && part[1] >= b'3'
    });
    mobile.then_some((1, Kept { kind: Sensitive::Phone, head: 3, tail: 4 }))
}

/// Whether the first eight digits are a day of these two centuries.
fn begins_with_date(digits: &str) -> bool {
    let number = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<i16>().ok());
    let (Some(year @ 1900..=2099), Some(month), Some(day)) = (number(0..4), number(4..6), number(6..8))
    else {
        return false;
    };
    Date::new(year, month as i8, day as i8).is_ok()
}
