//! Many connections at work.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use serde_json::json;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::measure::{Latencies, usage};
use crate::work::{Kind, answer, close};

/// A house under load.
pub struct Load {
    pub house: String,
    pub password: String,
}

/// One kind of request for a while.
pub struct Run {
    pub kind: Kind,
    pub seconds: u64,
    pub connections: usize,
    /// Requests a second; as many as the house answers if absent.
    pub rate: Option<u64>,
    /// A file that is made once all is prepared and the requests begin.
    pub started: Option<PathBuf>,
}

impl Load {
    /// Accepts cases and dispatches every third. Or, as on ordinary days, every fifth, and the others are
    /// answered at once and closed.
    pub async fn fill(&self, cases: u64, answered: bool, connections: usize) -> anyhow::Result<String> {
        let taker = Client::log_in(&self.house, Kind::Create.login(), &self.password).await?;
        let dispatcher = Client::log_in(&self.house, Kind::Dispatch.login(), &self.password).await?;
        let every = if answered { 5 } else { 3 };
        let (turn, bar, started) = (Arc::new(AtomicU64::new(0)), ProgressBar::new(cases), Instant::now());
        let mut workers = JoinSet::new();
        for _ in 0..connections {
            let (mut taking, mut giving) = (taker.beside().await?, dispatcher.beside().await?);
            let (turn, bar) = (turn.clone(), bar.clone());
            workers.spawn(async move {
                loop {
                    let at = turn.fetch_add(1, Ordering::Relaxed);
                    if at >= cases {
                        return anyhow::Ok(());
                    }
                    let number = Kind::Create.ask(&mut taking, at, None).await?;
                    if at % every == 0 {
                        Kind::Dispatch.ask(&mut giving, at, number.as_deref()).await?;
                    } else if answered {
                        let path = format!("/cases/{}/commands", number.as_deref().unwrap_or_default());
                        taking.post(&path, answer()).await?;
                        taking.post(&path, close()).await?;
                    }
                    bar.inc(1);
                }
            });
        }
        while let Some(ended) = workers.join_next().await {
            ended??;
        }
        bar.finish_and_clear();
        let seconds = started.elapsed().as_secs_f64();
        let dispatched = cases.div_ceil(every);
        let closing = if answered { 2 * (cases - dispatched) } else { 0 };
        let commands = cases + dispatched + closing;
        Ok(json!({ "cases": cases, "seconds": seconds, "commands_per_second": commands as f64 / seconds })
            .to_string())
    }

    /// Runs one kind of request.
    pub async fn run(&self, run: &Run, processes: &[u32]) -> anyhow::Result<String> {
        let &Run { kind, seconds, connections, rate, .. } = run;
        let client = Client::log_in(&self.house, kind.login(), &self.password).await?;
        let numbers = Arc::new(Mutex::new(self.numbers(kind, seconds, rate).await?));
        if let Some(file) = &run.started {
            std::fs::write(file, "")?;
        }
        let (turn, before, started) = (Arc::new(AtomicU64::new(0)), usage(processes), Instant::now());
        let until = started + Duration::from_secs(seconds);
        let mut workers = JoinSet::new();
        for _ in 0..connections {
            let mut client = client.beside().await?;
            let (turn, numbers) = (turn.clone(), numbers.clone());
            workers.spawn(async move {
                let mut latencies = Latencies::default();
                loop {
                    let at = turn.fetch_add(1, Ordering::Relaxed);
                    // At a fixed rate a request has its moment, and its wait counts from there: a slow
                    // answer is not forgiven because the next request came later for it.
                    let moment = rate.map(|rate| started + Duration::from_secs_f64(at as f64 / rate as f64));
                    if moment.is_some_and(|moment| moment >= until) {
                        return anyhow::Ok(latencies);
                    }
                    if let Some(moment) = moment {
                        tokio::time::sleep_until(moment.into()).await;
                    }
                    let number = if kind.takes_numbers() { numbers.lock().await.pop() } else { None };
                    if Instant::now() >= until || (kind.takes_numbers() && number.is_none()) {
                        return anyhow::Ok(latencies);
                    }
                    let began = moment.unwrap_or_else(Instant::now);
                    // Beyond what a fill makes, so that no two appeals of a bench are alike.
                    kind.ask(&mut client, at + (1 << 40), number.as_deref()).await?;
                    latencies.note(began.elapsed());
                }
            });
        }
        let mut all = Latencies::default();
        while let Some(ended) = workers.join_next().await {
            all.add(ended??);
        }
        let (took, after) = (started.elapsed().as_secs_f64(), usage(processes));
        let requests = all.count();
        Ok(json!({
            "kind": format!("{kind:?}"),
            "rate": rate,
            "requests": requests,
            "per_second": requests as f64 / took,
            "p50_ms": all.quantile(0.5),
            "p99_ms": all.quantile(0.99),
            "max_ms": all.quantile(1.0),
            "processor_ms_per_request": (after.processor_ms - before.processor_ms) / requests.max(1) as f64,
            "resident_mib": after.resident_mib,
        })
        .to_string())
    }

    /// Cases to be used up: fresh ones to dispatch, the newest to open.
    async fn numbers(&self, kind: Kind, seconds: u64, rate: Option<u64>) -> anyhow::Result<Vec<String>> {
        let wanted = seconds * rate.unwrap_or(3_000);
        let mut numbers = Vec::new();
        match kind {
            Kind::Dispatch => numbers = self.fresh(wanted).await?,
            Kind::Detail => {
                let mut client = Client::log_in(&self.house, kind.login(), &self.password).await?;
                let (mut known, mut cursor) = (Vec::new(), String::new());
                while known.len() < 5_000 {
                    let page = client.get(&format!("/cases?limit=500{cursor}")).await?;
                    let items = page["items"].as_array().cloned().unwrap_or_default();
                    known.extend(items.iter().filter_map(|i| i["number"].as_str().map(str::to_owned)));
                    match page["next"].as_str() {
                        Some(next) => cursor = format!("&cursor={next}"),
                        None => break,
                    }
                }
                numbers.extend(known.iter().cycle().take(wanted as usize).cloned());
            }
            _ => {}
        }
        Ok(numbers)
    }

    /// Accepts so many cases, to be worked on.
    pub async fn fresh(&self, wanted: u64) -> anyhow::Result<Vec<String>> {
        let taker = Client::log_in(&self.house, Kind::Create.login(), &self.password).await?;
        let (turn, mut workers) = (Arc::new(AtomicU64::new(0)), JoinSet::new());
        for _ in 0..128 {
            let (mut client, turn) = (taker.beside().await?, turn.clone());
            workers.spawn(async move {
                let mut made = Vec::new();
                loop {
                    let at = turn.fetch_add(1, Ordering::Relaxed);
                    if at >= wanted {
                        return anyhow::Ok(made);
                    }
                    made.extend(Kind::Create.ask(&mut client, at + (1 << 41), None).await?);
                }
            });
        }
        let mut numbers = Vec::new();
        while let Some(ended) = workers.join_next().await {
            numbers.extend(ended??);
        }
        // Taken from the end: first come, first dispatched, as at a desk.
        numbers.sort_unstable_by(|one, other| (other.len(), other).cmp(&(one.len(), one)));
        Ok(numbers)
    }
}
