//! Figures: what was counted, as exact integers, and how it is published.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use yipan_base::time::Timestamp;

use super::definition::{Definition, Measure, Statistic, Subset};
use super::field::Base;
use super::query::{Cut, Period, Query, Tier};

/// One figure (指标值), or one group of it where it is cut.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Figure {
    /// The definition.
    pub id: String,
    pub measure: Measure,
    /// The value is numerator ÷ denominator, exactly: counts and sums stand over 1, the median of an
    /// even sample is the sum of the two middle values over 2.
    pub numerator: i64,
    pub denominator: i64,
    /// A share, a count or microseconds; `None` where there is nothing to divide by.
    pub value: Option<f64>,
    /// How many facts it rests on; of a count or a sum, itself.
    pub sample: i64,
    /// What was taken out, by the ids of the definition's exclusions. Empty if nobody asked.
    pub exclusions: Vec<Tally>,
    /// What else stands beside. Empty if nobody asked.
    pub beside: Vec<Tally>,
    pub period: Period,
    pub as_of: Timestamp,
    /// `None` for figures that do not count holdings.
    pub tier: Option<Tier>,
    pub cut: Cut,
    /// Which group of the cut; `None` for the whole, and for facts that the cut knows nothing of.
    pub key: Option<String>,
    /// Whether secret cases (涉密件) are left out: who is not cleared for them counts them in the whole
    /// city only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_secret: bool,
}

/// How many facts are in a subset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Tally {
    pub id: String,
    pub count: i64,
}

/// What an evaluator counts for one group of one definition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    pub denominator: i64,
    pub numerator: i64,
    /// The sum of the expression: over the numerator for a sum, over the denominator for a mean.
    pub sum: i64,
    /// The two middle values of the denominator, added; of an odd sample twice the middle one.
    pub middle: i64,
    /// In the order of the definition.
    pub exclusions: Vec<i64>,
    /// In the order of the definition.
    pub beside: Vec<i64>,
}

impl Counted {
    /// Nothing yet, with a place for each of the subsets that the question asks for.
    #[must_use]
    pub fn nothing(definition: &Definition, query: &Query) -> Self {
        let zeros = |subsets: &[Subset]| vec![0; if query.beside { subsets.len() } else { 0 }];
        let (exclusions, beside) = (zeros(&definition.exclusions), zeros(&definition.beside));
        Self { exclusions, beside, ..Self::default() }
    }

    /// Adds what was counted of other facts for the same question. Middles do not add up: of a median
    /// all facts must be counted at once.
    pub fn add(&mut self, other: &Self) {
        self.change(other, 1);
    }

    /// Takes off what was counted of some of its facts.
    pub fn take_off(&mut self, other: &Self) {
        self.change(other, -1);
    }

    fn change(&mut self, other: &Self, sign: i64) {
        self.denominator += sign * other.denominator;
        self.numerator += sign * other.numerator;
        self.sum += sign * other.sum;
        self.middle += sign * other.middle;
        let lists = [(&mut self.exclusions, &other.exclusions), (&mut self.beside, &other.beside)];
        for (to, by) in lists.into_iter().flat_map(|(to, by)| to.iter_mut().zip(by)) {
            *to += sign * by;
        }
    }
}

impl Figure {
    fn new(definition: &Definition, query: &Query, key: Option<String>, counted: &Counted) -> Self {
        let (numerator, denominator, sample) = match &definition.statistic {
            Statistic::Ratio => (counted.numerator, counted.denominator, counted.denominator),
            Statistic::Count => (counted.numerator, 1, counted.numerator),
            Statistic::Sum(_) => (counted.sum, 1, counted.sum),
            Statistic::Mean(_) => (counted.sum, counted.denominator, counted.denominator),
            Statistic::Median(_) if counted.denominator == 0 => (0, 0, 0),
            Statistic::Median(_) => (counted.middle, 2, counted.denominator),
        };
        let value = (denominator != 0).then(|| numerator as f64 / denominator as f64);
        let tallies = |subsets: &[Subset], counts: &[i64]| {
            let pairs = subsets.iter().zip(counts);
            pairs.map(|(subset, count)| Tally { id: subset.id.clone(), count: *count }).collect()
        };
        Self {
            id: definition.id.clone(),
            measure: definition.measure,
            numerator,
            denominator,
            value,
            sample,
            exclusions: tallies(&definition.exclusions, &counted.exclusions),
            beside: tallies(&definition.beside, &counted.beside),
            period: query.period,
            as_of: query.as_of,
            tier: (definition.base == Base::Holding).then_some(query.tier),
            cut: query.cut,
            key,
            without_secret: false,
        }
    }

    /// The figures of a definition's groups, in the order of their keys. The whole is there even if
    /// nothing was counted; a group is there if anything in it was counted or excluded.
    #[must_use]
    pub fn of_groups(
        definition: &Definition,
        query: &Query,
        mut groups: BTreeMap<Option<String>, Counted>,
    ) -> Vec<Self> {
        if query.cut == Cut::Whole {
            groups.entry(None).or_insert_with(|| Counted::nothing(definition, query));
        }
        let figures = groups.into_iter().map(|(key, counted)| Self::new(definition, query, key, &counted));
        let tells = |figure: &Self| figure.sample != 0 || figure.exclusions.iter().any(|e| e.count != 0);
        figures.filter(|figure| query.cut == Cut::Whole || tells(figure)).collect()
    }

    /// The share as it is published; `None` if it is not a share or there is nothing to divide by.
    #[must_use]
    pub fn published(&self) -> Option<Published> {
        if self.measure == Measure::Percent { published(self.numerator, self.denominator) } else { None }
    }

    /// The count of an exclusion, or of what stands beside.
    #[must_use]
    pub fn count(&self, id: &str) -> Option<i64> {
        let mut all = self.exclusions.iter().chain(&self.beside);
        all.find(|tally| tally.id == id).map(|tally| tally.count)
    }
}

/// A percentage with two decimals, rounded half up from exact integers, in hundredths of a percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Published(pub i64);

/// The share of two counts as it is published: 2763 of 2787 is 99.14 %.
#[must_use]
pub fn published(numerator: i64, denominator: i64) -> Option<Published> {
    if denominator <= 0 || numerator < 0 {
        return None;
    }
    let (n, d) = (i128::from(numerator), i128::from(denominator));
    i64::try_from((n * 20_000 + d) / (2 * d)).ok().map(Published)
}

impl fmt::Display for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02} %", self.0 / 100, self.0 % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_half_up_on_exact_integers() {
        let text = |n, d| published(n, d).map(|p| p.to_string());
        assert_eq!(text(737, 972).unwrap(), "75.82 %");
        // 0.00005 exactly, where a binary fraction would lie just below.
        assert_eq!(text(1, 20_000).unwrap(), "0.01 %");
        assert_eq!(text(1, 20_001).unwrap(), "0.00 %");
        assert_eq!(text(2_345, 100_000).unwrap(), "2.35 %");
        assert_eq!(text(7, 7).unwrap(), "100.00 %");
        assert_eq!(text(1_999_999, 2_000_000).unwrap(), "100.00 %");
        assert_eq!(text(i64::MAX - 1, i64::MAX).unwrap(), "100.00 %");
        assert_eq!(text(0, 0), None);
        assert_eq!(text(-1, 5), None);
    }
}
