//! Whole days from the roll-up and the rest from the facts say together what the facts say.

use yipan_accounts::Accounts;
use yipan_base::time::{DAY, HOUR, Timestamp};
use yipan_casework::case::{Channel, Kind};
use yipan_casework::kpi::{Cut, Definitions, Dimension, FactSet, Filters, Period, Query, Tier, figures};
use yipan_store::testing::each_engine;
use yipan_store::{Scope, Store};

use crate::equality::{CUTS, all_that_can};
use crate::random::{City, noon, query, start};

/// The cuts that the roll-up has.
const KNOWN: [Cut; 7] = [
    Cut::Whole,
    Cut::By(Dimension::Unit),
    Cut::By(Dimension::Kind),
    Cut::By(Dimension::Channel),
    Cut::Day,
    Cut::Week,
    Cut::Month,
];

/// Asks at noon, and holds the answer to the plain reading.
async fn compare(accounts: &Accounts, facts: FactSet<'_>, query: Query) -> usize {
    let query = all_that_can(query);
    let expected = figures(Definitions::shipped(), facts, &query).unwrap();
    let found = accounts.figures(&Scope::system("test"), &query).await.unwrap();
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected, "{query:?}");
    }
    assert_eq!(found.len(), expected.len(), "{query:?}");
    found.iter().filter(|figure| figure.sample > 0).count()
}

fn at_noon(store: Store) -> Accounts {
    Accounts::new(store).asked_at(noon())
}

#[tokio::test]
async fn every_cut_filter_and_tier_as_of_now() {
    each_engine(async |store| {
        let city = City::at_noon(3, 400);
        city.write(&store).await;
        let (facts, accounts) = (city.of(|_| true), at_noon(store));
        let none = Filters::default;
        let filters = [
            none(),
            Filters { units: vec!["water".into(), "city centre".into()], ..none() },
            Filters { units: vec!["".into()], ..none() },
            Filters { kinds: vec![Kind::Help, Kind::Complaint], channels: vec![Channel::Phone], ..none() },
        ];
        let mut told = 0;
        let evening = noon().plus(9 * HOUR);
        for (tier, as_of) in [Tier::City, Tier::County].into_iter().flat_map(|t| [(t, noon()), (t, evening)])
        {
            for (cut, beside) in CUTS.into_iter().flat_map(|cut| [true, false].map(|beside| (cut, beside))) {
                for filters in filters.clone() {
                    let query = Query { tier, cut, filters, beside, as_of, ..query(&[]) };
                    told += compare(&accounts, facts.set(), query).await;
                }
            }
        }
        assert!(told > 3_000, "only {told} figures had anything to count");
    })
    .await;
}

/// Periods that begin and end at any hour, in the past and in the future, as of any time.
#[tokio::test]
async fn every_period_as_of_any_time() {
    each_engine(async |store| {
        let city = City::at_noon(11, 300);
        city.write(&store).await;
        let facts = city.of(|_| true);
        let (knowing, unknowing) = (at_noon(store.clone()), Accounts::new(store));
        let at = |days: i64, hours: i64| start().plus(days * DAY + hours * HOUR);
        let periods = [
            (at(5, 0), at(15, 0)),
            (at(5, 0), at(20, 0)),
            (at(5, 0), at(21, 0)),
            (at(20, 0), at(21, 0)),
            (at(5, 0), at(60, 0)),
            (at(21, 0), at(39, 0)),
            (at(5, 7), at(30, 13)),
            (at(5, 7), at(5, 9)),
            (at(5, 7), at(6, 9)),
            (at(5, 7).plus(1), at(20, 9).plus(1)),
        ];
        let times = [
            noon(),
            noon().plus(1),
            noon().plus(-1),
            noon().plus(-HOUR),
            at(20, 17),
            at(21, 0).plus(-2),
            at(21, 0).plus(-1),
            at(20, 0),
            at(20, 0).plus(-1),
            at(10, 0),
            at(10, 0).plus(-1),
            at(10, 13),
            at(4, 0),
            at(21, 0),
            at(25, 5),
            at(25, 19),
            at(99, 0),
        ];
        let mut told = 0;
        for (from, to) in periods {
            for (nth, as_of) in times.into_iter().enumerate() {
                for (cut, beside) in [(Cut::Whole, true), (KNOWN[nth % KNOWN.len()], nth % 3 > 0)] {
                    let query = Query { period: Period { from, to }, as_of, cut, beside, ..query(&[]) };
                    told += compare(&knowing, facts.set(), query.clone()).await;
                    told += compare(&unknowing, facts.set(), query).await;
                }
            }
        }
        assert!(told > 5_000, "only {told} figures had anything to count");
    })
    .await;
}

