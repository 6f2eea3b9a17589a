//! The follow code (查询码) of a case: what its filer is given, and nobody can guess.
//!
//! Fifty bits of the keyed digest of the case's id: nothing is stored, and without the house's keys nobody can
//! reckon it. At the limit of reading, one address would come upon one in nine million years.

use yipan_base::id::CaseId;
use yipan_platform::keys::Keys;

/// Digits and letters that are not taken for each other (Crockford's base 32).
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The code of a case, such as `7KQ2M-0XW4D`.
pub(super) fn code(keys: &Keys, case: &CaseId) -> String {
    let digest = keys.digest("georeport", case.as_str());
    let mut code: String = digest.bytes().take(10).map(letter).collect();
    code.insert(code.len() / 2, '-');
    code
}

/// Five of the six bits for which a letter of Base64 stands (RFC 4648, 4).
fn letter(base64: u8) -> char {
    let bits = match base64 {
        b'A'..=b'Z' => base64 - b'A',
        b'a'..=b'z' => base64 - b'a' + 26,
        b'0'..=b'9' => base64 - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    char::from(LETTERS[usize::from(bits & 31)])
}

/// Whether a code, as somebody typed it, is that of the case. What takes how long tells nothing: compared are
/// digests whose key the one who asks does not know.
pub(super) fn opens(keys: &Keys, case: &CaseId, given: &str) -> bool {
    let blinded = |code: &str| keys.digest("georeport.given", &plain(code));
    blinded(given) == blinded(&code(keys, case))
}

/// The code without dashes and spaces, in capitals, with the letters that were meant.
fn plain(code: &str) -> String {
    let kept = code.chars().filter(|c| c.is_ascii_alphanumeric());
    kept.map(|c| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_code_opens_its_case_as_people_type_it_and_no_other() {
        let keys = Keys::fresh();
        let (case, other) = (CaseId::new("one"), CaseId::new("two"));
        let code = code(&keys, &case);
        assert_eq!(code.len(), 11);
        for typed in [&code, &code.to_lowercase(), &code.replace('-', " "), &code.replace('0', "o")] {
            assert!(opens(&keys, &case, typed), "{typed}");
        }
        assert!(!opens(&keys, &other, &code));
        assert!(!opens(&Keys::fresh(), &case, &code), "another house gives another code");
        for typed in ["", "-", &code[..10], &format!("{code}0")] {
            assert!(!opens(&keys, &case, typed), "{typed}");
        }
    }

    #[test]
    fn every_letter_is_used_at_every_place() {
        let keys = Keys::fresh();
        let codes: Vec<_> = (0..2_000).map(|n| code(&keys, &CaseId::new(n.to_string()))).collect();
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
        for place in (0..11).filter(|place| *place != 5) {
            let letters: BTreeSet<_> = codes.iter().map(|code| code.as_bytes()[place]).collect();
            assert_eq!(letters.len(), 32, "place {place}");
        }
    }
}
