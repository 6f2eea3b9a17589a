//! Reading through a scope.

use yipan_store::testing::each_engine;
use yipan_store::{Order, Record, Row, Scope, Store, StoreError, Value, tables, values};

use crate::support::{case_access, case_file, write};

async fn seeded(store: &Store) {
    let mut rows = Vec::new();
    for n in 0..40_i64 {
        let id = format!("case{n:02}");
        rows.push(case_file(&id, &format!("N{n}")));
        rows.push(case_access(if n % 2 == 0 { "u:even" } else { "u:odd" }, &id, i64::from(n % 5 == 0), n));
        rows.push(case_access("a:city", &id, i64::from(n % 5 == 0), n));
    }
    write(store, rows).await.unwrap();
}

fn staff(holders: &[&str], clearance: i64) -> Scope {
    Scope::staff(holders.iter().map(|&holder| holder.to_owned()).collect(), clearance)
}

const NEWEST: &str = "SELECT c.number FROM case_access a JOIN case_file c ON c.id = a.case_id \
                      WHERE {scope:a} AND a.accepted_at < $1 ORDER BY a.accepted_at DESC LIMIT 3";

fn texts(records: &[Record]) -> Vec<&str> {
    records.iter().map(|record| record.text("number").unwrap()).collect()
}

#[tokio::test]
async fn each_sees_their_own_cases_and_no_secret() {
    each_engine(async |store| {
        seeded(&store).await;
        let newest =
            async |scope: &Scope, before: i64| store.cases(scope, NEWEST, &values![before]).await.unwrap();
        assert_eq!(texts(&newest(&staff(&["u:even"], 0), 99).await), ["N38", "N36", "N34"]);
        assert_eq!(texts(&newest(&staff(&["u:even"], 0), 34).await), ["N32", "N28", "N26"]);
        assert_eq!(texts(&newest(&staff(&["u:even"], 1), 34).await), ["N32", "N30", "N28"]);
        assert_eq!(texts(&newest(&staff(&["u:even", "u:odd"], 0), 99).await), ["N39", "N38", "N37"]);
        assert!(newest(&staff(&[], 9), 99).await.is_empty());

        let one = "SELECT c.number FROM case_file c WHERE c.id = $1 AND {visible:c.id}";
        let open = async |scope: &Scope, id: &str| store.cases(scope, one, &values![id]).await.unwrap().len();
        assert_eq!(open(&staff(&["u:even"], 0), "case02").await, 1);
        assert_eq!(open(&staff(&["u:even"], 0), "case03").await, 0);
        assert_eq!(open(&staff(&["u:odd"], 0), "case05").await, 0);
        assert_eq!(open(&staff(&["u:odd"], 1), "case05").await, 1);
        assert_eq!(open(&Scope::system("test"), "case05").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_page_lists_each_case_once_whoever_holds_it() {
    each_engine(async |store| {
        seeded(&store).await;
        let sql = "SELECT a.accepted_at, a.case_id, a.case_id AS number FROM case_access a WHERE {scope:a} \
                   AND a.accepted_at < $1 ORDER BY a.accepted_at DESC, a.case_id DESC LIMIT 4";
        let order = [Order::Down("accepted_at"), Order::Down("case_id")];
        let page = async |scope: &Scope| store.page(scope, sql, &values![8], &order, 4).await.unwrap();
        let expected = ["case07", "case06", "case04", "case03"];
        assert_eq!(texts(&page(&staff(&["u:even", "u:odd", "a:city"], 0)).await), expected);
        assert_eq!(texts(&page(&staff(&["a:city"], 0)).await), expected);
        assert_eq!(
            texts(&page(&staff(&["u:even", "u:none"], 1)).await),
            ["case06", "case04", "case02", "case00"]
        );
        assert!(page(&staff(&[], 0)).await.is_empty());
        assert!(
            store.page(&staff(&["a:city"], 0), sql, &values![8], &[Order::Up("due_at")], 4).await.is_err()
        );
    })
    .await;
}

#[tokio::test]
async fn figures_are_those_of_unit_and_area() {
    each_engine(async |store| {
        let term = |id: &str, centre: &str| {
            let row = values![
                id,
                1,
                centre,
                "dispatch",
                1,
                2,
                None::<i64>,
                "phone",
                "complaint",
                "urban",
                "normal"
            ];
            Row::insert(&tables::FACT_TERM, row)
        };
        write(&store, vec![term("a", "north"), term("b", "north"), term("c", "south")]).await.unwrap();
        let count = async |scope: Scope| {
            let sql =
                "SELECT COUNT(*) AS n, CAST(SUM(t.due_at) AS BIGINT) AS due FROM fact_term t WHERE {facts:t}";
            store.cases(&scope, sql, &[]).await.unwrap()[0].int("n").unwrap()
        };
        assert_eq!(count(staff(&["u:north"], 0)).await, 2);
        assert_eq!(count(staff(&["u:north"], 0).counting(["south".to_owned()])).await, 3);
        assert_eq!(count(staff(&["a:north"], 0)).await, 0);
        assert_eq!(count(staff(&["a:north"], 0).citywide()).await, 3);
        assert_eq!(count(Scope::system("test")).await, 3);
    })
    .await;
}

#[tokio::test]
async fn queries_without_a_scope_do_not_run() {
    each_engine(async |store| {
        let bare = store.house("SELECT id FROM case_file", &[]).await;
        assert!(matches!(bare, Err(StoreError::Scope { .. })));
        let bare = store.cases(&staff(&["u:x"], 0), "SELECT c.id FROM case_file c", &[]).await;
        assert!(matches!(bare, Err(StoreError::Scope { .. })));
    })
    .await;
}

#[tokio::test]
async fn a_scan_goes_through_many_rows_and_stops_when_told() {
    each_engine(async |store| {
        seeded(&store).await;
        let sql = "SELECT a.accepted_at FROM case_access a WHERE {scope:a} ORDER BY a.accepted_at";
        let mut seen = 0;
        let scope = staff(&["a:city"], 9);
        let stopped = store
            .scan(&scope, sql, &[], |record| {
                seen += 1;
                if record.int("accepted_at")? == 9 {
                    Err(StoreError::Unfit("enough".to_owned()))
                } else {
                    Ok(())
                }
            })
            .await;
        assert!(matches!(stopped, Err(StoreError::Unfit(_))));
        assert_eq!(seen, 10);
        let all = store.cases(&scope, sql, &[]).await.unwrap();
        assert_eq!(all.len(), 40);
    })
    .await;
}

#[tokio::test]
async fn values_come_back_as_they_went_in() {
    each_engine(async |store| {
        let sql = "SELECT CAST($1 AS BIGINT) AS i, CAST($2 AS TEXT) AS t, CAST($3 AS DOUBLE PRECISION) AS r, \
                   CAST($4 AS BIGINT) AS n, 1 AS one";
        let args = values![i64::MIN, "一盘棋 🀄 '\"", 0.1, None::<i64>];
        let rows = store.house(sql, &args).await.unwrap();
        let row = &rows[0];
        assert_eq!(row.int("i").unwrap(), i64::MIN);
        assert_eq!(row.text("t").unwrap(), "一盘棋 🀄 '\"");
        assert!((row.real("r").unwrap() - 0.1).abs() < f64::EPSILON);
        assert_eq!((row.opt_int("n").unwrap(), row.int("one").unwrap()), (None, 1));
        let fault = row.int("t").unwrap_err().to_string();
        assert_eq!(fault, "column query.t: it holds text, not an integer");
        assert!(row.text("none").unwrap_err().to_string().contains("no such column"));
        assert!(store.house(sql, &[Value::Null, "a\0b".into(), 1.5.into(), 1.into()]).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn what_is_read_at_one_moment_agrees_however_often_others_write() {
    each_engine(async |store| {
        seeded(&store).await;
        let all = "SELECT CAST(COUNT(*) AS BIGINT) AS n FROM case_file c WHERE {visible:c.id}";
        let scope = Scope::system("test");
        let later = async |at: i64| {
            write(&store, vec![case_file(&format!("later{at}"), &format!("L{at}"))]).await.unwrap();
        };
        // More moments than there are connections, left in every way that they can be left.
        for at in 0..20_i64 {
            let mut moment = store.moment().await.unwrap();
            let before = moment.cases(&scope, all, &[]).await.unwrap()[0].int("n").unwrap();
            later(at).await;
            let still = moment.cases(&scope, all, &[]).await.unwrap()[0].int("n").unwrap();
            assert_eq!((before, still), (40 + at, 40 + at));
            if at % 2 == 0 {
                moment.end().await.unwrap();
            }
        }
        assert_eq!(store.cases(&scope, all, &[]).await.unwrap()[0].int("n").unwrap(), 60);
    })
    .await;
}
