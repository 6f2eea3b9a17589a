//! Sources (汇总来源): which counters of the daily roll-up a definition's counts are made of.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::definition::{Definition, Statistic, Subset};
use super::figure::Counted;
use crate::project::{Counter, Counters};

/// What a definition counts in days of which everything is due, as sums of counters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollupSource {
    /// Of a sum or a mean, what is summed.
    pub numerator: CounterSum,
    /// Empty for a count or a sum.
    #[serde(default)]
    pub denominator: CounterSum,
    /// Of each exclusion; empty for one that takes nothing out of a day that is over.
    #[serde(default)]
    pub exclusions: BTreeMap<String, CounterSum>,
    /// Of each subset that stands beside.
    #[serde(default)]
    pub beside: BTreeMap<String, CounterSum>,
}

/// Counters added up, some of them taken off. In JSON: `["signed", "-sign_on_time"]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CounterSum(Vec<Part>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Part {
    counter: Counter,
    taken_off: bool,
}

impl TryFrom<String> for Part {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let name = text.strip_prefix('-');
        let counter = Counter::of(name.unwrap_or(&text));
        let counter = counter.ok_or_else(|| format!("the roll-up has no counter `{text}`"))?;
        Ok(Self { counter, taken_off: name.is_some() })
    }
}

impl From<Part> for String {
    fn from(part: Part) -> Self {
        format!("{}{}", if part.taken_off { "-" } else { "" }, part.counter.name())
    }
}

impl CounterSum {
    fn of(&self, row: &Counters) -> i64 {
        let signed = |part: &Part| row.get(part.counter) * if part.taken_off { -1 } else { 1 };
        self.0.iter().map(signed).sum()
    }
}

impl RollupSource {
    /// The counters that are needed, with or without those of what stands beside.
    #[must_use]
    pub fn counters(&self, beside: bool) -> BTreeSet<Counter> {
        let besides = self.exclusions.values().chain(self.beside.values()).filter(|_| beside);
        let sums = [&self.numerator, &self.denominator].into_iter().chain(besides);
        sums.flat_map(|sum| &sum.0).map(|part| part.counter).collect()
    }

    /// What its definition counts in the days that the row adds up.
    #[must_use]
    pub fn counted(&self, definition: &Definition, beside: bool, row: &Counters) -> Counted {
        let above = self.numerator.of(row);
        let (numerator, sum) = match definition.statistic {
            Statistic::Ratio | Statistic::Count => (above, 0),
            Statistic::Sum(_) | Statistic::Mean(_) | Statistic::Median(_) => (0, above),
        };
        let each = |subsets: &[Subset], sums: &BTreeMap<String, CounterSum>| -> Vec<i64> {
            let of = |subset: &Subset| sums.get(&subset.id).map_or(0, |sum| sum.of(row));
            subsets.iter().filter(|_| beside).map(of).collect()
        };
        Counted {
            denominator: self.denominator.of(row),
            numerator,
            sum,
            middle: 0,
            exclusions: each(&definition.exclusions, &self.exclusions),
            beside: each(&definition.beside, &self.beside),
        }
    }

    /// Why the counters cannot be what the definition counts.
    pub(super) fn faults(&self, definition: &Definition, faults: &mut Vec<String>) {
        if matches!(definition.statistic, Statistic::Median(_)) {
            faults.push("a median is not the sum of days: it has no roll-up".to_owned());
        }
        for (subsets, sums) in
            [(&definition.exclusions, &self.exclusions), (&definition.beside, &self.beside)]
        {
            for subset in subsets.iter().filter(|subset| !sums.contains_key(&subset.id)) {
                faults.push(format!("the roll-up says nothing of `{}`", subset.id));
            }
            for id in sums.keys().filter(|id| !subsets.iter().any(|subset| subset.id == **id)) {
                faults.push(format!("the roll-up counts `{id}`, which the definition has not"));
            }
        }
        for counter in self.counters(true) {
            let (base, days, unit) = counter.place();
            let here = base == definition.base
                && days.iter().all(|day| definition.period.contains(day))
                && unit == definition.unit;
            if !here {
                let name = counter.name();
                faults.push(format!("the roll-up keeps `{name}` of other facts, or by another day or unit"));
            }
        }
    }
}
