//! Faults of the engine: a full disk, a lost connection.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use sqlx::{Connection, PgConnection};
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_store::testing::{Trouble, Troubles, drop_database, each_url, fresh_database, open, postgres};
use yipan_store::{CommitError, Dialect, Row, Store, StoreOptions, tables, values};

use crate::support::{contents, take_number, write};

/// A small file system in memory, unmounted when dropped.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(megabytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        mounted.is_ok_and(|out| out.status.success()).then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

#[tokio::test]
async fn a_full_disk_refuses_everyone_and_space_brings_all_back() {
    let Some(disk) = SmallDisk::mount(8) else {
        eprintln!("SKIPPED: a full disk: mounting a small file system needs root");
        return;
    };
    let store = open(&format!("sqlite:{}", disk.path().join("test.db").display())).await;
    assert_eq!(store.commit(take_number("n", 99)).await.unwrap().reply, 1);

    let ballast = disk.path().join("ballast");
    let mut size = 8 << 20;
    // As much as fits, to the page.
    while size >= 4096 {
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(&ballast).unwrap();
        if std::io::Write::write_all(&mut file, &vec![1; size]).is_err() {
            size /= 2;
        }
    }
    let big = "x".repeat(2 << 20);
    let full =
        write(&store, vec![Row::upsert(&tables::SETTING, values!["big", big.as_str()])]).await.unwrap_err();
    assert!(matches!(full, CommitError::NoSpace(_)), "{full}");
    assert_eq!(Refusal::from(full).kind, RefusalKind::NoSpace);
    assert_eq!(contents(&store, &tables::COUNTER).await, [values!["n", 2]]);

    std::fs::remove_file(&ballast).unwrap();
    write(&store, vec![Row::upsert(&tables::SETTING, values!["big", big.as_str()])]).await.unwrap();
    assert_eq!(store.commit(take_number("n", 99)).await.unwrap().reply, 2);
    assert_eq!(contents(&store, &tables::SETTING).await.len(), 1);
    assert_eq!(contents(&store, &tables::AUDIT).await.len(), 3);
    store.close().await;
}

#[tokio::test]
async fn a_lost_connection_is_made_again() {
    let Some(server) = postgres() else { return };
    let url = fresh_database(server, "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'").await;
    let store = open(&url).await;
    store.commit(take_number("n", 99)).await.unwrap();

    let mut other = PgConnection::connect(&url).await.unwrap();
    let cut = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    sqlx::query(cut).execute(&mut other).await.unwrap();
    assert_eq!(store.commit(take_number("n", 99)).await.unwrap().reply, 2);
    assert_eq!(contents(&store, &tables::COUNTER).await, [values!["n", 3]]);

    // A database that takes nobody in is an outage, told to whoever asks, and passes by itself.
    let name = url.split('?').next().unwrap().rsplit('/').next().unwrap();
    let allow = |yes: bool| format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {yes}");
    let mut admin = PgConnection::connect(server).await.unwrap();
    let cut_all =
        format!("SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'");
    for sql in [allow(false), cut_all] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut admin).await.unwrap();
    }
    let out = store.commit(take_number("n", 99)).await.unwrap_err();
    assert!(matches!(out, CommitError::Unavailable(_)), "{out}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(allow(true))).execute(&mut admin).await.unwrap();
    assert_eq!(store.commit(take_number("n", 99)).await.unwrap().reply, 3);
    store.close().await;
    drop_database(server, &url).await;
}

/// A server that was not promoted yet takes no writes: an outage, and nothing is worse for having asked.
#[tokio::test]
async fn a_read_only_server_is_an_outage_until_it_takes_writes() {
    let Some(server) = postgres() else { return };
    let url = fresh_database(server, "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'").await;
    let store = open(&url).await;
    store.commit(take_number("n", 99)).await.unwrap();

    let name = url.split('?').next().unwrap().rsplit('/').next().unwrap();
    let read_only = |yes: bool| format!("ALTER DATABASE {name} SET default_transaction_read_only = {yes}");
    let cut =
        format!("SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'");
    let mut admin = PgConnection::connect(server).await.unwrap();
    for sql in [read_only(true), cut.clone()] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut admin).await.unwrap();
    }
    for _ in 0..3 {
        let refused = store.commit(take_number("n", 99)).await.unwrap_err();
        assert!(matches!(refused, CommitError::Unavailable(_)), "{refused}");
        assert_eq!(Refusal::from(refused).kind, RefusalKind::Unavailable);
    }
    // Reading goes on.
    assert_eq!(contents(&store, &tables::COUNTER).await, [values!["n", 2]]);

    for sql in [read_only(false), cut] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut admin).await.unwrap();
    }
    assert_eq!(store.commit(take_number("n", 99)).await.unwrap().reply, 2);
    assert_eq!(contents(&store, &tables::AUDIT).await.len(), 2);
    store.close().await;
    drop_database(server, &url).await;
}

/// One trouble at a time, met with once.
#[derive(Default)]
struct Next(Mutex<Option<Trouble>>);

impl Troubles for Next {
    fn befalling(&self, _units: usize) -> Option<Trouble> {
        self.0.lock().unwrap().take()
    }
}

#[tokio::test]
async fn a_simulated_trouble_is_answered_like_a_real_one() {
    each_url(async |url| {
        let next = Arc::new(Next::default());
        let store = Store::open_in_trouble(&url, StoreOptions::default(), next.clone()).await.unwrap();
        let meet = async |trouble| {
            *next.0.lock().unwrap() = Some(trouble);
            store.commit(take_number("n", 99)).await.map(|receipt| receipt.reply)
        };
        // A connection that breaks while nothing is sent for good is made again, and nobody notices.
        assert_eq!(meet(Trouble::Broken).await.unwrap(), 1);
        // A disk that fails while it commits leaves it open what became of the change.
        let unkept = meet(Trouble::Unkept).await.unwrap_err();
        assert!(matches!(&unkept, CommitError::Unavailable(text) if text.contains("not known")), "{unkept}");
        assert_eq!(contents(&store, &tables::COUNTER).await, [values!["n", 2]]);
        assert_eq!(meet(Trouble::Kept).await.unwrap_err(), unkept);
        assert_eq!(contents(&store, &tables::COUNTER).await, [values!["n", 3]]);
        if store.dialect() == Dialect::Sqlite {
            let big = vec![Row::upsert(&tables::SETTING, values!["big", "x".repeat(1 << 20)])];
            *next.0.lock().unwrap() = Some(Trouble::Full);
            assert!(matches!(write(&store, big.clone()).await, Err(CommitError::NoSpace(_))));
            write(&store, big).await.unwrap();
        }
        assert_eq!(store.commit(take_number("n", 99)).await.unwrap().reply, 3);
        store.close().await;
    })
    .await;
}
