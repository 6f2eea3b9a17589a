//! Many listeners of the live feed: how soon each hears of a change, and whether anything is lost.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::bail;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::feed::{Change, Feed};
use crate::load::Load;
use crate::measure::{Latencies, usage};
use crate::work::Kind;

/// Who listens: some see the whole city, some a county, some what one unit holds.
const LISTENERS: &[&str] = &[
    "city.dispatcher",
    "city.calltaker1",
    "city.reviewer",
    "city.supervisor",
    "city.leader",
    "rudong.supervisor",
    "haimen.supervisor",
    "qidong.supervisor",
    "tongzhou.supervisor",
    "haian.leader",
    "rugao.leader",
    "chongchuan.leader",
    "rudong.urban_management.handler",
    "haimen.urban_management.handler",
    "qidong.urban_management.handler",
    "tongzhou.urban_management.handler",
];

/// How long a change may take before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(10);

/// A change that was made: when it was sent and when it was acknowledged.
struct Made {
    change: Change,
    sent: Instant,
    acknowledged: Instant,
}

/// What one listener heard first of each change, and how often it heard it again.
#[derive(Default)]
struct Heard {
    first: HashMap<Change, Instant>,
    again: usize,
}

impl Load {
    /// Opens so many feeds, makes changes at a rate, and looks when each arrives at everybody who may
    /// see its case.
    pub async fn listen(
        &self,
        listeners: usize,
        rate: u64,
        seconds: u64,
        processes: &[u32],
    ) -> anyhow::Result<String> {
        if rate == 0 || seconds == 0 {
            bail!("--rate and --seconds are from 1 up");
        }
        let mut makers = Makers::of(self, rate * seconds).await?;
        let seats = self.seats().await?;
        let (end, ended) = watch::channel(false);
        let mut feeds = JoinSet::new();
        for nth in 0..listeners {
            let seat = nth % seats.len();
            let feed = seats[seat].beside().await?.follow("/feed/cases").await?;
            feeds.spawn(hear(seat, feed, ended.clone()));
        }
        let (before, started) = (usage(processes), Instant::now());
        let mut made = Vec::new();
        for turn in 0..rate * seconds {
            let moment = started + Duration::from_secs_f64(turn as f64 / rate as f64);
            tokio::time::sleep_until(moment.into()).await;
            made.push(makers.make(turn).await?);
        }
        let (took, after) = (started.elapsed().as_secs_f64(), usage(processes));
        let visible = visible(seats, &made).await?;
        tokio::time::sleep(PATIENCE).await;
        let _ = end.send(true);
        let mut account = Account::default();
        while let Some(heard) = feeds.join_next().await {
            let (seat, heard) = heard??;
            account.take(&made, &visible[seat], &heard);
        }
        let expected = account.since_acknowledged.count() + account.lost;
        Ok(json!({
            "listeners": listeners,
            "changes": made.len(),
            "per_second": made.len() as f64 / took,
            "expected": expected,
            "lost": account.lost,
            "twice": account.twice,
            "strange": account.strange,
            "p50_ms": account.since_acknowledged.quantile(0.5),
            "p99_ms": account.since_acknowledged.quantile(0.99),
            "max_ms": account.since_acknowledged.quantile(1.0),
            "sent_p50_ms": account.since_sent.quantile(0.5),
            "sent_p99_ms": account.since_sent.quantile(0.99),
            "sent_max_ms": account.since_sent.quantile(1.0),
            "processor_ms_per_second": (after.processor_ms - before.processor_ms) / took,
            "resident_mib": after.resident_mib,
        })
        .to_string())
    }

    async fn seats(&self) -> anyhow::Result<Vec<Client>> {
        let mut seats = Vec::new();
        for login in LISTENERS {
            seats.push(Client::log_in(&self.house, login, &self.password).await?);
        }
        Ok(seats)
    }
}

