//! `yipan brief`: special reports (专报) out of the accounts, as HTML, DOCX, PDF and JSON.

mod losses;
mod sources;
mod storm;
mod tables;
#[cfg(test)]
mod tests;
mod text;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use yipan_briefs::{Brief, Fonts, docx, html, pdf};
use yipan_platform::Viewer;

use storm::storm_brief;

use crate::opened::Opened;
use crate::{Arguments, print};

#[derive(Subcommand)]
pub enum Verb {
    /// The storm's special report, of a directory in which `yipan demo storm` was played.
    Storm(StormBrief),
}

#[derive(Args)]
pub struct StormBrief {
    /// The folder for special-report.html, .docx, .pdf and brief.json.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    #[command(flatten)]
    imprint: Imprint,
}

/// What is printed on a brief beside its text.
#[derive(Args, Clone)]
pub struct Imprint {
    /// Who signed it.
    #[arg(long, default_value = "（待签发）")]
    pub signer: String,
    /// The issue's number within its year.
    #[arg(long, default_value_t = 1)]
    pub issue: u32,
    /// To whom it is sent; may be given several times.
    #[arg(long = "to", value_name = "RECIPIENT", default_values = ["市委、市政府主要领导", "市委、市政府分管领导", "各县（市、区）委、政府"])]
    pub recipients: Vec<String>,
    /// Where its links lead, such as `https://yipan.example.gov.cn`.
    #[arg(long)]
    pub site: Option<String>,
}

pub async fn run(verb: &Verb, arguments: &Arguments) -> anyhow::Result<bool> {
    let Verb::Storm(asked) = verb;
    let opened = Opened::at(&arguments.data).await?;
    anyhow::ensure!(
        opened.simulation.is_some(),
        "no storm was played in {}: play one by `yipan demo storm --data DIR` in a directory of its own",
        arguments.data.display()
    );
    let viewer = match &arguments.acting {
        Some(login) => opened.viewer(Some(login))?,
        None => Viewer::system("the storm's special report"),
    };
    let brief = storm_brief(&opened.house, &viewer, &crate::storm::scenario()?, &asked.imprint).await;
    opened.close().await;
    let brief = brief?;
    for file in write(&brief, &asked.out)? {
        print(&file.display().to_string());
    }
    Ok(true)
}

/// Writes the brief in all formats; answers the files. PDF comes last: it needs fonts.
fn write(brief: &Brief, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder).with_context(|| format!("the folder {}", folder.display()))?;
    let mut files = Vec::new();
    let mut put = |name: &str, bytes: &[u8]| {
        let file = folder.join(name);
        std::fs::write(&file, bytes).with_context(|| format!("writing {}", file.display()))?;
        files.push(file);
        anyhow::Ok(())
    };
    put("brief.json", serde_json::to_string_pretty(brief)?.as_bytes())?;
    put("special-report.html", html(brief).as_bytes())?;
    put("special-report.docx", &docx(brief)?)?;
    put("special-report.pdf", &pdf(brief, &Fonts::built_in()?)?)?;
    Ok(files)
}
