//! Personal numbers inside free text (脱敏): found, named and masked.
//!
//! For logs, previews, extracts and exports. Where it is doubtful whether a number is personal,
//! it counts as personal: masking a harmless number costs a reader little.

mod digits;
mod email;
mod number;

use std::borrow::Cow;
use std::ops::Range;

/// What a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sensitive {
    /// 电话号码
    Phone,
    /// 身份证号
    ResidentId,
    /// 银行卡号
    BankCard,
    /// 电子邮箱
    Email,
}

/// A personal number or address and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub kind: Sensitive,
    /// Bytes of the text that was searched.
    pub range: Range<usize>,
    /// How many digits (of an address: characters) stay readable at either end.
    head: usize,
    tail: usize,
}

/// Every personal number and address of a text, in order, none overlapping another.
///
/// Digits may be full-width or Chinese (一三八…), parted by blanks, hyphens, points or brackets.
/// Numbers that begin with a date (20210501…), as the numbers of orders do, are left alone.
#[must_use]
pub fn find(text: &str) -> Vec<Finding> {
    let mut findings = email::find(text);
    let addresses = findings.len();
    for finding in number::find(text) {
        let apart = |f: &Finding| f.range.end <= finding.range.start || finding.range.end <= f.range.start;
        if findings[..addresses].iter().all(apart) {
            findings.push(finding);
        }
    }
    findings.sort_by_key(|f| f.range.start);
    findings
}

/// The text with every finding masked: 138****5678, 320***********0071, w***@example.com.
/// Masking a masked text changes nothing.
#[must_use]
pub fn mask(text: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
    // What stays of one number may form another with its neighbours. Every round takes digits
    // away, so this ends; nearly always after one.
    loop {
        let findings = find(&masked);
        if findings.is_empty() {
            return masked;
        }
        masked = Cow::Owned(apply(&masked, &findings));
    }
}

fn apply(text: &str, findings: &[Finding]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for finding in findings {
        masked.push_str(&text[done..finding.range.start]);
        let found = &text[finding.range.clone()];
        match finding.kind {
            Sensitive::Email => email::hide(found, finding.head, &mut masked),
            _ => number::hide(found, finding.head, finding.tail, &mut masked),
        }
        done = finding.range.end;
    }
    masked.push_str(&text[done..]);
    masked
}

#[cfg(test)]
mod tests;
