//! The binary: command line, configuration, wiring. No logic of its own.

mod appeals;
mod applications;
mod audit;
mod backup;
mod brief;
mod case;
mod case_text;
mod chores;
mod city;
mod clock;
mod database;
mod demo;
mod door;
mod duty;
mod files;
mod kpi;
mod offline;
mod opened;
mod outbox;
mod rules;
mod serve;
mod storm;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use yipan_base::refusal::Refusal;

/// Many threads free what others took: the system's allocator keeps twice as much for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The operating platform of a city-region governance command centre (一盘棋).
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// The data directory.
    #[arg(long, global = true, default_value = "data/demo")]
    data: PathBuf,
    /// A PostgreSQL database (`postgres://USER@HOST/NAME`) for a new data directory; embedded if absent.
    #[arg(long, global = true, env = "YIPAN_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// Answers as JSON.
    #[arg(long, global = true)]
    json: bool,
    /// Who acts: a log-in of the directory.
    #[arg(long = "as", global = true, value_name = "LOGIN")]
    acting: Option<String>,
    #[command(subcommand)]
    noun: Noun,
}

#[derive(Subcommand)]
enum Noun {
    /// The demo city.
    #[command(subcommand)]
    Demo(demo::Verb),
    /// A city of your own, and who and what is in it.
    #[command(subcommand)]
    City(city::Verb),
    /// Appeals of citizens (诉求).
    #[command(subcommand)]
    Appeals(appeals::Verb),
    /// Cases (工单).
    #[command(subcommand)]
    Case(case::Verb),
    /// Key performance indicators (考核指标).
    #[command(subcommand)]
    Kpi(kpi::Verb),
    /// Special reports (专报).
    #[command(subcommand)]
    Brief(brief::Verb),
    /// The duty room (值班室).
    #[command(subcommand)]
    Duty(duty::Verb),
    /// Policies and routing rules (规则).
    #[command(subcommand)]
    Rules(rules::Verb),
    /// What a centre works with while the house is down (离线应急).
    #[command(subcommand)]
    Offline(offline::Verb),
    /// Messages that leave the house.
    #[command(subcommand)]
    Outbox(outbox::Verb),
    /// The audit log and the proof of the data.
    #[command(subcommand)]
    Audit(audit::Verb),
    /// Prints the description of the HTTP API (OpenAPI 3.1).
    Openapi,
    /// Opens the house to browsers and other programs.
    Serve(serve::Serve),
    /// Copies everything into one file, while the house is at work.
    Backup(backup::Backup),
    /// Fills an empty data directory from a copy.
    Restore(backup::Restore),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing_level()).init();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(fault) => {
            told(&format!("the machine gives no threads: {fault}"));
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(&arguments)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => {
            match fault.downcast_ref::<Refusal>() {
                Some(refusal) if arguments.json => {
                    let detail = if chinese() { &refusal.zh } else { &refusal.en };
                    let Refusal { kind, code, pointer, facts, .. } = refusal;
                    let told = serde_json::json!({
                        "kind": kind, "code": code, "detail": detail, "pointer": pointer, "facts": facts,
                    });
                    print(&serde_json::to_string_pretty(&told).unwrap_or_default());
                }
                Some(refusal) => {
                    let place = refusal.pointer.as_deref().map(|p| format!(" ({p})")).unwrap_or_default();
                    let sentence = if chinese() { &refusal.zh } else { &refusal.en };
                    told(&format!("{}: {sentence}{place}", refusal.code));
                }
                None if arguments.json => {
                    let told = serde_json::json!({ "kind": "failed", "code": "cli.failed", "detail": format!("{fault:#}") });
                    print(&serde_json::to_string_pretty(&told).unwrap_or_default());
                }
                None => told(&format!("{fault:#}")),
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> anyhow::Result<bool> {
    if let Some(url) = arguments.database.as_deref().filter(|url| !url.is_empty()) {
        database::reach(url).await?;
        database::keep(&arguments.data, url)?;
    }
    match &arguments.noun {
        Noun::Demo(verb) => demo::run(verb, arguments).await,
        Noun::City(verb) => city::run(verb, arguments).await,
        Noun::Appeals(verb) => appeals::run(verb, arguments).await,
        Noun::Case(verb) => case::run(verb, arguments).await,
        Noun::Kpi(verb) => kpi::run(verb, arguments).await,
        Noun::Duty(verb) => duty::run(verb, arguments).await,
        Noun::Rules(verb) => rules::run(verb, arguments).await,
        Noun::Offline(verb) => offline::run(verb, arguments).await,
        Noun::Outbox(verb) => outbox::run(verb, arguments).await,
        Noun::Openapi => {
            print(applications::description().to_pretty_json()?.trim_end());
            Ok(true)
        }
        Noun::Brief(verb) => brief::run(verb, arguments).await,
        Noun::Audit(verb) => audit::run(verb, arguments).await,
        Noun::Serve(serve) => serve::run(serve, arguments).await,
        Noun::Backup(backup) => backup::make(backup, arguments).await,
        Noun::Restore(restore) => backup::restore(restore, arguments).await,
    }
}

const fn tracing_level() -> tracing_subscriber::filter::LevelFilter {
    tracing_subscriber::filter::LevelFilter::WARN
}

/// Whether people here read Chinese, by the locale.
fn chinese() -> bool {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()))
        .is_some_and(|locale| locale.starts_with("zh"))
}

/// Prints a line of the answer. What citizens write may hold what a terminal obeys: it is shown, not obeyed.
fn print(line: &str) {
    let _ = writeln!(std::io::stdout(), "{}", harmless(line));
}

fn harmless(line: &str) -> std::borrow::Cow<'_, str> {
    let obeyed = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if !line.contains(obeyed) {
        return line.into();
    }
    let mut shown = String::with_capacity(line.len() + 8);
    for c in line.chars() {
        if obeyed(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown.into()
}

/// Says something to the person at the terminal.
fn told(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", harmless(line));
}
