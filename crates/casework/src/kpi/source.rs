//! Sources (汇总来源): which counters of the daily roll-up a definition's counts are made of.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::condition::{Asked, Condition, Operand};
use super::definition::{Definition, Statistic, Subset};
use super::figure::Counted;
use crate::project::{Counter, Counters};

/// What a definition counts in whole days, as sums of counters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollupSource {
    /// Of a sum or a mean, what is summed.
    pub numerator: CounterSum,
    /// May be empty for a count or a sum.
    #[serde(default)]
    pub denominator: CounterSum,
    /// Of each exclusion, but for those of what is not due yet.
    #[serde(default)]
    pub exclusions: BTreeMap<String, CounterSum>,
    /// Of each exclusion of what is not due yet. On a day of which nothing is due yet they take out
    /// all that would be in the denominator if everything were; on one that is over, nothing.
    #[serde(default)]
    pub not_due: BTreeMap<String, CounterSum>,
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
        let signed = |part: &Part| row.get(part.counter) * part.sign();
        self.0.iter().map(signed).sum()
    }
}

impl Part {
    const fn sign(self) -> i64 {
        if self.taken_off { -1 } else { 1 }
    }
}

impl RollupSource {
    /// Whether its definition takes out what is not due yet.
    #[must_use]
    pub fn asks_whether_due(&self) -> bool {
        !self.not_due.is_empty()
    }

    /// The counters that are needed, with or without those of what stands beside.
    #[must_use]
    pub fn counters(&self, beside: bool) -> BTreeSet<Counter> {
        let besides = [&self.exclusions, &self.not_due, &self.beside].into_iter().flat_map(BTreeMap::values);
        let sums = [&self.numerator, &self.denominator].into_iter().chain(besides.filter(|_| beside));
        sums.flat_map(|sum| &sum.0).map(|part| part.counter).collect()
    }

    /// What its definition counts in days that the row adds up, of which everything is due.
    #[must_use]
    pub fn counted(&self, definition: &Definition, beside: bool, row: &Counters) -> Counted {
        let above = self.numerator.of(row);
        let (numerator, sum) = match definition.statistic {
            Statistic::Ratio | Statistic::Count => (above, 0),
            Statistic::Sum(_) | Statistic::Mean(_) | Statistic::Median(_) => (0, above),
        };
        Counted {
            denominator: self.denominator.of(row),
            numerator,
            sum,
            middle: 0,
            exclusions: each(&definition.exclusions, beside, &[&self.exclusions], row),
            beside: each(&definition.beside, beside, &[&self.beside], row),
        }
    }

    /// What its definition counts in days that the row adds up, of which nothing is due yet: only
    /// what it takes out.
    #[must_use]
    pub fn ahead(&self, definition: &Definition, beside: bool, row: &Counters) -> Counted {
        Counted {
            exclusions: each(&definition.exclusions, beside, &[&self.exclusions, &self.not_due], row),
            beside: each(&definition.beside, beside, &[], row),
            ..Counted::default()
        }
    }

    /// Why the counters cannot be what the definition counts.
    pub(super) fn faults(&self, definition: &Definition, faults: &mut Vec<String>) {
        if matches!(definition.statistic, Statistic::Median(_)) {
            faults.push("a median is not the sum of days: it has no roll-up".to_owned());
        }
        let (not_due, others): (Vec<&Subset>, Vec<&Subset>) =
            definition.exclusions.iter().partition(|exclusion| asks_whether_due(&exclusion.when));
        for (list, subsets, sums) in [
            ("exclusions", others, &self.exclusions),
            ("not_due", not_due, &self.not_due),
            ("beside", definition.beside.iter().collect(), &self.beside),
        ] {
            for subset in subsets.iter().filter(|subset| !sums.contains_key(&subset.id)) {
                faults.push(format!("the roll-up's `{list}` says nothing of `{}`", subset.id));
            }
            for id in sums.keys().filter(|id| !subsets.iter().any(|subset| subset.id == **id)) {
                faults.push(format!("the roll-up's `{list}` has `{id}`, which the definition has not there"));
            }
        }
        self.faults_of_not_due(definition, faults);
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

    /// Why days of which nothing is due yet could not be told from the counters: the last exclusions
    /// must take out all that is not due, and nothing else may ask whether something is.
    fn faults_of_not_due(&self, definition: &Definition, faults: &mut Vec<String>) {
        let not_yet = match definition.period.as_slice() {
            [due, others @ ..] if due.is_due() && !others.iter().any(|other| other.is_due()) => {
                let due_by_then = Condition::AtMost(Operand::Field(*due), Operand::Asked(Asked::AsOf));
                Some(Condition::Not(Box::new(due_by_then)))
            }
            _ => None,
        };
        let besides = definition.beside.iter().flat_map(|subset| &subset.when);
        let elsewhere = definition.denominator.iter().chain(&definition.numerator).chain(besides);
        if elsewhere.clone().any(Condition::asks_whether_due) {
            faults.push("with a roll-up, only exclusions may ask what is due".to_owned());
        }
        let exclusions = &definition.exclusions;
        let Some(first) = exclusions.iter().position(|exclusion| asks_whether_due(&exclusion.when)) else {
            return;
        };
        for Subset { id, when, .. } in &exclusions[first..] {
            let asking = when.iter().filter(|condition| condition.asks_whether_due());
            if !asking.eq(&not_yet) {
                faults.push(format!(
                    "with a roll-up, `{id}` must ask once, by `not` and `at_most`, whether the due time \
                     that says the period is later than as-of: it follows `{}`, or is it",
                    exclusions[first].id
                ));
            }
        }
        if exclusions.last().is_some_and(|last| last.when.len() > 1) {
            faults.push("with a roll-up, the last exclusion must take out all that is not due".to_owned());
        }
        let mut balance = BTreeMap::new();
        for (side, sum) in self.not_due.values().map(|sum| (1, sum)).chain([(-1, &self.denominator)]) {
            for part in &sum.0 {
                *balance.entry(part.counter).or_insert(0) += side * part.sign();
            }
        }
        if balance.values().any(|left| *left != 0) {
            faults.push("the roll-up's `not_due` must add up to its `denominator`".to_owned());
        }
    }
}

fn asks_whether_due(conditions: &[Condition]) -> bool {
    conditions.iter().any(Condition::asks_whether_due)
}

/// The sums of the subsets, as far as the lists have them; of none if nobody asks what stands beside.
fn each(
    subsets: &[Subset],
    beside: bool,
    lists: &[&BTreeMap<String, CounterSum>],
    row: &Counters,
) -> Vec<i64> {
    let of =
        |subset: &Subset| lists.iter().find_map(|sums| sums.get(&subset.id)).map_or(0, |sum| sum.of(row));
    subsets.iter().filter(|_| beside).map(of).collect()
}
