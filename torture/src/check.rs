//! Asking a house for everything that was acknowledged, and for the proofs it has of itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::crew::Crew;
use crate::house::Site;
use crate::verdict::{Breach, Finding, Required, Seen, judge};

/// How many ask at a time.
const ASKING: usize = 8;

/// What a look at cases found.
#[derive(Debug, Default)]
pub struct Looked {
    pub findings: Vec<Finding>,
    /// All events of these cases.
    pub events: u64,
}

/// The history of one case, and what does not fit in it.
struct History {
    case: Arc<str>,
    seen: Vec<Seen>,
    odd: Option<Finding>,
}

/// Reads the history of these cases and judges each.
///
/// # Errors
/// If the house does not answer.
pub async fn cases(
    crew: &Arc<Crew>,
    address: &str,
    which: Vec<Arc<str>>,
    required: Required<'_>,
) -> anyhow::Result<Looked> {
    let mut asking = JoinSet::new();
    for part in 0..ASKING {
        let mine: Vec<_> = which.iter().skip(part).step_by(ASKING).cloned().collect();
        let (crew, mut client) = (crew.clone(), Client::new(address));
        asking.spawn(async move {
            let mut histories = Vec::with_capacity(mine.len());
            for case in mine {
                histories.push(history(&crew, &mut client, case).await?);
            }
            anyhow::Ok(histories)
        });
    }
    let mut looked = Looked::default();
    while let Some(ended) = asking.join_next().await {
        for History { case, seen, odd } in ended?? {
            looked.events += seen.len() as u64;
            looked.findings.extend(odd);
            looked.findings.extend(judge(&case, &crew.acks().of(&case), &seen, required));
        }
    }
    Ok(looked)
}

async fn history(crew: &Crew, client: &mut Client, case: Arc<str>) -> anyhow::Result<History> {
    let answer = crew.read(client, &format!("/cases/{case}/events")).await?;
    if answer.status == 404 {
        return Ok(History { case, seen: Vec::new(), odd: None });
    }
    ensure!(answer.good(), "the events of {case}: {} {}", answer.status, answer.body);
    let events = answer.body.as_array().context("no list of events")?;
    let seen: Vec<Seen> = events.iter().map(seen).collect();
    let detail = crew.read(client, &format!("/cases/{case}")).await?;
    let version = detail.body["version"].as_u64();
    // A clock may have reached a mark between the two questions.
    let odd = version.is_none_or(|version| version < seen.len() as u64).then(|| {
        let what = format!("{case} is told at version {version:?} with {} events", seen.len());
        Finding::new(Breach::Unsound, what)
    });
    Ok(History { case, seen, odd })
}

fn seen(event: &Value) -> Seen {
    let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
    Seen { seq: event["seq"].as_u64().unwrap_or_default(), name: text("event"), staff: text("staff") }
}

/// Walks the list of all cases, newest first, down to so many beyond those that are new; without a
/// bound to its end. A case that nobody was told of is a doubling; one that is missing, a loss.
///
/// # Errors
/// If the house does not answer.
pub async fn list(crew: &Crew, address: &str, pages: Option<usize>) -> anyhow::Result<Vec<Finding>> {
    let (mut findings, mut listed, mut cursor) = (Vec::new(), BTreeSet::new(), String::new());
    let mut client = Client::new(address);
    for page in 0.. {
        if pages.is_some_and(|most| page >= most) {
            return Ok(findings);
        }
        let answer = crew.read(&mut client, &format!("/cases?limit=500{cursor}")).await?;
        ensure!(answer.good(), "the list of cases: {} {}", answer.status, answer.body);
        for line in answer.body["items"].as_array().context("no list of cases")? {
            let number = line["number"].as_str().unwrap_or_default();
            if !crew.acks().knows(number) {
                findings
                    .push(Finding::new(Breach::Doubled, format!("{number}: nobody was told of this case")));
            }
            if !listed.insert(number.to_owned()) {
                findings.push(Finding::new(Breach::Unsound, format!("{number} is listed twice")));
            }
        }
        match answer.body["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    for case in crew.acks().cases() {
        if !listed.contains(&*case) {
            findings.push(Finding::new(Breach::Lost, format!("{case} is not in the list of all cases")));
        }
    }
    Ok(findings)
}

/// What `yipan audit verify` and `yipan audit replay` say; through the running house if there is one.
/// So many cases must be counted, and at least so many events.
///
/// # Errors
/// If a verb cannot be run.
pub async fn proofs(site: &Site, accepted: Option<u64>, events: Option<u64>) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for proof in ["verify", "replay"] {
        let out = site.verb(&["audit", proof, "--json"]).await?;
        let told: Value = serde_json::from_slice(&out.stdout).unwrap_or_default();
        if !out.status.success() || told["sound"] != true {
            let said = String::from_utf8_lossy(&out.stderr);
            let what = format!("audit {proof}: {} {}", told["report"], said.trim());
            findings.push(Finding::new(Breach::Unsound, what));
        }
        if proof == "replay" {
            let report = &told["report"];
            // Clocks may reach their marks between the look and the proof: of events there may be more.
            let cases = (report["cases"].as_u64(), accepted);
            let events = (report["events"].as_u64(), events);
            let wrong = [
                ("cases", cases, cases.1.is_some() && cases.0 != cases.1),
                ("events", events, events.1.is_some() && events.0 < events.1),
            ];
            for (name, (counted, expected), _) in wrong.into_iter().filter(|(.., wrong)| *wrong) {
                let what = format!("audit replay counts {counted:?} {name}, not {expected:?}");
                findings.push(Finding::new(Breach::Unsound, what));
            }
        }
    }
    Ok(findings)
}
