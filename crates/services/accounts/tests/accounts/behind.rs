//! Every figure opens its cases: as many as it counts, each once, page by page.

use std::collections::BTreeSet;

use yipan_accounts::{Accounts, Behind, CaseBehind, Part};
use yipan_casework::kpi::{Cut, Definitions, Dimension, Figure, Filters, Query, Statistic};
use yipan_store::Scope;
use yipan_store::testing::each_engine;

use crate::equality::all_that_can;
use crate::random::{City, query};

async fn opened(
    accounts: &Accounts,
    scope: &Scope,
    query: &Query,
    figure: &Figure,
    part: Part,
) -> Vec<CaseBehind> {
    let mut behind = Behind { id: figure.id.clone(), part, key: figure.key.clone(), after: None, limit: 7 };
    let mut cases = Vec::new();
    loop {
        let page = accounts.cases_behind(scope, query, &behind).await.unwrap();
        assert!(page.cases.len() <= 7);
        cases.extend(page.cases);
        match page.next {
            Some(next) => behind.after = Some(next),
            None => return cases,
        }
    }
}

#[tokio::test]
async fn as_many_cases_lie_behind_a_figure_as_it_counts() {
    each_engine(async |store| {
        let city = City::random(5, 120);
        city.write(&store).await;
        let (accounts, scope) = (Accounts::new(store), Scope::system("test"));
        for cut in
            [Cut::Whole, Cut::Week, Cut::By(Dimension::Unit), Cut::By(Dimension::County), Cut::Category(2)]
        {
            let query = all_that_can(Query { cut, ..query(&[]) });
            let figures = accounts.figures(&scope, &query).await.unwrap();
            // Cuts of every definition would open the same lists over and over.
            let step = if cut == Cut::Whole { 1 } else { 5 };
            for figure in figures.iter().step_by(step) {
                let definition = Definitions::shipped().get(&figure.id).unwrap();
                let mut parts = vec![];
                match definition.statistic {
                    Statistic::Ratio => {
                        parts.push((Part::Numerator, figure.numerator));
                        parts.push((Part::Denominator, figure.denominator));
                    }
                    Statistic::Count => parts.push((Part::Numerator, figure.numerator)),
                    Statistic::Mean(_) | Statistic::Median(_) => {
                        parts.push((Part::Denominator, figure.sample))
                    }
                    Statistic::Sum(_) => {}
                }
                parts.extend(figure.exclusions.iter().map(|e| (Part::Exclusion(e.id.clone()), e.count)));
                parts.extend(figure.beside.iter().map(|b| (Part::Beside(b.id.clone()), b.count)));
                for (part, count) in parts {
                    let cases = opened(&accounts, &scope, &query, figure, part.clone()).await;
                    assert_eq!(cases.len() as i64, count, "{part:?} of {figure:?}");
                    assert!(cases.is_sorted_by_key(|case| (case.case.clone(), case.part)));
                    let different: BTreeSet<_> = cases.iter().map(|c| (c.case.as_str(), c.part)).collect();
                    assert_eq!(different.len(), cases.len());
                    assert!(cases.iter().all(|c| c.number[1..] == c.case.as_str()[5..]), "{cases:?}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_secret_case_is_counted_and_not_opened() {
    each_engine(async |store| {
        let city = City::random(6, 100);
        city.write(&store).await;
        let accounts = Accounts::new(store);
        let week = query(&["accepted"]);
        let query = Query { as_of: week.period.to, ..week };
        // A handler's unit sees an extract of a secret case, and finds it in no list behind a figure.
        let of = |clearance| {
            let holders = ["a:city", "u:water", "u:roads"].map(str::to_owned);
            Scope::staff(holders.to_vec(), clearance).citywide()
        };
        let in_period = |secret: bool| {
            let cases = city.0.iter().map(|f| &f.case);
            cases.filter(|case| query.period.contains(case.accepted_at) && case.secret == secret).count()
        };
        let (secret, open) = (in_period(true), in_period(false));
        assert!(secret > 0);
        for (clearance, shown) in [(0, open), (1, open), (2, open + secret)] {
            let figure = accounts.figures(&of(clearance), &query).await.unwrap().swap_remove(0);
            assert_eq!(figure.numerator as usize, secret + open);
            let cases = opened(&accounts, &of(clearance), &query, &figure, Part::Numerator).await;
            assert_eq!(cases.len(), shown);
            let withheld = withheld(&accounts, &of(clearance), &query, &figure).await;
            assert_eq!(withheld as usize, secret + open - shown, "what is not shown is told");
        }
    })
    .await;
}

/// How many are withheld of a count, as the first page says; the next ones say 0.
async fn withheld(accounts: &Accounts, scope: &Scope, query: &Query, figure: &Figure) -> i64 {
    let (id, key) = (figure.id.clone(), figure.key.clone());
    let mut behind = Behind { id, part: Part::Numerator, key, after: None, limit: 1 };
    let first = accounts.cases_behind(scope, query, &behind).await.unwrap();
    behind.after = first.next;
    if behind.after.is_some() {
        assert_eq!(accounts.cases_behind(scope, query, &behind).await.unwrap().withheld, 0);
    }
    first.withheld
}

/// Neither the place nor the matter of a secret case can be found out by asking for each in turn: it
/// is as if it were not there.
#[tokio::test]
async fn a_secret_case_cannot_be_narrowed_down() {
    each_engine(async |store| {
        let city = City::random(9, 200);
        city.write(&store).await;
        let accounts = Accounts::new(store);
        let scope = Scope::staff(vec!["a:city".to_owned(), "u:water".to_owned()], 1).citywide();
        let secret: BTreeSet<_> =
            city.0.iter().filter(|f| f.case.secret).map(|f| f.case.case.clone()).collect();
        let none = Filters::default;
        let asked = [
            Query { filters: Filters { areas: vec!["hill".into()], ..none() }, ..query(&["accepted"]) },
            Query { filters: Filters { categories: vec!["urban".into()], ..none() }, ..query(&["accepted"]) },
            Query {
                filters: Filters { units: vec!["water".into(), "city centre".into()], ..none() },
                ..query(&["accepted"])
            },
            Query { cut: Cut::By(Dimension::Town), ..query(&["accepted"]) },
            Query { cut: Cut::Category(3), ..query(&["accepted"]) },
            Query { cut: Cut::By(Dimension::Unit), ..query(&["orders"]) },
        ];
        for query in asked {
            let everything = accounts.figures(&Scope::system("test"), &query).await.unwrap();
            let counted = |figures: &[Figure]| figures.iter().map(|figure| figure.numerator).sum::<i64>();
            let figures = accounts.figures(&scope, &query).await.unwrap();
            assert!(counted(&figures) < counted(&everything), "{query:?}");
            for figure in &figures {
                let cases = opened(&accounts, &scope, &query, figure, Part::Numerator).await;
                assert!(cases.iter().all(|case| !secret.contains(&case.case)));
                assert_eq!(cases.len() as i64, figure.numerator);
                assert_eq!(withheld(&accounts, &scope, &query, figure).await, 0);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_figure_does_not_have_is_refused() {
    each_engine(async |store| {
        let accounts = Accounts::new(store);
        let behind = |part| Behind { id: "orders".to_owned(), part, key: None, after: None, limit: 1 };
        for (query, behind, code) in [
            (query(&[]), behind(Part::Exclusion("late".to_owned())), "kpi.behind"),
            (query(&[]), behind(Part::Beside("late".to_owned())), "kpi.behind"),
            (Query { cut: Cut::Month, ..query(&[]) }, behind(Part::Numerator), "kpi.behind"),
            (Query { cut: Cut::By(Dimension::Duty), ..query(&[]) }, behind(Part::Numerator), "kpi.dimension"),
            (query(&[]), Behind { id: "order".to_owned(), ..behind(Part::Numerator) }, "kpi.unknown"),
        ] {
            let refusal = accounts.cases_behind(&Scope::system("test"), &query, &behind).await.unwrap_err();
            assert_eq!(refusal.code, code);
        }
    })
    .await;
}
