//! The roll-up of the facts says what the definitions say, once everything is due.

use std::collections::BTreeMap;

use yipan_base::time::DAY;

use super::build::{ask, week};
use super::laws::eventful;
use crate::case::Word;
use crate::kpi::{Base, Cut, Definition, Definitions, Dimension, FactSet, Figure, Query, Tier};
use crate::project::{Counters, Facts, RollupKey, rollup};

const CUTS: [Cut; 5] =
    [Cut::Whole, Cut::Day, Cut::By(Dimension::Unit), Cut::By(Dimension::Kind), Cut::By(Dimension::Channel)];

type Rows = BTreeMap<RollupKey, Counters>;

fn add<K: Ord>(rows: &mut BTreeMap<K, Counters>, key: K, counters: Counters) {
    let row = rows.entry(key).or_insert_with(Counters::zero);
    row.0.iter_mut().zip(counters.0).for_each(|(to, by)| *to += by);
}

/// What the rows of the question's days say.
fn told(definition: &Definition, query: &Query, rows: &Rows) -> Vec<Figure> {
    let depth = if definition.base == Base::Holding { query.tier.depth() } else { 0 };
    let by_unit = query.cut == Cut::By(Dimension::Unit);
    let days = query.period.from.day()..query.period.to.day();
    let mut groups = BTreeMap::new();
    for (key, counters) in rows {
        if key.depth != depth || !days.contains(&key.day) || by_unit == (key.unit == RollupKey::CITY) {
            continue;
        }
        let group = match query.cut {
            Cut::By(Dimension::Unit) => Some(key.unit.clone()),
            Cut::By(Dimension::Kind) => Some(key.kind.code().to_owned()),
            Cut::By(Dimension::Channel) => Some(key.channel.code().to_owned()),
            cut => cut.label(key.day),
        };
        add(&mut groups, group, *counters);
    }
    let source = definition.rollup.as_ref().unwrap();
    let groups = groups.into_iter().map(|(key, row)| (key, source.counted(definition, query.beside, &row)));
    Figure::of_groups(definition, query, groups.collect())
}

#[test]
fn counters_add_up_to_every_figure_but_the_median() {
    let (week_of_facts, terms) = eventful();
    let facts = FactSet { terms: &terms, ..week_of_facts.facts() };
    let mut rows = Rows::new();
    for (n, case) in week_of_facts.cases.iter().enumerate() {
        let of_case = Facts {
            case: case.clone(),
            holdings: week_of_facts.holdings.get(n).cloned().into_iter().collect(),
            terms: terms.get(n).cloned().into_iter().collect(),
        };
        rollup(&of_case).into_iter().for_each(|(key, counters)| add(&mut rows, key, counters));
    }
    let mut counted = 0;
    for definition in Definitions::shipped().iter() {
        if definition.rollup.is_none() {
            assert_eq!(definition.id, "median_handling_time");
            continue;
        }
        for (cut, tier) in CUTS.into_iter().flat_map(|cut| [Tier::City, Tier::County].map(|tier| (cut, tier)))
        {
            for beside in [true, false] {
                let week = week(&[&definition.id]);
                let query = Query { cut, tier, beside, as_of: week.as_of.plus(DAY), ..week };
                let mut expected = ask(facts, &query);
                expected.retain(|figure| figure.id == definition.id);
                let told = told(definition, &query, &rows);
                assert_eq!(told, expected, "{query:?}");
                counted += told.iter().filter(|figure| figure.sample > 0).count();
            }
        }
    }
    assert!(counted > 1_000, "only {counted} figures had anything to count");
}
