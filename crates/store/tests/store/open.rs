//! Opening: the schema, and what is refused.

use sqlx::{Connection, Row as _};
use yipan_store::table::Kind;
use yipan_store::testing::{drop_database, each_engine, each_url, fresh_database, open, postgres};
use yipan_store::{Store, StoreError, StoreOptions, tables};

use crate::support::{behind, case_event, write};

#[tokio::test]
async fn tables_as_data_are_the_tables_of_the_schema() {
    each_engine(async |store| {
        let mut expected: Vec<_> = tables::ALL.iter().map(|table| table.name.to_owned()).collect();
        expected.push("schema_migration".to_owned());
        expected.sort();
        assert_eq!(store.schema_tables().await.unwrap(), expected);
        for table in tables::ALL {
            let columns: Vec<_> = table
                .columns
                .iter()
                .enumerate()
                .map(|(at, column)| {
                    let kind = match column.kind {
                        Kind::Text => "TEXT",
                        Kind::Int => "BIGINT",
                        Kind::Real => "DOUBLE PRECISION",
                    };
                    let place = if at < table.key { at as i64 + 1 } else { 0 };
                    (column.name.to_owned(), kind.to_owned(), column.null, place)
                })
                .collect();
            assert_eq!(store.schema_columns(table.name).await.unwrap(), columns, "{}", table.name);
        }
    })
    .await;
}

#[tokio::test]
async fn a_store_opens_again_as_it_was_left() {
    each_url(async |url| {
        let store = open(&url).await;
        write(&store, vec![case_event("c", 1)]).await.unwrap();
        store.close().await;
        let again = open(&url).await;
        assert_eq!(*again.after_commit().borrow(), 1);
        again.close().await;
    })
    .await;
}

async fn refusal(url: &str) -> String {
    Store::open(url, StoreOptions::default()).await.err().expect("the store opened").to_string()
}

#[tokio::test]
async fn a_foreign_or_newer_schema_is_refused_in_a_sentence() {
    each_url(async |url| {
        let store = open(&url).await;
        let dialect = store.dialect();
        store.close().await;
        behind(&url, dialect, "INSERT INTO schema_migration VALUES (3, '0003_later', '00')").await;
        assert!(refusal(&url).await.contains("start the newer program"));
        behind(&url, dialect, "DELETE FROM schema_migration WHERE version = 3").await;
        behind(&url, dialect, "UPDATE schema_migration SET checksum = '00'").await;
        assert!(refusal(&url).await.contains("differs from this program's"));
    })
    .await;
}

#[tokio::test]
async fn a_postgres_database_of_another_order_or_encoding_is_refused() {
    let Some(server) = postgres() else { return };
    for (options, words) in [
        ("TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'", "encoding SQL_ASCII"),
        ("TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'", "collation C.UTF-8"),
    ] {
        let url = fresh_database(server, options).await;
        let fault = refusal(&url).await;
        assert!(fault.contains(words) && fault.contains("CREATE DATABASE"), "{fault}");
        drop_database(server, &url).await;
    }
}

#[tokio::test]
async fn what_is_no_database_is_refused_with_the_way_to_write_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    std::fs::write(
        &file,
        "not a database, but a rather long text that is longer than a header of 100 bytes, surely so.",
    )
    .unwrap();
    for (url, words) in [
        ("mysql://localhost/x".to_owned(), "sqlite:PATH"),
        ("sqlite::memory:".to_owned(), "sqlite:PATH"),
        (format!("sqlite:{}/none/x.db", folder.path().display()), "check that its folder exists"),
        (format!("sqlite:{}", file.display()), "is an SQLite database"),
    ] {
        let fault = refusal(&url).await;
        assert!(fault.contains(words), "{url}: {fault}");
    }
}

#[tokio::test]
async fn sqlite_writes_through_to_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    let store = open(&url).await;
    write(&store, vec![case_event("c", 1)]).await.unwrap();
    let mut conn = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let mode = sqlx::query("PRAGMA journal_mode").fetch_one(&mut conn).await.unwrap();
    assert_eq!(mode.get::<String, _>(0), "wal");
    assert!(matches!(
        store.house("DELETE FROM timer", &[]).await,
        Err(StoreError::Sql { .. } | StoreError::Unavailable(_))
    ));
    store.close().await;
}
