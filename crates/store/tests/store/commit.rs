//! Units of work: what they see, what they write, what they are answered.

use futures_util::future::join_all;
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_store::testing::each_engine;
use yipan_store::{
    CommitError, Load, Planned, Receipt, Row, Store, StoreOptions, UnitOfWork, Value, tables, values,
};

use crate::support::{case_access, case_event, case_file, contents, entry, take_number, write};

#[tokio::test]
async fn many_at_once_each_see_the_one_before() {
    each_engine(async |store| {
        let receipts = join_all((0..300).map(|_| store.commit(take_number("case", 250)))).await;
        let (done, refused): (Vec<_>, Vec<_>) = receipts.into_iter().partition(Result::is_ok);
        let mut done: Vec<_> = done.into_iter().map(Result::unwrap).collect();
        done.sort_by_key(|receipt| receipt.reply);
        let expected: Vec<_> = (1..=250).map(|n| Receipt { ledger: n, reply: n }).collect();
        assert_eq!(done, expected);
        assert!(refused.iter().all(|r| matches!(r, Err(CommitError::Refused(r)) if r.code == "test.limit")));
        assert_eq!(contents(&store, &tables::COUNTER).await, [values!["case", 251]]);
        assert_eq!(contents(&store, &tables::AUDIT).await.len(), 250);
        assert_eq!(*store.after_commit().borrow(), 250);
    })
    .await;
}

