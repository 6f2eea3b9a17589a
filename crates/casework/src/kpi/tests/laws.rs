//! What must hold of every definition, whatever the facts.

use std::collections::BTreeMap;

use yipan_base::id::splitmix;
use yipan_base::time::{DAY, HOUR};

use super::build::{ask, mixed, spread, term, week};
use super::published::{Week, week_a};
use crate::case::{HoldingRole, Outcome, RepeatVerdict, Standing};
use crate::kpi::{CATEGORY_LEVELS, Cut, Definitions, Dimension, FactSet, Figure, Query, Statistic, Tier};
use crate::project::TermFact;

const CUTS: [Cut; 16] = [
    Cut::Whole,
    Cut::By(Dimension::Unit),
    Cut::By(Dimension::County),
    Cut::By(Dimension::Town),
    Cut::By(Dimension::Line),
    Cut::By(Dimension::PeerGroup),
    Cut::By(Dimension::Kind),
    Cut::By(Dimension::Channel),
    Cut::By(Dimension::Level),
    Cut::By(Dimension::Outcome),
    Cut::By(Dimension::Repeat),
    Cut::By(Dimension::Duty),
    Cut::Category(2),
    Cut::Day,
    Cut::Week,
    Cut::Month,
];

/// A published week, and everything that can happen to a few of its orders.
pub fn eventful() -> (Week, Vec<TermFact>) {
    let mut week = week_a();
    let choose = |n: usize, salt: u64, of: u64| splitmix(n as u64 ^ salt << 32) % of;
    for (n, holding) in week.holdings.iter_mut().enumerate() {
        holding.depth = choose(n, 1, 3) as i64;
        holding.unit = ["water", "roads", "north town"][choose(n, 2, 3) as usize].into();
        holding.line = (choose(n, 3, 2) == 0).then(|| "roads".to_owned());
        holding.town = (choose(n, 4, 2) == 0).then(|| "riverside".into());
        holding.category =
            ["urban", "urban.noise", "urban.noise.dogs", "urban.dust.roads"][choose(n, 5, 4) as usize].into();
        holding.dispatched_at = spread(mixed(n, 997));
        holding.signed_at = Some(spread(mixed(n, 991))).filter(|_| choose(n, 6, 4) > 0);
        holding.contacted_at = holding.signed_at.filter(|_| choose(n, 7, 4) > 0);
        holding.paused = choose(n, 8, 9) as i64 * HOUR;
        match choose(n, 9, 40) {
            0 => holding.standing = Standing::Returned,
            1 => holding.standing = Standing::Merged,
            2 => holding.standing = Standing::Withdrawn,
            3 => holding.suspended = true,
            4 => holding.deferred = true,
            5 => holding.role = HoldingRole::Assistant,
            6 => {
                holding.historical = true;
                (holding.sign_due, holding.contact_due, holding.handle_due) = (None, None, None);
            }
            7 => holding.extended = true,
            8 => holding.contact_due = None,
            9 => {
                holding.standing = Standing::Open;
                (holding.replied_at, holding.completed_at) = (holding.handle_due, None);
            }
            _ => {}
        }
    }
    for (n, case) in week.cases.iter_mut().enumerate() {
        case.closed_at = Some(case.accepted_at.plus(HOUR)).filter(|_| choose(n, 10, 3) > 0);
        case.outcome =
            case.closed_at.map(|_| [Outcome::Solved, Outcome::Explained][choose(n, 11, 2) as usize]);
        case.repeat = (choose(n, 12, 20) == 0).then_some(RepeatVerdict::Unsolved);
        case.solved = case.solved.filter(|_| choose(n, 19, 9) > 0);
        case.returns = i64::from(choose(n, 13, 30) == 0) * 2;
        case.historical = choose(n, 14, 50) == 0;
        (case.centre_time, case.unit_time) = (choose(n, 15, 99) as i64, choose(n, 16, 99) as i64);
    }
    let terms = (0..500).map(|n| TermFact {
        kind: ["dispatch", "review"][choose(n, 17, 2) as usize].to_owned(),
        ended_at: Some(spread(mixed(n, 499))).filter(|_| choose(n, 18, 5) > 0),
        ..term(n)
    });
    (week, terms.collect())
}

