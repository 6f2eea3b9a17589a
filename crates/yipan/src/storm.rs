//! `yipan demo storm`: the evening of 30 April 2021 to 5 May 24:00, played in a directory of its own.

use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rust_embed::RustEmbed;
use serde_json::json;
use yipan_base::time::{HOUR, ManualClock, SECOND};
use yipan_casework::kpi::{Definitions, Figure, Measure};
use yipan_drill::{Company, NotDue, Played, Progress, Results, Speed, Storm};
use yipan_store::audit_verify;

use crate::opened::Opened;
use crate::{Arguments, chinese, clock, database, demo, print};

#[derive(Args)]
pub struct Storming {
    /// Simulated seconds in one real second, or `max`.
    #[arg(long, default_value = "max", value_parser = speed)]
    speed: Speed,
    /// A counter-storm: the same days with something done badly.
    #[arg(long, value_name = "NAME")]
    counter: Option<String>,
}

#[derive(RustEmbed)]
#[folder = "../../scenarios/storm"]
struct Scenario;

fn speed(text: &str) -> Result<Speed, String> {
    match text {
        "max" => Ok(Speed::Max),
        times => match times.parse() {
            Ok(times @ 1..) => Ok(Speed::Times(times)),
            _ => Err("write a whole number from 1 on, such as 600, or `max`".to_owned()),
        },
    }
}

/// The scenario that is built in.
pub fn scenario() -> anyhow::Result<Storm> {
    Ok(Storm::read(&|name| Scenario::get(name).map(|file| file.data))?)
}

pub async fn run(storming: &Storming, arguments: &Arguments) -> anyhow::Result<bool> {
    let mut storm = scenario()?;
    if let Some(name) = &storming.counter {
        storm = storm.against(name)?;
    }
    empty(&arguments.data)?;
    let time = Arc::new(ManualClock::at(storm.opens));
    let opened = Opened::with_clock(&arguments.data, time.clone()).await?;
    demo::load(&opened).await?;
    let started = Instant::now();
    let bar = Bar::new(&storm);
    let played = storm
        .play(&opened.house, &time, storming.speed, Company::Nobody, |progress| bar.show(progress))
        .await?;
    bar.0.finish_and_clear();
    let wall = started.elapsed();
    clock::reached(opened.house.store(), storm.to).await?;
    let results = storm.results(&opened.house).await?;
    let audit = audit_verify(opened.house.store()).await?;
    let replay = opened.house.replay().await?;
    let sound = audit.is_sound() && replay.agrees();
    if arguments.json {
        let answer = json!({
            "storm": if chinese() { &storm.zh } else { &storm.en },
            "counter": storming.counter,
            "as_of": results.as_of,
            "rounded": results.rounded(),
            "published": storm.published,
            "equal": results.equal(storm.published),
            "figures": results.figures,
            "not_due": results.not_due,
            "played": played,
            "wall_seconds": wall.as_secs_f64(),
            "audit_sound": audit.is_sound(),
            "replay": replay,
        });
        print(&serde_json::to_string_pretty(&answer)?);
    } else {
        tell(&storm, &results, played, wall);
        print(&format!(
            "audit chain sound: {}; replay of {} events agrees: {}",
            audit.is_sound(),
            replay.events,
            replay.agrees()
        ));
    }
    opened.close().await;
    // A counter-storm is meant to differ from what was published.
    Ok(sound && (storming.counter.is_some() || results.equal(storm.published)))
}

/// A storm is played in a directory of its own, with a clock of its own.
pub fn empty(data: &Path) -> anyhow::Result<()> {
    let found = match std::fs::read_dir(data) {
        Ok(entries) => entries.flatten().any(|entry| entry.file_name() != database::FILE),
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => false,
        Err(fault) => return Err(fault).with_context(|| format!("the data directory {}", data.display())),
    };
    anyhow::ensure!(
        !found,
        "the data directory {} is not empty; a storm is played in a directory of its own: name a new one with --data, or remove this one",
        data.display()
    );
    Ok(())
}

fn tell(storm: &Storm, results: &Results, played: Played, wall: Duration) {
    let zh = chinese();
    let definitions = Definitions::shipped();
    print(&format!("{}, as of {}", if zh { &storm.zh } else { &storm.en }, results.as_of));
    if let Some(counter) = &storm.counter {
        print(&format!("counter-storm: {}", if zh { &counter.zh } else { &counter.en }));
    }
    for figure in &results.figures {
        let name = definitions.get(&figure.id).map_or(figure.id.as_str(), |d| if zh { &d.zh } else { &d.en });
        let value = value(figure);
        let later = results.not_due.get(&figure.id).map(not_due).unwrap_or_default();
        print(&format!("  {name}: {value}{later}"));
    }
    let seconds = wall.as_secs_f64();
    print(&format!(
        "{} appeals, {} commands, {} events, {} timers in {seconds:.1} s: {:.0} events/s; {} appeals go on after the cut-off",
        played.accepted,
        played.commands,
        played.events,
        played.timers,
        played.events as f64 / seconds,
        played.pending
    ));
    let verdict = if results.equal(storm.published) { "equal to" } else { "differ from" };
    print(&format!("the four rates, rounded, {verdict} what was published"));
}

fn not_due(later: &NotDue) -> String {
    let NotDue { open, in_review, done } = later;
    format!("; not yet due: {open} open, {in_review} in review, {done} done")
}

fn value(figure: &Figure) -> String {
    let Figure { numerator, denominator, .. } = figure;
    match figure.measure {
        Measure::Percent => {
            let share = figure.published().map_or_else(|| "-".to_owned(), |share| share.to_string());
            format!("{share} ({numerator} of {denominator})")
        }
        Measure::Count => numerator.to_string(),
        Measure::Duration => {
            let hours = figure.value.unwrap_or_default() / HOUR as f64;
            format!("{hours:.2} h = {:.1} days ({} orders)", hours / 24.0, figure.sample)
        }
    }
}

/// How far the storm has been played, for whoever watches a terminal.
struct Bar(ProgressBar);

impl Bar {
    fn new(storm: &Storm) -> Self {
        let shown = std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr_with_hz(5) } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some((storm.to.since(storm.opens) / SECOND) as u64), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} %  {msg}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    fn show(&self, progress: &Progress) {
        // What is over in two seconds needs no bar.
        if self.0.elapsed() > Duration::from_secs(2) {
            self.0.set_position((progress.now.since(progress.opens) / SECOND) as u64);
            let now = progress.now.civil();
            self.0.set_message(format!(
                "{} {:02}:{:02}  {} of {} appeals",
                now.date(),
                now.hour(),
                now.minute(),
                progress.accepted,
                progress.appeals
            ));
        }
    }
}
