//! `backup`: a copy is made under load and restored into a new house. Everything that was acknowledged
//! before the copy was begun is in it, nothing is in it in part, and it can be worked in.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::ensure;

use crate::check;
use crate::house::Site;
use crate::postgres::Cluster;
use crate::report::Report;
use crate::scratch::Scratch;
use crate::trial::{Options, Trial};
use crate::verdict::{Breach, Finding};

/// # Errors
/// If the harness itself fails; what the house does wrong is in the report.
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    if let Some(skipped) = Trial::skipped("backup", options, Ok(())) {
        return Ok(skipped);
    }
    let scratch = Arc::new(Scratch::new()?);
    let mut trial = Trial::new("backup", options, &scratch, scratch.path(), Cluster::default())?;
    let house = trial.open().await?;
    while trial.report.rounds < options.rounds && !trial.failed() {
        let length = Duration::from_millis(trial.chance.between(400, 1_500));
        let shift = trial.load(&house, length).await;
        let before = trial.crew.acks().acknowledged_turns();
        let copy = scratch.path().join(format!("copy-{}", trial.report.rounds));
        let began = Instant::now();
        let made = trial.site.verb(&["backup", &copy.to_string_lossy(), "--json"]).await?;
        let took = began.elapsed();
        let under = trial.crew.take_tally().done.iter().filter(|at| **at > began).count();
        tokio::time::sleep(Duration::from_millis(200)).await;
        shift.end().await;
        ensure!(made.status.success(), "backup: {}", String::from_utf8_lossy(&made.stderr));
        trial.report.count("acknowledged while copying", under as u64);
        trial.report.measure("copied in ms", took.as_millis() as u64);
        restored(&mut trial, &copy, &|turn| before.contains(&turn)).await?;
        trial.report.rounds += 1;
    }
    // The copies cost the house itself nothing.
    if !trial.failed() {
        let (_, _, findings) = trial.crew.settle(&house.address).await;
        trial.report.find(findings);
        trial.everything(&house).await?;
    }
    house.leave().await?;
    Ok(trial.over())
}

/// Restores a copy into a new house and looks at it.
async fn restored(
    trial: &mut Trial,
    copy: &std::path::Path,
    required: crate::verdict::Required<'_>,
) -> anyhow::Result<()> {
    let folder = trial.scratch.folder(&format!("restored-{}", trial.report.rounds))?;
    let site = Site::new(&trial.options.yipan, folder.join("house"), &trial.scratch);
    std::fs::copy(trial.site.keys(), site.keys())?;
    let began = Instant::now();
    let out = site.verb(&["restore", &copy.to_string_lossy(), "--json"]).await?;
    trial.report.measure("restored and proved in ms", began.elapsed().as_millis() as u64);
    if !out.status.success() {
        let said =
            format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        trial.report.find([Finding::new(Breach::Unsound, format!("restore: {}", said.trim()))]);
        return Ok(());
    }
    let mut house = site.start().await?;
    let cases = trial.crew.acks().cases();
    let looked = check::cases(&trial.crew, &house.address, cases, required).await?;
    trial.report.find(looked.findings);
    // People go on in it; what they do there is no part of the first house's story.
    let visitors = crate::crew::Crew::new(trial.chance.next(), None)?;
    let shift = visitors.shift(&house.address, 4);
    tokio::time::sleep(Duration::from_millis(300)).await;
    shift.end().await;
    if visitors.acks().acknowledged == 0 {
        trial.report.find([Finding::new(Breach::Service, "nothing can be done in the restored house")]);
    }
    trial.report.find(check::proofs(&site, None, None).await?);
    house.kill().await?;
    std::fs::remove_dir_all(&folder)?;
    std::fs::remove_file(copy)?;
    Ok(())
}
