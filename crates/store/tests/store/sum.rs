//! Rows that follow from no event, and what tells that they were changed.

use yipan_store::testing::{each_url, open};
use yipan_store::{Row, dump, restore, tables, values};

use crate::support::{behind, write};

#[tokio::test]
async fn a_row_that_was_changed_behind_the_house_is_named() {
    each_url(async |url| {
        let store = open(&url).await;
        let account = values!["staff", "login", "hash", 0, None::<i64>, false];
        let reply = values!["staff", "key", 7, "digest", "{}"];
        write(&store, vec![Row::insert(&tables::ACCOUNT, account), Row::insert(&tables::IDEMPOTENCY, reply)])
            .await
            .unwrap();
        assert_eq!(store.wrong_sums().await.unwrap(), Vec::<String>::new());

        // What was read may be written again, whatever its sum was.
        let read = store.house("SELECT * FROM account", &[]).await.unwrap().remove(0);
        let mut values = read.into_values();
        values[3] = 2.into();
        write(&store, vec![Row::upsert(&tables::ACCOUNT, values)]).await.unwrap();
        assert_eq!(store.wrong_sums().await.unwrap(), Vec::<String>::new());

        for (break_it, mend_it, names) in [
            ("UPDATE account SET disabled = 1", "UPDATE account SET disabled = 0", "account"),
            (
                "UPDATE account SET password_hash = NULL",
                "UPDATE account SET password_hash = 'hash'",
                "account",
            ),
            ("UPDATE idempotency SET reply = '[]'", "UPDATE idempotency SET reply = '{}'", "idempotency"),
            ("UPDATE idempotency SET sum = sum + 1", "UPDATE idempotency SET sum = sum - 1", "idempotency"),
        ] {
            behind(&url, store.dialect(), break_it).await;
            let wrong = store.wrong_sums().await.unwrap();
            assert!(wrong.len() == 1 && wrong[0].starts_with(names), "{break_it}: {wrong:?}");
            behind(&url, store.dialect(), mend_it).await;
        }
        assert_eq!(store.wrong_sums().await.unwrap(), Vec::<String>::new());
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_copy_keeps_a_wrong_sum_and_mends_none() {
    each_url(async |url| {
        let store = open(&url).await;
        write(&store, vec![Row::insert(&tables::SETTING, values!["name", "body"])]).await.unwrap();
        behind(&url, store.dialect(), "UPDATE setting SET body = 'other'").await;
        let mut copy = Vec::new();
        dump(&store, &mut copy).await.unwrap();
        store.close().await;

        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("other.db").display());
        let other = open(&url).await;
        restore(&copy[..], &other).await.unwrap();
        assert_eq!(other.wrong_sums().await.unwrap().len(), 1);
        other.close().await;
    })
    .await;
}
