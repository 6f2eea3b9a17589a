//! `yipan duty`: the duty room: who is on duty, dossiers of every kind, notices.

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::Value;

use crate::case_text::{list, word};
use crate::door::{Door, argument, escaped};
use crate::{Arguments, chinese, print};

/// What is kept.
#[derive(Clone, Copy, ValueEnum)]
pub enum Kind {
    /// 值班表; each has its centre's id.
    Rosters,
    /// 班次
    Shifts,
    /// 指挥部
    Posts,
    /// 事件
    Incidents,
    /// 灾情
    Losses,
    /// 紧急信息
    Urgent,
    /// 专报与批示
    Briefs,
    /// 研判
    Judgements,
}

impl Kind {
    const fn path(self) -> &'static str {
        match self {
            Self::Rosters => "rosters",
            Self::Shifts => "shifts",
            Self::Posts => "posts",
            Self::Incidents => "incidents",
            Self::Losses => "losses",
            Self::Urgent => "urgent",
            Self::Briefs => "briefs",
            Self::Judgements => "judgements",
        }
    }
}

#[derive(Subcommand)]
pub enum Verb {
    /// Who is on duty at every centre now (在岗一览).
    Board {
        /// At another moment: `2021-05-01T08:00:00+08:00`.
        #[arg(long)]
        at: Option<String>,
        /// Only the centres that nobody keeps.
        #[arg(long)]
        holes: bool,
    },
    /// The dossiers of a kind that you may see, the newest first.
    List {
        kind: Kind,
        /// Those that are over, too.
        #[arg(long)]
        over: bool,
        #[arg(long, default_value_t = 50)]
        limit: i64,
        #[arg(long)]
        cursor: Option<String>,
    },
    /// Begins a dossier by a command given as JSON.
    Begin {
        kind: Kind,
        /// `{"command":"…",…}`, `@FILE` or `-`
        command: String,
        /// Makes a repeated call harmless.
        #[arg(long)]
        key: Option<String>,
    },
    /// Gives a command given as JSON to a dossier.
    Do(Doing),
    /// One dossier with its texts.
    Show { kind: Kind, id: String },
    /// What happened to a dossier.
    Events { kind: Kind, id: String },
    /// Losses summed up, down to each town (灾情汇总).
    Totals { id: String },
    /// Who is late with a report of losses.
    Late { id: String },
    /// Figures that jumped and were not explained.
    Jumps { id: String },
    /// The table of losses in the shape of the national one, as XLSX.
    Table {
        id: String,
        #[arg(long, value_name = "FILE")]
        out: std::path::PathBuf,
    },
    /// Takes in a public warning: a CAP 1.2 message (预警信号).
    Warning {
        #[arg(value_name = "FILE")]
        file: std::path::PathBuf,
    },
    /// Notices to your unit.
    Notices {
        #[arg(long)]
        unread: bool,
    },
    /// Says that a notice was read.
    Read { id: String },
}

#[derive(Args)]
pub struct Doing {
    kind: Kind,
    /// Its number or id; of a roster, the centre's.
    id: String,
    /// `{"command":"…",…}`, `@FILE` or `-`
    command: String,
    /// The version that you saw.
    #[arg(long)]
    version: Option<u64>,
    #[arg(long)]
    key: Option<String>,
}

pub async fn run(verb: &Verb, arguments: &Arguments) -> anyhow::Result<bool> {
    let door = Door::open(arguments).await?;
    let answer = ask(verb, &door).await;
    door.close().await;
    let answer = answer?;
    if arguments.json {
        print(&serde_json::to_string_pretty(&answer)?);
        return Ok(true);
    }
    match verb {
        Verb::Board { holes, .. } => {
            list(&answer)
                .filter(|centre| !holes || centre["hole"] == true)
                .for_each(|one| print(&centre(one)));
        }
        Verb::List { .. } => {
            list(&answer["items"]).for_each(|one| print(&line(one)));
            if let Some(next) = answer["next"].as_str() {
                print(&format!("more: --cursor {next}"));
            }
        }
        Verb::Begin { .. } | Verb::Do(_) => {
            let events: Vec<_> = list(&answer["events"]).filter_map(Value::as_str).collect();
            let again = if answer["repeated"] == true { "  (given before)" } else { "" };
            let (number, stage) = (word(&answer, "number"), word(&answer, "stage"));
            print(&format!("{number} v{} {stage}: {}{again}", answer["version"], events.join(", ")));
            print(&format!("id {}", word(&answer, "id")));
        }
        Verb::Notices { .. } => list(&answer).for_each(|one| {
            let urgent = if one["urgent"] == true { "!" } else { " " };
            let read = one["read_by"].as_str().map_or_else(String::new, |by| format!("  read by {by}"));
            let (at, what) = (word(one, "at"), word(one, "what"));
            print(&format!(
                "{urgent} {at}  {what:<28} {}{read}\n    id {}",
                word(one, "dossier"),
                word(one, "id")
            ));
        }),
        Verb::Events { .. } => list(&answer).for_each(|one| {
            let (at, name) = (word(one, "at"), word(&one["event"], "event"));
            print(&format!("{:>3}  {at}  {name:<24} {}", one["seq"], word(one, "staff")));
        }),
        Verb::Table { out, .. } => print(&out.display().to_string()),
        Verb::Read { .. } => print(if chinese() { "已阅" } else { "read" }),
        _ => print(&serde_json::to_string_pretty(&answer)?),
    }
    Ok(true)
}

