//! `kill`: the process is killed at a random moment under load. Of PostgreSQL, the server as well in
//! every third round.

use std::sync::Arc;
use std::time::Duration;

use crate::postgres::Cluster;
use crate::report::Report;
use crate::scratch::Scratch;
use crate::trial::{Options, Trial};

/// # Errors
/// If the harness itself fails; what the house does wrong is in the report.
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    if let Some(skipped) = Trial::skipped("kill", options, Ok(())) {
        return Ok(skipped);
    }
    let scratch = Arc::new(Scratch::new()?);
    let mut trial = Trial::new("kill", options, &scratch, scratch.path(), Cluster::default())?;
    let mut house = trial.open().await?;
    trial.fill(&house).await?;
    while trial.report.rounds < options.rounds && !trial.failed() {
        let length = Duration::from_millis(trial.chance.between(50, 1_200));
        let shift = trial.load(&house, length).await;
        house.kill().await?;
        let database_too = trial.report.rounds % 3 == 2;
        if let Some(postgres) = trial.postgres.as_mut().filter(|_| database_too) {
            postgres.kill();
            postgres.start()?;
        }
        shift.end().await;
        // Now and then it does not even come up again.
        if trial.chance.percent(15) {
            let after = Duration::from_millis(trial.chance.between(1, 250));
            trial.site.stumble(after).await?;
        }
        let Some(back) = trial.recover().await? else { break };
        house = back;
        trial.round_over(&house).await?;
    }
    Ok(trial.over())
}
