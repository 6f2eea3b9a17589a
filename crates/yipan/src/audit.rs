//! `yipan audit`: the hash chain, and all events folded again.

use clap::Subcommand;
use yipan_store::audit_verify;

use crate::opened::Opened;
use crate::{Arguments, print};

#[derive(Subcommand)]
pub enum Verb {
    /// Walks the hash chain: any change, gap or reorder is found.
    Verify,
    /// Folds all events again and compares with the present.
    Replay,
}

pub async fn run(verb: &Verb, arguments: &Arguments) -> anyhow::Result<bool> {
    let opened = Opened::at(&arguments.data).await?;
    let sound = match verb {
        Verb::Verify => {
            let report = audit_verify(opened.house.store()).await?;
            print(&format!("{report:#?}"));
            report.is_sound()
        }
        Verb::Replay => {
            let report = opened.house.replay().await?;
            print(&serde_json::to_string_pretty(&report)?);
            report.agrees()
        }
    };
    opened.close().await;
    Ok(sound)
}
