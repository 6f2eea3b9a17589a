//! `yipan-torture`: makes a house fail in every way that machines fail, and looks whether anything
//! that it had acknowledged is lost, doubled or changed. `torture/run.sh` runs all kinds.

#![allow(clippy::disallowed_methods, reason = "a harness outside the house: real clocks and real chance")]

mod acks;
mod balancer;
mod chance;
mod check;
mod client;
mod crew;
mod disk;
mod dump;
mod house;
mod kinds;
mod marks;
mod outcome;
mod page;
mod postgres;
mod report;
mod scratch;
mod step;
mod trial;
mod verdict;
mod wall;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};

use crate::trial::{Engine, Options};

/// Makes a house fail, and looks whether it kept its word.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// The process is killed under load.
    Kill(Run),
    /// The disk's power is cut under load.
    Power(Run),
    /// The disk is full for ten seconds under load.
    Full(Run),
    /// The wall clock jumps by an hour and by a day.
    Clock(Run),
    /// A copy is made under load and restored.
    Backup(Run),
    /// Two nodes over one PostgreSQL behind a balancer: one after the other leaves or is killed.
    Nodes(Run),
    /// A primary with a synchronous standby is lost; a script promotes the standby.
    Standby(Run),
    /// Single bits are flipped in the data file, its log, a backup, photos, the audit chain; on PostgreSQL in its
    /// tables and indexes.
    Bits(Run),
    /// The verifier is put to the test: it must report what is really lost.
    Teeth(Run),
    /// Writes the page that tells what runs found, from a file of their lines.
    Report { lines: PathBuf },
}

#[derive(Args)]
struct Run {
    #[arg(long, default_value_t = 1)]
    rounds: u64,
    #[arg(long, value_enum, default_value_t = Engine::Sqlite)]
    engine: Engine,
    /// Repeats the choices of an earlier run; by the clock if absent.
    #[arg(long)]
    seed: Option<u64>,
    /// So many cases are accepted before it begins; `kill` alone.
    #[arg(long, default_value_t = 0)]
    fill: u64,
    /// A first write that takes longer after a start is a breach; not judged if 0.
    #[arg(long, default_value_t = 0)]
    first_write_ms: u64,
    /// The binary on trial; the one beside this program if absent.
    #[arg(long, env = "YIPAN_BIN")]
    yipan: Option<PathBuf>,
    /// The binary of an earlier release, whose house is upgraded under load; `nodes` alone.
    #[arg(long, env = "YIPAN_OLDER_BIN")]
    older: Option<PathBuf>,
    /// Where logs and data of a failure are kept.
    #[arg(long, default_value = "target/torture")]
    evidence: PathBuf,
}

/// Exit codes: 0 good, 1 the house broke its word, 2 usage, 3 the harness failed.
#[tokio::main]
async fn main() -> ExitCode {
    let run = async {
        tokio::select! {
            good = run(Arguments::parse().verb) => good,
            () = interrupted() => Err(anyhow::anyhow!("interrupted")),
        }
    };
    match run.await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => {
            let _ = writeln!(std::io::stderr(), "yipan-torture: {fault:#}");
            ExitCode::from(3)
        }
    }
}

async fn run(verb: Verb) -> anyhow::Result<bool> {
    let report = match verb {
        Verb::Kill(run) => kinds::kill::run(&run.options()?).await?,
        Verb::Power(run) => kinds::power::run(&run.options()?).await?,
        Verb::Full(run) => kinds::full::run(&run.options()?).await?,
        Verb::Clock(run) => kinds::clock::run(&run.options()?).await?,
        Verb::Backup(run) => kinds::backup::run(&run.options()?).await?,
        Verb::Nodes(run) => kinds::nodes::run(&run.options()?).await?,
        Verb::Standby(run) => kinds::standby::run(&run.options()?).await?,
        Verb::Bits(run) => {
            let options = run.options()?;
            match options.engine {
                Engine::Sqlite => kinds::bits::run(&options).await?,
                Engine::Postgres => kinds::pages::run(&options).await?,
            }
        }
        Verb::Teeth(run) => kinds::teeth::run(&run.options()?).await?,
        Verb::Report { lines } => {
            let lines = std::fs::read_to_string(&lines).with_context(|| lines.display().to_string())?;
            write!(std::io::stdout(), "{}", page::page(&lines, &page::machine())?)?;
            return Ok(true);
        }
    };
    writeln!(std::io::stderr(), "{}", report.line())?;
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&report)?)?;
    Ok(report.good)
}

impl Run {
    fn options(&self) -> anyhow::Result<Options> {
        let beside = std::env::current_exe()?.with_file_name("yipan");
        let yipan = self.yipan.as_ref().unwrap_or(&beside);
        let yipan = std::fs::canonicalize(yipan)
            .with_context(|| format!("no yipan at {}: build it, or name it with --yipan", yipan.display()))?;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
        Ok(Options {
            yipan,
            engine: self.engine,
            rounds: self.rounds,
            seed: self.seed.unwrap_or(now.as_millis() as u64),
            fill: self.fill,
            first_write_ms: self.first_write_ms,
            older: self.older.as_ref().map(std::fs::canonicalize).transpose().context("--older")?,
            evidence: self.evidence.clone(),
        })
    }
}

/// The terminal's interrupt, or the machine's request to end.
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
}
