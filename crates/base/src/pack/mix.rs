//! `mix.csv`: in what shares things happen in the city, for demonstration days.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::PackFault;
use super::folder::Folder;
use crate::category::Category;

const FILE: &str = "mix.csv";
const COLUMNS: &[&str] = &["table", "key", "weight"];

/// One share: its weight counts against the sum of its table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Share {
    pub key: String,
    pub weight: f64,
}

/// In what shares appeals come (诉求构成).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Mix {
    /// By type of appeal (诉求类型).
    pub kinds: Vec<Share>,
    /// By channel (渠道).
    pub channels: Vec<Share>,
    /// Answered directly (直接答复) or dispatched (派单).
    pub answers: Vec<Share>,
    /// By category of any level; `*` stands for all others.
    pub categories: Vec<Share>,
}

/// Which list of [`Mix`] a row belongs to.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum List {
    Kind,
    Channel,
    Answer,
    Category,
}

pub(super) fn read(folder: &mut Folder<'_, '_>, categories: &[Category]) -> Mix {
    let categories: BTreeSet<&str> = categories.iter().map(|c| c.id.as_str()).collect();
    let mut mix = Mix::default();
    let rows = folder.table(FILE, COLUMNS, |row| {
        let (list, key, weight) = (row.word("table")?, row.text("key")?, row.text("weight")?);
        if matches!(list, List::Category) && key != "*" {
            row.check("key", key, categories.contains(key), "a category of categories.csv")?;
        }
        let weight = weight.parse::<f64>().ok().filter(|w| w.is_finite() && *w > 0.0);
        let weight =
            weight.ok_or_else(|| row.fault("weight", "a weight is a number above zero; correct it"))?;
        Ok::<_, PackFault>((list, Share { key: key.into(), weight }))
    });
    for (_, (list, share)) in rows {
        match list {
            List::Kind => mix.kinds.push(share),
            List::Channel => mix.channels.push(share),
            List::Answer => mix.answers.push(share),
            List::Category => mix.categories.push(share),
        }
    }
    mix
}
