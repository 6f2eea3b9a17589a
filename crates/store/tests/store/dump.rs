//! Dump and restoration, within and across engines.

use std::sync::Mutex;

use yipan_store::testing::{each_url, open};
use yipan_store::{Row, Store, audit_verify, dump, restore, tables, values};

use crate::support::{case_access, case_event, case_file, contents, take_number, write};

async fn seeded(store: &Store) {
    let tricky = "一盘棋\n\"quoted\" \\ \u{1F004} \u{7f} \u{1}";
    let mut rows = vec![
        Row::upsert(&tables::SETTING, values!["tricky", tricky]),
        Row::upsert(&tables::TIMER, values!["t", i64::MIN, "k", None::<&str>, ""]),
        Row::add(&tables::ROLLUP_DAY, values![-1, "u", 0, "k", "c"], &[("closed", i64::MAX)]),
    ];
    for n in 0..1_500_i64 {
        let id = format!("case{n}");
        rows.extend([case_file(&id, &format!("号{n}")), case_event(&id, 1), case_access("u:x", &id, 0, n)]);
    }
    write(store, rows).await.unwrap();
    store.commit(take_number("n", 9)).await.unwrap();
}

async fn dumped(store: &Store) -> Vec<u8> {
    let mut out = Vec::new();
    let summary = dump(store, &mut out).await.unwrap();
    assert_eq!(summary.rows, out.iter().filter(|byte| **byte == b'\n').count() as u64 - 2);
    out
}

#[tokio::test]
async fn a_dump_restores_to_the_byte_on_either_engine() {
    let dumps = Mutex::new(Vec::new());
    each_url(async |url| {
        let store = open(&url).await;
        seeded(&store).await;
        let bytes = dumped(&store).await;
        dumps.lock().unwrap().push(bytes);
        store.close().await;
    })
    .await;
    let dumps = dumps.into_inner().unwrap();
    assert!(dumps.windows(2).all(|pair| pair[0] == pair[1]), "the engines dump the same differently");
    each_url(async |url| {
        let store = open(&url).await;
        let summary = restore(&*dumps[0], &store).await.unwrap();
        assert_eq!(summary.ledger, 2);
        assert_eq!(*store.after_commit().borrow(), 2);
        assert!(dumped(&store).await == dumps[0]);
        assert!(audit_verify(&store).await.unwrap().is_sound());
        // The restored store goes on where the dumped one stood.
        let receipt = store.commit(take_number("n", 9)).await.unwrap();
        assert_eq!((receipt.ledger, receipt.reply), (3, 2));
        let again = restore(&*dumps[0], &store).await.unwrap_err().to_string();
        assert!(again.contains("not empty"), "{again}");
        store.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_dump_is_of_one_moment_while_the_store_goes_on() {
    each_url(async |url| {
        let store = open(&url).await;
        seeded(&store).await;
        let before = dumped(&store).await;
        // Writes as soon as the dump has written its header.
        let meanwhile = store.clone();
        let (started, starts) = std::sync::mpsc::channel();
        let (written, waits) = std::sync::mpsc::channel();
        let writing = std::thread::spawn(move || {
            starts.recv().unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(write(&meanwhile, vec![case_event("late", 1)])).unwrap();
            written.send(()).unwrap();
        });
        let mut out = Pausing { bytes: Vec::new(), started: Some(started), waits };
        dump(&store, &mut out).await.unwrap();
        writing.join().unwrap();
        assert!(out.bytes == before);
        assert_eq!(*store.after_commit().borrow(), 3);
        store.close().await;
    })
    .await;
}

/// Lets somebody write to the store after the first bytes of a dump.
struct Pausing {
    bytes: Vec<u8>,
    started: Option<std::sync::mpsc::Sender<()>>,
    waits: std::sync::mpsc::Receiver<()>,
}

impl std::io::Write for Pausing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if let Some(started) = self.started.take() {
            started.send(()).unwrap();
            self.waits.recv().unwrap();
        }
        self.bytes.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_damaged_dump_is_refused_and_leaves_the_store_empty() {
    let good = Mutex::new(Vec::new());
    each_url(async |url| {
        let store = open(&url).await;
        seeded(&store).await;
        let bytes = dumped(&store).await;
        *good.lock().unwrap() = bytes;
        store.close().await;
    })
    .await;
    let good = String::from_utf8(good.into_inner().unwrap()).unwrap();
    let end = good.trim_end().rfind('\n').unwrap() + 1;
    let second_case = good.find("[\"case1\",").unwrap();
    let damaged = [
        (good[..good.len() / 2].to_owned(), "cut off"),
        (good[..end].to_owned(), "where the trailer should follow"),
        (good[..second_case].to_owned(), "table case_file, row 2 of 1500 should follow"),
        (good.replacen("号7\"", "号8\"", 1), "up to here, table case_file"),
        (good.replacen("\"phone\"", "\"phony\"", 1), "the SHA-256 does not fit"),
        (good.replacen("\"schema\":2", "\"schema\":3", 1), "it has schema 3"),
        (good.replacen("\"yipan_dump\":1", "\"yipan_dump\":9", 1), "format 9"),
        (good.replacen("\"area\"", "\"aera\"", 1), "not those of its schema"),
        (good.clone() + "{}\n", "follows the trailer"),
        ("hello\n".to_owned(), "line 1: this is not the header"),
        (String::new(), "where the header should follow"),
    ];
    each_url(async |url| {
        let store = open(&url).await;
        for (text, words) in &damaged {
            let fault = restore(text.as_bytes(), &store).await.unwrap_err().to_string();
            assert!(fault.contains(words), "{words}: {fault}");
        }
        assert_eq!(contents(&store, &tables::CASE_FILE).await.len(), 0);
        restore(good.as_bytes(), &store).await.unwrap();
        store.close().await;
    })
    .await;
}
