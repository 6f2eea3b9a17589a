//! Words that mean danger (安全词): what they mark is looked at by a person, never dispatched by
//! a suggestion.
//!
//! The words are data: [`SHIPPED`] is the list that comes with the house, and
//! [`SafetyWords::parse`] reads a city's own in the same form.

use aho_corasick::{AhoCorasick, BuildError, MatchKind};

use crate::normalise;

/// The list that comes with the house.
pub const SHIPPED: &str = include_str!("../data/safety.txt");

/// How near the danger is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SafetyLevel {
    /// 关注: calm may be in danger; a person reads it before anything is dispatched
    Watch,
    /// 紧急: people or property may soon be in danger
    Urgent,
    /// 危急: life is in danger now
    Critical,
}

/// An entry of the list that stood in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafetyHit {
    pub level: SafetyLevel,
    /// Such as `gas` or `crowd`.
    pub topic: String,
    /// The entry as the list writes it, such as `燃气…漏`.
    pub word: String,
}

/// A list of safety words, ready to search with.
#[derive(Debug, Clone)]
pub struct SafetyWords {
    entries: Vec<Entry>,
    /// Finds the first part of every entry; patterns are numbered like entries.
    first_parts: AhoCorasick,
}

#[derive(Debug, Clone)]
struct Entry {
    /// `None` for a harmless phrase, which silences the words inside it.
    level: Option<SafetyLevel>,
    topic: String,
    word: String,
    /// What must follow the first part, each within [`REACH`] of the one before.
    later_parts: Vec<String>,
}

/// Characters that may stand between two parts of an entry.
const REACH: usize = 10;

/// A list that cannot be read: what, in which line, and what to do.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SafetyFault {
    #[error("line {line}: an entry is a level, a topic and words, parted by tabs")]
    Fields { line: usize },
    #[error("line {line}: `{level}` is no level; write critical, urgent, watch or harmless")]
    Level { line: usize, level: String },
    #[error("line {line}: `{word}` has an empty part; write words before and after each …")]
    Word { line: usize, word: String },
    #[error("the list cannot be indexed: {0}; shorten it")]
    Index(#[from] BuildError),
}

impl SafetyWords {
    /// Reads a list in the form that the head of [`SHIPPED`] explains.
    ///
    /// # Errors
    /// [`SafetyFault`], naming the line.
    pub fn parse(list: &str) -> Result<Self, SafetyFault> {
        let mut entries = Vec::new();
        let mut first_parts = Vec::new();
        for (number, text) in list.lines().enumerate() {
            let line = number + 1;
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let fields: Vec<&str> = text.split('\t').map(str::trim).collect();
            let [level, topic, word] = fields[..] else { return Err(SafetyFault::Fields { line }) };
            let level = match level {
                "critical" => Some(SafetyLevel::Critical),
                "urgent" => Some(SafetyLevel::Urgent),
                "watch" => Some(SafetyLevel::Watch),
                "harmless" => None,
                _ => return Err(SafetyFault::Level { line, level: level.into() }),
            };
            let mut parts = word.split('…').map(compact);
            let first = parts.next().unwrap_or_default();
            let later_parts: Vec<String> = parts.collect();
            if first.is_empty() || later_parts.iter().any(String::is_empty) {
                return Err(SafetyFault::Word { line, word: word.into() });
            }
            first_parts.push(first);
            entries.push(Entry { level, topic: topic.into(), word: word.into(), later_parts });
        }
        // All matches are wanted, also those inside others: the worst of them counts.
        let first_parts = AhoCorasick::builder().match_kind(MatchKind::Standard).build(first_parts)?;
        Ok(Self { entries, first_parts })
    }

    /// The entries that stand in a text, the worst first, each once. Width, case and blanks make
    /// no difference.
    #[must_use]
    pub fn scan(&self, text: &str) -> Vec<SafetyHit> {
        let text = compact(text);
        let found = || {
            self.first_parts
                .find_overlapping_iter(&text)
                .map(|m| (&self.entries[m.pattern().as_usize()], m.range()))
        };
        let harmless: Vec<_> = found().filter(|(e, _)| e.level.is_none()).map(|(_, range)| range).collect();
        let mut hits: Vec<SafetyHit> = Vec::new();
        for (entry, range) in found() {
            let Some(level) = entry.level else { continue };
            let silenced = harmless.iter().any(|h| h.start <= range.start && range.end <= h.end);
            if silenced || !followed(&text[range.end..], &entry.later_parts) {
                continue;
            }
            if hits.iter().all(|hit| hit.word != entry.word) {
                hits.push(SafetyHit { level, topic: entry.topic.clone(), word: entry.word.clone() });
            }
        }
        hits.sort_by_key(|hit| std::cmp::Reverse(hit.level));
        hits
    }