/// Who makes the changes. New cases are accepted and never touched again, older ones dispatched: so who
/// may see a change is who may see its case when all is over.
struct Makers {
    taker: Client,
    dispatcher: Client,
    fresh: Vec<String>,
}

impl Makers {
    async fn of(load: &Load, changes: u64) -> anyhow::Result<Self> {
        Ok(Self {
            taker: Client::log_in(&load.house, Kind::Create.login(), &load.password).await?,
            dispatcher: Client::log_in(&load.house, Kind::Dispatch.login(), &load.password).await?,
            fresh: load.fresh(changes.div_ceil(2)).await?,
        })
    }

    async fn make(&mut self, turn: u64) -> anyhow::Result<Made> {
        let older = if turn.is_multiple_of(2) { None } else { self.fresh.pop() };
        let sent = Instant::now();
        let (number, event) = match &older {
            None => (Kind::Create.ask(&mut self.taker, turn + (1 << 42), None).await?, "accepted"),
            Some(number) => {
                (Kind::Dispatch.ask(&mut self.dispatcher, turn, Some(number)).await?, "dispatched")
            }
        };
        let acknowledged = Instant::now();
        let Some(number) = number else { bail!("an acknowledged change has no number") };
        Ok(Made { change: Change { number, event: event.to_owned() }, sent, acknowledged })
    }
}

/// Listens until the end is told.
async fn hear(seat: usize, mut feed: Feed, mut end: watch::Receiver<bool>) -> anyhow::Result<(usize, Heard)> {
    let mut heard = Heard::default();
    loop {
        tokio::select! {
            next = feed.next() => {
                let Some(change) = next? else { bail!("the house ended a feed") };
                match heard.first.entry(change) {
                    Entry::Vacant(first) => {
                        first.insert(Instant::now());
                    }
                    Entry::Occupied(_) => heard.again += 1,
                }
            }
            _ = end.wait_for(|end| *end) => return Ok((seat, heard)),
        }
    }
}

/// The cases among those that changed which each seat may open.
async fn visible(seats: Vec<Client>, made: &[Made]) -> anyhow::Result<Vec<HashSet<String>>> {
    let numbers: Arc<Vec<String>> = Arc::new(made.iter().map(|made| made.change.number.clone()).collect());
    let mut asking = JoinSet::new();
    for (seat, mut client) in seats.into_iter().enumerate() {
        let numbers = numbers.clone();
        asking.spawn(async move {
            let mut seen = HashSet::new();
            for number in numbers.iter() {
                let path = format!("/cases/{number}");
                let answer = client.ask(hyper::Method::GET, &path, String::new()).await?;
                match answer.status.as_u16() {
                    200 => seen.insert(number.clone()),
                    404 => false,
                    other => bail!("{path} answered {other}: {}", answer.body),
                };
            }
            Ok((seat, seen))
        });
    }
    let mut all = BTreeMap::new();
    while let Some(asked) = asking.join_next().await {
        let (seat, seen) = asked??;
        all.insert(seat, seen);
    }
    Ok(all.into_values().collect())
}

/// What all listeners together heard.
#[derive(Default)]
struct Account {
    since_sent: Latencies,
    since_acknowledged: Latencies,
    /// Changes that somebody who may see them never heard of.
    lost: usize,
    /// Told again without a new line.
    twice: usize,
    /// Told to somebody who may not see the case.
    strange: usize,
}

impl Account {
    fn take(&mut self, made: &[Made], visible: &HashSet<String>, heard: &Heard) {
        self.twice += heard.again;
        for Made { change, sent, acknowledged } in made {
            match (heard.first.get(change), visible.contains(&change.number)) {
                (Some(at), true) => {
                    self.since_sent.note(at.saturating_duration_since(*sent));
                    self.since_acknowledged.note(at.saturating_duration_since(*acknowledged));
                }
                (None, true) => self.lost += 1,
                (Some(_), false) => self.strange += 1,
                (None, false) => {}
            }
        }
    }
}
