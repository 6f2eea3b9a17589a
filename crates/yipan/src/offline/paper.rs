//! `yipan offline forms` and `enter`: paper out, and back in.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::{Map, Value, json};
use yipan_base::refusal::{Refusal, RefusalKind};
use yipan_offline::{Batch, put, sheet};
use yipan_sheets::{Fault, Options, Sheet};

use crate::case_text::outcome;
use crate::door::Door;
use crate::{Arguments, chinese, print, told};

#[derive(Args)]
pub struct Forms {
    /// The centre, by its area (`rudong`) or its own id (`rudong.centre`).
    #[arg(long)]
    centre: String,
    /// How many, 500 at most.
    #[arg(long, default_value_t = 50)]
    count: u32,
    /// The HTML file to print.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Args)]
pub struct Enter {
    /// A JSON file (one form or a list of them), or a table (CSV, XLSX) with the columns 纸质单号, 来件时间, 内容,
    /// 分类 and, where they stand on the paper, 类型, 标题, 来电人, 电话, 匿名, 地点, 区划, 电话交办; or form, received_at,
    /// text, category, kind, title, caller, phone, anonymous, address, area, given_to.
    file: PathBuf,
}

impl Forms {
    pub async fn run(&self, arguments: &Arguments) -> anyhow::Result<bool> {
        // No number is drawn that cannot be printed.
        put(&self.out, b"").with_context(|| format!("writing {}", self.out.display()))?;
        let door = Door::open(arguments).await?;
        let body = json!({ "centre": self.centre, "count": self.count }).to_string();
        let answer = door.post("/offline/forms", None, body).await;
        door.close().await;
        let batch: Batch = serde_json::from_value(answer?)?;
        put(&self.out, sheet(&batch).as_bytes())
            .with_context(|| format!("writing {}", self.out.display()))?;
        if arguments.json {
            print(&serde_json::to_string_pretty(&batch)?);
        } else if let [first, .., last] | [first @ last] = &batch.numbers[..] {
            print(&format!("{}: {first} … {last} → {}", batch.name, self.out.display()));
        }
        Ok(true)
    }
}

impl Enter {
    /// Enters every form by itself: one that is refused holds up no other.
    pub async fn run(&self, arguments: &Arguments) -> anyhow::Result<bool> {
        let forms = read(&self.file)?;
        let door = Door::open(arguments).await?;
        let mut answers = Vec::new();
        let mut refused = 0;
        for (line, form) in forms {
            let body = form.to_string();
            match door.post("/offline/entries", None, body).await {
                Ok(answer) => {
                    if !arguments.json {
                        print(&format!("{}  {}", form["form"].as_str().unwrap_or("-"), outcome(&answer)));
                    }
                    answers.push(json!({ "line": line, "entered": answer }));
                }
                Err(fault) => {
                    let refusal = match fault.downcast::<Refusal>() {
                        Ok(refusal) if !stops_all(refusal.kind) => refusal,
                        fault => {
                            door.close().await;
                            return Err(fault.map_or_else(|fault| fault, Into::into));
                        }
                    };
                    refused += 1;
                    if !arguments.json {
                        let sentence = if chinese() { &refusal.zh } else { &refusal.en };
                        told(&format!("{} {line}  {}: {sentence}", self.file.display(), refusal.code));
                    }
                    answers.push(json!({ "line": line, "refused": refusal }));
                }
            }
        }
        door.close().await;
        if arguments.json {
            print(&serde_json::to_string_pretty(&answers)?);
        } else {
            let entered = answers.len() - refused;
            print(&if chinese() {
                format!("{} 张：补录 {entered}，拒收 {refused}", answers.len())
            } else {
                format!("{} forms: {entered} entered, {refused} refused", answers.len())
            });
        }
        Ok(refused == 0)
    }
}

/// Whether a refusal tells of the house or the actor and not of the form.
const fn stops_all(kind: RefusalKind) -> bool {
    matches!(
        kind,
        RefusalKind::Unauthenticated
            | RefusalKind::Forbidden
            | RefusalKind::Busy
            | RefusalKind::Unavailable
            | RefusalKind::NoSpace
            | RefusalKind::Internal
    )
}

/// The forms of a file, each with its line (of a table) or its place (in a list).
fn read(path: &Path) -> anyhow::Result<Vec<(u64, Value)>> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) {
        let value =
            serde_json::from_slice(&bytes).with_context(|| format!("{} is not JSON", path.display()))?;
        let forms = if let Value::Array(forms) = value { forms } else { vec![value] };
        return Ok((1..).zip(forms).collect());
    }
    let pointed = |refusal: Refusal| refusal.at(path.display().to_string());
    let mut sheet =
        Sheet::read(Cursor::new(bytes), &Options::default()).map_err(|fault| pointed(fault.into()))?;
    let fields = sheet.columns.iter().map(|column| field(column)).collect::<anyhow::Result<Vec<_>>>()?;
    let mut forms = Vec::new();
    for row in sheet.rows().map_err(|fault| pointed(fault.into()))? {
        let row = row.map_err(|fault| match fault {
            Fault::Row(row) => pointed(row.into()),
            Fault::File(fault) => pointed(fault.into()),
        })?;
        let mut form = Map::new();
        for (field, cell) in fields.iter().zip(&row.cells) {
            let cell = cell.trim();
            match *field {
                "anonymous" => {
                    form.insert(
                        "anonymous".to_owned(),
                        matches!(cell, "是" | "匿名" | "√" | "true" | "1").into(),
                    );
                }
                field if !cell.is_empty() => {
                    form.insert(field.to_owned(), cell.into());
                }
                _ => {}
            }
        }
        forms.push((row.number, form.into()));
    }
    Ok(forms)
}

/// Columns by their Chinese names.
const COLUMNS: &[(&str, &str)] = &[
    ("纸质单号", "form"),
    ("来件时间", "received_at"),
    ("内容", "text"),
    ("分类", "category"),
    ("类型", "kind"),
    ("时限等级", "level"),
    ("标题", "title"),
    ("来电人", "caller"),
    ("电话", "phone"),
    ("匿名", "anonymous"),
    ("地点", "address"),
    ("区划", "area"),
    ("电话交办", "given_to"),
];

fn field(column: &str) -> anyhow::Result<&'static str> {
    let column = column.trim();
    let found = COLUMNS.iter().find(|(zh, name)| *zh == column || *name == column);
    found.map(|(_, name)| *name).with_context(|| {
        let known: Vec<_> = COLUMNS.iter().map(|(zh, name)| format!("{zh} ({name})")).collect();
        format!("the column `{column}` is unknown; columns are {}", known.join(", "))
    })
}
