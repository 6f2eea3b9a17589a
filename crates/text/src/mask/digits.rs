//! Runs of digits in free text, however they are written and parted.

use std::ops::Range;

use yipan_base::identity::narrow;

/// Digits of one script that stand together.
#[derive(Debug)]
pub(super) struct Group {
    pub range: Range<usize>,
    /// As ASCII; a lone `X` for the check character of an identity number.
    pub digits: String,
    pub script: Script,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// 0–9 of any width, and circled
    Arabic,
    /// 〇一二…九, 幺
    Chinese,
    /// `X` right after a digit and before no further letter or digit
    Check,
}

/// Groups that at most three separators part: candidates for one number.
pub(super) type Run = Vec<Group>;

/// All runs of a text, in order.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    // The separators met since the last digit, or `None` outside a run.
    let mut gap: Option<usize> = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let digit = digit(c).or_else(|| {
            let ends = !chars.peek().is_some_and(|(_, next)| narrow(*next).is_ascii_alphanumeric());
            (gap == Some(0) && ends && matches!(narrow(c), 'X' | 'x')).then_some(('X', Script::Check))
        });
        match (digit, gap) {
            (Some((value, script)), Some(separators)) => {
                if let Some(run) = runs.last_mut() {
                    match run.last_mut().filter(|g| separators == 0 && g.script == script) {
                        Some(group) => {
                            group.digits.push(value);
                            group.range.end = end;
                        }
                        None => run.push(Group { range: at..end, digits: value.into(), script }),
                    }
                }
                gap = Some(0);
            }
            (Some((value, script)), None) => {
                runs.push(vec![Group { range: at..end, digits: value.into(), script }]);
                gap = Some(0);
            }
            (None, Some(separators)) if separators < 3 && is_separator(c) => gap = Some(separators + 1),
            (None, _) => gap = None,
        }
    }
    runs
}

/// The ASCII digit that a character stands for.
pub(super) fn digit(c: char) -> Option<(char, Script)> {
    const CHINESE: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let arabic = match narrow(c) {
        c @ '0'..='9' => Some(c),
        '①'..='⑨' => char::from_digit(c as u32 - '①' as u32 + 1, 10),
        _ => None,
    };
    if let Some(arabic) = arabic {
        return Some((arabic, Script::Arabic));
    }
    let chinese = match c {
        '〇' => Some(0),
        // Said for 1 in numbers, to tell it from 7.
        '幺' => Some(1),
        _ => CHINESE.iter().position(|&d| d == c),
    };
    chinese.and_then(|value| char::from_digit(value as u32, 10)).map(|c| (c, Script::Chinese))
}

/// What may part the digits of one number.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(narrow(c), '-' | '.' | '(' | ')' | '_' | '·' | '\u{ad}' | '\u{200b}'..='\u{200f}'
            | '\u{2010}'..='\u{2015}' | '\u{2060}' | '\u{2212}' | '\u{feff}')
}
