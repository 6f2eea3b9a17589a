//! `yipan appeals`: the messages of older systems, made cases.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use yipan_base::refusal::Refusal;
use yipan_casework::case::{Channel, Kind};
use yipan_hotline::import::{Counts, ImportPlan, Importer, Mode, PreviewRow, RefusedFile};
use yipan_sheets::{FileFault, Mapping, MappingFault, Options, Sheet};

use crate::opened::Opened;
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

/// How many rows a preview shows.
const PREVIEW: usize = 5;
/// How many refusals are told on the spot; all of them stand in the file of refused rows.
const TOLD: usize = 20;

pub async fn run(verb: &Verb, arguments: &Arguments) -> anyhow::Result<bool> {
    let Verb::Import(import) = verb;
    let plan = import.plan()?;
    let options = Options { sheet: import.sheet.clone(), ..Options::default() };
    let sheet = Sheet::open(&import.file, &options).map_err(|fault| import.at_file(fault))?;
    let opened = Opened::at(&arguments.data).await?;
    let viewer = opened.viewer(arguments.acting.as_deref())?;
    let mut importer = Importer::new(&opened.house, &viewer, sheet, plan)?;
    let sound = import.run(&mut importer, arguments.json).await?;
    opened.close().await;
    Ok(sound)
}

impl Import {
    fn plan(&self) -> Result<ImportPlan, Refusal> {
        let mapping =
            Mapping::parse(&self.map).map_err(|fault: MappingFault| Refusal::from(fault).at("/map"))?;
        let name = || self.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut plan = ImportPlan::new(mapping, self.source.clone().unwrap_or_else(name));
        plan.historical = !self.live;
        plan.kind = self.kind;
        plan.channel = self.channel;
        plan.category = self.category.as_deref().map(Into::into);
        Ok(plan)
    }

    fn at_file(&self, fault: FileFault) -> Refusal {
        Refusal::from(fault).at(self.file.display().to_string())
    }

    async fn run(&self, importer: &mut Importer, json: bool) -> anyhow::Result<bool> {
        let mut refused_file = match &self.refused {
            Some(path) => Some(RefusedFile::create(path, &self.file, importer.columns())?),
            None => None,
        };
        let preview = if self.dry_run { importer.preview(PREVIEW)? } else { Vec::new() };
        let bar = bar(importer.rows());
        let mode = if self.dry_run { Mode::Rehearse } else { Mode::Write };
        let mut refusals = Vec::new();
        let counts = importer
            .run(mode, |counts, outcome| {
                bar.set_position(counts.rows);
                if let Some(file) = &mut refused_file {
                    file.add(&outcome)?;
                }
                if let (Err(refusal), true) = (outcome.answer, refusals.len() < TOLD) {
                    refusals.push(refusal);
                }
                Ok(())
            })
            .await?;
        bar.finish_and_clear();
        refused_file.map(RefusedFile::finish).transpose()?;
        if json {
            let encoding = importer.encoding().map(|e| e.to_string());
            print(&serde_json::to_string_pretty(&json!({
                "dry_run": self.dry_run,
                "encoding": encoding,
                "columns": importer.columns(),
                "counts": counts,
                "preview": preview,
                "refusals": refusals,
                "refused_file": self.refused,
            }))?);
        } else {
            self.tell(importer, &counts, &preview, &refusals);
        }
        Ok(counts.refused == 0)
    }

    fn tell(&self, importer: &Importer, counts: &Counts, preview: &[PreviewRow], refusals: &[Refusal]) {
        if self.dry_run {
            let format = importer.encoding().map_or_else(|| "XLSX".to_owned(), |e| format!("CSV, {e}"));
            print(&format!("{format}: {}", importer.columns().join(" | ")));
        }
        for row in preview {
            let fields: Vec<_> = row.fields.iter().map(|(name, cell)| format!("{name}={cell}")).collect();
            let area = row.area.as_ref().map_or("-", |area| area.as_str());
            print(&format!("{:>6}  [{area}] {}", row.line, fields.join("; ")));
        }
        for refusal in refusals {
            let place = refusal.pointer.as_deref().unwrap_or_default();
            told(&format!(
                "{place}  {}: {}",
                refusal.code,
                if chinese() { &refusal.zh } else { &refusal.en }
            ));
        }
        let Counts { rows, accepted, already, refused, located, unlocated } = *counts;
        print(&if chinese() {
            let done = if self.dry_run { "试运行，未写入：可受理" } else { "受理" };
            format!(
                "{rows} 行：{done} {accepted}（已定位 {located}，未定位 {unlocated}），此前已导入 {already}，拒收 {refused}"
            )
        } else {
            let done = if self.dry_run { "dry run, nothing written: acceptable" } else { "accepted" };
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
