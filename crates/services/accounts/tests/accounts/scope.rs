//! Whoever may count only a part of the city gets the figures of that part.

use yipan_accounts::Accounts;
use yipan_casework::kpi::{Cut, Definitions, Dimension, Query, figures};
use yipan_store::Scope;
use yipan_store::testing::each_engine;

use crate::equality::all_that_can;
use crate::random::{City, query};

#[tokio::test]
async fn a_scope_narrows_every_figure() {
    each_engine(async |store| {
        let city = City::random(7, 200);
        city.write(&store).await;
        let accounts = Accounts::new(store);
        let scope = Scope::staff(vec!["u:water".to_owned(), "a:north".to_owned()], 9);
        let mut part = city.of(|_| true);
        let whole = (part.cases.len(), part.holdings.len());
        part.cases.retain(|f| {
            let main = f.main_unit.as_ref().is_some_and(|unit| unit.as_str() == "water");
            main || f.county.as_ref().is_some_and(|county| county.as_str() == "north")
        });
        part.holdings.retain(|f| {
            f.unit.as_str() == "water" || f.county.as_ref().is_some_and(|county| county.as_str() == "north")
        });
        part.terms.clear();
        // Nobody of this part may see the secret ones, so they are not counted either.
        let secret: Vec<_> = part.cases.iter().filter(|f| f.secret).map(|f| f.case.clone()).collect();
        assert!(!secret.is_empty());
        part.cases.retain(|f| !f.secret);
        let hidden: Vec<_> = city.0.iter().filter(|f| f.case.secret).map(|f| f.case.case.clone()).collect();
        part.holdings.retain(|f| !hidden.contains(&f.case));
        assert!(part.cases.len() < whole.0 && part.holdings.len() < whole.1);
        for cut in [Cut::Whole, Cut::By(Dimension::Unit), Cut::Day] {
            for beside in [true, false] {
                let query = all_that_can(Query { cut, beside, ..query(&[]) });
                let expected = figures(Definitions::shipped(), part.set(), &query).unwrap();
                assert_eq!(accounts.figures(&scope, &query).await.unwrap(), expected, "{query:?}");
            }
        }
        let nobody = Scope::staff(Vec::new(), 0);
        let none = accounts.figures(&nobody, &all_that_can(query(&[]))).await.unwrap();
        assert!(none.iter().all(|figure| figure.sample == 0));
    })
    .await;
}
