//! Many connections at work.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use serde_json::json;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::measure::{Latencies, usage};
use crate::work::Kind;

/// A house under load.
pub struct Load {
    pub house: String,
    pub password: String,
}

impl Load {
    /// Accepts cases and dispatches every third.
    pub async fn fill(&self, cases: u64, connections: usize) -> anyhow::Result<String> {
        let taker = Client::log_in(&self.house, Kind::Create.login(), &self.password).await?;
        let dispatcher = Client::log_in(&self.house, Kind::Dispatch.login(), &self.password).await?;
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
                    if at % 3 == 0 {
                        Kind::Dispatch.ask(&mut giving, at, number.as_deref()).await?;
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
        let commands = cases + cases.div_ceil(3);
        Ok(json!({ "cases": cases, "seconds": seconds, "commands_per_second": commands as f64 / seconds })
            .to_string())
    }

    /// Runs one kind of request.
    pub async fn run(
        &self,
        kind: Kind,
        seconds: u64,
        connections: usize,
        rate: Option<u64>,
        processes: &[u32],
    ) -> anyhow::Result<String> {
        let client = Client::log_in(&self.house, kind.login(), &self.password).await?;
        let numbers = Arc::new(Mutex::new(self.numbers(kind, seconds, rate).await?));
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
            Kind::Dispatch => {
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
                while let Some(ended) = workers.join_next().await {
                    numbers.extend(ended??);
                }
            }
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
}
