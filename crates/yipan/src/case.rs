//! `yipan case`: one case from the first word to its end, by the same commands that people use.

use anyhow::Context as _;
use clap::Subcommand;
use yipan_casework::table;
use yipan_platform::{CaseName, Idempotency, NewAppeal};

use crate::opened::Opened;
use crate::{Arguments, chinese, print};

#[derive(Subcommand)]
pub enum Verb {
    /// Accepts a matter given as JSON (受理).
    Accept {
        /// The matter: `{"channel":"phone","kind":"complaint","category":"…","text":"…"}`
        appeal: String,
        /// Makes a repeated call harmless.
        #[arg(long)]
        key: Option<String>,
    },
    /// Gives a command given as JSON to a case.
    Do {
        number: String,
        /// The command: `{"command":"sign","holding":1}`
        command: String,
        /// The version of the case that you saw.
        #[arg(long)]
        version: Option<u64>,
        #[arg(long)]
        key: Option<String>,
    },
    /// One case with its texts and what may be done next.
    Show { number: String },
    /// What happened to a case.
    Events { number: String },
    /// Where every deadline of a case comes from.
    Why { number: String },
    /// The newest cases that you may see.
    List {
        #[arg(long)]
        stage: Option<String>,
        #[arg(long, default_value_t = 20)]
        limit: i64,
    },
    /// The transition table and its diagram.
    Transitions,
}

pub async fn run(verb: &Verb, arguments: &Arguments) -> anyhow::Result<bool> {
    if matches!(verb, Verb::Transitions) {
        print(&table::markdown());
        print(&table::diagram());
        return Ok(true);
    }
    let opened = Opened::at(&arguments.data).await?;
    let viewer = opened.viewer(arguments.acting.as_deref())?;
    let house = &opened.house;
    let name = |number: &str| CaseName(number.to_owned());
    let idempotent = |key: &Option<String>, body: &str| key.as_deref().map(|k| Idempotency::new(k, body.as_bytes()));
    match verb {
        Verb::Accept { appeal, key } => {
            let new: NewAppeal = serde_json::from_str(appeal).context("the matter is not the JSON it should be")?;
            print(&serde_json::to_string_pretty(&house.accept(&viewer, new, idempotent(key, appeal)).await?)?);
        }
        Verb::Do { number, command, version, key } => {
            let parsed = serde_json::from_str(command).context("the command is not the JSON it should be")?;
            let outcome = house.give(&viewer, &name(number), parsed, *version, idempotent(key, command)).await?;
            print(&serde_json::to_string_pretty(&outcome)?);
        }
        Verb::Show { number } => {
            print(&serde_json::to_string_pretty(&house.case_detail(&viewer, &name(number)).await?)?);
        }
        Verb::Events { number } => {
            for event in house.case_events(&viewer, &name(number)).await? {
                if arguments.json {
                    print(&serde_json::to_string(&event)?);
                } else {
                    print(&format!("{:>3}  {}  {:<24} {}", event.seq, event.at, event.event.name(), event.staff));
                }
            }
        }
        Verb::Why { number } => {
            let all = house.case_why(&viewer, &name(number)).await?;
            if arguments.json {
                print(&serde_json::to_string_pretty(&all)?);
            } else {
                for one in &all {
                    let lamp = format!("{:?}", one.lamp).to_lowercase();
                    print(&format!("{} {} ({lamp}) due {}, rule {} of {}", one.clock, one.term, one.due, one.rule, one.policy.id));
                    print(&if chinese() { one.explanation.zh() } else { one.explanation.en() });
                }
            }
        }
        Verb::List { stage, limit } => {
            let stage = stage.as_deref().map(str::parse).transpose()?;
            for line in house.case_list(&viewer, stage, None, *limit).await? {
                if arguments.json {
                    print(&serde_json::to_string(&line)?);
                } else {
                    print(&format!(
                        "{}  {:<12} {:<12} {}  {}",
                        line.number,
                        line.stage,
                        line.kind,
                        line.main_unit.as_deref().unwrap_or("-"),
                        line.due_at.map(|d| d.to_string()).unwrap_or_default()
                    ));
                }
            }
        }
        Verb::Transitions => {}
    }
    opened.close().await;
    Ok(true)
}
