//! Grouped equals one by one: whatever units of work arrive, in whatever company, the tables end
//! the same and everyone is answered the same. Two units that touch one key, units that nothing can
//! be done with, and a full disk in the middle are among them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use yipan_base::refusal::Refusal;
use yipan_store::testing::{Trouble, Troubles, drop_database, fresh_database, postgres};
use yipan_store::{CommitError, Load, Planned, Row, Store, StoreOptions, UnitOfWork, Value, tables, values};

use crate::support::{case_event, case_file, contents, entry};

/// One row of a generated unit.
#[derive(Debug, Clone)]
enum Step {
    Insert(u8),
    Upsert(u8, i64),
    Delete(u8),
    /// Writes the setting of the first key from that of the second.
    Copy(u8, u8),
    Add(u8, i64),
    Event(u8),
    /// A number that another case may have.
    Number(u8, u8),
    Nul,
}

#[derive(Debug, Clone)]
struct Work {
    steps: Vec<Step>,
    /// Refuses where the setting of this key exists.
    unless: Option<u8>,
    audited: bool,
}

fn work() -> impl Strategy<Value = Work> {
    let key = 0..6_u8;
    let step = prop_oneof![
        4 => key.clone().prop_map(Step::Insert),
        6 => (key.clone(), 0..100_i64).prop_map(|(key, value)| Step::Upsert(key, value)),
        3 => key.clone().prop_map(Step::Delete),
        4 => (key.clone(), key.clone()).prop_map(|(to, from)| Step::Copy(to, from)),
        6 => (key.clone(), -5..5_i64).prop_map(|(key, delta)| Step::Add(key, delta)),
        3 => key.clone().prop_map(Step::Event),
        2 => (key.clone(), key.clone()).prop_map(|(id, number)| Step::Number(id, number)),
        1 => Just(Step::Nul),
    ];
    let unless = prop_oneof![3 => Just(None), 1 => key.prop_map(Some)];
    (prop::collection::vec(step, 0..4), unless, prop::bool::weighted(0.9))
        .prop_map(|(steps, unless, audited)| Work { steps, unless, audited })
}

fn unit(work: Work) -> UnitOfWork<i64> {
    let setting = |key: u8| values![format!("s{key}")];
    // Settings are looked up, counters are not: both ways of meeting in a group.
    let read = work.steps.iter().filter_map(|step| match step {
        Step::Copy(_, from) => Some(*from),
        _ => None,
    });
    let load = read.chain(work.unless).map(|key| Load::new(&tables::SETTING, setting(key))).collect();
    UnitOfWork::new(load, move |loaded| {
        if work.unless.is_some_and(|key| loaded.get(&tables::SETTING, &setting(key)).is_some()) {
            return Err(Refusal::rule("test.exists", "已有", "it exists"));
        }
        let row = |step: &Step| match *step {
            Step::Insert(key) => Row::insert(&tables::SETTING, values![format!("s{key}"), "new"]),
            Step::Upsert(key, value) => {
                Row::upsert(&tables::SETTING, values![format!("s{key}"), value.to_string()])
            }
            Step::Delete(key) => Row::delete(&tables::SETTING, setting(key)),
            Step::Copy(to, from) => {
                let from = loaded.get(&tables::SETTING, &setting(from)).map(|row| row.text("body").unwrap());
                Row::upsert(
                    &tables::SETTING,
                    values![format!("s{to}"), format!("{}+", from.unwrap_or("none"))],
                )
            }
            Step::Add(key, delta) => {
                Row::add(&tables::COUNTER, values![format!("c{key}")], &[("next", delta)])
            }
            Step::Event(key) => case_event(&format!("case{key}"), i64::from(key)),
            Step::Number(id, number) => case_file(&format!("case{id}"), &format!("N{number}")),
            Step::Nul => Row::upsert(&tables::SETTING, values!["nul", "\0"]),
        };
        let rows: Vec<_> = work.steps.iter().map(row).collect();
        let reply = rows.len() as i64;
        Ok(if work.audited {
            Planned::audited(entry("work"), rows, reply)
        } else {
            Planned::unaudited(rows, reply)
        })
    })
}

/// What is left of the answers and the tables.
type Outcome = (Vec<Result<(i64, i64), String>>, Vec<Vec<Vec<Value>>>);

/// Whether the disk is full.
#[derive(Default)]
struct Disk(AtomicBool);

impl Troubles for Disk {
    fn befalling(&self, _units: usize) -> Option<Trouble> {
        self.0.load(Ordering::Relaxed).then_some(Trouble::NoRoom)
    }
}

/// Commits the works before, during and after the time in which the disk is full.
async fn outcome(store: &Store, disk: &Disk, works: &[Vec<Work>; 3], together: bool) -> Outcome {
    let mut answers = Vec::new();
    for (works, full) in works.iter().zip([false, true, false]) {
        disk.0.store(full, Ordering::Relaxed);
        let mut given = Vec::new();
        if together {
            given = join_all(works.iter().map(|work| store.commit(unit(work.clone())))).await;
        } else {
            for work in works {
                given.push(store.commit(unit(work.clone())).await);
            }
        }
        answers.extend(given.into_iter().map(|answer| match answer {
            // Everyone is refused then; which of two reasons is given depends on who comes first.
            Err(_) if full => Err("refused while the disk is full".to_owned()),
            answer => answer.map(|receipt| (receipt.ledger, receipt.reply)).map_err(kind),
        }));
    }
    let mut rows = Vec::new();
    for table in [&tables::SETTING, &tables::COUNTER, &tables::CASE_EVENT, &tables::CASE_FILE, &tables::AUDIT]
    {
        rows.push(contents(store, table).await);
    }
    rows.push(contents(store, &tables::LEDGER_HEAD).await);
    (answers, rows)
}

/// The refusal without its sentence, which may name the constraint or the table.
fn kind(error: CommitError) -> String {
    let (kind, refusal) = match error {
        CommitError::Refused(refusal) => ("refused", refusal),
        CommitError::Data(refusal) => ("data", refusal),
        other => panic!("{other}"),
    };
    format!("{kind} {}", refusal.code)
}

/// Runs the works grouped and one by one, each on a store that `url` makes, and compares.
fn compare(cases: u32, url: impl AsyncFn() -> (String, Option<&'static str>)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let some = |most| prop::collection::vec(work(), 0..most);
    let works = (some(24), some(6), some(12)).prop_map(|(before, during, after)| [before, during, after]);
    let outcome = runner.run(&works, |works| {
        let run = async |together| {
            let (url, server) = url().await;
            let disk = Arc::new(Disk::default());
            let store = Store::open_in_trouble(&url, StoreOptions::default(), disk.clone()).await.unwrap();
            let outcome = outcome(&store, &disk, &works, together).await;
            store.close().await;
            if let Some(server) = server {
                drop_database(server, &url).await;
            }
            outcome
        };
        let (grouped, single) = runtime.block_on(async { (run(true).await, run(false).await) });
        prop_assert_eq!(grouped, single);
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn grouped_equals_one_by_one_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let count = std::cell::Cell::new(0);
    compare(96, async || {
        count.set(count.get() + 1);
        (format!("sqlite:{}", folder.path().join(format!("{}.db", count.get())).display()), None)
    });
}

#[test]
fn grouped_equals_one_by_one_on_postgres() {
    let Some(server) = postgres() else { return };
    compare(16, async || {
        let options = "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'";
        (fresh_database(server, options).await, Some(server))
    });
}