/// Which figures the roll-up answers: with every row of it doubled, those that are no longer what the
/// facts say.
async fn rolled_up(accounts: &Accounts, scope: &Scope, facts: FactSet<'_>, query: &Query) -> Vec<String> {
    let query = all_that_can(query.clone());
    let plain = figures(Definitions::shipped(), facts, &query).unwrap();
    let found = accounts.figures(scope, &query).await.unwrap();
    let mut ids: Vec<String> =
        found.iter().filter(|figure| !plain.contains(figure)).map(|figure| figure.id.clone()).collect();
    ids.dedup();
    ids
}

#[tokio::test]
async fn the_rollup_is_asked_wherever_it_can_answer_and_only_there() {
    each_engine(async |store| {
        let city = City::at_noon(4, 300);
        city.write(&store).await;
        city.double_rollup(&store).await;
        let facts = city.of(|_| true);
        let (knowing, unknowing) = (at_noon(store.clone()), Accounts::new(store));
        let system = Scope::system("test");
        let base = || query(&[]);
        let all = |but: &[&str]| -> Vec<String> {
            let ids = Definitions::shipped().iter().map(|definition| definition.id.clone());
            ids.filter(|id| !but.contains(&id.as_str())).collect()
        };
        let median = "median_handling_time";
        let everyone = Scope::staff(vec!["a:city".to_owned()], 9).citywide();
        for scope in [&system, &everyone] {
            for cut in KNOWN {
                for as_of in [noon(), noon().plus(9 * DAY)] {
                    let query = Query { cut, as_of, ..base() };
                    assert_eq!(
                        rolled_up(&knowing, scope, facts.set(), &query).await,
                        all(&[median]),
                        "{query:?}"
                    );
                }
            }
        }

        // As of the past, what goes on counting after its day is only in the facts.
        let past = Query { as_of: noon().plus(-2 * DAY), ..base() };
        let ratios_beside = ["on_time_sign_in", "response", "on_time_completion", "centre_on_time"];
        let so_far = ["sign_in", "completion", median];
        let facts_only = [ratios_beside.as_slice(), &so_far].concat();
        for accounts in [&knowing, &unknowing] {
            assert_eq!(rolled_up(accounts, &system, facts.set(), &past).await, all(&facts_only));
            let bare = Query { beside: false, ..past.clone() };
            assert_eq!(rolled_up(accounts, &system, facts.set(), &bare).await, all(&so_far));
        }
        assert_eq!(rolled_up(&unknowing, &system, facts.set(), &base()).await, all(&facts_only));

        let county = Scope::staff(vec!["a:county".to_owned()], 9);
        let nothing = knowing.figures(&county, &all_that_can(base())).await.unwrap();
        assert!(nothing.iter().all(|figure| figure.sample == 0), "a county counts by its facts");
        let part_of_a_day = |from: Timestamp| Period { from: from.plus(HOUR), to: from.plus(23 * HOUR) };
        let levels = Filters { levels: vec![yipan_casework::case::Level::Ordinary], ..Filters::default() };
        for query in [
            Query { period: part_of_a_day(base().period.from), ..base() },
            Query { filters: levels, ..base() },
            Query { cut: Cut::Category(1), ..base() },
            Query { cut: Cut::By(Dimension::Level), ..base() },
        ] {
            assert!(rolled_up(&knowing, &system, facts.set(), &query).await.is_empty(), "{query:?}");
        }
        // What falls due later, today or on another day, is taken out by the roll-up too.
        let days = |first: i64, end: i64| Query {
            period: Period { from: start().plus(first * DAY), to: start().plus(end * DAY) },
            ..base()
        };
        let due =
            ["on_time_sign_in", "sign_in", "response", "on_time_completion", "completion", "centre_on_time"];
        for as_of in [noon(), noon().plus(6 * HOUR)] {
            let today = Query { as_of, ..days(20, 21) };
            assert_eq!(rolled_up(&knowing, &system, facts.set(), &today).await, all(&[median]));
        }
        assert_eq!(rolled_up(&knowing, &system, facts.set(), &days(21, 30)).await, due);
        let bare = Query { beside: false, ..days(21, 30) };
        assert!(rolled_up(&knowing, &system, facts.set(), &bare).await.is_empty());
    })
    .await;
}
