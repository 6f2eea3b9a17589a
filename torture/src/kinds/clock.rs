//! `clock`: the wall clock jumps by an hour and by a day, forth and back, under a running house and
//! across its restarts. Every timer fires once, none early, all within five seconds of the jump.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::house::House;
use crate::marks::{Marks, instant};
use crate::postgres::Cluster;
use crate::report::Report;
use crate::scratch::Scratch;
use crate::trial::{Options, Trial};
use crate::verdict::{Breach, Finding};
use crate::wall::Wall;

const HOUR: i64 = 3_600;
/// How soon everything that is due must have fired.
const CAUGHT_UP: Duration = Duration::from_secs(5);

/// # Errors
/// If the harness itself fails; what the house does wrong is in the report.
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    if let Some(skipped) = Trial::skipped("clock", options, Wall::absent()) {
        return Ok(skipped);
    }
    let scratch = Arc::new(Scratch::new()?);
    let mut trial = Trial::new("clock", options, &scratch, scratch.path(), Cluster::default())?;
    let mut wall = Wall::under(&mut trial.site)?;
    let mut house = trial.open().await?;
    let told = business_time(&trial, &house).await?;
    wall.jump(HOUR)?;
    let later = business_time(&trial, &house).await?;
    ensure!(later.as_second() - told.as_second() >= HOUR, "the house's clock does not follow");

    while trial.report.rounds < options.rounds && !trial.failed() {
        let mut jumps = [HOUR, -HOUR, 24 * HOUR, -24 * HOUR];
        for at in (1..jumps.len()).rev() {
            jumps.swap(at, trial.chance.below(at as u64 + 1) as usize);
        }
        for jump in jumps {
            let shift = trial.load(&house, Duration::from_millis(400)).await;
            shift.end().await;
            let running = trial.chance.percent(50);
            if running {
                wall.jump(jump)?;
                caught_up(&mut trial, &house, Instant::now()).await?;
            } else {
                house.kill().await?;
                wall.jump(jump)?;
                let Some(back) = trial.reopen().await else { return Ok(trial.over()) };
                house = back;
                caught_up(&mut trial, &house, house.started).await?;
                trial.look(&house).await?;
            }
            trial.report.count(if running { "jumps while running" } else { "jumps across restarts" }, 1);
        }
        trial.report.rounds += 1;
        if !trial.failed() {
            trial.everything(&house).await?;
        }
    }
    house.kill().await?;
    Ok(trial.over())
}

/// The house's business time, as it tells it.
async fn business_time(trial: &Trial, house: &House) -> anyhow::Result<Timestamp> {
    let answer = trial.crew.read(&mut Client::new(&house.address), "/session").await?;
    instant(&answer.body["now"]).with_context(|| format!("no time in {}", answer.body))
}

/// Looks at the marks of all cases until everything that is due is there, or patience ends.
async fn caught_up(trial: &mut Trial, house: &House, jumped: Instant) -> anyhow::Result<()> {
    let now = business_time(trial, house).await?;
    let mut waiting = trial.crew.acks().cases();
    let mut complete = 0;
    loop {
        let mut missing = Vec::new();
        for (case, marks) in read(trial, house, &waiting).await? {
            trial.report.find(marks.faults(&case));
            let late = marks.missing(now);
            if late.is_empty() {
                complete += marks.noted() as u64;
            } else {
                missing.push((case, late));
            }
        }
        if missing.is_empty() {
            break;
        }
        if jumped.elapsed() > CAUGHT_UP {
            let findings = missing.iter().map(|(case, late)| {
                Finding::new(
                    Breach::Lost,
                    format!("{case}: not fired {CAUGHT_UP:?} after the jump: {}", late.join(", ")),
                )
            });
            trial.report.find(findings);
            return Ok(());
        }
        waiting = missing.into_iter().map(|(case, _)| case).collect();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let took = jumped.elapsed().as_millis() as u64;
    let worst = trial.report.measured.get("caught up after ms").and_then(serde_json::Value::as_u64);
    trial.report.measure("caught up after ms", worst.unwrap_or_default().max(took));
    trial.report.measure("timers fired", complete);
    Ok(())
}

async fn read(trial: &Trial, house: &House, cases: &[Arc<str>]) -> anyhow::Result<Vec<(Arc<str>, Marks)>> {
    let mut asking = JoinSet::new();
    for part in 0..4 {
        let mine: Vec<_> = cases.iter().skip(part).step_by(4).cloned().collect();
        let (crew, mut client) = (trial.crew.clone(), Client::new(&house.address));
        asking.spawn(async move {
            let mut read = Vec::with_capacity(mine.len());
            for case in mine {
                let answer = crew.read(&mut client, &format!("/cases/{case}/events")).await?;
                let events = answer.body.as_array().with_context(|| format!("{case}: {}", answer.body))?;
                read.push((case, Marks::read(events)));
            }
            anyhow::Ok(read)
        });
    }
    let mut read = Vec::with_capacity(cases.len());
    while let Some(ended) = asking.join_next().await {
        read.extend(ended??);
    }
    Ok(read)
}
