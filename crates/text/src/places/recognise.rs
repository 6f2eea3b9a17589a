//! From names in a text to one area.

use yipan_base::directory::AreaLevel;

use super::names::Form;
use super::words::is_coded;
use super::{Candidate, Gazetteer, Meaning, Placement};

/// A name in the text and the areas that it may mean.
struct Mention<'t> {
    start: usize,
    end: usize,
    words: &'t str,
    /// Nothing stands before it that might belong to a longer name.
    alone: bool,
    candidates: Vec<Candidate>,
}

impl Mention<'_> {
    /// The one area it means, if that is settled.
    fn settled(&self) -> Option<usize> {
        match self.candidates.as_slice() {
            [only] => Some(only.area),
            _ => None,
        }
    }
}

pub(super) fn recognise(gazetteer: &Gazetteer, text: &str) -> Placement {
    let mut mentions = mentions(gazetteer, text);
    keep_supported(gazetteer, &mut mentions);
    narrow(gazetteer, &mut mentions);
    let named = |m: &Mention| {
        m.candidates
            .iter()
            .any(|c| gazetteer.areas[c.area].level <= AreaLevel::County && c.form <= Form::Variant)
    };
    if is_coded(text) && !mentions.iter().any(named) {
        return Placement::Nothing;
    }
    answer(gazetteer, &mentions)
}

/// Every name of an area that stands in the text as one.
fn mentions<'t>(gazetteer: &Gazetteer, text: &'t str) -> Vec<Mention<'t>> {
    let mut mentions: Vec<Mention> = Vec::new();
    // Where the last place outside the city ends.
    let mut elsewhere = None;
    for found in gazetteer.names.find_iter(text) {
        let (start, end) = (found.start(), found.end());
        match &gazetteer.meanings[found.pattern().as_usize()] {
            Meaning::Idle => {}
            Meaning::Other => elsewhere = Some(end),
            Meaning::Areas(candidates) => {
                let known = mentions.last().is_some_and(|m| m.end == start);
                if elsewhere == Some(start) || !known && gazetteer.words.ends_in_division(&text[..start]) {
                    elsewhere = Some(end);
                    continue;
                }
                let after = &text[end..];
                let bare = candidates.iter().all(|c| c.form >= Form::Stem);
                let village = text[..end].ends_with('村') && after.starts_with('庄');
                if !(village || bare && gazetteer.words.begins_with_thing(after)) {
                    let candidates = candidates.clone();
                    let alone = gazetteer.words.ends_a_word(&text[..start]);
                    mentions.push(Mention { start, end, words: &text[start..end], alone, candidates });
                }
            }
        }
    }
    mentions
}

/// Drops meanings that need a parent in the text and have none, and villages that are said to
/// lie in an area that does not hold them.
fn keep_supported(gazetteer: &Gazetteer, mentions: &mut Vec<Mention>) {
    for at in 0..mentions.len() {
        let mention = &mentions[at];
        let before = at.checked_sub(1).map(|b| &mentions[b]).filter(|b| b.end == mention.start);
        let holds = |other: &Mention, area: usize| {
            other.candidates.iter().any(|c| c.area != area && gazetteer.within(area, c.area))
        };
        let supported = |candidate: &Candidate| {
            let directly = before.is_some_and(|b| holds(b, candidate.area));
            let below_city = |other: &&Mention| {
                other
                    .candidates
                    .iter()
                    .all(|c| gazetteer.areas[c.area].level > AreaLevel::City && c.form < Form::Weak)
            };
            let supported_apart = |candidate: &Candidate| {
                mentions.iter().filter(below_city).any(|other| holds(other, candidate.area))
            };
            match candidate.form {
                Form::Weak if directly => true,
                // A longer bare name may stand apart from its parent.
                Form::Weak => mention.words.chars().count() > 2 && supported_apart(candidate),
                _ if gazetteer.areas[candidate.area].level < AreaLevel::Grid => true,
                // 新城社区 in 丽发新城社区 is the tail of a longer name.
                _ => directly || before.is_none() && (mention.alone || supported_apart(candidate)),
            }
        };
        let kept: Vec<Candidate> = mention.candidates.iter().copied().filter(supported).collect();
        mentions[at].candidates = kept;
    }
    mentions.retain(|m| !m.candidates.is_empty());
}

/// Leaves of an ambiguous name only the meanings that agree with what else is settled. Where
/// none agrees the name is unknown here, and goes.
fn narrow(gazetteer: &Gazetteer, mentions: &mut Vec<Mention>) {
    let anchors: Vec<usize> = mentions
        .iter()
        .filter_map(Mention::settled)
        .filter(|&area| gazetteer.areas[area].level > AreaLevel::City)
        .collect();
    if anchors.is_empty() {
        return;
    }
    for mention in mentions.iter_mut().filter(|m| m.candidates.len() > 1) {
        mention
            .candidates
            .retain(|c| anchors.iter().any(|&a| gazetteer.within(c.area, a) || gazetteer.within(a, c.area)));
    }
    mentions.retain(|m| !m.candidates.is_empty());
}

fn answer(gazetteer: &Gazetteer, mentions: &[Mention]) -> Placement {
    let mut named: Vec<usize> = Vec::new();
    for area in mentions.iter().flat_map(|m| &m.candidates).map(|c| c.area) {
        if !named.contains(&area) {
            named.push(area);
        }
    }
    // The deepest: those that hold no other.
    let deepest: Vec<usize> = named
        .iter()
        .copied()
        .filter(|&outer| !named.iter().any(|&inner| inner != outer && gazetteer.within(inner, outer)))
        .collect();
    let id = |area: usize| gazetteer.areas[area].id.clone();
    let mut words: Vec<String> = Vec::new();
    for mention in mentions {
        if words.iter().all(|word| word != mention.words) {
            words.push(mention.words.to_owned());
        }
    }
    match deepest.as_slice() {
        [] => Placement::Nothing,
        [area] => Placement::Found { area: id(*area), words },
        several => Placement::Ambiguous {
            within: gazetteer.common(several).map(id),
            candidates: several.iter().copied().map(id).collect(),
            words,
        },
    }
}
