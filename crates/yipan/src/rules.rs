//! `yipan rules`: policies and routing rules as versioned data, and trials over the past.

use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

use crate::door::{Door, argument};
use crate::{Arguments, print};

#[derive(Subcommand)]
pub enum Verb {
    /// The versions in the book.
    List,
    /// The rules in force, as JSON.
    Show { what: What },
    /// What other rules would have made of the cases accepted in a period. Nothing changes.
    Try {
        what: What,
        /// The rules: JSON, `@FILE` or `-`.
        rules: String,
        /// The first day.
        #[arg(long)]
        from: String,
        /// The day after the last one.
        #[arg(long)]
        to: String,
    },
    /// Puts the next version in force for what comes in from now on.
    Adopt {
        what: What,
        /// The rules: JSON, `@FILE` or `-`.
        rules: String,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum What {
    /// Terms and limits (时限).
    Policy,
    /// Routing rules and the dispatch catalogue (派单规则).
    Routing,
    /// Holidays and shifted workdays (工作日历); it is adopted without a trial.
    Calendar,
}

impl What {
    const fn path(self) -> &'static str {
        match self {
            Self::Policy => "/rules/policy",
            Self::Routing => "/rules/routing",
            Self::Calendar => "/rules/calendar",
        }
    }

    const fn field(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Routing => "rules",
            Self::Calendar => "calendar",
        }
    }
}

pub async fn run(verb: &Verb, arguments: &Arguments) -> anyhow::Result<bool> {
    let door = Door::open(arguments).await?;
    let answer = ask(verb, &door).await;
    door.close().await;
    match (verb, answer?) {
        (Verb::List, Value::Array(all)) if !arguments.json => {
            for one in all {
                let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
                print(&format!(
                    "{:<9} {}@{}  from {}",
                    text("kind"),
                    text("id"),
                    one["version"],
                    text("valid_from")
                ));
            }
        }
        (Verb::Adopt { .. }, _) if arguments.json => print("{}"),
        (Verb::Adopt { .. }, _) => print("in force for what comes in from now on"),
        (_, answer) => print(&serde_json::to_string_pretty(&answer)?),
    }
    Ok(true)
}

async fn ask(verb: &Verb, door: &Door) -> anyhow::Result<Value> {
    match verb {
        Verb::List => door.get("/rules").await,
        Verb::Show { what } => door.get(what.path()).await,
        Verb::Try { what, rules, from, to } => {
            let rules: Value = serde_json::from_str(&argument(rules)?)?;
            let body = json!({ what.field(): rules, "from": from, "to": to });
            door.post(&format!("{}/trial", what.path()), None, body.to_string()).await
        }
        Verb::Adopt { what, rules } => door.post(what.path(), None, argument(rules)?).await,
    }
}
