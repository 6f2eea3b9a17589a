//! `yipan case`: one case from the first word to its end, by the same commands that people use.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::{Value, json};
use yipan_casework::table;
use yipan_casework::why::Derivation;

use crate::case_text::{self, list, word};
use crate::door::{Door, argument, escaped};
use crate::{Arguments, chinese, files, print};

#[derive(Subcommand)]
pub enum Verb {
    /// Accepts a matter given as JSON (受理).
    Accept {
        /// The matter: `{"channel":"phone","kind":"complaint","category":"…","text":"…"}`, `@FILE` or `-`
        appeal: String,
        /// Makes a repeated call harmless.
        #[arg(long)]
        key: Option<String>,
    },
    /// Gives a command given as JSON to a case.
    Do {
        number: String,
        /// The command: `{"command":"sign","holding":1}`, `@FILE` or `-`
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
    /// The appellant in the clear, for those who work on the case; the purpose is recorded.
    Reveal {
        number: String,
        /// Such as `contact`; see the description of `Purpose` in the API.
        #[arg(long)]
        purpose: String,
    },
    /// The cases of a phone number within your scope.
    Find {
        /// The number, `@FILE`, or `-` for the standard input.
        #[arg(long)]
        phone: String,
    },
    /// Puts a photo, a recording or a document to a case.
    Attach {
        number: String,
        file: PathBuf,
        /// What it shows.
        #[arg(long)]
        note: Option<String>,
    },
    /// Writes a file of a case to a new file here.
    File {
        number: String,
        /// The SHA-256 of its content, as `case show --json` tells it.
        file: String,
        #[arg(long)]
        to: PathBuf,
    },
    /// Whom the routing rules would give a case to, and why.
    Suggest { number: String },
    /// The cases that you may see.
    List {
        #[arg(long)]
        stage: Option<String>,
        /// `newest` first, or what is `due` next.
        #[arg(long, default_value = "newest")]
        sort: String,
        #[arg(long, default_value_t = 20)]
        limit: i64,
        /// Where the next page begins.
        #[arg(long)]
        cursor: Option<String>,
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
    let door = Door::open(arguments).await?;
    let answer = ask(verb, &door).await;
    door.close().await;
    let answer = answer?;
    match verb {
        Verb::Events { .. } if !arguments.json => {
            for event in list(&answer) {
                let name = event["event"].as_str().or(event["event"]["event"].as_str()).unwrap_or_default();
                let late =
                    case_text::late(&event["intake"]).map_or_else(String::new, |late| format!("  {late}"));
                print(&format!(
                    "{:>3}  {}  {name:<24} {}{late}",
                    event["seq"],
                    word(event, "at"),
                    word(event, "staff")
                ));
            }
        }
        Verb::Why { .. } if !arguments.json => {
            for one in list(&answer) {
                print(&why(one)?);
            }
        }
        Verb::List { .. } if !arguments.json => {
            list(&answer["items"]).for_each(|one| print(&case_text::line(one)));
            if let Some(next) = answer["next"].as_str() {
                print(&format!("more: --cursor {next}"));
            }
        }
        Verb::Find { .. } if !arguments.json => {
            list(&answer).for_each(|one| print(&case_text::line(one)));
        }
        Verb::Accept { .. } | Verb::Do { .. } | Verb::Attach { .. } if !arguments.json => {
            print(&case_text::outcome(&answer))
        }
        Verb::Show { .. } if !arguments.json => print(&case_text::case(&answer)),
        Verb::Suggest { .. } if !arguments.json => print(&case_text::suggestion(&answer)),
        Verb::Reveal { .. } if !arguments.json => print(&case_text::person(&answer)),
        _ => print(&serde_json::to_string_pretty(&answer)?),
    }
    Ok(true)
}

async fn ask(verb: &Verb, door: &Door) -> anyhow::Result<Value> {
    match verb {
        Verb::Accept { appeal, key } => door.post("/cases", key.as_deref(), argument(appeal)?).await,
        Verb::Do { number, command, version, key } => {
            let mut body = argument(command)?;
            if let Some(version) = version {
                let mut value: Value = serde_json::from_str(&body).context("the command is not JSON")?;
                value["version"] = (*version).into();
                body = value.to_string();
            }
            door.post(&format!("/cases/{}/commands", escaped(number)), key.as_deref(), body).await
        }
        Verb::Show { number } => door.get(&format!("/cases/{}", escaped(number))).await,
        Verb::Events { number } => door.get(&format!("/cases/{}/events", escaped(number))).await,
        Verb::Why { number } => door.get(&format!("/cases/{}/why", escaped(number))).await,
        Verb::Reveal { number, purpose } => {
            let body = json!({ "purpose": purpose }).to_string();
            door.post(&format!("/cases/{}/person", escaped(number)), None, body).await
        }
        Verb::Find { phone } => {
            let body = json!({ "phone": argument(phone)?.trim() }).to_string();
            door.post("/persons/cases", None, body).await
        }
        Verb::Attach { number, file, note } => files::attach(door, number, file, note.as_deref()).await,
        Verb::File { number, file, to } => files::take(door, number, file, to).await,
        Verb::Suggest { number } => door.get(&format!("/cases/{}/suggestion", escaped(number))).await,
        Verb::List { stage, sort, limit, cursor } => {
            let mut path = format!("/cases?limit={limit}&sort={}", escaped(sort));
            for (name, value) in [("stage", stage), ("cursor", cursor)] {
                if let Some(value) = value {
                    path.push_str(&format!("&{name}={}", escaped(value)));
                }
            }
            door.get(&path).await
        }
        Verb::Transitions => Ok(Value::Null),
    }
}

/// One deadline with its derivation in words.
fn why(one: &Value) -> anyhow::Result<String> {
    let one: Derivation = serde_json::from_value(one.clone())?;
    let lamp = format!("{:?}", one.lamp).to_lowercase();
    let words = if chinese() { one.zh() } else { one.en() };
    Ok(format!(
        "{} {} ({lamp}) due {}, rule {} of {}\n{words}",
        one.clock, one.term, one.due, one.rule, one.policy.id
    ))
}