/// Every definition, for every cut that it has.
fn queries() -> impl Iterator<Item = Query> {
    Definitions::shipped().iter().flat_map(|definition| {
        CUTS.into_iter().flat_map(move |cut| [Tier::City, Tier::County].map(|tier| (cut, tier))).filter_map(
            move |(cut, tier)| {
                let as_of = week(&[]).as_of.plus(-DAY);
                let query = Query { cut, tier, as_of, ..week(&[&definition.id]) };
                query.definitions(Definitions::shipped()).is_ok().then_some(query)
            },
        )
    })
}

#[test]
fn the_order_of_facts_does_not_matter() {
    let (mut week, mut terms) = eventful();
    let all = |week: &Week, terms: &[TermFact]| -> Vec<Vec<Figure>> {
        queries().map(|query| ask(FactSet { terms, ..week.facts() }, &query)).collect()
    };
    let before = all(&week, &terms);
    week.cases.sort_by_key(|case| splitmix(case.accepted_at.as_micros() as u64 ^ case.number.len() as u64));
    week.cases.rotate_left(4_321);
    week.holdings
        .sort_by_cached_key(|h| splitmix(h.case.as_str().bytes().map(u64::from).fold(7, |a, b| a * 31 + b)));
    terms.reverse();
    assert_eq!(before, all(&week, &terms));
}

#[test]
fn groups_add_up_to_the_whole() {
    let (week, terms) = eventful();
    let facts = FactSet { terms: &terms, ..week.facts() };
    let mut cut_at_all = 0;
    for query in queries() {
        let parts = ask(facts, &query);
        let whole = ask(facts, &Query { cut: Cut::Whole, ..query.clone() });
        cut_at_all += usize::from(parts.len() > whole.len());
        for whole in whole {
            let definition = Definitions::shipped().get(&whole.id).unwrap();
            let parts: Vec<&Figure> = parts.iter().filter(|part| part.id == whole.id).collect();
            let sum = |of: &dyn Fn(&Figure) -> i64| parts.iter().map(|part| of(part)).sum::<i64>();
            assert_eq!(sum(&|f| f.sample), whole.sample, "{query:?}");
            if !matches!(definition.statistic, Statistic::Median(_)) {
                assert_eq!(sum(&|f| f.numerator), whole.numerator, "{query:?}");
            }
            for tally in whole.exclusions.iter().chain(&whole.beside) {
                assert_eq!(sum(&|f| f.count(&tally.id).unwrap()), tally.count, "{} {query:?}", tally.id);
            }
        }
    }
    assert!(cut_at_all > 100, "only {cut_at_all} questions had more than one group");
}

/// Whoever is taken out is shown: the denominator and the exclusions are all that was looked at.
#[test]
fn nothing_is_lost_between_denominator_and_exclusions() {
    let (week, terms) = eventful();
    let facts = FactSet { terms: &terms, ..week.facts() };
    let mut exclusions: BTreeMap<String, i64> = BTreeMap::new();
    for definition in Definitions::shipped().iter().filter(|d| d.statistic == Statistic::Ratio) {
        let whole_week = super::build::week(&[&definition.id]);
        let query = Query { as_of: whole_week.as_of.plus(-DAY), ..whole_week };
        let figure = ask(facts, &query).swap_remove(0);
        let mut bare = definition.clone();
        bare.exclusions.clear();
        let looked_at = super::count_of(&bare, facts, &query).denominator;
        let excluded: i64 = figure.exclusions.iter().map(|tally| tally.count).sum();
        assert_eq!(figure.denominator + excluded, looked_at, "{}", definition.id);
        assert!(figure.numerator <= figure.denominator);
        for tally in figure.exclusions {
            *exclusions.entry(tally.id).or_default() += tally.count;
        }
    }
    let unused: Vec<_> = exclusions.iter().filter(|(_, count)| **count == 0).collect();
    assert!(unused.is_empty(), "the facts never meet {unused:?}");
}

#[test]
fn categories_are_cut_at_every_level() {
    let (week, _) = eventful();
    let keys = |level| -> Vec<String> {
        let query = Query { cut: Cut::Category(level), ..super::build::week(&["orders"]) };
        ask(week.facts(), &query).into_iter().filter_map(|figure| figure.key).collect()
    };
    assert_eq!(keys(1), ["urban"]);
    assert_eq!(keys(2), ["urban", "urban.dust", "urban.noise"]);
    assert_eq!(keys(CATEGORY_LEVELS), ["urban", "urban.dust.roads", "urban.noise", "urban.noise.dogs"]);
}
