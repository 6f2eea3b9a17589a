//! `yipan kpi`: figures, and the cases behind each.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::Value;

use crate::door::{Door, escaped};
use crate::{Arguments, chinese, print};

#[derive(Subcommand)]
pub enum Verb {
    /// Every KPI with its formula.
    List,
    /// Figures of a period, each with numerator, denominator and what was taken out.
    Show {
        #[command(flatten)]
        question: Question,
        /// Definitions, separated by commas; the main ones if absent.
        #[arg(long)]
        ids: Option<String>,
        /// Writes a table with the formulas beside it: FILE.csv or FILE.xlsx.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// The cases behind a figure.
    Cases {
        id: String,
        #[command(flatten)]
        question: Question,
        /// `numerator`, `denominator`, `exclusion:ID` or `beside:ID`.
        #[arg(long, default_value = "denominator")]
        part: String,
        /// The group, where the figure is cut.
        #[arg(long)]
        key: Option<String>,
        #[arg(long)]
        cursor: Option<String>,
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
}

#[derive(Args)]
pub struct Question {
    /// The first day.
    #[arg(long)]
    from: String,
    /// The day after the last one.
    #[arg(long)]
    to: String,
    /// What fell due or happened later does not count; now if absent.
    #[arg(long)]
    as_of: Option<String>,
    /// Whose holdings: `city`, or those that the counties handed down.
    #[arg(long, default_value = "city")]
    tier: String,
    /// `whole`, `unit`, `county`, `town`, `line`, `kind`, `channel`, `level`, `category`, `day` …
    #[arg(long, default_value = "whole")]
    cut: String,
    #[arg(long)]
    units: Option<String>,
    #[arg(long)]
    areas: Option<String>,
    #[arg(long)]
    lines: Option<String>,
    #[arg(long)]
    categories: Option<String>,
    #[arg(long)]
    kind: Option<String>,
    #[arg(long)]
    channel: Option<String>,
    #[arg(long)]
    level: Option<String>,
}

impl Question {
    fn path(&self, to: &str, more: &[(&str, Option<&str>)]) -> String {
        let own = [
            ("from", Some(self.from.as_str())),
            ("to", Some(self.to.as_str())),
            ("as_of", self.as_of.as_deref()),
            ("tier", Some(self.tier.as_str())),
            ("cut", Some(self.cut.as_str())),
            ("units", self.units.as_deref()),
            ("areas", self.areas.as_deref()),
            ("lines", self.lines.as_deref()),
            ("categories", self.categories.as_deref()),
            ("kind", self.kind.as_deref()),
            ("channel", self.channel.as_deref()),
            ("level", self.level.as_deref()),
        ];
        let given =
            own.iter().chain(more).filter_map(|(name, value)| Some(format!("{name}={}", escaped((*value)?))));
        format!("{to}?{}", given.collect::<Vec<_>>().join("&"))
    }
}

pub async fn run(verb: &Verb, arguments: &Arguments) -> anyhow::Result<bool> {
    let door = Door::open(arguments).await?;
    let done = ask(verb, &door, arguments).await;
    door.close().await;
    done.map(|()| true)
}

async fn ask(verb: &Verb, door: &Door, arguments: &Arguments) -> anyhow::Result<()> {
    let language = if chinese() { "zh" } else { "en" };
    match verb {
        Verb::List => {
            let all = door.get("/kpis").await?;
            if arguments.json {
                print(&serde_json::to_string_pretty(&all)?);
            } else {
                for kpi in all.as_array().into_iter().flatten() {
                    let formula = text(&kpi[format!("formula_{language}")]);
                    print(&format!("{:<24} {}\n    {formula}", text(&kpi["id"]), text(&kpi[language])));
                }
            }
        }
        Verb::Show { question, ids, out: Some(out), .. } => {
            let format =
                out.extension().and_then(|e| e.to_str()).context("name the file FILE.csv or FILE.xlsx")?;
            let path = question.path("/kpis/figures", &[("ids", ids.as_deref()), ("format", Some(format))]);
            let bytes = door.file(&path).await?;
            std::fs::write(out, bytes).with_context(|| format!("writing {}", out.display()))?;
            print(&out.display().to_string());
        }
        Verb::Show { question, ids, out: None } => {
            let all = door.get(&question.path("/kpis/figures", &[("ids", ids.as_deref())])).await?;
            if arguments.json {
                print(&serde_json::to_string_pretty(&all)?);
            } else {
                for readout in all.as_array().into_iter().flatten() {
                    print(&line(readout, language));
                }
            }
        }
        Verb::Cases { id, question, part, key, cursor, limit } => {
            let limit = limit.to_string();
            let more = [
                ("part", Some(part.as_str())),
                ("key", key.as_deref()),
                ("cursor", cursor.as_deref()),
                ("limit", Some(limit.as_str())),
            ];
            let page = door.get(&question.path(&format!("/kpis/{}/cases", escaped(id)), &more)).await?;
            if arguments.json {
                print(&serde_json::to_string_pretty(&page)?);
            } else {
                for case in page["items"].as_array().into_iter().flatten() {
                    print(&format!("{}  {}", text(&case["number"]), case["part"]));
                }
                if let Some(withheld) = page["withheld"].as_u64().filter(|count| *count > 0) {
                    print(&format!("withheld from you: {withheld}"));
                }
                if let Some(next) = page["next"].as_str() {
                    print(&format!("more: --cursor {next}"));
                }
            }
        }
    }
    Ok(())
}

/// A figure on one line: group, name, value, what it was divided from, what was taken out.
fn line(readout: &Value, language: &str) -> String {
    let (figure, words) = (&readout["figure"], &readout[language]);
    let taken: Vec<String> = words["exclusions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|tally| tally["count"] != 0)
        .map(|tally| format!("{} {}", text(&tally["name"]), tally["count"]))
        .collect();
    let group = figure["key"].as_str().map(|key| format!("{key}  ")).unwrap_or_default();
    let taken = if taken.is_empty() { String::new() } else { format!("  [{}]", taken.join(", ")) };
    let (above, below) = (&figure["numerator"], &figure["denominator"]);
    format!("{group}{:<28} {:>12}  {above} / {below}{taken}", text(&words["name"]), text(&words["value"]))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}