async fn ask(verb: &Verb, door: &Door) -> anyhow::Result<Value> {
    let one = |kind: Kind, id: &str| format!("/duty/{}/{}", kind.path(), escaped(id));
    match verb {
        Verb::Board { at, .. } => {
            let at = at.as_deref().map_or_else(String::new, |at| format!("?at={}", escaped(at)));
            door.get(&format!("/duty/on-duty{at}")).await
        }
        Verb::List { kind, over, limit, cursor } => {
            let mut path = format!("/duty/{}?limit={limit}&over={over}", kind.path());
            if let Some(cursor) = cursor {
                path.push_str(&format!("&cursor={}", escaped(cursor)));
            }
            door.get(&path).await
        }
        Verb::Begin { kind: Kind::Rosters, .. } => {
            anyhow::bail!(
                "a roster begins with its first plan: `yipan duty do rosters CENTRE '{{\"command\":\"plan\",…}}'`"
            )
        }
        Verb::Begin { kind, command, key } => {
            door.post(&format!("/duty/{}", kind.path()), key.as_deref(), argument(command)?).await
        }
        Verb::Do(Doing { kind, id, command, version, key }) => {
            let mut body = argument(command)?;
            if let Some(version) = version {
                let mut value: Value = serde_json::from_str(&body).context("the command is not JSON")?;
                value["version"] = (*version).into();
                body = value.to_string();
            }
            door.post(&format!("{}/commands", one(*kind, id)), key.as_deref(), body).await
        }
        Verb::Show { kind, id } => door.get(&one(*kind, id)).await,
        Verb::Events { kind, id } => door.get(&format!("{}/events", one(*kind, id))).await,
        Verb::Totals { id } => door.get(&format!("{}/totals", one(Kind::Losses, id))).await,
        Verb::Late { id } => door.get(&format!("{}/late", one(Kind::Losses, id))).await,
        Verb::Jumps { id } => door.get(&format!("{}/jumps", one(Kind::Losses, id))).await,
        Verb::Table { id, out } => {
            let file = door.file(&format!("{}/table", one(Kind::Losses, id))).await?;
            std::fs::write(out, file).with_context(|| format!("writing {}", out.display()))?;
            Ok(Value::Null)
        }
        Verb::Warning { file } => {
            let message = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
            door.post("/duty/warnings", None, message).await
        }
        Verb::Notices { unread } => door.get(&format!("/duty/notices?unread={unread}")).await,
        Verb::Read { id } => door.post(&format!("/duty/notices/{}/read", escaped(id)), None, "{}").await,
    }
}

/// One centre on the board.
fn centre(centre: &Value) -> String {
    let people: Vec<_> =
        list(&centre["on_duty"]).map(|one| format!("{} {}", word(one, "post"), word(one, "name"))).collect();
    let people = if people.is_empty() { "-".to_owned() } else { people.join(", ") };
    let hole = match (centre["hole"] == true, chinese()) {
        (false, _) => "",
        (true, true) => "  【缺岗】",
        (true, false) => "  NOBODY",
    };
    format!("{:<28} {}  {people}{hole}", word(centre, "centre"), word(centre, "name"))
}

/// One dossier in a list.
fn line(one: &Value) -> String {
    let over = if one["over"] == true { " (over)" } else { "" };
    let (number, stage, unit) = (word(one, "number"), word(one, "stage"), word(one, "unit"));
    format!("{number}  {stage:<12}{over} {unit}  {}  id {}", word(one, "opened_at"), word(one, "id"))
}
