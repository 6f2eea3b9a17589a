//! What is wrong with a rule set that someone wrote.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yipan_base::directory::{AreaLevel, Directory, UnitKind};
use yipan_base::id::CategoryId;

use super::rule::{RoutingRule, Target, When};
use super::rules::Rules;
use crate::context::Rulebook;

/// A fault of a rule set: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{at}: {what}")]
pub struct RuleFault {
    /// A rule or entry by its id and the field within it: `rule litter, when.areas`.
    pub at: String,
    pub what: String,
}

impl Rules {
    /// Everything that is wrong with the set; empty for one that may be put in force.
    #[must_use]
    pub fn faults(&self, directory: &Directory, rulebook: &Rulebook) -> Vec<RuleFault> {
        let mut check = Check { directory, rulebook, faults: Vec::new() };
        check.set(self);
        let mut open_end: Option<&RoutingRule> = None;
        for rule in self.in_order() {
            check.rule(rule);
            if let Some(earlier) = open_end {
                let what = format!(
                    "`{}` stands before it and fits everything, so it is never tried; give it a higher priority",
                    earlier.id
                );
                check.fault(format!("rule {}", rule.id), what);
            } else if rule.when == When::default() && rule.valid_from.is_none() && rule.valid_to.is_none() {
                open_end = Some(rule);
            }
        }
        check.catalogue(self);
        check.faults
    }
}

struct Check<'a> {
    directory: &'a Directory,
    rulebook: &'a Rulebook,
    faults: Vec<RuleFault>,
}

impl Check<'_> {
    fn fault(&mut self, at: impl Into<String>, what: impl Into<String>) {
        self.faults.push(RuleFault { at: at.into(), what: what.into() });
    }

    fn set(&mut self, rules: &Rules) {
        if rules.version() < 1 {
            self.fault("version", "a version is 1 or more");
        }
        if !(rules.boundary_m().is_finite() && rules.boundary_m() >= 0.0) {
            self.fault("boundary_m", "a distance is 0 metres or more");
        }
        let mut seen = BTreeSet::new();
        let rules_and_entries =
            rules.in_order().iter().map(|r| &r.id).chain(rules.catalogue().iter().map(|e| &e.id));
        for id in rules_and_entries {
            if !seen.insert(id) {
                self.fault(format!("rule {id}"), "the id stands twice; give one of them another");
            }
        }
    }

    fn rule(&mut self, rule: &RoutingRule) {
        let at = |field: &str| format!("rule {}, {field}", rule.id);
        if rule.version < 1 {
            self.fault(at("version"), "a version is 1 or more");
        }
        if rule.name.trim().is_empty() {
            self.fault(at("name"), "a rule needs a name by which people know it");
        }
        if let (Some(from), Some(to)) = (rule.valid_from, rule.valid_to)
            && from >= to
        {
            self.fault(at("valid_to"), format!("{to} is not after {from}, so the rule never holds"));
        }
        for category in &rule.when.categories {
            self.category(at("when.categories"), category);
        }
        for area in rule.when.areas.iter().filter(|a| self.directory.area(a).is_none()).collect::<Vec<_>>() {
            self.fault(at("when.areas"), format!("the directory has no area `{area}`; correct it"));
        }
        if rule.when.keywords.iter().any(|word| word.trim().is_empty()) {
            self.fault(at("when.keywords"), "an empty keyword fits every text; remove it");
        }
        self.target(at("give.main"), &rule.give.main);
        for target in &rule.give.assistants {
            self.target(at("give.assistants"), target);
        }
        for target in &rule.give.copies {
            self.target(at("give.copies"), target);
        }
    }

    fn catalogue(&mut self, rules: &Rules) {
        let mut seen = BTreeSet::new();
        for entry in rules.catalogue() {
            let at = |field: &str| format!("catalogue {}, {field}", entry.id);
            self.category(at("category"), &entry.category);
            if !seen.insert(&entry.category) {
                let what = format!("`{}` has two entries; remove one of them", entry.category);
                self.fault(at("category"), what);
            }
            match &entry.line {
                Some(line) => self.line(at("line"), line, entry.level),
                None => self.target(at("level"), &Target::Government { level: entry.level }),
            }
            for line in &entry.copies {
                self.line(at("copies"), line, AreaLevel::County);
            }
        }
    }

    fn category(&mut self, at: String, category: &CategoryId) {
        if !self.rulebook.knows(category) {
            self.fault(at, format!("there is no category `{category}`; correct it"));
        }
    }

    fn target(&mut self, at: String, target: &Target) {
        match target {
            Target::Unit { unit } => {
                if self.directory.unit(unit).is_none() {
                    self.fault(at, format!("the directory has no unit `{unit}`; correct it"));
                }
            }
            Target::Department { level, line: Some(line) } => self.line(at, line, *level),
            Target::Department { line: None, .. } => {}
            Target::Government { level } => {
                if !self.any(|kind, of, _| kind == UnitKind::Government && of == *level) {
                    self.fault(at, "no area of this level has a government; name another level");
                }
            }
            Target::Team { group } => {
                let found = self
                    .directory
                    .units()
                    .any(|u| u.kind == UnitKind::Team && u.peer_group.as_deref() == Some(group.as_str()));
                if !found {
                    self.fault(at, format!("no team is of the peer group `{group}`; correct it"));
                }
            }
        }
    }

    /// A line needs a unit at its level or above, to which the work can be passed up.
    fn line(&mut self, at: String, line: &str, level: AreaLevel) {
        let found = self.any(|kind, of, own| {
            matches!(kind, UnitKind::Department | UnitKind::Team) && of <= level && own == Some(line)
        });
        if !found {
            let what = format!("nobody at this level or above follows the line `{line}`; correct it");
            self.fault(at, what);
        }
    }

    fn any(&self, is: impl Fn(UnitKind, AreaLevel, Option<&str>) -> bool) -> bool {
        self.directory.units().any(|unit| {
            self.directory.level_of(&unit.id).is_some_and(|level| is(unit.kind, level, unit.line.as_deref()))
        })
    }
}
