//! `yipan city`: a city of one's own, and who and what is in it.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::{Value, json};
use yipan_base::pack;
use yipan_platform::city;

use crate::door::Door;
use crate::opened::Opened;
use crate::{Arguments, print};

#[derive(Subcommand)]
pub enum Verb {
    /// Loads a city into an empty data directory from a folder of tables (see scenarios/README.md).
    Load { folder: PathBuf },
    /// Areas: divisions and governance areas.
    Areas { beginning: Option<String> },
    /// Units that can hold work.
    Units { beginning: Option<String> },
    /// Categories of appeals.
    Categories { beginning: Option<String> },
    /// People and their log-ins.
    Staff { beginning: Option<String> },
}

pub async fn run(verb: &Verb, arguments: &Arguments) -> anyhow::Result<bool> {
    let (path, id, beginning) = match verb {
        Verb::Load { folder } => return load(folder, arguments).await,
        Verb::Areas { beginning } => ("/areas", "id", beginning),
        Verb::Units { beginning } => ("/units", "id", beginning),
        Verb::Categories { beginning } => ("/categories", "id", beginning),
        Verb::Staff { beginning } => ("/staff", "login", beginning),
    };
    let door = Door::open(arguments).await?;
    let all = door.get(path).await;
    door.close().await;
    let beginning = beginning.as_deref().unwrap_or_default();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let all: Vec<Value> = serde_json::from_value(all?)?;
    let found: Vec<&Value> = all.iter().filter(|one| text(one, id).starts_with(beginning)).collect();
    if arguments.json {
        print(&serde_json::to_string_pretty(&found)?);
        return Ok(true);
    }
    for one in found {
        let name = if one["name"].is_string() { text(one, "name") } else { text(one, "zh") };
        print(&format!("{:<40} {name}  {}", text(one, id), text(one, "unit")));
    }
    Ok(true)
}

async fn load(folder: &Path, arguments: &Arguments) -> anyhow::Result<bool> {
    let read = pack::read(&|name| std::fs::read(folder.join(name)).ok().map(Cow::Owned));
    let pack = read.map_err(|faults| {
        anyhow::anyhow!(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })?;
    let opened = Opened::at_or_new(&arguments.data).await?;
    let loaded = city::load(opened.house.store(), &pack, opened.house.now()).await;
    opened.close().await;
    loaded?;
    print(&if arguments.json {
        json!({ "loaded": folder }).to_string()
    } else {
        "loaded; open it by `yipan serve`".to_owned()
    });
    Ok(true)
}
