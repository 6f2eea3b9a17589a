//! The load generator of `make bench`: drives a running house over HTTP as people do, and prints what
//! it measured. `bench/run.sh` starts the houses and puts the figures together.

#![allow(clippy::disallowed_methods, reason = "a load generator measures real time")]

mod clerks;
mod client;
mod feed;
mod listen;
mod load;
mod measure;
mod work;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::clerks::Roster;
use crate::load::{Load, Run};
use crate::work::Kind;

/// Drives a running house and measures it.
#[derive(Parser)]
struct Arguments {
    /// The house's address.
    #[arg(long, default_value = "127.0.0.1:8642")]
    house: String,
    /// The password of the demo accounts.
    #[arg(long, default_value = "yipanqi-2021-demo")]
    password: String,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Accepts so many cases and dispatches every third, as fast as the house takes them.
    Fill {
        cases: u64,
        /// Only every fifth is dispatched, the others are answered at once and closed, as on ordinary days.
        #[arg(long)]
        answered: bool,
        #[arg(long, default_value_t = 256)]
        connections: usize,
    },
    /// Runs one kind of request for a while: as fast as the house answers, or at a fixed rate.
    Run {
        kind: Kind,
        #[arg(long, default_value_t = 15)]
        seconds: u64,
        #[arg(long, default_value_t = 64)]
        connections: usize,
        /// Requests a second; as many as the house answers if absent.
        #[arg(long)]
        rate: Option<u64>,
        /// A file that is made once all is prepared and the requests begin.
        #[arg(long)]
        started: Option<PathBuf>,
        /// The house's process and those of its database, whose processor time is measured.
        #[arg(long, value_delimiter = ',')]
        processes: Vec<u32>,
    },
    /// Opens many live feeds, makes changes beside them, and measures how soon everybody hears of each.
    Listen {
        #[arg(long, default_value_t = 1_000)]
        listeners: usize,
        /// Changes a second.
        #[arg(long, default_value_t = 10)]
        rate: u64,
        #[arg(long, default_value_t = 30)]
        seconds: u64,
        /// The house's process and those of its database, whose processor time is measured.
        #[arg(long, value_delimiter = ',')]
        processes: Vec<u32>,
    },
    /// Seats clerks of every role at a live board, best while the house plays its storm, and measures
    /// what they ask of it.
    Clerks {
        #[arg(long, default_value_t = 200)]
        clerks: usize,
        #[arg(long, default_value_t = 120)]
        seconds: u64,
        /// Milliseconds that everybody thinks between two requests, on the average.
        #[arg(long, default_value_t = 3_000)]
        think: u64,
        #[arg(long, default_value_t = 20_210_430)]
        seed: u64,
        /// Work from now on, measure once the house's clock says this, such as
        /// `2021-05-01T00:30:00+08:00`.
        #[arg(long)]
        from: Option<String>,
        /// The house's process and those of its database, whose processor time is measured.
        #[arg(long, value_delimiter = ',')]
        processes: Vec<u32>,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let load = Load { house: arguments.house, password: arguments.password };
    let done = match arguments.verb {
        Verb::Fill { cases, answered, connections } => load.fill(cases, answered, connections).await,
        Verb::Run { kind, seconds, connections, rate, started, processes } => {
            load.run(&Run { kind, seconds, connections, rate, started }, &processes).await
        }
        Verb::Clerks { clerks, seconds, think, seed, from, processes } => {
            load.clerks(&Roster { clerks, seconds, think, seed, from }, &processes).await
        }
        Verb::Listen { listeners, rate, seconds, processes } => {
            load.listen(listeners, rate, seconds, &processes).await
        }
    };
    match done {
        Ok(line) => {
            let _ = writeln!(std::io::stdout(), "{line}");
            ExitCode::SUCCESS
        }
        Err(fault) => {
            let _ = writeln!(std::io::stderr(), "{fault:#}");
            ExitCode::FAILURE
        }
    }
}