#[tokio::test]
async fn rows_carry_their_place_in_the_ledger() {
    each_engine(async |store| {
        let both =
            join_all(["a", "b"].map(|id| write(&store, vec![case_event(id, 1), case_event(id, 2)]))).await;
        let ledgers: Vec<_> = both.into_iter().map(|r| r.unwrap().ledger).collect();
        assert_eq!(ledgers, [1, 2]);
        let events = contents(&store, &tables::CASE_EVENT).await;
        let places: Vec<_> = events.iter().map(|row| row[2].clone()).collect();
        assert_eq!(places, values![1, 1, 2, 2]);

        let quiet = |_: &yipan_store::Loaded<'_>| Ok(Planned::unaudited(vec![case_event("c", 1)], ()));
        let fault = store.commit(UnitOfWork::new(Vec::new(), quiet)).await.unwrap_err();
        assert!(Refusal::from(fault).en.contains("no place in the ledger"));
        let quiet = |_: &yipan_store::Loaded<'_>| {
            Ok(Planned::unaudited(vec![Row::upsert(&tables::SETTING, values!["a", "1"])], ()))
        };
        let receipt = store.commit(UnitOfWork::new(Vec::new(), quiet)).await.unwrap();
        assert_eq!(receipt.ledger, 2);
        assert_eq!(*store.after_commit().borrow(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_unit_that_does_not_fit_harms_no_other() {
    each_engine(async |store| {
        write(&store, vec![case_file("one", "N1")]).await.unwrap();
        let nul = Row::upsert(&tables::SETTING, values!["bad", "a\0b"]);
        let narrow = Row::upsert(&tables::SETTING, values!["bad"]);
        let wrong = Row::upsert(&tables::SETTING, values!["bad", 1]);
        let twice = Row::insert(&tables::SETTING, values!["twice", "x"]);
        let units = vec![
            vec![case_file("two", "N2")],
            vec![case_file("three", "N1")],
            vec![nul],
            vec![case_file("one", "N9")],
            vec![narrow],
            vec![twice.clone(), twice],
            vec![wrong],
            vec![case_file("four", "N4")],
            vec![case_file("five", "N4")],
            vec![Row::add(&tables::COUNTER, values!["c"], &[("nothing", 1)])],
            vec![Row::add(&tables::SETTING, values!["c"], &[])],
        ];
        let answers = join_all(units.into_iter().map(|rows| write(&store, rows))).await;
        let kinds: Vec<_> =
            answers.into_iter().map(|answer| answer.err().map(|e| Refusal::from(e).kind)).collect();
        use RefusalKind::{Conflict, Internal, Invalid};
        let expected = [
            None,
            Some(Conflict),
            Some(Invalid),
            Some(Conflict),
            Some(Internal),
            Some(Conflict),
            Some(Internal),
            None,
            Some(Conflict),
            Some(Internal),
            Some(Internal),
        ];
        assert_eq!(kinds, expected);
        let ids: Vec<_> =
            contents(&store, &tables::CASE_FILE).await.into_iter().map(|row| row[0].clone()).collect();
        assert_eq!(ids, values!["four", "one", "two"]);
        assert_eq!(contents(&store, &tables::SETTING).await, Vec::<Vec<Value>>::new());
        assert_eq!(contents(&store, &tables::AUDIT).await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_panic_in_a_plan_is_refused_and_the_queue_goes_on() {
    each_engine(async |store| {
        let panics = UnitOfWork::<()>::new(Vec::new(), |_| panic!("a bug in a plan"));
        let (bad, good) = tokio::join!(store.commit(panics), store.commit(take_number("n", 9)));
        assert_eq!(Refusal::from(bad.unwrap_err()).kind, RefusalKind::Internal);
        assert_eq!(good.unwrap().reply, 1);
    })
    .await;
}

#[tokio::test]
async fn a_plan_sees_only_what_it_asked_for() {
    each_engine(async |store| {
        write(&store, vec![Row::upsert(&tables::SETTING, values!["a", "1"])]).await.unwrap();
        let asks = |load: bool| {
            let load = if load { vec![Load::new(&tables::SETTING, values!["a"])] } else { Vec::new() };
            UnitOfWork::new(load, |loaded| {
                Ok(Planned::unaudited(Vec::new(), loaded.get(&tables::SETTING, &values!["a"]).cloned()))
            })
        };
        let (with, without) = tokio::join!(store.commit(asks(true)), store.commit(asks(false)));
        assert_eq!(with.unwrap().reply.unwrap().text("body").unwrap(), "1");
        assert!(without.unwrap().reply.is_none());
        let wrong = UnitOfWork::new(vec![Load::new(&tables::SETTING, values![1])], |_| {
            Ok(Planned::unaudited(Vec::new(), ()))
        });
        assert!(matches!(store.commit(wrong).await, Err(CommitError::Refused(_))));
    })
    .await;
}

#[tokio::test]
async fn deltas_add_up_wherever_they_meet() {
    each_engine(async |store| {
        let key = || values![5, "unit", 0, "complaint", "phone"];
        let add =
            |n| Row::add(&tables::ROLLUP_DAY, key(), &[("accepted", n), ("closed", 1), ("accepted", 1)]);
        let answers = join_all((0..70).map(|_| write(&store, vec![add(2), add(3)]))).await;
        assert_eq!(answers.iter().find(|answer| answer.is_err()), None);
        write(&store, vec![add(-7)]).await.unwrap();
        let rows = contents(&store, &tables::ROLLUP_DAY).await;
        let sums = |name| rows[0][tables::ROLLUP_DAY.position(name).unwrap()].as_int();
        assert_eq!(
            (rows.len(), sums("accepted"), sums("closed"), sums("valid")),
            (1, Some(70 * 7 - 6), Some(141), Some(0))
        );

        write(&store, vec![Row::delete(&tables::ROLLUP_DAY, key()), add(1)]).await.unwrap();
        let rows = contents(&store, &tables::ROLLUP_DAY).await;
        assert_eq!(rows[0][tables::ROLLUP_DAY.key], Value::Int(2));
    })
    .await;
}

#[tokio::test]
async fn rows_of_every_chunk_size_arrive() {
    each_engine(async |store| {
        let all: Vec<_> = (0..1_111).map(|n| case_access("u:x", &format!("{n:05}"), 0, n)).collect();
        write(&store, all).await.unwrap();
        assert_eq!(contents(&store, &tables::CASE_ACCESS).await.len(), 1_111);
        let load = (0..1_111).map(|n| Load::new(&tables::CASE_ACCESS, values!["u:x", format!("{n:05}")]));
        let drop_odd = UnitOfWork::new(load.collect(), |loaded| {
            let keys = (0..1_111).map(|n| values!["u:x", format!("{n:05}")]);
            let odd = keys.filter(|key| {
                let row = loaded.get(&tables::CASE_ACCESS, key).unwrap();
                row.int("accepted_at").unwrap() % 2 == 1
            });
            let rows = odd.map(|key| Row::delete(&tables::CASE_ACCESS, key)).collect();
            Ok(Planned::audited(entry("sweep"), rows, ()))
        });
        store.commit(drop_odd).await.unwrap();
        assert_eq!(contents(&store, &tables::CASE_ACCESS).await.len(), 556);
    })
    .await;
}

#[tokio::test]
async fn a_full_queue_refuses_as_busy() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let options = StoreOptions { waiting: 3, group: 1, ..StoreOptions::default() };
    let store = Store::open(&url, options).await.unwrap();
    // The writer is held inside a plan, so that what comes after it must wait.
    let (entered, inside) = std::sync::mpsc::channel();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let holds = UnitOfWork::new(Vec::new(), move |_| {
        entered.send(()).unwrap();
        held.lock().unwrap().recv().unwrap();
        Ok(Planned::unaudited(Vec::new(), ()))
    });
    let first = tokio::spawn({
        let store = store.clone();
        async move { store.commit(holds).await }
    });
    tokio::task::spawn_blocking(move || inside.recv().unwrap()).await.unwrap();
    let mut others: Vec<_> = (0..5).map(|_| Box::pin(store.commit(take_number("n", 9)))).collect();
    let mut busy = 0;
    for other in &mut others {
        if let std::task::Poll::Ready(answer) = futures_util::poll!(other) {
            assert_eq!(Refusal::from(answer.unwrap_err()).kind, RefusalKind::Busy);
            busy += 1;
        }
    }
    assert_eq!(busy, 2);
    release.send(()).unwrap();
    first.await.unwrap().unwrap();
    store.close().await;
    assert!(matches!(store.commit(take_number("n", 9)).await, Err(CommitError::Unavailable(_))));
}
