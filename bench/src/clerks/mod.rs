//! Clerks at their desks while the house plays its storm: each does with a live board what their role
//! does, with time to think.

mod chance;
mod person;
mod staff;
mod step;
mod tally;

use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;

use self::chance::Chance;
use self::person::Person;
use self::tally::Tally;
use crate::client::Client;
use crate::feed::Feed;
use crate::load::Load;
use crate::measure::usage;

/// How the measured stretch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// Everybody works; nothing is measured yet.
    Warming,
    Measured,
    Over,
}

/// What a clerk knows of the shift.
#[derive(Clone)]
pub struct Watch(watch::Receiver<Shift>);

impl Watch {
    fn shift(&self) -> Shift {
        *self.0.borrow()
    }

    /// Waits for the end of the shift.
    async fn over(&mut self) {
        let _ = self.0.wait_for(|shift| *shift == Shift::Over).await;
    }
}

/// How many work, and when they are measured.
pub struct Roster {
    pub clerks: usize,
    pub seconds: u64,
    /// The mean time to think, in milliseconds.
    pub think: u64,
    pub seed: u64,
    /// Measured once the house's clock says so, such as `2021-05-01T00:30:00+08:00`; at once if absent.
    pub from: Option<String>,
}

impl Load {
    /// Seats the clerks, lets them work, and measures a stretch of it.
    pub async fn clerks(&self, roster: &Roster, processes: &[u32]) -> anyhow::Result<String> {
        let (shift, watching) = watch::channel(Shift::Warming);
        let (mut people, mut feeds) = (JoinSet::new(), JoinSet::new());
        let mut clock = None;
        for (nth, clerk) in staff::staff(roster.clerks).into_iter().enumerate() {
            let client = Client::log_in(&self.house, &clerk.login, &self.password).await?;
            // The page that each has open follows the board.
            feeds.spawn(follow(client.beside().await?.follow("/feed/cases").await?, watching.clone()));
            if clock.is_none() {
                clock = Some(client.beside().await?);
            }
            let person = Person {
                desk: clerk.desk,
                client,
                chance: Chance::new(roster.seed + nth as u64),
                think: Duration::from_millis(roster.think),
                watch: Watch(watching.clone()),
                tally: Tally::default(),
            };
            people.spawn(person.work());
        }
        let clerks = people.len();
        let mut clock = clock.context("--clerks is from 1 up")?;
        until(&mut clock, roster.from.as_deref()).await?;
        let (before, started) = (usage(processes), Instant::now());
        let began_at = now(&mut clock).await?;
        let _ = shift.send(Shift::Measured);
        tokio::time::sleep(Duration::from_secs(roster.seconds)).await;
        let (took, after) = (started.elapsed().as_secs_f64(), usage(processes));
        let ended_at = now(&mut clock).await?;
        let _ = shift.send(Shift::Over);
        let mut all = Tally::default();
        while let Some(worked) = people.join_next().await {
            all.add(worked?);
        }
        let mut told = 0;
        while let Some(followed) = feeds.join_next().await {
            match followed? {
                Ok(changes) => told += changes,
                Err(fault) => all.broke(&fault),
            }
        }
        let mut document = all.document();
        let more = json!({
            "clerks": clerks,
            "seconds": took,
            "house_from": began_at,
            "house_to": ended_at,
            "changes_told": told,
            "processor_ms_per_second": (after.processor_ms - before.processor_ms) / took,
            "resident_mib": after.resident_mib,
        });
        if let (Value::Object(document), Value::Object(more)) = (&mut document, more) {
            document.extend(more);
        }
        Ok(document.to_string())
    }
}

/// Reads a feed until the shift is over; counts what it told. A feed that ends before is a fault.
async fn follow(mut feed: Feed, watching: watch::Receiver<Shift>) -> anyhow::Result<u64> {
    let (mut told, mut watch) = (0, Watch(watching));
    loop {
        tokio::select! {
            next = feed.next() => {
                next?.context("the house ended a feed")?;
                told += 1;
            }
            () = watch.over() => return Ok(told),
        }
    }
}

/// The house's business time.
async fn now(clock: &mut Client) -> anyhow::Result<Value> {
    Ok(clock.get("/session").await?["now"].clone())
}

/// Waits until the house's clock has come so far. Times of one zone sort as text.
async fn until(clock: &mut Client, from: Option<&str>) -> anyhow::Result<()> {
    while from.is_some_and(|from| !from.is_empty()) {
        let now = now(clock).await?;
        if now.as_str() >= from {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Ok(())
}
