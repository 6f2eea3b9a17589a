//! What a house does by itself while it is open: time, post, and its place among other nodes.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use yipan_base::time::{MINUTE, ManualClock};
use yipan_drill::{Company, Speed, Storm};
use yipan_platform::outbox::FileDrop;
use yipan_platform::{House, Sweep};
use yipan_store::Dialect;

use crate::{applications, print};

/// How often a node asks whether it leads, and whether others moved the ledger on.
const LEASE: Duration = Duration::from_secs(1);
const FOLLOW: Duration = Duration::from_millis(200);

/// Keeps asking for the lease of the database, so that among several nodes one does the chores.
pub async fn lead(house: House, leads: watch::Sender<bool>, mut leaving: watch::Receiver<bool>) {
    let mut lease = house.store().lease();
    loop {
        let held = lease.held().await;
        leads.send_if_modified(|known| std::mem::replace(known, held) != held);
        tokio::select! {
            () = tokio::time::sleep(LEASE) => {}
            _ = leaving.wait_for(|leave| *leave) => break,
        }
    }
    leads.send_replace(false);
    lease.release().await;
}

/// Learns what other nodes commit. An embedded database has no others.
pub async fn follow(house: House, mut leaving: watch::Receiver<bool>) {
    if house.store().dialect() == Dialect::Sqlite {
        return;
    }
    // From the beginning, so that the rules are read once more: another node may have changed them
    // since this one opened.
    let mut seen = 0;
    let mut failing = false;
    loop {
        match house.follow(seen).await {
            Ok(head) => (seen, failing) = (head, false),
            Err(refusal) if !failing => {
                failing = true;
                tracing::error!(code = refusal.code, "what other nodes commit cannot be read: {refusal}");
            }
            Err(_) => {}
        }
        tokio::select! {
            () = tokio::time::sleep(FOLLOW) => {}
            _ = leaving.wait_for(|leave| *leave) => return,
        }
    }
}

/// Lets time pass until the house closes: plays the storm, keeps a simulated clock going at the pace of
/// the real one afterwards, and fires what falls due.
pub async fn clockwork(
    house: House,
    storm: Option<(Storm, Arc<ManualClock>)>,
    simulation: Option<Arc<ManualClock>>,
    speed: u32,
    leads: watch::Receiver<bool>,
    mut leaving: watch::Receiver<bool>,
) {
    if let Some((storm, clock)) = storm {
        let played = tokio::select! {
            played = storm.play(&house, &clock, Speed::Times(speed), Company::People, |_| ()) => played,
            _ = leaving.wait_for(|leave| *leave) => return,
        };
        match played {
            Ok(played) => {
                if let Err(fault) = crate::clock::reached(house.store(), storm.to).await {
                    tracing::error!("the end of the storm could not be noted: {fault:#}");
                }
                print(&format!(
                    "the storm is over: {} appeals, {} commands, {} cases left to people who were quicker",
                    played.accepted, played.commands, played.left
                ));
            }
            Err(fault) => tracing::error!("the storm broke off: {fault}"),
        }
    }
    let (began, stood) = (Instant::now(), house.now());
    let (mut sweep, mut swept) = (Sweep::default(), began);
    loop {
        if let Some(clock) = &simulation {
            clock.advance_to(stood.plus(began.elapsed().as_micros() as i64));
        }
        let leads = *leads.borrow();
        if leads && let Err(refusal) = house.fire_timers().await {
            tracing::error!(code = refusal.code, "timers could not be fired: {refusal}");
        }
        if leads && swept.elapsed() >= SWEEPING {
            swept = Instant::now();
            if let Err(refusal) = house.sweep_replies(&mut sweep).await {
                tracing::error!(code = refusal.code, "old answers could not be swept: {refusal}");
            }
            if let Err(refusal) = house.sweep_blobs().await {
                tracing::error!(code = refusal.code, "files nobody refers to could not be swept: {refusal}");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
            _ = leaving.wait_for(|leave| *leave) => return,
        }
    }
}

/// How often applications do what they do by themselves.
const ROUND: Duration = Duration::from_secs(2);

/// Lets the applications do what they do by themselves.
pub async fn rounds(house: House, leads: watch::Receiver<bool>, mut leaving: watch::Receiver<bool>) {
    loop {
        if *leads.borrow() {
            for application in applications::ALL {
                let Some(chore) = application.chore(&house) else { continue };
                if let Err(refusal) = chore.await {
                    let (name, code) = (application.name(), refusal.code.as_str());
                    tracing::error!(name, code, "work of the house's own was not done: {refusal}");
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(ROUND) => {}
            _ = leaving.wait_for(|leave| *leave) => return,
        }
    }
}

/// How often the sweep of old answers takes a step.
const SWEEPING: Duration = Duration::from_secs(60);

/// How long a message may take before somebody is told.
const STUCK: i64 = 10 * MINUTE;

/// Sends what leaves the house, and says so when it does not arrive.
pub async fn post(
    house: House,
    channel: FileDrop,
    leads: watch::Receiver<bool>,
    mut leaving: watch::Receiver<bool>,
) {
    let mut alarmed = false;
    loop {
        if *leads.borrow() {
            empty_outbox(&house, &channel, &mut alarmed).await;
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(2)) => {}
            _ = leaving.wait_for(|leave| *leave) => return,
        }
    }
}

async fn empty_outbox(house: &House, channel: &FileDrop, alarmed: &mut bool) {
    if let Err(refusal) = house.run_outbox(channel).await {
        tracing::error!(code = refusal.code, "the outbox could not be emptied: {refusal}");
    }
    match house.stuck_messages(STUCK).await {
        Ok(stuck) if !stuck.is_empty() && !*alarmed => {
            *alarmed = true;
            tracing::error!(messages = stuck.len(), "messages have not arrived: see `yipan outbox stuck`");
        }
        Ok(stuck) => *alarmed = !stuck.is_empty(),
        Err(refusal) => tracing::error!(code = refusal.code, "the outbox could not be read: {refusal}"),
    }
}
