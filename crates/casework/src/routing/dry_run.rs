//! Rules tried on the past (试运行): what new rules would have changed, and whether for the better.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yipan_base::directory::Directory;
use yipan_base::id::{RuleId, UnitId};

use super::matter::Matter;
use super::precedent::Precedent;
use super::rules::Rules;
use super::suggest::suggest;
use super::suggestion::{Source, Suggestion};
use crate::context::Rulebook;

/// A matter of the past and who handled it in the end; `None` where that is not known.
#[derive(Debug, Clone)]
pub struct Past<'a> {
    pub matter: Matter<'a>,
    pub actual: Option<UnitId>,
}

/// What a dry run found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DryRun {
    pub total: u64,
    /// Both rule sets name the same main handler, or neither names one.
    pub same: u64,
    /// They differ; `total` is `same` and this.
    pub differ: u64,
    /// The first [`DryRun::CHANGES`] of those that differ.
    pub changed: Vec<Change>,
    /// The new rules name nobody.
    pub unmatched: u64,
    /// The new rules hold it for a person.
    pub held: u64,
    /// By routing rule or entry of the catalogue of the new set; those that decided nothing are
    /// missing.
    pub by_rule: BTreeMap<RuleId, RuleTally>,
    pub agreement: Agreement,
}

/// A matter for which the rule sets name different main handlers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Change {
    /// Its place in the run, from 0.
    pub index: u64,
    pub old: Option<UnitId>,
    pub new: Option<UnitId>,
    pub actual: Option<UnitId>,
}

/// How often a rule decided, and how often that was what happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RuleTally {
    pub decided: u64,
    /// Of those, the ones whose actual handler is known …
    pub known: u64,
    /// … and is the one that the rule named.
    pub agreed: u64,
}

/// How often each rule set named who handled it in the end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Agreement {
    pub known: u64,
    pub old: u64,
    pub new: u64,
}

impl DryRun {
    /// Changes that are listed, at most; the rest are only counted.
    pub const CHANGES: usize = 1_000;

    fn add(&mut self, actual: Option<UnitId>, old: Suggestion, new: Suggestion) {
        let index = self.total;
        self.total += 1;
        self.unmatched += u64::from(new.main.is_none());
        self.held += u64::from(new.hold);
        let known = u64::from(actual.is_some());
        let agrees = |suggested: &Option<UnitId>| u64::from(actual.is_some() && *suggested == actual);
        self.agreement.known += known;
        self.agreement.old += agrees(&old.main);
        self.agreement.new += agrees(&new.main);
        if let Some(Source::Rule { rule: id, .. } | Source::Catalogue { entry: id, .. }) = new.by {
            let tally = self.by_rule.entry(id).or_default();
            tally.decided += 1;
            tally.known += known;
            tally.agreed += agrees(&new.main);
        }
        if old.main == new.main {
            self.same += 1;
            return;
        }
        self.differ += 1;
        if self.changed.len() < Self::CHANGES {
            self.changed.push(Change { index, old: old.main, new: new.main, actual });
        }
    }
}

/// Asks both rule sets about every matter of a past period. Precedents later than a matter do not
/// count for it, so a run sees no future.
#[must_use]
pub fn dry_run<'m>(
    new: &Rules,
    old: &Rules,
    past: impl IntoIterator<Item = Past<'m>>,
    directory: &Directory,
    rulebook: &Rulebook,
    precedents: &[Precedent],
) -> DryRun {
    let mut run = DryRun::default();
    for Past { matter, actual } in past {
        let ask = |rules| suggest(&matter, rules, directory, rulebook, precedents);
        run.add(actual, ask(old), ask(new));
    }
    run
}
