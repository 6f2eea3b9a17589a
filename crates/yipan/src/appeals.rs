//! `yipan appeals`: the messages of older systems, made cases.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use yipan_base::refusal::Refusal;
use yipan_casework::case::{Channel, Kind};
use yipan_hotline::import::{Counts, ImportQuestion, PreviewRow, RefusedFile, RowOutcome, Told};
use yipan_sheets::FileFault;

use crate::door::{Door, escaped};
use crate::{Arguments, chinese, print, told};

#[derive(Subcommand)]
pub enum Verb {
    /// Makes cases of the rows of a CSV or XLSX file of any column layout (导入).
    Import(Import),
}

#[derive(Args)]
pub struct Import {
    file: PathBuf,
    /// Which column feeds which field: `text=内容,title=标题,received=时间,caller=来电人,key=编号`.
    /// Fields: text, title, received, caller, phone, address, area, longitude, latitude, datum, kind,
    /// category, channel, key.
    #[arg(long, value_name = "FIELD=COLUMN,…")]
    map: String,
    /// The older system or list; rows are known again by it and their key. The file's name if absent.
    #[arg(long)]
    source: Option<String>,
    /// The category of rows that name none.
    #[arg(long)]
    category: Option<String>,
    /// The kind of rows that name none.
    #[arg(long, default_value = "other")]
    kind: Kind,
    /// The channel of rows that name none.
    #[arg(long, default_value = "application")]
    channel: Channel,
    /// The sheet of a workbook; the first if absent.
    #[arg(long)]
    sheet: Option<String>,
    /// Cases that are already over: counted, never timed (the default).
    #[arg(long, conflicts_with = "live")]
    historical: bool,
    /// Cases to be worked on: their clocks start.
    #[arg(long)]
    live: bool,
    /// Checks every row, shows the first ones and writes nothing.
    #[arg(long)]
    dry_run: bool,
    /// Writes the refused rows with their reasons to this CSV file.
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
}

/// How many refusals are told on the spot; all of them stand in the file of refused rows.
const TOLD: usize = 20;

pub async fn run(verb: &Verb, arguments: &Arguments) -> anyhow::Result<bool> {
    let Verb::Import(import) = verb;
    let at_file = |fault: std::io::Error| Refusal::from(FileFault::from(fault)).at(import.place());
    let file = std::fs::read(&import.file).map_err(at_file)?;
    if let Some(path) = &import.refused {
        // Where it cannot be written, nothing is imported.
        RefusedFile::create(path, &import.file, &[])?;
    }
    let door = Door::open(arguments).await?;
    let mut report = Report::default();
    let asked = door.lines(&import.path()?, file.into(), |line| report.take(import, line)).await;
    door.close().await;
    // What tells of the file as a whole points at the file.
    asked.map_err(|fault| match fault.downcast::<Refusal>() {
        Ok(refusal) if refusal.pointer.is_none() => refusal.at(import.place()).into(),
        Ok(refusal) => refusal.into(),
        Err(fault) => fault,
    })?;
    report.finish(import, arguments.json)
}

impl Import {
    fn place(&self) -> String {
        self.file.display().to_string()
    }

    /// The route and its question.
    fn path(&self) -> anyhow::Result<String> {
        let name = self.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let question = ImportQuestion {
            map: self.map.clone(),
            source: self.source.clone().unwrap_or(name),
            category: self.category.clone(),
            kind: Some(self.kind),
            channel: Some(self.channel),
            sheet: self.sheet.clone(),
            live: self.live,
            dry_run: self.dry_run,
        };
        let mut path = "/appeals/imports".to_owned();
        let fields = serde_json::to_value(&question)?;
        for (at, (name, value)) in fields.as_object().into_iter().flatten().enumerate() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            path.push_str(&format!("{}{name}={}", if at == 0 { '?' } else { '&' }, escaped(&value)));
        }
        Ok(path)
    }
}

/// What is known of an import so far.
#[derive(Default)]
struct Report {
    bar: Option<ProgressBar>,
    columns: Vec<String>,
    encoding: Option<String>,
    preview: Vec<PreviewRow>,
    refused_file: Option<RefusedFile>,
    refusals: Vec<Refusal>,
    done: Option<Counts>,
}

impl Report {
    fn take(&mut self, import: &Import, line: &[u8]) -> anyhow::Result<()> {
        match serde_json::from_slice(line)? {
            Told::Table { rows, columns, encoding, preview } => {
                if let Some(path) = &import.refused {
                    self.refused_file = Some(RefusedFile::create(path, &import.file, &columns)?);
                }
                self.bar = Some(bar(rows));
                (self.columns, self.encoding, self.preview) = (columns, encoding, preview);
            }
            Told::So(counts) => {
                if let Some(bar) = &self.bar {
                    bar.set_position(counts.rows);
                }
            }
            Told::Refused { line, cells, refusal } => {
                if self.refusals.len() < TOLD {
                    self.refusals.push(refusal.clone());
                }
                if let Some(file) = &mut self.refused_file {
                    file.add(&RowOutcome { line, cells, answer: Err(refusal) })?;
                }
            }
            Told::Done(counts) => self.done = Some(counts),
            Told::Stopped(refusal) => return Err(refusal.into()),
        }
        Ok(())
    }

    fn finish(mut self, import: &Import, json: bool) -> anyhow::Result<bool> {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        self.refused_file.take().map(RefusedFile::finish).transpose()?;
        let Some(counts) = self.done else {
            anyhow::bail!(
                "the house went away in the middle; what was accepted stays: import again to do the rest"
            );
        };
        if json {
            print(&serde_json::to_string_pretty(&json!({
                "dry_run": import.dry_run,
                "encoding": self.encoding,
                "columns": self.columns,
                "counts": counts,
                "preview": self.preview,
                "refusals": self.refusals,
                "refused_file": import.refused,
            }))?);
        } else {
            self.tell(import.dry_run, &counts);
        }
        Ok(counts.refused == 0)
    }

    fn tell(&self, dry_run: bool, counts: &Counts) {
        if dry_run {
            let format = self.encoding.as_ref().map_or_else(|| "XLSX".to_owned(), |e| format!("CSV, {e}"));
            print(&format!("{format}: {}", self.columns.join(" | ")));
        }
        for row in &self.preview {
            let fields: Vec<_> = row.fields.iter().map(|(name, cell)| format!("{name}={cell}")).collect();
            let area = row.area.as_ref().map_or("-", |area| area.as_str());
            print(&format!("{:>6}  [{area}] {}", row.line, fields.join("; ")));
        }
        for refusal in &self.refusals {
            let place = refusal.pointer.as_deref().unwrap_or_default();
            let sentence = if chinese() { &refusal.zh } else { &refusal.en };
            told(&format!("{place}  {}: {sentence}", refusal.code));
        }
        let Counts { rows, accepted, already, refused, located, unlocated } = *counts;
        print(&if chinese() {
            let done = if dry_run { "试运行，未写入：可受理" } else { "受理" };
            format!(
                "{rows} 行：{done} {accepted}（已定位 {located}，未定位 {unlocated}），此前已导入 {already}，拒收 {refused}"
            )
        } else {
            let done = if dry_run { "dry run, nothing written: acceptable" } else { "accepted" };
            format!(
                "{rows} rows: {done} {accepted} (located {located}, unlocated {unlocated}), already imported {already}, refused {refused}"
            )
        });
    }
}

/// Shown on a terminal only.
fn bar(rows: u64) -> ProgressBar {
    let bar = ProgressBar::new(rows);
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len}  {per_sec}  {eta}") {
        bar.set_style(style);
    }
    bar
}
