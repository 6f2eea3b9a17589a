//! `yipan offline`: what a centre works with while the house is down, and how that comes back.

mod paper;

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::json;
use tokio::sync::watch;
use yipan_base::refusal::Refusal;
use yipan_offline::{Folder, KeyFile, Passphrase, Round, SystemRandom, page, put};
use yipan_platform::House;

use crate::case_text::word;
use crate::door::{Door, escaped};
use crate::opened::Opened;
use crate::{Arguments, chinese, print, told};

#[derive(Subcommand)]
pub enum Verb {
    /// Makes a centre's key: a file for the centre alone. The house keeps the public half (中心密钥).
    Key(Key),
    /// The public half of the key by which the house signs offline files, in Base64.
    HouseKey,
    /// The centres that get an offline file.
    Centres,
    /// Writes the offline files now; a running house writes them by itself (离线文件).
    Write,
    /// Writes the page that opens offline files; it lies beside them, too.
    Page {
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Allots numbers and writes that many paper forms for the printer (纸质受理单).
    Forms(paper::Forms),
    /// Enters paper forms as cases, with their true times (补录).
    Enter(paper::Enter),
}

#[derive(Args)]
pub struct Key {
    /// The centre, by its area (`rudong`) or its own id (`rudong.centre`).
    #[arg(long)]
    centre: String,
    /// The key file; it must not exist yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// In place of the key that the centre has: later files open by the new one only.
    #[arg(long)]
    replace: bool,
    /// The passphrase's first line is read from here; without it from `YIPAN_OFFLINE_PASSPHRASE`, else
    /// it is asked for.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

pub async fn run(verb: &Verb, arguments: &Arguments) -> anyhow::Result<bool> {
    match verb {
        Verb::Page { out } => {
            std::fs::write(out, page()).with_context(|| format!("writing {}", out.display()))?;
            print(&out.display().to_string());
            Ok(true)
        }
        Verb::Write => {
            let opened = Opened::at(&arguments.data).await?;
            let round = folder(&arguments.data).write(&opened.house).await;
            opened.close().await;
            told_of(&round?, arguments.json)
        }
        Verb::Forms(forms) => forms.run(arguments).await,
        Verb::Enter(enter) => enter.run(arguments).await,
        Verb::Key(key) => {
            let passphrase = key.passphrase()?;
            let door = Door::open(arguments).await?;
            let made = key.make(&door, &passphrase).await;
            door.close().await;
            made
        }
        Verb::HouseKey | Verb::Centres => {
            let door = Door::open(arguments).await?;
            let path = if matches!(verb, Verb::Centres) { "/offline/centres" } else { "/offline/house-key" };
            let answer = door.get(path).await;
            door.close().await;
            let answer = answer?;
            match answer["public"].as_str() {
                Some(public) if !arguments.json => print(public),
                _ => print(&serde_json::to_string_pretty(&answer)?),
            }
            Ok(true)
        }
    }
}

/// Where a data directory's offline files lie.
fn folder(data: &Path) -> Folder {
    Folder(data.join("offline"))
}

fn told_of(round: &Round, json: bool) -> anyhow::Result<bool> {
    if json {
        let faults: Vec<_> = round
            .faults
            .iter()
            .map(|(centre, refusal)| json!({ "centre": centre, "refusal": refusal }))
            .collect();
        print(&serde_json::to_string_pretty(&json!({ "files": round.files, "faults": faults }))?);
    } else {
        round.files.iter().for_each(|file| print(&file.display().to_string()));
        for (centre, refusal) in &round.faults {
            let sentence = if chinese() { &refusal.zh } else { &refusal.en };
            told(&format!("{centre}: {}: {sentence}", refusal.code));
        }
        if round.files.is_empty() && round.faults.is_empty() {
            told("no centre has a key yet: make one by `yipan offline key --centre AREA --out FILE`");
        }
    }
    Ok(round.faults.is_empty())
}

impl Key {
    /// Makes the key here, and registers its public half with the house. The file is written first:
    /// no key is registered that nobody has.
    async fn make(&self, door: &Door, passphrase: &Passphrase) -> anyhow::Result<bool> {
        anyhow::ensure!(
            !self.out.exists(),
            "{} exists already; a key file is never written over: name another",
            self.out.display()
        );
        let house = door.get("/offline/house-key").await?;
        let (centre, name) = self.centre(door).await?;
        let house = word(&house, "public");
        let file = KeyFile::make(&centre.as_str().into(), &name, house, passphrase, &SystemRandom::new())?;
        put(&self.out, &serde_json::to_vec_pretty(&file)?)
            .with_context(|| format!("writing {}", self.out.display()))?;
        let body = json!({ "public": file.public, "replace": self.replace }).to_string();
        if let Err(fault) = door.put(&format!("/offline/centres/{}", escaped(&centre)), body).await {
            let _ = std::fs::remove_file(&self.out);
            return Err(fault);
        }
        print(&if chinese() {
            format!(
                "{name}（{centre}）的密钥 {} 已写入 {}；请与离线文件分开保管，口令另行交付",
                file.key,
                self.out.display()
            )
        } else {
            format!(
                "the key {} of {name} ({centre}) is in {}; keep it apart from the offline files, and its passphrase apart from both",
                file.key,
                self.out.display()
            )
        });
        Ok(true)
    }

