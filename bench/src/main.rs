//! The load generator of `make bench`: drives a running house over HTTP as people do, and prints what
//! it measured. `bench/run.sh` starts the houses and puts the figures together.

#![allow(clippy::disallowed_methods, reason = "a load generator measures real time")]

mod client;
mod load;
mod measure;
mod work;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::load::Load;
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
        Verb::Fill { cases, connections } => load.fill(cases, connections).await,
        Verb::Run { kind, seconds, connections, rate, processes } => {
            load.run(kind, seconds, connections, rate, &processes).await
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
