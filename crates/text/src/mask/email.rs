//! E-mail addresses in free text.

use yipan_base::identity::narrow;

use super::{Finding, Sensitive};

/// Every `local@domain.tld` of ASCII letters, which Chinese text bounds without blanks.
pub(super) fn find(text: &str) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for (at, sign) in text.char_indices().filter(|(_, c)| narrow(*c) == '@') {
        let from = findings.last().map_or(0, |f| f.range.end);
        let Some(before) = text.get(from..at) else { continue };
        let local = before.trim_end_matches(is_local);
        let start = from + local.len();
        let after = &text[at + sign.len_utf8()..];
        let domain = &after[..after.find(|c| !is_domain(c)).unwrap_or(after.len())];
        // A full stop after the address belongs to the sentence.
        let domain = domain.trim_end_matches(|c| matches!(narrow(c), '.' | '-'));
        let dotted =
            domain.chars().map(narrow).collect::<String>().split('.').filter(|p| !p.is_empty()).count() > 1;
        if start < at && dotted {
            let range = start..at + sign.len_utf8() + domain.len();
            findings.push(Finding { kind: Sensitive::Email, range, head: 1, tail: 0 });
        }
    }
    findings
}

/// `wang@example.com` → `w***@example.com`.
pub(super) fn hide(address: &str, head: usize, masked: &mut String) {
    let sign = address.char_indices().find(|(_, c)| narrow(*c) == '@').map_or(0, |(at, _)| at);
    masked.extend(address[..sign].chars().take(head));
    masked.push_str("***");
    masked.push_str(&address[sign..]);
}

fn is_local(c: char) -> bool {
    let c = narrow(c);
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-')
}

fn is_domain(c: char) -> bool {
    let c = narrow(c);
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-')
}
