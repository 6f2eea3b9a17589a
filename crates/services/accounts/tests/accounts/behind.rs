//! Every figure opens its cases: as many as it counts, each once, page by page.

use std::collections::BTreeSet;

use yipan_accounts::{Accounts, Behind, CaseBehind, Part};
use yipan_casework::kpi::{Cut, Definitions, Dimension, Figure, Query, Statistic};
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
        let of = |clearance| Scope::staff(vec!["a:city".to_owned()], clearance).citywide();
        let figure = accounts.figures(&of(0), &query).await.unwrap().swap_remove(0);
        let in_period = |secret: bool| {
            city.0
                .iter()
                .filter(|f| query.period.contains(f.case.accepted_at) && f.case.secret == secret)
                .count()
        };
        assert!(in_period(true) > 0);
        assert_eq!(figure.numerator as usize, in_period(true) + in_period(false));
        let open = opened(&accounts, &of(0), &query, &figure, Part::Numerator).await;
        assert_eq!(open.len(), in_period(false));
        let cleared = opened(&accounts, &of(2), &query, &figure, Part::Numerator).await;
        assert_eq!(cleared.len(), in_period(true) + in_period(false));
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
