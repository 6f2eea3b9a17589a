//! Prints how many commands of a real shape a store commits durably per second.
//!
//! `cargo run --release -p yipan-store --example commit_rate -- sqlite:/path/to/new.db [COMMANDS]`
//!
//! A command loads its case and writes ten rows in seven tables: the case, two events, its facts,
//! two access rows, a timer, two messages, one roll-up; and its audit entry besides.

#![allow(clippy::print_stdout, reason = "printing the figures is what this is for")]
#![allow(clippy::result_large_err, reason = "plans answer refusals")]

use std::time::Instant;

use yipan_base::id::{Ids, SeededIds};
use yipan_base::time::Timestamp;
use yipan_store::{
    AuditEntry, Load, Planned, Row, Store, StoreError, StoreOptions, UnitOfWork, Value, tables, values,
};

const BODY: &str = r#"{"type":"dispatched","holdings":[{"unit":"0190a1b2-0000-7000-8000-000000000001","role":"main","sign_due":"2021-05-01T12:30:00+08:00","handle_due":"2021-05-08T17:30:00+08:00"}],"policy":"normal/3","calendar":"2021/2","reason":"catalogue entry urban.housing.heating, rule 17","narrative":"0190a1b2-0000-7000-8000-000000000002","digest":"5f3a"}"#;

#[tokio::main]
async fn main() -> Result<(), StoreError> {
    let mut args = std::env::args().skip(1);
    let url = args.next().unwrap_or_else(|| "sqlite:commit_rate.db".to_owned());
    let commands = args.next().and_then(|text| text.parse().ok()).unwrap_or(20_000);
    for together in [1, 16, 128, 512] {
        let store = Store::open(&url, StoreOptions { group: together, ..StoreOptions::default() }).await?;
        let count = if together == 1 { commands / 20 } else { commands };
        let rate = measure(&store, count, together).await;
        println!("{together:>4} commands a commit: {rate:>8.0} commands/s");
        store.close().await;
    }
    Ok(())
}

/// Commits `count` commands, twice `together` of them at any time.
async fn measure(store: &Store, count: usize, together: usize) -> f64 {
    let ids = SeededIds::new(together as u64);
    let now = Timestamp::from_millis(1_620_000_000_000);
    let names: Vec<String> = (0..count * 4).map(|_| ids.next(now).to_string()).collect();
    let mut commands = names.chunks(4).enumerate().map(|(n, ids)| command(n as i64, ids, now));
    let mut running = tokio::task::JoinSet::new();
    let started = Instant::now();
    let mut failed = 0;
    loop {
        while running.len() < together * 2
            && let Some(command) = commands.next()
        {
            let store = store.clone();
            running.spawn(async move { store.commit(command).await });
        }
        match running.join_next().await {
            Some(Ok(Ok(_))) => {}
            Some(_) => failed += 1,
            None => break,
        }
    }
    if failed > 0 {
        println!("{failed} commands failed");
    }
    count as f64 / started.elapsed().as_secs_f64()
}

fn command(n: i64, ids: &[String], now: Timestamp) -> UnitOfWork<()> {
    let ids = ids.to_vec();
    let load = vec![Load::new(&tables::CASE_FILE, values![&ids[0]])];
    UnitOfWork::new(load, move |_| {
        let rows = rows(n, &ids, now.plus(n));
        let audit = AuditEntry {
            at: now,
            actor: "0190a1b2-0000-7000-8000-000000000003".to_owned(),
            action: "case.dispatch".to_owned(),
            subject: ids[0].clone(),
        };
        Ok(Planned::audited(audit, rows, ()))
    })
}

fn rows(n: i64, ids: &[String], at: Timestamp) -> Vec<Row> {
    let id = &ids[0];
    let unit = format!("0190a1b2-0000-7000-8000-{:012}", n % 900);
    let none = None::<i64>;
    let (kind, category, level) = ("complaint", "urban.housing.heating", "normal");
    let event = |seq: i64| {
        values![id, seq, Value::LedgerSeq, at, "0190a1b2-0000-7000-8000-000000000003", "dispatched", BODY]
    };
    let access =
        |holder: String| values![holder, id, 0, at, at, "dispatched", kind, category, "phone", level];
    let message = |id: &String, topic: &str| {
        values![id, at, topic, &ids[0], BODY, "waiting", 0, at, none, Value::LedgerSeq]
    };
    let case = values![
        id,
        id,
        2,
        "dispatched",
        kind,
        category,
        "phone",
        level,
        "area",
        &unit,
        at,
        at,
        false,
        false,
        BODY
    ];
    let fact = values![
        id, id, kind, category, "phone", level, "county", "town", "centre", &unit, at, at, none, at, none,
        none, none, none, none, none, none, none, 1, 0, 0, 0, none, 0, 0, 0, 0, 0, 0, 0
    ];
    vec![
        Row::upsert(&tables::CASE_FILE, case),
        Row::insert(&tables::CASE_EVENT, event(1)),
        Row::insert(&tables::CASE_EVENT, event(2)),
        Row::upsert(&tables::FACT_CASE, fact),
        Row::upsert(&tables::CASE_ACCESS, access(format!("u:{unit}"))),
        Row::upsert(&tables::CASE_ACCESS, access("a:city".to_owned())),
        Row::upsert(&tables::TIMER, values![&ids[1], at, "sign_due", id, "{}"]),
        Row::insert(&tables::OUTBOX, message(&ids[2], "case.dispatched")),
        Row::insert(&tables::OUTBOX, message(&ids[3], "notice")),
        Row::add(&tables::ROLLUP_DAY, values![n / 8_000, &unit, 0, kind, "phone"], &[("dispatched", 1)]),
    ]
}
