//! A set of routing rules with the dispatch catalogue beside it, under one version.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use yipan_base::directory::AreaLevel;
use yipan_base::id::{CategoryId, RuleId};
use yipan_base::pack::{CatalogueEntry, Pack};

use super::rule::{Give, RoutingRule, Target};

/// The data of a rule set, as written, stored and exchanged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RulesData {
    pub version: i64,
    #[serde(default)]
    pub rules: Vec<RoutingRule>,
    /// Who handles a category where no rule fits (派单目录).
    #[serde(default)]
    pub catalogue: Vec<CatalogueEntry>,
    /// A point this near to another county, in metres, is warned of.
    #[serde(default = "near")]
    pub boundary_m: f64,
}

const fn near() -> f64 {
    200.0
}

/// A rule set, ready to be asked. It reads and writes as its [`RulesData`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "RulesData", into = "RulesData")]
pub struct Rules {
    data: RulesData,
    /// Entries of the catalogue by category.
    entries: HashMap<String, usize>,
}

/// The rule set of a city that has written no rules yet: its catalogue alone.
#[must_use]
pub fn default_rules(pack: &Pack) -> Rules {
    Rules::new(RulesData { version: 1, catalogue: pack.catalogue.clone(), ..RulesData::default() })
}

impl Default for RulesData {
    fn default() -> Self {
        Self { version: 0, rules: Vec::new(), catalogue: Vec::new(), boundary_m: near() }
    }
}

impl Rules {
    #[must_use]
    pub fn new(mut data: RulesData) -> Self {
        // A stable sort keeps the written order among equals.
        data.rules.sort_by_key(|rule| std::cmp::Reverse(rule.priority));
        let entries = data.catalogue.iter().enumerate();
        let entries = entries.map(|(at, entry)| (entry.category.as_str().to_owned(), at)).collect();
        Self { data, entries }
    }

    #[must_use]
    pub fn version(&self) -> i64 {
        self.data.version
    }

    /// The rules in the order in which they are tried.
    #[must_use]
    pub fn in_order(&self) -> &[RoutingRule] {
        &self.data.rules
    }

    #[must_use]
    pub fn catalogue(&self) -> &[CatalogueEntry] {
        &self.data.catalogue
    }

    /// The version in force of a rule, or of an entry of the catalogue.
    #[must_use]
    pub fn version_of(&self, rule: &RuleId) -> Option<i64> {
        let rules = self.data.rules.iter().map(|r| (&r.id, r.version));
        let entries = self.data.catalogue.iter().map(|e| (&e.id, self.data.version));
        rules.chain(entries).find_map(|(id, version)| (id == rule).then_some(version))
    }

    /// Metres within which another county is near.
    #[must_use]
    pub fn boundary_m(&self) -> f64 {
        self.data.boundary_m
    }

    /// The entry of a category: its own, or that of the nearest category above it.
    #[must_use]
    pub fn entry(&self, category: &CategoryId) -> Option<&CatalogueEntry> {
        let mut code = category.as_str();
        loop {
            if let Some(&at) = self.entries.get(code) {
                return self.data.catalogue.get(at);
            }
            code = code.rsplit_once('.')?.0;
        }
    }
}

impl From<RulesData> for Rules {
    fn from(data: RulesData) -> Self {
        Self::new(data)
    }
}

impl From<Rules> for RulesData {
    fn from(rules: Rules) -> Self {
        rules.data
    }
}

/// To whom an entry of the catalogue gives. Who reads along does so at the county: that is where
/// a town's regulator sits, and what a county lacks is answered by its city department.
pub(super) fn give_of(entry: &CatalogueEntry) -> Give {
    let department = |line: &String, level| Target::Department { level, line: Some(line.clone()) };
    Give {
        main: match &entry.line {
            Some(line) => department(line, entry.level),
            None => Target::Government { level: entry.level },
        },
        assistants: Vec::new(),
        copies: entry
            .copies
            .iter()
            .map(|line| department(line, entry.level.min(AreaLevel::County)))
            .collect(),
    }
}
