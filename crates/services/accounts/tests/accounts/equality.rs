//! Every definition, cut and filter: SQL on both engines says what the plain reading says.

use yipan_accounts::Accounts;
use yipan_base::time::HOUR;
use yipan_casework::case::{Channel, Kind, Level};
use yipan_casework::kpi::{Cut, Definitions, Dimension, Filters, Query, Tier, figures};
use yipan_store::Scope;
use yipan_store::testing::each_engine;

use crate::random::{City, query};

pub const CUTS: [Cut; 18] = [
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
    Cut::Category(1),
    Cut::Category(2),
    Cut::Category(3),
    Cut::Day,
    Cut::Week,
    Cut::Month,
];

pub fn filters() -> Vec<Filters> {
    let none = Filters::default;
    vec![
        none(),
        Filters { units: vec!["water".into(), "north centre".into()], ..none() },
        Filters { areas: vec!["north".into(), "hill".into()], ..none() },
        Filters { lines: vec!["transport".to_owned()], ..none() },
        Filters { categories: vec!["urban.noise".into(), "water".into()], ..none() },
        Filters { categories: vec!["urban.noise.dogs".into()], ..none() },
        Filters { kinds: vec![Kind::Consultation, Kind::Report, Kind::Praise], ..none() },
        Filters { channels: vec![Channel::Phone], levels: vec![Level::Ordinary, Level::Complex], ..none() },
        Filters { units: vec!["'; DROP TABLE fact_case; --".into()], ..none() },
    ]
}

/// The definitions that can be asked so, in one question.
pub fn all_that_can(query: Query) -> Query {
    let known = Definitions::shipped();
    let fits = |id: &str| Query { ids: vec![id.to_owned()], ..query.clone() }.definitions(known).is_ok();
    let ids = known.iter().map(|definition| definition.id.clone()).filter(|id| fits(id)).collect();
    Query { ids, ..query }
}

#[tokio::test]
async fn sql_says_what_the_plain_reading_says() {
    each_engine(async |store| {
        let city = City::random(1, 400);
        city.write(&store).await;
        let (facts, accounts, scope) = (city.of(|_| true), Accounts::new(store), Scope::system("test"));
        let mut told = 0;
        for tier in [Tier::City, Tier::County] {
            for cut in CUTS {
                for (at, filters) in filters().into_iter().enumerate() {
                    // All filters with some cuts, all cuts with no filter.
                    let some = matches!(cut, Cut::Whole | Cut::Week | Cut::By(Dimension::Unit));
                    if at > 0 && !some {
                        continue;
                    }
                    let query = all_that_can(Query { tier, cut, filters, ..query(&[]) });
                    let expected = figures(Definitions::shipped(), facts.set(), &query).unwrap();
                    let found = accounts.figures(&scope, &query).await.unwrap();
                    for (found, expected) in found.iter().zip(&expected) {
                        assert_eq!(found, expected, "{query:?}");
                    }
                    assert_eq!(found.len(), expected.len(), "{query:?}");
                    told += found.iter().filter(|figure| figure.sample > 0).count();
                }
            }
        }
        assert!(told > 3_000, "only {told} figures had anything to count");
    })
    .await;
}

/// As of any hour, at the edges of what is due, with and without what stands beside.
#[tokio::test]
async fn sql_and_the_plain_reading_agree_as_of_any_time() {
    each_engine(async |store| {
        let city = City::random(2, 300);
        city.write(&store).await;
        let (facts, accounts, scope) = (city.of(|_| true), Accounts::new(store), Scope::system("test"));
        for hours in [-1, 0, 1, 77, 78, 5 * 24, 21 * 24 - 1, 21 * 24, 999] {
            for beside in [true, false] {
                let week = query(&[]);
                let as_of = week.period.from.plus(hours * HOUR);
                let query = all_that_can(Query { as_of, beside, cut: Cut::By(Dimension::Kind), ..week });
                let expected = figures(Definitions::shipped(), facts.set(), &query).unwrap();
                assert_eq!(accounts.figures(&scope, &query).await.unwrap(), expected, "{query:?}");
            }
        }
    })
    .await;
}

/// Every reader prints the same words, whether the facts lie in memory or in the store.
#[tokio::test]
async fn readouts_are_the_figures_with_their_words() {
    each_engine(async |store| {
        let city = City::random(10, 100);
        city.write(&store).await;
        let query = all_that_can(query(&[]));
        let facts = city.of(|_| true);
        let expected =
            Definitions::shipped().readouts(figures(Definitions::shipped(), facts.set(), &query).unwrap());
        let found = Accounts::new(store).readouts(&Scope::system("test"), &query).await.unwrap();
        assert_eq!(found, expected);
        assert_eq!(found.len(), Definitions::shipped().iter().count());
        assert!(found.iter().all(|readout| !readout.zh.formula.is_empty() && !readout.source.is_empty()));
    })
    .await;
}

#[tokio::test]
async fn an_empty_house_has_figures_of_nothing() {
    each_engine(async |store| {
        let query = all_that_can(query(&[]));
        let found = Accounts::new(store).figures(&Scope::system("test"), &query).await.unwrap();
        assert_eq!(found, figures(Definitions::shipped(), Default::default(), &query).unwrap());
        assert_eq!(found.len(), query.ids.len());
        assert!(found.iter().all(|figure| figure.sample == 0));
        assert!(found.iter().all(|figure| figure.value.is_none() || figure.value == Some(0.0)));
    })
    .await;
}
