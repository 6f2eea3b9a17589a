//! One form for texts that read the same.

use yipan_base::identity::narrow;

/// Full-width ASCII becomes half-width, invisible characters go, and every run of blanks and
/// line ends becomes one space; none is left at the ends. Letters keep their case.
#[must_use]
pub fn normalise(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars().map(narrow) {
        if c.is_whitespace() {
            blank = true;
        } else if !is_invisible(c) {
            if blank && !normal.is_empty() {
                normal.push(' ');
            }
            blank = false;
            normal.push(c);
        }
    }
    normal
}

/// Control characters, and those that only join, part or turn their neighbours.
fn is_invisible(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// What two texts have in common if they differ only in width, case, blanks and punctuation:
/// the key by which exact duplicates are found. Readable, not a hash, so personal data like the
/// text itself; a caller that stores it digests it under a key.
///
/// Punctuation between two digits stays, for 3.5 is not 35. Empty where a text has no letter or
/// digit: an empty fingerprint equals nothing.
#[must_use]
pub fn fingerprint(text: &str) -> String {
    let mut print = String::with_capacity(text.len());
    // What stood since the last letter or digit.
    let (mut marks, mut blank) = (String::new(), false);
    for c in text.chars().map(narrow).flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            if c.is_ascii_digit() && print.ends_with(|last: char| last.is_ascii_digit()) {
                // A gap of blanks alone still parts two numbers.
                print.push_str(if marks.is_empty() && blank { " " } else { &marks });
            }
            print.push(c);
            marks.clear();
            blank = false;
        } else if c.is_whitespace() {
            blank = true;
        } else if !is_invisible(c) {
            marks.push(c);
        }
    }
    print
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn width_blanks_and_the_invisible_go() {
        assert_eq!(normalise("　Ａ３区　　１２号\r\n\t路灯\u{200b}坏了 ！ "), "A3区 12号 路灯坏了 !");
        assert_eq!(normalise(" \u{feff} "), "");
    }

    #[test]
    fn a_fingerprint_overlooks_what_a_reader_overlooks() {
        let print = fingerprint("人民路１２号，路灯坏了！！");
        assert_eq!(print, fingerprint("人民路12号 路灯坏了"));
        assert_eq!(fingerprint("ＷｉＦｉ 太慢"), "wifi太慢");
        assert_ne!(fingerprint("水费3.5元"), fingerprint("水费35元"));
        assert_ne!(fingerprint("3 5"), fingerprint("35"));
        assert_eq!(fingerprint("……？！"), "");
    }

    proptest! {
        #[test]
        fn both_are_stable(text in ".*") {
            let normal = normalise(&text);
            prop_assert_eq!(&normalise(&normal), &normal);
            prop_assert_eq!(fingerprint(&normal), fingerprint(&text));
            prop_assert_eq!(fingerprint(&fingerprint(&text)), fingerprint(&text));
        }
    }
}
