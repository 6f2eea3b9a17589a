//! The audit log: sound after real work, and every way of tampering is found.

use futures_util::future::join_all;
use yipan_store::testing::{each_engine, each_url, open};
use yipan_store::{Anchor, AuditFaultKind, Row, Store, audit_holds, audit_verify, tables, values};

use crate::support::{behind, case_event, take_number, write};

/// Two entries change places; done twice, nothing has happened.
const SWAP: &str = "UPDATE audit SET seq = -4 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5; \
                    UPDATE audit SET seq = 5 WHERE seq = -4";

async fn history(store: &Store) {
    for n in 1..=6 {
        write(store, vec![case_event("b", n), case_event("a", n)]).await.unwrap();
        store.commit(take_number("n", 99)).await.unwrap();
    }
}

#[tokio::test]
async fn what_the_store_wrote_is_sound() {
    each_engine(async |store| {
        assert!(audit_verify(&store).await.unwrap().is_sound());
        history(&store).await;
        let report = audit_verify(&store).await.unwrap();
        assert!(report.is_sound(), "{report:?}");
        assert_eq!((report.entries, report.events, report.head), (12, 12, 12));
    })
    .await;
}

#[tokio::test]
async fn more_entries_than_one_batch_are_walked() {
    each_engine(async |store| {
        let setting = |n: i32| vec![Row::upsert(&tables::SETTING, values![n.to_string(), "x"])];
        for answer in join_all((0..10_000).map(|n| write(&store, setting(n)))).await {
            answer.unwrap();
        }
        history(&store).await;
        let report = audit_verify(&store).await.unwrap();
        assert!(report.is_sound(), "{report:?}");
        assert_eq!((report.entries, report.events), (10_012, 12));
    })
    .await;
}

#[tokio::test]
async fn every_way_of_tampering_is_found() {
    use AuditFaultKind::{Changed, Events, Gap, Reordered, Tail};
    each_url(async |url| {
        let store = open(&url).await;
        history(&store).await;
        let dialect = store.dialect();
        for (break_it, mend_it, kinds, at) in [
            (
                "UPDATE audit SET actor = 'other' WHERE seq = 3",
                "UPDATE audit SET actor = 'staff' WHERE seq = 3",
                vec![Changed],
                3,
            ),
            (
                "UPDATE case_event SET body = '{}' WHERE case_id = 'a' AND seq = 2",
                "UPDATE case_event SET body = '{\"n\":1}' WHERE case_id = 'a' AND seq = 2",
                vec![Events],
                3,
            ),
            (
                "UPDATE case_event SET ledger = 4 WHERE case_id = 'a' AND seq = 2",
                "UPDATE case_event SET ledger = 3 WHERE case_id = 'a' AND seq = 2",
                vec![Events, Events],
                3,
            ),
            (
                "UPDATE case_event SET ledger = 99 WHERE case_id = 'a' AND seq = 2",
                "UPDATE case_event SET ledger = 3 WHERE case_id = 'a' AND seq = 2",
                vec![Events, Events],
                3,
            ),
            (SWAP, SWAP, vec![Reordered, Changed, Reordered, Changed, Reordered, Events, Events], 4),
            (
                "UPDATE audit SET seq = 13 WHERE seq = 12",
                "UPDATE audit SET seq = 12 WHERE seq = 13",
                vec![Gap, Changed, Tail],
                13,
            ),
            ("UPDATE ledger_head SET seq = 13", "UPDATE ledger_head SET seq = 12", vec![Tail], 12),
            ("DELETE FROM audit WHERE seq = 7", "", vec![Gap, Events, Events], 8),
        ] {
            behind(&url, dialect, break_it).await;
            let report = audit_verify(&store).await.unwrap();
            let found: Vec<_> = report.faults.iter().map(|fault| fault.kind).collect();
            assert_eq!(found, kinds, "{break_it}: {report:?}");
            assert_eq!(report.faults[0].seq, at, "{break_it}: {report:?}");
            behind(&url, dialect, mend_it).await;
        }
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_entry_that_was_noted_elsewhere_must_be_there_still() {
    each_url(async |url| {
        let store = open(&url).await;
        history(&store).await;
        let report = audit_verify(&store).await.unwrap();
        let anchor: Anchor = format!("{}:{}", report.head, report.head_hash).parse().unwrap();
        history_goes_on(&store).await;
        assert!(audit_holds(&store, &anchor).await.unwrap().is_sound());
        let other = Anchor { seq: anchor.seq - 1, ..anchor.clone() };
        let kinds = async |anchor| audit_holds(&store, anchor).await.unwrap().faults.pop().map(|f| f.kind);
        assert_eq!(kinds(&other).await, Some(AuditFaultKind::Anchor));
        let later = Anchor { seq: 1_000, ..anchor };
        assert_eq!(kinds(&later).await, Some(AuditFaultKind::Anchor), "cut off");
        for wrong in ["", "12", "12:abc", "x:y"] {
            assert_eq!(wrong.parse::<Anchor>().unwrap_err().code, "audit.anchor", "{wrong}");
        }
        store.close().await;
    })
    .await;
}

async fn history_goes_on(store: &Store) {
    store.commit(take_number("n", 99)).await.unwrap();
}
