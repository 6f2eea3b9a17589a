//! The scenario: the storm as data, read and checked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yipan_base::id::UnitId;
use yipan_base::time::{HOUR, Timestamp};
use yipan_casework::case::Channel;
use yipan_casework::policy::Policy;
use yipan_casework::routing::RoutingRule;

use crate::appeals::{self, Hour};
use crate::counter::Counter;
use crate::evening::Report;
use crate::fault::ScenarioFault;
use crate::lags::Lags;
use crate::matter::{Answer, Matter};
use crate::opinion::Opinions;
use crate::room::RoomStep;
use crate::table::{Open, json, lines, rows};

/// A disaster of a few days (灾情演练), ready to be played.
#[derive(Debug, Clone)]
pub struct Storm {
    pub zh: String,
    pub en: String,
    /// When the clock begins to run: the evening before.
    pub opens: Timestamp,
    /// The first instant that is counted.
    pub from: Timestamp,
    /// The cut-off (统计截止): nothing happens from here on.
    pub to: Timestamp,
    /// How many appeals come in.
    pub appeals: u32,
    /// What was published of the real storm.
    pub published: Rates,
    /// What is done badly, if anything.
    pub counter: Option<Counter>,
    pub(crate) seed: u64,
    pub(crate) centre: UnitId,
    pub(crate) arrival_minutes: u64,
    pub(crate) channels: Vec<(Channel, u32)>,
    pub(crate) calls: CallHours,
    pub(crate) opinions: Opinions,
    pub(crate) policy: Policy,
    pub(crate) routing: Vec<RoutingRule>,
    pub(crate) matters: Vec<Matter>,
    pub(crate) hours: Vec<Hour>,
    pub(crate) lags: Lags,
    pub(crate) evening: Vec<Report>,
    pub(crate) rooms: Vec<RoomStep>,
    counters: BTreeMap<String, Counter>,
}

/// The four rates that were published, rounded to whole per cent and whole days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    pub on_time_sign_in_percent: i64,
    pub on_time_completion_percent: i64,
    pub mean_handling_days: i64,
    pub satisfaction_percent: i64,
}

/// Between which hours of the day citizens are called.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallHours {
    from_hour: i64,
    to_hour: i64,
}

impl CallHours {
    /// The first instant from `at` on at which a citizen may be called; the morning's calls keep
    /// the minute of `at`, so that they do not all come at once.
    pub fn next(self, at: Timestamp) -> Timestamp {
        let of_day = at.time_of_day();
        let morning = at.plus(self.from_hour * HOUR - of_day + of_day % HOUR);
        if of_day < self.from_hour * HOUR {
            morning
        } else if of_day >= self.to_hour * HOUR {
            morning.plus(24 * HOUR)
        } else {
            at
        }
    }
}

const FILE: &str = "scenario.json";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "id")]
    _id: String,
    zh: String,
    en: String,
    #[serde(rename = "city")]
    _city: String,
    seed: u64,
    opens: Timestamp,
    from: Timestamp,
    to: Timestamp,
    appeals: u32,
    centre: UnitId,
    arrival_minutes: u64,
    channels: Vec<(Channel, u32)>,
    calls: CallHours,
    opinions: Opinions,
    published: Rates,
}

impl Storm {
    /// Reads a scenario; `open` gives the bytes of a file.
    ///
    /// # Errors
    /// The first fault found: a file that is missing, a row that cannot be read, counts that do not
    /// add up.
    pub fn read(open: Open<'_, '_>) -> Result<Self, ScenarioFault> {
        let written: Written = json(open, FILE)?;
        let storm = Self {
            zh: written.zh,
            en: written.en,
            opens: written.opens,
            from: written.from,
            to: written.to,
            appeals: written.appeals,
            published: written.published,
            counter: None,
            seed: written.seed,
            centre: written.centre,
            arrival_minutes: written.arrival_minutes,
            channels: written.channels,
            calls: written.calls,
            opinions: written.opinions,
            policy: json(open, "policy.json")?,
            routing: json(open, "routing.json")?,
            matters: rows(open, "matters.csv")?,
            hours: rows(open, appeals::FILE)?,
            lags: Lags::read(open)?,
            evening: rows(open, "evening.csv")?,
            rooms: lines(open, "dutyroom.jsonl")?,
            counters: json(open, "counter-storms.json")?,
        };
        storm.check()?;
        Ok(storm)
    }

    fn check(&self) -> Result<(), ScenarioFault> {
        if self.opens > self.from || self.from >= self.to {
            return Err(ScenarioFault::of(FILE, "`opens`, `from` and `to` must follow each other"));
        }
        if !(1..=60).contains(&self.arrival_minutes) {
            return Err(ScenarioFault::of(FILE, "`arrival_minutes` must be 1 to 60"));
        }
        if !self.channels.iter().any(|(_, weight)| *weight > 0) {
            return Err(ScenarioFault::of(FILE, "`channels` names none"));
        }
        appeals::check(&self.hours, self.from, self.to)?;
        let appeals: u32 = self.hours.iter().map(Hour::appeals).sum();
        if appeals != self.appeals {
            let told = format!("its rows add up to {appeals} appeals, {FILE} says {}", self.appeals);
            return Err(ScenarioFault::of(appeals::FILE, told));
        }
        for answer in [Answer::Direct, Answer::Dispatched] {
            if !self.matters.iter().any(|matter| matter.answer == answer && matter.weight > 0) {
                return Err(ScenarioFault::of("matters.csv", format!("no matter is answered {answer:?}")));
            }
        }
        if let Some(fault) = self.policy.faults().first() {
            return Err(ScenarioFault::of("policy.json", fault));
        }
        Ok(())
    }

    /// The same storm with the appeals of these counties alone, and closed duty rooms: a smaller drill.
    #[must_use]
    pub fn within(mut self, counties: &[&str]) -> Self {
        self.hours.retain(|hour| counties.contains(&hour.county.as_str()));
        self.evening.retain(|report| counties.contains(&report.county.as_str()));
        self.appeals = self.hours.iter().map(Hour::appeals).sum();
        self.rooms.clear();
        self
    }

    /// The counter-storms, by name.
    pub fn counters(&self) -> impl Iterator<Item = (&str, &Counter)> {
        self.counters.iter().map(|(name, counter)| (name.as_str(), counter))
    }

    /// The same storm with something done badly.
    ///
    /// # Errors
    /// If there is no counter-storm of this name.
    pub fn against(mut self, name: &str) -> Result<Self, ScenarioFault> {
        let counter = self.counters.get(name).cloned().ok_or_else(|| ScenarioFault::NoCounter {
            name: name.to_owned(),
            known: self.counters.keys().cloned().collect::<Vec<_>>().join(", "),
        })?;
        self.counter = Some(counter);
        Ok(self)
    }
}
