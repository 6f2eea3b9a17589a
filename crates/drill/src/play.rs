//! Playing a storm: the clock goes from minute to minute, everyone whose turn it is acts.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::task::JoinSet;
use tokio::time::Instant;
use yipan_base::refusal::Refusal;
use yipan_base::time::{ManualClock, Timestamp};
use yipan_casework::routing::{Rules, RulesData};
use yipan_platform::{House, city};

use crate::appeals::appeals;
use crate::cast::{Cast, Taken};
use crate::crew::Crew;
use crate::fault::PlayFault;
use crate::opinion::{Opinion, Telephone};
use crate::scenario::Storm;
use crate::turn::{Duty, Turn, Turns};

/// How fast simulated time runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speed {
    /// So many simulated seconds in one real second.
    Times(u32),
    /// As fast as the machine can.
    Max,
}

/// Who else is at the desks while a storm is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Company {
    /// Nobody: an actor who is refused shows a fault of the scenario.
    Nobody,
    /// People, who may be quicker: an actor who finds a case changed leaves it to them.
    People,
}

/// How far a storm has been played.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// The simulated time.
    pub now: Timestamp,
    pub opens: Timestamp,
    pub to: Timestamp,
    /// Appeals accepted so far, and to be accepted.
    pub accepted: u32,
    pub appeals: u32,
    pub commands: u64,
}

/// What was played.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Played {
    /// Appeals accepted, the evening's reports not counted.
    pub accepted: u32,
    /// Commands that actors gave, and the events that came of them.
    pub commands: u64,
    pub events: u64,
    /// Timers that fired.
    pub timers: u64,
    /// Cases that actors left to people who were quicker.
    pub left: u64,
    /// Appeals that somebody would still have worked on after the cut-off.
    pub pending: u64,
}

impl Storm {
    /// Plays the storm in a house that has a city and no cases yet, and leaves the clock at the
    /// cut-off. `clock` is the house's own; `progress` is told of every minute that was played.
    ///
    /// # Errors
    /// If an actor is refused although nobody else is there, the city lacks whom the scenario needs, or the house cannot write.
    /// What was played until then stays.
    pub async fn play(
        &self,
        house: &House,
        clock: &ManualClock,
        speed: Speed,
        company: Company,
        mut progress: impl FnMut(&Progress),
    ) -> Result<Played, PlayFault> {
        clock.advance_to(self.opens);
        let (cast, mut turns) = self.cast(house).await?;
        let mut telephone = Telephone::new(self.opinions);
        let mut played = Played::default();
        let started = Instant::now();
        loop {
            let timer = house.next_timer().await?;
            let Some(at) = turns.next_at().into_iter().chain(timer).min().filter(|at| *at < self.to) else {
                break;
            };
            wait(speed, started, at.since(self.opens)).await;
            clock.advance_to(at);
            let mut acting = JoinSet::new();
            for mut turn in turns.take(at) {
                played.accepted += u32::from(turn.duty == Duty::Accept);
                if matches!(turn.duty, Duty::CallBack(_)) {
                    let done = !cast.unhandled(&turn);
                    turn.duty =
                        Duty::CallBack(Some(if done { telephone.call() } else { Opinion::NOTHING_DONE }));
                }
                let cast = cast.clone();
                acting.spawn(async move { cast.take(turn).await });
            }
            while let Some(ended) = acting.join_next().await {
                let taken = ended.map_err(|fault| PlayFault::Broken(fault.to_string()))?;
                if company == Company::People
                    && matches!(taken, Err(PlayFault::Refused { .. } | PlayFault::Broken(_)))
                {
                    played.left += 1;
                    continue;
                }
                let Taken { commands, events, next } = taken?;
                played.commands += commands;
                played.events += events;
                next.into_iter().for_each(|turn| turns.add(turn));
            }
            if timer.is_some_and(|due| due <= at) {
                played.timers += house.fire_timers().await? as u64;
            }
            progress(&Progress {
                now: at,
                opens: self.opens,
                to: self.to,
                accepted: played.accepted,
                appeals: self.appeals,
                commands: played.commands,
            });
        }
        wait(speed, started, self.to.since(self.opens)).await;
        clock.advance_to(self.to);
        played.pending = turns.len() as u64;
        Ok(played)
    }

    /// Puts the storm's rules in force, and everyone at their desks.
    async fn cast(&self, house: &House) -> Result<(Arc<Cast>, Turns), PlayFault> {
        if !house.clock().simulated() || house.now() != self.opens {
            let told = format!("a storm is played by a simulated clock that stands at {}", self.opens);
            return Err(Refusal::conflict("drill.clock", "演练须使用停在开始时刻的模拟时钟", told).into());
        }
        if house.city().directory.unit(&self.centre).is_none() {
            return Err(PlayFault::City(format!("it has no unit `{}`", self.centre)));
        }
        let rules = Rules::new(RulesData {
            version: self.policy.version,
            rules: self.routing.clone(),
            catalogue: house.city().catalogue.clone(),
            boundary_m: 0.0,
        });
        let (by, version) = (("system", self.opens), self.policy.version);
        city::add_rule(house.store(), ("policy", &self.policy.id, version), &self.policy, by).await?;
        city::add_rule(house.store(), ("routing", "default", version), &rules, by).await?;
        house.reload().await?;
        let city = house.city();
        let cast = Cast {
            house: house.clone(),
            crew: Crew::new(city.directory.clone()),
            city,
            rules,
            storm: self.clone(),
            appeals: appeals(self),
            rooms: Default::default(),
        };
        let turns = self.turns(&cast);
        Ok((Arc::new(cast), turns))
    }

    /// The first turn of every appeal and of every county's first report, and every step of the duty rooms.
    fn turns(&self, cast: &Cast) -> Turns {
        let mut turns = Turns::default();
        let first = |at, key, duty| Turn { at, key, duty, case: None, order: None };
        for (appeal, key) in cast.appeals.iter().zip(0_u32..) {
            turns.add(first(appeal.at, key, Duty::Accept));
        }
        for (row, report) in self.evening.iter().enumerate() {
            if !self.evening[..row].iter().any(|earlier| earlier.county == report.county) {
                turns.add(first(report.at, self.appeals + row as u32, Duty::Report(row)));
            }
        }
        let after = self.appeals + self.evening.len() as u32;
        for (row, step) in self.rooms.iter().enumerate() {
            turns.add(first(step.at, after + row as u32, Duty::Room(row)));
        }
        turns
    }
}

/// Waits until `simulated` microseconds after the start have passed at this speed.
async fn wait(speed: Speed, started: Instant, simulated: i64) {
    if let Speed::Times(times) = speed {
        let micros = u64::try_from(simulated).unwrap_or_default() / u64::from(times.max(1));
        tokio::time::sleep_until(started + Duration::from_micros(micros)).await;
    }
}

#[cfg(test)]
mod tests {
    use yipan_base::time::SECOND;

    use super::*;

    #[tokio::test]
    async fn simulated_time_runs_as_fast_as_was_asked() {
        let started = Instant::now();
        wait(Speed::Max, started, 3_600 * SECOND).await;
        assert!(started.elapsed() < Duration::from_millis(50));
        wait(Speed::Times(600), started, 60 * SECOND).await;
        assert!(started.elapsed() >= Duration::from_millis(100));
    }
}
