//! Whoever may count only a part of the city gets the figures of that part.

use yipan_accounts::Accounts;
use yipan_base::time::HOUR;
use yipan_casework::case::{Channel, Kind};
use yipan_casework::kpi::{Cut, Definitions, Dimension, Figure, Filters, Period, Query, figures};
use yipan_casework::project::Facts;
use yipan_store::Scope;
use yipan_store::testing::each_engine;

use crate::equality::all_that_can;
use crate::random::{City, noon, query};

#[tokio::test]
async fn a_scope_narrows_every_figure() {
    each_engine(async |store| {
        let city = City::random(7, 200);
        city.write(&store).await;
        let accounts = Accounts::new(store);
        let of = |clearance| Scope::staff(vec!["u:water".to_owned(), "a:north".to_owned()], clearance);
        let whole = city.of(|_| true);
        let mut told = Vec::new();
        for clearance in [0, 1, 2] {
            // Who is cleared counts the secret ones that may be seen; nobody else counts any, though
            // a unit that handles one may see it.
            let handled = |f: &Facts| f.holdings.iter().any(|holding| holding.unit.as_str() == "water");
            let mut part = city.of(|f| !f.case.secret || (clearance == 2 && handled(f)));
            part.cases.retain(|f| {
                let main = f.main_unit.as_ref().is_some_and(|unit| unit.as_str() == "water");
                main || f.county.as_ref().is_some_and(|county| county.as_str() == "north")
            });
            part.holdings.retain(|f| {
                f.unit.as_str() == "water"
                    || f.county.as_ref().is_some_and(|county| county.as_str() == "north")
            });
            part.terms.clear();
            told.push((part.cases.len(), part.holdings.len()));
            for cut in [Cut::Whole, Cut::By(Dimension::Unit), Cut::Day] {
                for beside in [true, false] {
                    let query = all_that_can(Query { cut, beside, ..query(&[]) });
                    let expected = figures(Definitions::shipped(), part.set(), &query).unwrap();
                    let without_secret = clearance < 2;
                    let expected = expected.into_iter().map(|f| Figure { without_secret, ..f });
                    let found = accounts.figures(&of(clearance), &query).await.unwrap();
                    assert_eq!(found, expected.collect::<Vec<_>>(), "{query:?}");
                }
            }
        }
        assert_eq!(told[0], told[1]);
        assert!(told[1].0 < told[2].0 && told[1].1 < told[2].1);
        assert!(told[2].0 < whole.cases.len() && told[2].1 < whole.holdings.len());
        let nobody = Scope::staff(Vec::new(), 0);
        let none = accounts.figures(&nobody, &all_that_can(query(&[]))).await.unwrap();
        assert!(none.iter().all(|figure| figure.sample == 0));
    })
    .await;
}

/// Whoever counts the whole city counts secret cases in it; where a count would tell of one of them
/// where it lies or what it is about, only who is cleared counts it.
#[tokio::test]
async fn a_secret_case_is_counted_where_its_count_tells_nothing() {
    each_engine(async |store| {
        let city = City::at_noon(8, 300);
        city.write(&store).await;
        let accounts = Accounts::new(store).asked_at(noon());
        let of = |clearance| Scope::staff(vec!["a:city".to_owned()], clearance).citywide();
        let (all, open) = (city.of(|_| true), city.of(|f| !f.case.secret));
        let none = Filters::default;
        let by = |cut| (cut, none());
        let telling = [
            by(Cut::By(Dimension::Unit)),
            by(Cut::By(Dimension::County)),
            by(Cut::By(Dimension::Town)),
            by(Cut::By(Dimension::Line)),
            by(Cut::By(Dimension::PeerGroup)),
            by(Cut::Category(1)),
            by(Cut::Category(3)),
            (Cut::Whole, Filters { units: vec!["water".into()], ..none() }),
            (Cut::Whole, Filters { areas: vec!["north".into()], ..none() }),
            (Cut::Day, Filters { areas: vec!["hill".into()], ..none() }),
            (Cut::Whole, Filters { lines: vec!["utilities".into()], ..none() }),
            (Cut::By(Dimension::Kind), Filters { categories: vec!["urban".into()], ..none() }),
            by(Cut::By(Dimension::Kind)),
            by(Cut::By(Dimension::Level)),
            (Cut::Whole, Filters { kinds: vec![Kind::Report], ..none() }),
            (Cut::Day, Filters { channels: vec![Channel::Phone], ..none() }),
        ];
        let whole = [by(Cut::Whole), by(Cut::Day)];
        let mut differing = 0;
        for (tells, (cut, filters)) in
            telling.into_iter().map(|asked| (true, asked)).chain(whole.map(|asked| (false, asked)))
        {
            let query = all_that_can(Query { cut, filters, ..query(&[]) });
            let everything = figures(Definitions::shipped(), all.set(), &query).unwrap();
            for clearance in [0, 1, 2] {
                let without_secret = tells && clearance < 2;
                let expected = if without_secret {
                    figures(Definitions::shipped(), open.set(), &query).unwrap()
                } else {
                    everything.clone()
                };
                let expected: Vec<_> = expected.into_iter().map(|f| Figure { without_secret, ..f }).collect();
                differing += usize::from(without_secret && expected.len() != everything.len());
                let found = accounts.readouts(&of(clearance), &query).await.unwrap();
                assert!(found.iter().all(|r| r.zh.formula.contains("不含涉密件") == without_secret));
                let found: Vec<_> = found.into_iter().map(|readout| readout.figure).collect();
                assert_eq!(found, expected, "{query:?} by {clearance}");
            }
        }
        assert!(differing > 0, "a group of secret cases alone is not there at all");
        // An hour of a day would tell when it came in.
        let asked = all_that_can(query(&[]));
        let hours = Period { from: asked.period.from.plus(HOUR), ..asked.period };
        let found = accounts.figures(&of(0), &Query { period: hours, ..asked }).await.unwrap();
        assert!(!found.is_empty() && found.iter().all(|figure| figure.without_secret));
    })
    .await;
}
