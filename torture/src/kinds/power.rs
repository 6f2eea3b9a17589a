//! `power`: everything lies on a disk whose power is cut under load.

use std::sync::Arc;
use std::time::Duration;

use crate::disk::Disk;
use crate::house::House;
use crate::postgres::Cluster;
use crate::report::Report;
use crate::scratch::Scratch;
use crate::trial::{Options, Trial};

/// Room for a long run.
pub const MEBIBYTES: u64 = 6_144;

/// # Errors
/// If the harness itself fails; what the house does wrong is in the report.
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    if let Some(skipped) = Trial::skipped("power", options, Disk::absent()) {
        return Ok(skipped);
    }
    let scratch = Arc::new(Scratch::new()?);
    let disk = Disk::make("disk", MEBIBYTES, &scratch)?;
    let mut trial = Trial::new("power", options, &scratch, disk.path(), Cluster::default())?;
    let mut house = trial.open().await?;
    while trial.report.rounds < options.rounds && !trial.failed() {
        cut(&mut trial, &disk, house).await?;
        let Some(back) = trial.recover().await? else { break };
        house = back;
        trial.round_over(&house).await?;
    }
    Ok(trial.over())
}

/// Works the house, cuts the power at a random moment, and puts the disk back.
///
/// # Errors
/// If the disk cannot be cut or put back.
pub async fn cut(trial: &mut Trial, disk: &Disk, mut house: House) -> anyhow::Result<()> {
    let length = Duration::from_millis(trial.chance.between(100, 1_500));
    let shift = trial.load(&house, length).await;
    disk.cut()?;
    // What is acknowledged from here on has nowhere to be: it must not be. In every other round nobody
    // asks again, so that a last answer can be held against what the disk kept after all.
    if trial.report.rounds.is_multiple_of(2) {
        shift.stop();
    }
    tokio::time::sleep(Duration::from_millis(150)).await;
    house.kill().await?;
    if let Some(postgres) = &mut trial.postgres {
        postgres.kill();
    }
    shift.end().await;
    disk.remount()?;
    if let Some(postgres) = &mut trial.postgres {
        postgres.start()?;
    }
    Ok(())
}
