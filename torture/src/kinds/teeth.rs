//! `teeth`: the verifier itself is put to the test. Durability is switched off underneath, old data is
//! put in the place of new, a key is forgotten: each time it must report what was lost or doubled.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _};

use crate::disk::Disk;
use crate::kinds::power;
use crate::postgres::Cluster;
use crate::report::Report;
use crate::scratch::{Scratch, run as run_command};
use crate::step::Step;
use crate::trial::{Engine, Options, Trial};
use crate::wall::library;

/// How often a cut is tried before the verifier is said to be toothless: a lucky disk loses nothing.
const TRIES: u64 = 6;

/// # Errors
/// If the harness itself fails.
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    if let Some(skipped) = Trial::skipped("teeth", options, Ok(())) {
        return Ok(skipped);
    }
    let began = std::time::Instant::now();
    let mut report = Report {
        kind: "teeth".to_owned(),
        engine: options.engine.name().to_owned(),
        seed: options.seed,
        ..Report::default()
    };
    let mut found = Vec::new();
    match without_durability(options).await? {
        Ok(trial) => found.push(("durability switched off", trial)),
        Err(why) => report.measure("durability switched off", format!("SKIPPED: {why}")),
    }
    if options.engine == Engine::Sqlite {
        found.push(("an older copy of the data", older_copy(options).await?));
        found.push(("a forgotten key", forgotten_key(options).await?));
    }
    report.good = true;
    if found.is_empty() {
        let why =
            "there is no disk whose power could be cut, or no library that switches syncing off".to_owned();
        return Ok(Report { skipped: Some(why), ..report });
    }
    for (what, trial) in found {
        report.rounds += 1;
        report.acknowledged += trial.acknowledged;
        let wanted = if what == "a forgotten key" { trial.doubled } else { trial.lost };
        report
            .measure(what, json!({ "lost": trial.lost, "doubled": trial.doubled, "unsound": trial.unsound }));
        if wanted == 0 {
            report.good = false;
            report.findings.extend(trial.findings);
        }
    }
    report.seconds = began.elapsed().as_secs_f64();
    Ok(report)
}

/// Options under which nothing that is found is kept as evidence.
fn quiet(options: &Options, rounds: u64) -> Options {
    Options { rounds, ..options.clone() }
}

/// The end of a trial in which breaches are what is wanted.
fn ended(mut trial: Trial) -> Report {
    trial.report.good = true;
    trial.closed()
}

/// Power cuts under a house whose syncing does nothing.
async fn without_durability(options: &Options) -> anyhow::Result<Result<Report, String>> {
    if let Err(why) = Disk::absent() {
        return Ok(Err(why));
    }
    let Some(library) = library("libeatmydata.so") else {
        return Ok(Err("libeatmydata is not installed (Debian: eatmydata)".to_owned()));
    };
    let scratch = Arc::new(Scratch::new()?);
    let disk = Disk::make("disk", 1_024, &scratch)?;
    let mut trial = Trial::new(
        "teeth",
        &quiet(options, TRIES),
        &scratch,
        disk.path(),
        Cluster { settings: &["fsync=off"], ..Cluster::default() },
    )?;
    let safe = trial.site.clone();
    let unsafe_site = safe.with("LD_PRELOAD", &library.to_string_lossy());
    // It is made in safety, so that what is lost are acknowledgements and not the house.
    trial.open().await?.leave().await?;
    run_command(&mut std::process::Command::new("sync"))?;
    while trial.report.rounds < TRIES && trial.report.lost == 0 {
        trial.site = unsafe_site.clone();
        let house = trial.open().await?;
        let cut = power::cut(&mut trial, &disk, house).await;
        trial.report.rounds += 1;
        trial.site = safe.clone();
        if let Err(fault) = cut {
            // PostgreSQL may be beyond recovery: everything acknowledged is lost then.
            trial.report.measure("database", format!("{fault:#}"));
            trial.report.lost += trial.crew.acks().acknowledged;
            break;
        }
        match trial.recover().await? {
            Some(mut house) => house.kill().await?,
            None => {
                trial.report.lost += trial.crew.acks().acknowledged;
                break;
            }
        }
    }
    Ok(Ok(ended(trial)))
}

/// After a kill, the data of some moments before lies where the data was.
async fn older_copy(options: &Options) -> anyhow::Result<Report> {
    let scratch = Arc::new(Scratch::new()?);
    let mut trial = Trial::new("teeth", &quiet(options, 1), &scratch, scratch.path(), Cluster::default())?;
    let older = scratch.path().join("older");
    let mut house = trial.open().await?;
    let shift = trial.load(&house, Duration::from_millis(500)).await;
    house.kill().await?;
    shift.end().await;
    copy(&scratch, &trial.site.data, &older)?;
    if let Some(mut house) = trial.recover().await? {
        anyhow::ensure!(
            !trial.failed(),
            "the house failed before it was tampered with: {:?}",
            trial.report.findings
        );
        let shift = trial.load(&house, Duration::from_millis(500)).await;
        house.kill().await?;
        shift.end().await;
        std::fs::remove_dir_all(&trial.site.data)?;
        copy(&scratch, &older, &trial.site.data)?;
        if let Some(mut house) = trial.recover().await? {
            house.kill().await?;
        }
    }
    Ok(ended(trial))
}

/// After a kill, the house has forgotten the key of something that it had acknowledged.
async fn forgotten_key(options: &Options) -> anyhow::Result<Report> {
    let scratch = Arc::new(Scratch::new()?);
    let mut trial = Trial::new("teeth", &quiet(options, 1), &scratch, scratch.path(), Cluster::default())?;
    let mut house = trial.open().await?;
    let shift = trial.load(&house, Duration::from_millis(500)).await;
    house.kill().await?;
    shift.end().await;
    let key = {
        let acks = trial.crew.acks();
        // What can be done twice without the case's stage standing in its way.
        let twice = |turn: &u64| {
            let step = acks.get(*turn).map(|sent| sent.step);
            acks.outcome(*turn).is_some() && matches!(step, Some(Step::Accept | Step::Note))
        };
        acks.key((0..acks.turns()).rev().find(twice).unwrap_or_default())
    };
    forget(&trial.site.data.join("yipan.db"), &key).await?;
    if let Some(mut house) = trial.recover().await? {
        house.kill().await?;
    }
    Ok(ended(trial))
}

async fn forget(database: &Path, key: &str) -> anyhow::Result<()> {
    let mut conn = sqlx::SqliteConnection::connect(&format!("sqlite:{}", database.display())).await?;
    let sql = format!("DELETE FROM idempotency WHERE key = '{key}'");
    let gone = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await?.rows_affected();
    conn.close().await?;
    anyhow::ensure!(gone == 1, "the key {key} was not there to be forgotten");
    Ok(())
}

fn copy(scratch: &Scratch, from: &Path, to: &Path) -> anyhow::Result<()> {
    run_command(scratch.command("cp").arg("-a").arg(from).arg(to)).map(drop)
}
