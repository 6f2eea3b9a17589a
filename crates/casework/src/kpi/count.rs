//! Counting in memory: the plain reading of a definition, which the accounts' SQL must equal.

use std::collections::BTreeMap;

use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;

use super::condition::Condition;
use super::definition::{Definition, Definitions, Expression, Statistic};
use super::field::{Base, Datum, Fact, Field};
use super::figure::{Counted, Figure};
use super::query::{Query, first_set};
use crate::project::{CaseFact, HoldingFact, TermFact};

/// The facts of many cases.
#[derive(Debug, Clone, Copy, Default)]
pub struct FactSet<'a> {
    pub cases: &'a [CaseFact],
    pub holdings: &'a [HoldingFact],
    pub terms: &'a [TermFact],
}

/// The figures asked for, in the order of the question and then of their keys: see
/// [`Figure::of_groups`].
///
/// # Errors
/// If the question cannot be answered: see [`Query::definitions`].
pub fn figures(definitions: &Definitions, facts: FactSet<'_>, query: &Query) -> Result<Vec<Figure>, Refusal> {
    let mut figures = Vec::new();
    for definition in query.definitions(definitions)? {
        figures.extend(Figure::of_groups(definition, query, counted(definition, facts, query)));
    }
    Ok(figures)
}

/// What a definition counts, by the keys of the cut.
pub(super) fn counted(
    definition: &Definition,
    facts: FactSet<'_>,
    query: &Query,
) -> BTreeMap<Option<String>, Counted> {
    match definition.base {
        Base::Case => count(definition, facts.cases, query),
        Base::Holding => count(definition, facts.holdings, query),
        Base::Term => count(definition, facts.terms, query),
    }
}

/// Where a fact stands in a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Taken out by the exclusion of this number.
    Excluded(usize),
    Denominator,
}

impl Definition {
    /// When the fact counts, and where it stands; `None` if the figure does not look at it.
    fn place(&self, fact: &impl Fact, query: &Query) -> Option<(Timestamp, Place)> {
        let Datum::Int(at) = first_set(fact, &self.period) else { return None };
        let at = Timestamp::from_micros(at);
        let tiered = self.base != Base::Holding || fact.datum(Field::Depth) == Datum::Int(query.tier.depth());
        let looked_at = query.placed(self).contains(at)
            && tiered
            && all(&self.denominator, fact, query.as_of)
            && query.filters.take(self, fact);
        let excluded = || self.exclusions.iter().position(|e| all(&e.when, fact, query.as_of));
        looked_at.then(|| (at, excluded().map_or(Place::Denominator, Place::Excluded)))
    }
}

fn all(conditions: &[Condition], fact: &impl Fact, as_of: Timestamp) -> bool {
    conditions.iter().all(|condition| condition.holds(fact, as_of))
}

impl Expression {
    fn of(&self, fact: &impl Fact) -> i64 {
        let sum = |fields: &[Field]| -> i64 {
            let values = fields.iter().map(|field| match fact.datum(*field) {
                Datum::Int(value) => value,
                _ => 0,
            });
            values.sum()
        };
        sum(&self.plus) - sum(&self.minus)
    }
}

fn count<F: Fact>(definition: &Definition, facts: &[F], query: &Query) -> BTreeMap<Option<String>, Counted> {
    let nothing = Counted::nothing(definition, query);
    let mut groups = BTreeMap::new();
    let mut values: BTreeMap<Option<String>, Vec<i64>> = BTreeMap::new();
    for fact in facts {
        let Some((at, place)) = definition.place(fact, query) else { continue };
        let key = query.cut.key(definition, fact, at);
        let counted = groups.entry(key.clone()).or_insert_with(|| nothing.clone());
        if let Place::Excluded(at) = place {
            if let Some(count) = counted.exclusions.get_mut(at) {
                *count += 1;
            }
            continue;
        }
        counted.denominator += 1;
        let in_numerator = all(&definition.numerator, fact, query.as_of);
        counted.numerator += i64::from(in_numerator);
        for (count, subset) in counted.beside.iter_mut().zip(&definition.beside) {
            *count += i64::from(all(&subset.when, fact, query.as_of));
        }
        match &definition.statistic {
            Statistic::Sum(value) | Statistic::Mean(value) if in_numerator => counted.sum += value.of(fact),
            Statistic::Median(value) => values.entry(key).or_default().push(value.of(fact)),
            _ => {}
        }
    }
    for (key, mut values) in values {
        values.sort_unstable();
        if let Some(counted) = groups.get_mut(&key) {
            counted.middle = values[(values.len() - 1) / 2] + values[values.len() / 2];
        }
    }
    groups
}
