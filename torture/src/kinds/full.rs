//! `full`: the disk is filled for ten seconds under load. Reading goes on, writing is refused with
//! 507 and is back within two seconds after space returns, without a restart.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::check;
use crate::client::Client;
use crate::crew::Crew;
use crate::disk::Disk;
use crate::house::House;
use crate::postgres::{Cluster, Postgres};
use crate::report::Report;
use crate::scratch::Scratch;
use crate::trial::{Options, Trial};
use crate::verdict::{Breach, Finding};
use crate::wall::Wall;

const MEBIBYTES: u64 = 512;
/// How long the disk stays full.
const FULL: Duration = Duration::from_secs(10);
/// Seconds after which a session is noted as seen again.
const SEEN_AGAIN: i64 = 61;
/// How soon writing must be back.
const BACK: Duration = Duration::from_secs(2);

/// # Errors
/// If the harness itself fails; what the house does wrong is in the report.
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    if let Some(skipped) = Trial::skipped("full", options, Disk::absent()) {
        return Ok(skipped);
    }
    let scratch = Arc::new(Scratch::new()?);
    let disk = Arc::new(Disk::make("disk", MEBIBYTES, &scratch)?);
    // A PostgreSQL whose log of changes finds no room ends itself, and does not come back before it does:
    // that log lies on a disk of its own, as it should wherever the house is at home.
    let wal = scratch.folder("wal")?;
    let cluster = Cluster { wal: Some(&wal), ..Cluster::default() };
    let mut trial = Trial::new("full", options, &scratch, disk.path(), cluster)?;
    // Where the clock can be set, sessions fall due to be noted as seen while there is no room to note it.
    let mut wall = if Wall::absent().is_ok() { Some(Wall::under(&mut trial.site)?) } else { None };
    let mut house = trial.open().await?;
    while trial.report.rounds < options.rounds && !trial.failed() {
        round(&mut trial, &disk, &mut house, wall.as_mut()).await?;
        if trial.failed() {
            break;
        }
        // Nothing may have been saved only in memory either.
        house.kill().await?;
        let Some(back) = trial.recover().await? else { break };
        house = back;
        trial.report.rounds += 1;
        trial.everything(&house).await?;
    }
    house.kill().await?;
    Ok(trial.over())
}

async fn round(
    trial: &mut Trial,
    disk: &Arc<Disk>,
    house: &mut House,
    mut wall: Option<&mut Wall>,
) -> anyhow::Result<()> {
    let shift = trial.load(house, Duration::from_secs(1)).await;
    let readers = Readers::start(&trial.crew, &house.address);
    trial.crew.take_tally();
    let (began, mut minute) = (Instant::now(), Duration::from_secs(2));
    while began.elapsed() < FULL {
        let disk = disk.clone();
        // What the house itself frees is taken as well.
        tokio::task::spawn_blocking(move || disk.fill()).await??;
        if let Some(wall) = wall.as_mut().filter(|_| began.elapsed() > minute) {
            wall.jump(SEEN_AGAIN)?;
            minute += Duration::from_secs(1);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let full = trial.crew.take_tally();
    let released = Instant::now();
    {
        let disk = disk.clone();
        tokio::task::spawn_blocking(move || disk.release()).await??;
    }
    tokio::time::sleep(BACK + Duration::from_secs(1)).await;
    let after = trial.crew.take_tally();
    let (reads, failed) = readers.end().await;
    shift.end().await;

    let refused: u64 = full.faults.get("507 store.no_space").copied().unwrap_or_default();
    trial.report.count("refused with 507", refused);
    trial.report.count("written while full", full.done.len() as u64);
    trial.report.count("read", reads);
    let mut findings: Vec<Finding> = failed.into_iter().map(service).collect();
    if refused == 0 {
        findings.push(service(format!("no write was refused with 507: {:?}", full.faults)));
    }
    let others = full.faults.iter().filter(|(fault, _)| *fault != "507 store.no_space");
    findings
        .extend(others.map(|(fault, count)| service(format!("{count} writes were refused with {fault}"))));
    match after.done.iter().find(|at| **at > released) {
        Some(at) if *at - released <= BACK => {
            trial.report.measure("back after ms", (*at - released).as_millis() as u64);
        }
        Some(at) => findings.push(service(format!("writing was back only after {:?}", *at - released))),
        None => findings
            .push(service(format!("writing was not back {BACK:?} after the space: {:?}", after.faults))),
    }
    if house.gone() {
        findings.push(service("the house ended".to_owned()));
    }
    if trial.postgres.as_mut().is_some_and(Postgres::gone) {
        findings.push(service("PostgreSQL ended".to_owned()));
    }
    trial.report.find(findings);
    // While the house that lived through it still runs.
    if !trial.failed() {
        let (unanswered, landed, findings) = trial.crew.settle(&house.address).await;
        trial.report.unanswered += unanswered;
        trial.report.landed += landed;
        trial.report.find(findings);
        let touched = trial.crew.acks().take_touched();
        trial.report.find(check::cases(&trial.crew, &house.address, touched, &|_| true).await?.findings);
    }
    Ok(())
}

fn service(what: String) -> Finding {
    Finding::new(Breach::Service, what)
}

/// People who read all the time.
struct Readers {
    stop: Arc<AtomicBool>,
    reading: Vec<JoinHandle<(u64, Vec<String>)>>,
}

impl Readers {
    fn start(crew: &Arc<Crew>, address: &str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let one = crew.acks().cases().first().cloned().unwrap_or_default();
        let paths = ["/cases?limit=20".to_owned(), format!("/cases/{one}"), "/cases?sort=due".to_owned()];
        let reading = paths.map(|path| {
            let (crew, stop, mut client) = (crew.clone(), stop.clone(), Client::new(address));
            tokio::spawn(async move {
                let (mut reads, mut failed) = (0, Vec::new());
                while !stop.load(Ordering::Relaxed) && failed.len() < 2 {
                    match crew.read(&mut client, &path).await {
                        Ok(answer) if answer.status == 200 => reads += 1,
                        Ok(answer) => failed.push(format!("{path}: {} {}", answer.status, answer.body)),
                        Err(fault) => failed.push(format!("{path}: {fault:#}")),
                    }
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                (reads, failed)
            })
        });
        Self { stop, reading: reading.into() }
    }

    async fn end(self) -> (u64, Vec<String>) {
        self.stop.store(true, Ordering::Relaxed);
        let (mut reads, mut failed) = (0, Vec::new());
        for one in self.reading {
            if let Ok((more, faults)) = one.await {
                reads += more;
                failed.extend(faults);
            }
        }
        (reads, failed)
    }
}
