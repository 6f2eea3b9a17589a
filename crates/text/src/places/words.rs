//! What the recognition of places must know of the language.

use std::collections::HashSet;

/// The words that come with the house.
pub const SHIPPED: &str = include_str!("../../data/place_words.txt");

/// Words that keep names of areas from being seen where none is meant.
#[derive(Debug, Clone, Default)]
pub struct PlaceWords {
    pub(super) common: HashSet<String>,
    pub(super) idle: Vec<String>,
    pub(super) other: Vec<String>,
    pub(super) generic: Vec<String>,
    pub(super) thing: Vec<String>,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: `{kind}` is no kind of word; write common, idle, other, generic or thing first")]
pub struct PlaceWordsFault {
    pub line: usize,
    pub kind: String,
}

impl PlaceWords {
    /// Reads words in the form that the head of [`SHIPPED`] explains.
    ///
    /// # Errors
    /// [`PlaceWordsFault`], naming the line.
    pub fn parse(list: &str) -> Result<Self, PlaceWordsFault> {
        let mut words = Self::default();
        for (at, line) in list.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with('#')) {
            let mut parts = line.split_whitespace().map(str::to_owned);
            match parts.next().as_deref() {
                None => {}
                Some("common") => words.common.extend(parts),
                Some("idle") => words.idle.extend(parts),
                Some("other") => words.other.extend(parts),
                Some("generic") => words.generic.extend(parts),
                Some("thing") => words.thing.extend(parts),
                Some(kind) => return Err(PlaceWordsFault { line: at + 1, kind: kind.into() }),
            }
        }
        Ok(words)
    }

    /// Whether `before` ends in a division that this city does not know, such as A3区 or 春华镇:
    /// what follows lies in that one.
    pub(super) fn ends_in_division(&self, before: &str) -> bool {
        let division = before.ends_with(['市', '区', '县', '旗', '镇', '乡']) || before.ends_with("街道");
        division && !self.generic.iter().any(|word| before.ends_with(word.as_str()))
    }

    /// Whether a name may begin after `before`: it ends in a sign, in a division, or in a word that
    /// leads to a place.
    pub(super) fn ends_a_word(&self, before: &str) -> bool {
        let sign = before.chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        sign || before.ends_with(LEADING) || self.ends_in_division(before) || {
            self.generic.iter().any(|word| before.ends_with(word.as_str()))
        }
    }

    /// Whether `after` makes the bare name before it the name of a thing.
    pub(super) fn begins_with_thing(&self, after: &str) -> bool {
        self.thing.iter().any(|word| after.starts_with(word.as_str()))
    }
}

/// Characters after which people name a place, and that end few names.
const LEADING: &[char] = &[
    '在', '住', '于', '到', '从', '往', '去', '来', '是', '由', '和', '与', '及', '或', '至', '向', '离',
    '为', '即', '省', '市', '区', '县', '镇', '乡', '道', '路', '号', '村', '里', '们', '我', '位', '属',
    '经', '回', '近', '的',
];

/// Whether a text writes divisions in code, such as A市 or A3区: it was made anonymous, or speaks
/// of somewhere else. A区 alone may be a part of a building.
pub(super) fn is_coded(text: &str) -> bool {
    text.char_indices().filter(|(_, c)| matches!(c, '市' | '区' | '县' | '镇')).any(|(at, c)| {
        let before = &text[..at];
        let letters = before.trim_end_matches(|c: char| c.is_ascii_digit());
        letters.ends_with(|c: char| c.is_ascii_uppercase()) && (letters.len() < at || c != '区')
    })
}
