//! `yipan audit`: the hash chain, and all events folded again.

use clap::Subcommand;
use serde_json::Value;

use crate::door::{Door, escaped};
use crate::{Arguments, print};

#[derive(Subcommand)]
pub enum Verb {
    /// Walks the hash chain: any change, gap or reorder is found.
    Verify {
        /// The log must still hold this entry: `head:head_hash` of an earlier report, kept elsewhere.
        #[arg(long, value_name = "SEQ:HASH")]
        holds: Option<String>,
    },
    /// Folds all events again and compares with the present.
    Replay,
}

pub async fn run(verb: &Verb, arguments: &Arguments) -> anyhow::Result<bool> {
    let door = Door::open(arguments).await?;
    let path = match verb {
        Verb::Verify { holds: Some(anchor) } => format!("/audit/verify?holds={}", escaped(anchor)),
        Verb::Verify { holds: None } => "/audit/verify".to_owned(),
        Verb::Replay => "/audit/replay".to_owned(),
    };
    let proof = door.post(&path, None, "").await?;
    let sound = proof["sound"] == true;
    if arguments.json {
        print(&serde_json::to_string_pretty(&proof)?);
    } else {
        print(if sound { "sound" } else { "NOT SOUND" });
        for (name, value) in proof["report"].as_object().into_iter().flatten() {
            print(&format!("  {name}: {}", told(value)));
        }
    }
    door.close().await;
    Ok(sound)
}

fn told(value: &Value) -> String {
    match value {
        Value::Array(all) if all.is_empty() => "none".to_owned(),
        Value::Array(all) => all.iter().map(|one| format!("\n    {one}")).collect(),
        other => other.to_string(),
    }
}
