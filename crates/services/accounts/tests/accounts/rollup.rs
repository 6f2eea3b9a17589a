//! The daily roll-up says what the facts say, wherever it is asked.

use yipan_accounts::Accounts;
use yipan_base::time::{DAY, HOUR};
use yipan_casework::case::{Channel, Kind};
use yipan_casework::kpi::{Cut, Definitions, Dimension, Filters, Period, Query, Tier, figures};
use yipan_store::Scope;
use yipan_store::testing::each_engine;

use crate::equality::{CUTS, all_that_can};
use crate::random::{City, query};

/// A question that the roll-up may answer, if the definition has one.
fn whole_and_due(query: Query) -> Query {
    Query { as_of: query.period.to.plus(-1), beside: false, ..query }
}

#[tokio::test]
async fn the_rollup_equals_the_scan_of_facts() {
    each_engine(async |store| {
        let city = City::random(3, 400);
        city.write(&store).await;
        let (facts, accounts, scope) = (city.of(|_| true), Accounts::new(store), Scope::system("test"));
        let none = Filters::default;
        let filters = [
            none(),
            Filters { units: vec!["water".into(), "city centre".into()], ..none() },
            Filters { kinds: vec![Kind::Help, Kind::Complaint], channels: vec![Channel::Phone], ..none() },
        ];
        for tier in [Tier::City, Tier::County] {
            for cut in CUTS {
                for filters in filters.clone() {
                    let query = all_that_can(whole_and_due(Query { tier, cut, filters, ..query(&[]) }));
                    let expected = figures(Definitions::shipped(), facts.set(), &query).unwrap();
                    let found = accounts.figures(&scope, &query).await.unwrap();
                    for (found, expected) in found.iter().zip(&expected) {
                        assert_eq!(found, expected, "{query:?}");
                    }
                    assert_eq!(found.len(), expected.len(), "{query:?}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_rollup_is_asked_only_where_it_can_answer() {
    each_engine(async |store| {
        let city = City::random(4, 200);
        city.write(&store).await;
        city.double_rollup(&store).await;
        let (facts, accounts) = (city.of(|_| true), Accounts::new(store));
        let system = Scope::system("test");
        let base = || whole_and_due(query(&["on_time_completion", "accepted", "satisfaction"]));
        let by = async |scope: &Scope, query: Query| {
            let plain = figures(Definitions::shipped(), facts.set(), &query).unwrap();
            let found = accounts.figures(scope, &query).await.unwrap();
            let twice =
                found.iter().zip(&plain).filter(|(f, p)| f.numerator == 2 * p.numerator && p.numerator > 0);
            let once = found.iter().zip(&plain).filter(|(f, p)| f == p);
            (twice.count(), once.count())
        };
        // Satisfaction's coverage has no roll-up; the three others have.
        assert_eq!(by(&system, base()).await, (3, 1));
        assert_eq!(by(&system, Query { as_of: base().as_of.plus(DAY), ..base() }).await, (3, 1));

        let everyone = Scope::staff(vec!["a:city".to_owned()], 9).citywide();
        assert_eq!(by(&everyone, base()).await, (3, 1));
        let county = Scope::staff(vec!["a:county".to_owned()], 9);
        let part_of_a_day = Period { from: base().period.from.plus(HOUR), ..base().period };
        let levels = Filters { levels: vec![yipan_casework::case::Level::Ordinary], ..Filters::default() };
        for (scope, query) in [
            (&system, Query { beside: true, ..base() }),
            (&system, Query { as_of: base().as_of.plus(-HOUR), ..base() }),
            (&system, Query { period: part_of_a_day, ..base() }),
            (&system, Query { filters: levels, ..base() }),
            (&system, Query { cut: Cut::Category(1), ..base() }),
            (&system, Query { cut: Cut::By(Dimension::Level), ..base() }),
            (&county, base()),
        ] {
            let (twice, _) = by(scope, query.clone()).await;
            assert_eq!(twice, 0, "{query:?}");
        }
    })
    .await;
}