    /// Its area and its name.
    async fn centre(&self, door: &Door) -> anyhow::Result<(String, String)> {
        let units = door.get("/units").await?;
        let named = units.as_array().into_iter().flatten().find(|unit| {
            unit["kind"] == "centre" && (unit["area"] == *self.centre || unit["id"] == *self.centre)
        });
        named.map(|unit| (word(unit, "area").to_owned(), word(unit, "name").to_owned())).with_context(|| {
            format!(
                "there is no centre {}; write its area's id (such as rudong) or its own (rudong.centre)",
                self.centre
            )
        })
    }

    /// Never an argument: those can be read by everybody on the machine.
    fn passphrase(&self) -> anyhow::Result<Passphrase> {
        if let Some(path) = &self.passphrase_file {
            let text =
                std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
            return Ok(Passphrase::new(text.lines().next().unwrap_or_default())?);
        }
        if let Ok(text) = std::env::var("YIPAN_OFFLINE_PASSPHRASE") {
            return Ok(Passphrase::new(&text)?);
        }
        anyhow::ensure!(
            std::io::stdin().is_terminal(),
            "a key needs a passphrase: give --passphrase-file FILE or set YIPAN_OFFLINE_PASSPHRASE"
        );
        let terminal = console::Term::stderr();
        let ask = |question: &str| -> anyhow::Result<String> {
            terminal.write_str(question)?;
            Ok(terminal.read_secure_line()?)
        };
        let once = ask(if chinese() { "口令：" } else { "passphrase: " })?;
        let passphrase = Passphrase::new(&once)?;
        let again = ask(if chinese() { "再输入一次：" } else { "once more: " })?;
        anyhow::ensure!(once == again, "the two do not agree; begin again");
        Ok(passphrase)
    }
}

/// Writes the offline files every so often until the house closes. What cannot be written is told once
/// a round; the files before stay.
pub async fn keep(
    house: House,
    data: PathBuf,
    every: Duration,
    mut leading: watch::Receiver<bool>,
    mut leaving: watch::Receiver<bool>,
) {
    let folder = folder(&data);
    loop {
        // Of several nodes one writes the files.
        tokio::select! {
            _ = leading.wait_for(|leads| *leads) => {}
            _ = leaving.wait_for(|leave| *leave) => return,
        }
        match folder.write(&house).await {
            Ok(round) => {
                for (centre, refusal) in round.faults {
                    log(&refusal, centre.as_str());
                }
            }
            Err(refusal) => log(&refusal, "all"),
        }
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            _ = leaving.wait_for(|leave| *leave) => return,
        }
    }
}

fn log(refusal: &Refusal, centre: &str) {
    tracing::error!(code = refusal.code, centre, "an offline file could not be written: {refusal}");
}