    /// How near the danger is at most, if there is any.
    #[must_use]
    pub fn worst(&self, text: &str) -> Option<SafetyLevel> {
        self.scan(text).first().map(|hit| hit.level)
    }
}

/// Blanks between characters are how people hide a word, or break a line.
fn compact(text: &str) -> String {
    let mut text = normalise(text).to_lowercase();
    text.retain(|c| c != ' ');
    text
}

/// Whether the parts stand in `rest`, each near the one before and in the same sentence.
fn followed(mut rest: &str, parts: &[String]) -> bool {
    for part in parts {
        let reach = rest.char_indices().nth(REACH).map_or(rest.len(), |(at, _)| at);
        let sentence = rest.find(['。', '!', '?', ';']).unwrap_or(rest.len());
        match rest.find(part.as_str()) {
            Some(at) if at <= reach && at < sentence => rest = &rest[at + part.len()..],
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shipped() -> SafetyWords {
        SafetyWords::parse(SHIPPED).unwrap()
    }

    fn words(text: &str) -> Vec<String> {
        shipped().scan(text).into_iter().map(|hit| hit.word).collect()
    }

    #[test]
    fn danger_is_named_by_the_words_that_told_it() {
        for (text, word, level) in [
            ("小区燃气管道好像在漏气，味道很大", "燃气…漏", SafetyLevel::Critical),
            ("怀疑燃气泄漏", "燃气泄漏", SafetyLevel::Critical),
            ("孩子在路灯杆旁触电", "触电", SafetyLevel::Critical),
            ("工地基坑坍 塌", "坍塌", SafetyLevel::Critical),
            ("再不解决我就自　杀", "自杀", SafetyLevel::Critical),
            ("道路中间没有井盖", "没有井盖", SafetyLevel::Urgent),
            ("业主准备拉横幅", "拉横幅", SafetyLevel::Urgent),
            ("公司拖欠二十名农民工工资", "拖欠…农民工", SafetyLevel::Watch),
            ("可能引发群体矛盾", "群体", SafetyLevel::Watch),
        ] {
            let hits = shipped().scan(text);
            assert!(hits.iter().any(|hit| hit.word == word && hit.level == level), "{text}: {hits:?}");
        }
    }

    #[test]
    fn the_worst_stands_first() {
        let list = shipped();
        let hits = list.scan("工人讨薪，有人要跳楼");
        assert_eq!((hits[0].word.as_str(), hits[0].topic.as_str()), ("跳楼", "person"));
        assert_eq!(hits[1].word, "讨薪");
        assert_eq!(list.worst("工人讨薪"), Some(SafetyLevel::Watch));
        assert_eq!(list.worst("路灯坏了"), None);
    }

    #[test]
    fn harmless_phrases_are_silent_but_silence_nothing_else() {
        assert!(words("门店打跳楼价，关爱弱势群体，漏电保护器").is_empty());
        assert_eq!(words("门店打跳楼价，楼上有人跳楼"), ["跳楼"]);
    }

    #[test]
    fn parts_far_apart_or_in_two_sentences_do_not_meet() {
        assert!(words("燃气公司服务很好。卫生间漏水").is_empty());
        assert!(words("燃气公司的师傅上门以后一直没有解决厨房漏水").is_empty());
    }

    #[test]
    fn a_citys_own_list_replaces_the_shipped_one() {
        let list = SafetyWords::parse("# own\n\ncritical\tsea\t船…沉\n").unwrap();
        assert_eq!(list.worst("渔船快要沉了"), Some(SafetyLevel::Critical));
        assert_eq!(list.worst("自杀"), None);
        for (text, says) in [
            ("critical\tsea", "line 1: an entry"),
            ("\nred\tsea\t船", "line 2: `red`"),
            ("watch\tsea\t船…", "line 1: `船…`"),
        ] {
            assert!(SafetyWords::parse(text).unwrap_err().to_string().starts_with(says), "{text}");
        }
        assert!(SafetyWords::parse("").unwrap().scan("自杀").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_can_be_scanned(text in ".*", word in "自杀|燃气|漏") {
            let hits = shipped().scan(&format!("{text}{word}{text}"));
            prop_assert!(hits.windows(2).all(|pair| pair[0].level >= pair[1].level));
        }
    }
}
