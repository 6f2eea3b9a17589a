//! `yipan outbox`: messages to the outside that have not arrived.

use clap::Subcommand;

use crate::door::{Door, escaped};
use crate::{Arguments, print};

#[derive(Subcommand)]
pub enum Verb {
    /// Messages that have not arrived in time.
    Stuck {
        #[arg(long, default_value_t = 10)]
        minutes: u32,
    },
    /// Tries a message again that had been given up.
    Retry { id: String },
}

pub async fn run(verb: &Verb, arguments: &Arguments) -> anyhow::Result<bool> {
    let door = Door::open(arguments).await?;
    let answer = match verb {
        Verb::Stuck { minutes } => door.get(&format!("/outbox/stuck?minutes={minutes}")).await,
        Verb::Retry { id } => door.post(&format!("/outbox/{}/retry", escaped(id)), None, "").await,
    };
    door.close().await;
    match (verb, answer?.as_array()) {
        (Verb::Stuck { .. }, Some(stuck)) if arguments.json => print(&serde_json::to_string_pretty(stuck)?),
        (Verb::Stuck { .. }, Some(stuck)) => {
            for one in stuck {
                let text = |name: &str| one[name].as_str().unwrap_or("-").to_owned();
                print(&format!(
                    "{}  {}  {}  {}  {}",
                    text("id"),
                    text("at"),
                    text("topic"),
                    text("state"),
                    text("error")
                ));
            }
        }
        _ => print("it waits for its turn"),
    }
    Ok(true)
}
