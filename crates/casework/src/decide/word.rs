//! Short words that stand in events in clear: numbers of documents, names of offices. Events hold no
//! free text and no personal data, so neither may pass for one of them.

use yipan_base::identity::{Phone, PhoneKind, ResidentId};
use yipan_base::refusal::Refusal;

/// The longest word, in characters.
const LONGEST: usize = 64;

/// What may stand between the letters and digits of a number.
const JOINTS: [char; 4] = ['-', '/', '.', '_'];

/// The most digits in a row in the name of an office: a street number, never a telephone's.
const DIGITS_OF_A_NAME: usize = 6;

/// Refuses what is no number, id or reference: ASCII letters, digits and `- / . _`.
pub(super) fn check_number(word: &str, code: &str, pointer: &str) -> Result<(), Refusal> {
    let sound = |c: char| c.is_ascii_alphanumeric() || JOINTS.contains(&c);
    if (1..=LONGEST).contains(&word.len()) && word.chars().all(sound) && !of_a_person(word) {
        return Ok(());
    }
    Err(Refusal::invalid(
        code,
        format!(
            "须为编号，如 2021-14：1 至 {LONGEST} 个字母、数字或 - / . _，不得为手机号或身份证号；文字请写在说明里"
        ),
        format!(
            "write a number such as 2021-14: 1 to {LONGEST} letters, digits or - / . _, and nobody's telephone or identity number; write sentences into the text fields"
        ),
    )
    .at(pointer))
}

/// Refuses what is no name of an office: letters (Chinese too), few digits, and `- / . _ · （）`.
pub(super) fn check_name(word: &str, code: &str, pointer: &str) -> Result<(), Refusal> {
    let sound = |c: char| c.is_alphanumeric() || JOINTS.contains(&c) || "·（）()".contains(c);
    let most_digits = word.split(|c: char| !c.is_numeric()).map(|run| run.chars().count()).max();
    let named = word.chars().any(char::is_alphanumeric)
        && word.chars().count() <= LONGEST
        && word.chars().all(sound)
        && most_digits.is_none_or(|most| most <= DIGITS_OF_A_NAME);
    if named {
        return Ok(());
    }
    Err(Refusal::invalid(
        code,
        format!(
            "须为机关或平台名称：1 至 {LONGEST} 个字，不含空格和标点，连续数字不超过 {DIGITS_OF_A_NAME} 位；文字请写在说明里"
        ),
        format!(
            "write the name of an office: 1 to {LONGEST} letters or - / . _ without blanks, at most {DIGITS_OF_A_NAME} digits in a row; write sentences into the text fields"
        ),
    )
    .at(pointer))
}

/// Whether a number, or a part of it, is somebody's mobile or identity number.
fn of_a_person(word: &str) -> bool {
    std::iter::once(word).chain(word.split(JOINTS)).any(|part| {
        Phone::parse(part).is_ok_and(|phone| phone.kind() == PhoneKind::Mobile)
            || ResidentId::parse(part).is_ok()
    })
}
