//! A repeated request is harmless, and a key stands for one request only.

use serde_json::json;
use yipan_platform::{Idempotency, KEPT, Sweep};

use crate::support::{complaint, each_house, new, whole_way};

#[tokio::test]
async fn the_same_key_twenty_times_at_once_makes_one_case() {
    each_house(|bench| async move {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let bench = bench.clone();
            tasks.spawn(async move {
                let key = Idempotency::new("k1", complaint().to_string().as_bytes());
                bench.house.accept(&bench.viewer("city.calltaker1"), new(complaint()), Some(key)).await
            });
        }
        let mut outcomes = Vec::new();
        while let Some(done) = tasks.join_next().await {
            outcomes.push(done.expect("no panic").expect("accepted"));
        }
        assert_eq!(outcomes.iter().filter(|o| !o.repeated).count(), 1);
        assert!(outcomes.iter().all(|o| (&o.id, &o.number) == (&outcomes[0].id, &outcomes[0].number)));
        let lines =
            bench.house.case_list(&bench.viewer("city.calltaker1"), None, None, 100).await.expect("a list");
        assert_eq!(lines.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_key_is_bound_to_its_request_its_actor_and_its_case() {
    each_house(|bench| async move {
        let key = || Some(Idempotency::new("k1", b"one"));
        let one =
            bench.house.accept(&bench.viewer("city.calltaker1"), new(complaint()), key()).await.expect("one");
        let other = Some(Idempotency::new("k1", b"two"));
        let refusal = bench.house.accept(&bench.viewer("city.calltaker1"), new(complaint()), other).await;
        assert_eq!(refusal.expect_err("another body").code, "idempotency.reused");
        let two =
            bench.house.accept(&bench.viewer("city.calltaker2"), new(complaint()), key()).await.expect("two");
        assert_ne!(one.id, two.id);

        // The same words under the same key to another case are another request.
        let note = json!({"command":"note","text":"已电话核实"});
        let first =
            bench.give_keyed("city.calltaker1", &one.number, note.clone(), Some("k2")).await.expect("noted");
        let again =
            bench.give_keyed("city.calltaker1", &one.number, note.clone(), Some("k2")).await.expect("again");
        assert!(again.repeated && again.version == first.version);
        let refusal = bench.give_keyed("city.calltaker1", &two.number, note, Some("k2")).await;
        assert_eq!(refusal.expect_err("another case").code, "idempotency.reused");

        // A refused command takes no key.
        let (_, dispatch) = whole_way().swap_remove(0);
        let refusal = bench.give_keyed("city.calltaker1", &one.number, dispatch.clone(), Some("k3")).await;
        assert_eq!(refusal.expect_err("no dispatcher").code, "case.seat");
        let dispatched =
            bench.give_keyed("city.dispatcher", &one.number, dispatch, Some("k3")).await.expect("dispatched");
        assert!(!dispatched.repeated);
    })
    .await;
}

#[tokio::test]
async fn an_imported_row_is_imported_once() {
    each_house(|bench| async move {
        let mut row = complaint();
        row["source"] = json!(["old hotline", "2020-17"]);
        row["historical"] = json!(true);
        row["received_at"] = json!("2020-03-04 11:00");
        let first = bench.accept("city.calltaker1", row.clone()).await.expect("imported");
        assert!(first.number.starts_with("320600-20200304-"), "{}", first.number);
        let again = bench.accept("city.calltaker1", row.clone()).await.expect("known");
        assert!(again.repeated);
        assert_eq!((again.id, again.number), (first.id, first.number));
        row["text"] = json!("另一件事");
        assert_eq!(bench.accept("city.calltaker1", row).await.expect_err("changed").code, "import.changed");
    })
    .await;
}

#[tokio::test]
async fn an_outer_order_is_one_case_however_often_it_is_sent() {
    each_house(|bench| async move {
        let mut order = complaint();
        order["outer"] = json!({"owner":"省平台","number":"JS-1"});
        let first = bench.accept("city.calltaker1", order.clone()).await.expect("accepted");
        let again = bench.accept("city.calltaker1", order.clone()).await.expect("known");
        assert!(again.repeated);
        assert_eq!((&again.id, &again.number), (&first.id, &first.number));
        order["text"] = json!("另一件事");
        let refusal = bench.accept("city.calltaker1", order.clone()).await;
        assert_eq!(refusal.expect_err("changed").code, "outer.known");
        order["outer"]["number"] = json!("JS-2");
        assert!(!bench.accept("city.calltaker1", order).await.expect("another order").repeated);
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_kept_for_thirty_days_and_then_swept() {
    each_house(|bench| async move {
        let key = || Some(Idempotency::new("k1", b"one"));
        let taker = bench.viewer("city.calltaker1");
        let first = bench.house.accept(&taker, new(complaint()), key()).await.expect("one");
        let mut sweep = Sweep::default();
        bench.later(KEPT);
        assert_eq!(bench.house.sweep_replies(&mut sweep).await.expect("a step"), 0);
        assert!(bench.house.accept(&taker, new(complaint()), key()).await.expect("again").repeated);
        bench.later(1);
        assert_eq!(bench.house.sweep_replies(&mut sweep).await.expect("a step"), 1);
        let later = bench.house.accept(&taker, new(complaint()), key()).await.expect("another");
        assert!(!later.repeated && later.id != first.id);
    })
    .await;
}
