//! The area that a text speaks of (地名识别).
//!
//! A [`Gazetteer`] knows the divisions of one city and the ways in which people write them. It
//! answers with the deepest area it recognises and the words that led to it; it would rather say
//! nothing than guess, since a suggestion in the wrong town costs a working day.

mod names;
mod recognise;
mod words;

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, BuildError, MatchKind};
use yipan_base::directory::{AreaLayer, AreaLevel, Directory};
use yipan_base::id::AreaId;
use yipan_base::time::Date;

use crate::normalise;
use names::Form;
pub use words::{PlaceWords, PlaceWordsFault, SHIPPED};

/// What a text says about where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placement {
    /// One area, and the words that name it and the areas around it, in the order of the text.
    Found {
        area: AreaId,
        words: Vec<String>,
    },
    /// Several areas are named, or a name that several bear.
    Ambiguous {
        /// The deepest area that holds all candidates.
        within: Option<AreaId>,
        candidates: Vec<AreaId>,
        words: Vec<String>,
    },
    Nothing,
}

/// A name beside the official one, such as that of a housing estate, a park or an abolished area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    pub name: String,
    pub area: AreaId,
}

/// A gazetteer that cannot be built.
#[derive(Debug, Clone, thiserror::Error)]
pub enum GazetteerFault {
    #[error("alias `{name}` names area `{area}`, which the directory does not have on that day; correct it")]
    Alias { name: String, area: AreaId },
    #[error("alias `{name}` is shorter than two characters; write a longer one")]
    Short { name: String },
    #[error("the names cannot be indexed: {0}; use fewer")]
    Index(#[from] BuildError),
}

/// The divisions of a city by every form of their names.
#[derive(Debug)]
pub struct Gazetteer {
    areas: Vec<Node>,
    /// What each pattern of `names` means, in the order of the patterns.
    meanings: Vec<Meaning>,
    names: AhoCorasick,
    words: PlaceWords,
}

#[derive(Debug)]
struct Node {
    id: AreaId,
    level: AreaLevel,
    /// Above it, from the inside out.
    ancestors: Vec<usize>,
}

#[derive(Debug)]
enum Meaning {
    Areas(Vec<Candidate>),
    /// A place outside the city.
    Other,
    /// A phrase that only looks like a name.
    Idle,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Candidate {
    area: usize,
    form: Form,
}

impl Gazetteer {
    /// The divisions that are valid on a day, with aliases beside them.
    ///
    /// # Errors
    /// [`GazetteerFault`] where an alias leads nowhere.
    pub fn new(
        directory: &Directory,
        on: Date,
        aliases: &[Alias],
        words: PlaceWords,
    ) -> Result<Self, GazetteerFault> {
        let valid: Vec<_> = directory
            .areas()
            .filter(|a| a.layer == AreaLayer::Division)
            .filter(|a| a.valid_from.is_none_or(|from| from <= on) && a.valid_to.is_none_or(|to| on < to))
            .collect();
        let index: HashMap<&AreaId, usize> = valid.iter().enumerate().map(|(at, a)| (&a.id, at)).collect();
        let above =
            |id: &AreaId| directory.ancestors(id).skip(1).filter_map(|a| index.get(&a.id).copied()).collect();
        let areas = valid
            .iter()
            .map(|a| Node { id: a.id.clone(), level: a.level, ancestors: above(&a.id) })
            .collect();

        let mut names: HashMap<String, Vec<Candidate>> = HashMap::new();
        for (area, content) in valid.iter().enumerate() {
            for (name, form) in names::forms(&content.name, content.level) {
                names.entry(compact(&name)).or_default().push(Candidate { area, form });
            }
        }
        for (name, candidates) in &mut names {
            // What really bears the name goes before what might be called so.
            let best = candidates.iter().map(|c| c.form).min().unwrap_or(Form::Weak);
            candidates.retain(|c| c.form == best);
            if best > Form::Variant && words.common.contains(name) {
                candidates.clear();
            }
        }
        for alias in aliases {
            let name = compact(&alias.name);
            let Some(&area) = index.get(&alias.area) else {
                return Err(GazetteerFault::Alias { name: alias.name.clone(), area: alias.area.clone() });
            };
            if name.chars().count() < 2 {
                return Err(GazetteerFault::Short { name: alias.name.clone() });
            }
            let candidates = names.entry(name).or_default();
            candidates.retain(|c| c.form == Form::Name && c.area != area);
            candidates.push(Candidate { area, form: Form::Name });
        }
        let mut patterns: Vec<(String, Meaning)> = Vec::new();
        for (word, meaning) in words
            .other
            .iter()
            .map(|w| (w, Meaning::Other))
            .chain(words.idle.iter().map(|w| (w, Meaning::Idle)))
        {
            if !names.contains_key(word) {
                patterns.push((word.clone(), meaning));
            }
        }
        patterns.extend(
            names.into_iter().filter(|(_, c)| !c.is_empty()).map(|(name, c)| (name, Meaning::Areas(c))),
        );
        let (texts, meanings): (Vec<String>, Vec<Meaning>) = patterns.into_iter().unzip();
        let names = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(texts)?;
        Ok(Self { areas, meanings, names, words })
    }

    /// The deepest area that a text names.
    #[must_use]
    pub fn recognise(&self, text: &str) -> Placement {
        recognise::recognise(self, &compact(text))
    }

    /// The deepest area that the first of these texts names which names one. They are of one matter:
    /// where one of them was made anonymous, what another names lies elsewhere too.
    #[must_use]
    pub fn recognise_first<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Placement {
        let texts: Vec<String> = texts.into_iter().map(compact).collect();
        if texts.iter().any(|text| words::is_coded(text)) {
            return recognise::recognise(self, &texts.join("\n"));
        }
        let mut found = texts.iter().map(|text| recognise::recognise(self, text));
        found.find(|placement| matches!(placement, Placement::Found { .. })).unwrap_or(Placement::Nothing)
    }

    /// Whether `inner` lies in `outer` or is it.
    fn within(&self, inner: usize, outer: usize) -> bool {
        inner == outer || self.areas[inner].ancestors.contains(&outer)
    }

    /// The deepest area that holds all of `areas`.
    fn common(&self, areas: &[usize]) -> Option<usize> {
        let (&first, rest) = areas.split_first()?;
        let mut upward = std::iter::once(first).chain(self.areas[first].ancestors.iter().copied());
        upward.find(|&outer| rest.iter().all(|&inner| self.within(inner, outer)))
    }
}

/// Names are compared without width and blanks.
fn compact(text: &str) -> String {
    let mut text = normalise(text);
    text.retain(|c| c != ' ');
    text
}

#[cfg(test)]
mod tests;
