//! `nodes`: two nodes over one PostgreSQL behind a TCP balancer. One after the other is restarted under
//! load, in turn in good order and by kill -9; nobody who asks through the balancer may notice the
//! first, and of the second nobody who repeats a request once under its key. Where a binary of an earlier
//! release is given, the house begins as its house, and is upgraded under load, node by node.

use std::sync::Arc;
use std::time::Duration;

use crate::balancer::{ASKS_EVERY_MS, Balancer, free_address};
use crate::house::{House, Site};
use crate::postgres::Cluster;
use crate::report::{Report, Spread};
use crate::scratch::Scratch;
use crate::trial::{CONNECTIONS, Engine, Options, Trial};
use crate::verdict::{Breach, Finding};

/// How long a leaving node goes on answering; the balancer has noticed long before.
const DRAIN_SECONDS: &str = "1";

/// # Errors
/// If the harness itself fails; what the house does wrong is in the report.
pub async fn run(options: &Options) -> anyhow::Result<Report> {
    let possible = match options.engine {
        Engine::Sqlite => Err("an embedded database has one node".to_owned()),
        Engine::Postgres => Balancer::absent(),
    };
    if let Some(skipped) = Trial::skipped("nodes", options, possible) {
        return Ok(skipped);
    }
    let scratch = Arc::new(Scratch::new()?);
    let mut trial = Trial::new("nodes", options, &scratch, scratch.path(), Cluster::default())?;
    trial.site.serve = vec!["--drain".to_owned(), DRAIN_SECONDS.to_owned()];
    trial.site.listen = free_address()?;
    let older = options.older.as_ref().map(|yipan| Site { yipan: yipan.clone(), ..trial.site.clone() });
    let newer = trial.site.clone();
    trial.site = older.clone().unwrap_or(newer.clone());
    let first = trial.open().await?;
    trial.site = newer;
    let sites = [trial.site.clone(), second(&trial.site)?];
    let addresses = sites.clone().map(|site| site.listen);
    let (mut nodes, balancer) = match &older {
        Some(older) => {
            let balancer = Balancer::start(&scratch, &addresses)?;
            (upgrade(&mut trial, &balancer, older, first, &sites).await?, balancer)
        }
        None => {
            let why = "SKIPPED: no binary of an earlier release (--older, YIPAN_OLDER_BIN)";
            trial.report.measure("upgrade under load", why);
            let nodes = [first, sites[1].start().await?];
            (nodes, Balancer::start(&scratch, &addresses)?)
        }
    };
    trial.crew.first_write(&balancer.address, Duration::from_secs(30)).await?;
    trial.crew.arrive(&balancer.address).await?;

    let mut gaps = Vec::new();
    while trial.report.rounds < options.rounds && !trial.failed() {
        let at = (trial.report.rounds % 2) as usize;
        let orderly = trial.report.rounds / 2 % 2 == 0;
        both_up().await;
        trial.crew.take_tally();
        let shift = trial.crew.shift(&balancer.address, CONNECTIONS);
        tokio::time::sleep(Duration::from_millis(trial.chance.between(200, 900))).await;
        if orderly {
            replace(&mut nodes[at], &sites[at]).await?;
        } else {
            nodes[at].kill().await?;
            tokio::time::sleep(Duration::from_millis(trial.chance.between(100, 900))).await;
            nodes[at] = sites[at].start().await?;
        }
        both_up().await;
        shift.end().await;
        let tally = trial.crew.take_tally();
        gaps.extend(tally.done.windows(2).map(|two| two[1].duration_since(two[0])).max());
        let (failed, why) = if orderly {
            (
                tally.unanswered + tally.faults.values().sum::<u64>(),
                "requests failed while a node left in good order",
            )
        } else {
            (tally.stubborn, "requests failed a second time, after a node was killed")
        };
        trial.report.count(if orderly { "left in good order" } else { "killed" }, 1);
        trial.report.count(
            if orderly { "requests failed at leaving" } else { "requests failed at a kill, then repeated" },
            tally.unanswered,
        );
        if failed > 0 {
            let what = format!("{failed} {why}: {:?} {:?}", tally.faults, tally.unheard);
            trial.report.find([Finding::new(Breach::Service, what)]);
        }
        // What one node was told, the other knows.
        trial.look(&nodes[1 - at]).await?;
        trial.round_over(&nodes[at]).await?;
    }
    if let Some(longest) = Spread::of(&gaps) {
        trial.report.measure("longest gap between acknowledgements, ms", longest.max);
    }
    Ok(trial.over())
}

/// Upgrades a house of one older node under load: a node of today's release joins it, and migrates; both
/// serve; the older leaves in good order, and today's takes its place. No request may fail.
async fn upgrade(
    trial: &mut Trial,
    balancer: &Balancer,
    older: &Site,
    mut first: House,
    sites: &[Site; 2],
) -> anyhow::Result<[House; 2]> {
    trial.crew.first_write(&balancer.address, Duration::from_secs(30)).await?;
    trial.crew.arrive(&balancer.address).await?;
    both_up().await;
    trial.crew.take_tally();
    let shift = trial.crew.shift(&balancer.address, CONNECTIONS);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let joined = sites[1].start().await?;
    both_up().await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let together = trial.crew.take_tally();
    // What the newer was told, the older knows, while both serve.
    shift.end().await;
    trial.look(&first).await?;
    let shift = trial.crew.shift(&balancer.address, CONNECTIONS);
    replace(&mut first, &sites[0]).await?;
    both_up().await;
    shift.end().await;
    let after = trial.crew.take_tally();
    for (tally, when) in [(together, "while a newer node joined"), (after, "while the older node left")] {
        let failed = tally.unanswered + tally.faults.values().sum::<u64>();
        if failed > 0 {
            let what = format!("{failed} requests failed {when}: {:?} {:?}", tally.faults, tally.unheard);
            trial.report.find([Finding::new(Breach::Service, what)]);
        }
    }
    let version = |out: std::process::Output| String::from_utf8_lossy(&out.stdout).trim().to_owned();
    let (from, to) = (older.verb(&["--version"]).await?, sites[0].verb(&["--version"]).await?);
    let told = format!("from {} to {}, requests failed 0", version(from), version(to));
    trial.report.measure("upgrade under load", if trial.failed() { "FAILED".to_owned() } else { told });
    trial.everything(&first).await?;
    Ok([first, joined])
}

/// Another node of the same house: a directory of its own, the same database, the same keys.
fn second(first: &Site) -> anyhow::Result<Site> {
    let mut site = first.clone();
    site.data = first.data.with_file_name("second");
    site.listen = free_address()?;
    std::fs::copy(first.keys(), site.keys())?;
    Ok(site)
}

/// Restarts a node in good order.
async fn replace(node: &mut House, site: &Site) -> anyhow::Result<()> {
    node.ask_to_leave()?;
    node.left().await?;
    *node = site.start().await?;
    Ok(())
}

/// By then the balancer has asked a node that runs as often as it wants to.
async fn both_up() {
    tokio::time::sleep(Duration::from_millis(ASKS_EVERY_MS * 4)).await;
}
