//! Bands (分档): where a unit stands among its peers, by quarters, never by rank. Off by default.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::definition::{Better, Definition};
use super::figure::Figure;

/// Whether and when units are banded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Banding {
    pub enabled: bool,
    /// A figure that rests on fewer facts is not banded.
    pub minimum_sample: i64,
    /// A group with fewer units whose samples suffice is not banded.
    pub minimum_peers: usize,
}

impl Default for Banding {
    fn default() -> Self {
        Self { enabled: false, minimum_sample: 30, minimum_peers: 4 }
    }
}

/// Where a unit stands among its peers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// The figure's key.
    pub key: String,
    pub peer_group: String,
    /// 1 is the best quarter, 4 the last; `None` where too little is known. Equals stand in the same.
    pub quarter: Option<u8>,
    pub sample: i64,
    /// How many units of the group are banded.
    pub peers: usize,
}

/// Bands the groups of one figure within their peer groups. Figures without a peer group, or of a
/// definition that says no way to be good, are left out; so are all while banding is off.
#[must_use]
pub fn bands(
    definition: &Definition,
    figures: &[Figure],
    peer_group: impl Fn(&str) -> Option<String>,
    banding: Banding,
) -> Vec<Band> {
    let Some(better) = definition.better.filter(|_| banding.enabled) else { return Vec::new() };
    let mut groups: BTreeMap<String, Vec<&Figure>> = BTreeMap::new();
    for figure in figures.iter().filter(|figure| figure.id == definition.id) {
        if let Some(group) = figure.key.as_deref().and_then(&peer_group) {
            groups.entry(group).or_default().push(figure);
        }
    }
    let mut bands = Vec::new();
    for (group, figures) in groups {
        let enough = |figure: &&&Figure| figure.value.is_some() && figure.sample >= banding.minimum_sample;
        let known: Vec<&Figure> = figures.iter().filter(enough).copied().collect();
        let banded = known.len() >= banding.minimum_peers;
        for figure in figures {
            let quarter = (banded && known.contains(&figure)).then(|| {
                let ahead = known.iter().filter(|other| is_ahead(other, figure, better)).count();
                (ahead * 4 / known.len() + 1) as u8
            });
            bands.push(Band {
                key: figure.key.clone().unwrap_or_default(),
                peer_group: group.clone(),
                quarter,
                sample: figure.sample,
                peers: known.len(),
            });
        }
    }
    bands
}

/// Exactly, by cross-multiplication: denominators of figures with a value are positive.
fn is_ahead(one: &Figure, other: &Figure, better: Better) -> bool {
    let product = |a: &Figure, b: &Figure| i128::from(a.numerator) * i128::from(b.denominator);
    let (one, other) = (product(one, other), product(other, one));
    match better {
        Better::Higher => one > other,
        Better::Lower => one < other,
    }
}
