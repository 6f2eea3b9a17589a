//! How long each actor takes.

use std::collections::BTreeMap;

use serde::Deserialize;
use yipan_base::time::{HOUR, MINUTE};

use crate::fault::ScenarioFault;
use crate::table::{Open, rows};

pub(crate) const FILE: &str = "actors.csv";

/// The lags of every duty (`actors.csv`). The n-th appeal takes the n-th lag, round and round.
#[derive(Debug, Clone)]
pub(crate) struct Lags(BTreeMap<Lag, Vec<i64>>);

/// A duty that takes time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Lag {
    Answer,
    Dispatch,
    Sign,
    Contact,
    Handle,
    Review,
    CallBack,
}

const ALL: [Lag; 7] =
    [Lag::Answer, Lag::Dispatch, Lag::Sign, Lag::Contact, Lag::Handle, Lag::Review, Lag::CallBack];

#[derive(Deserialize)]
struct Written {
    duty: Lag,
    unit: Unit,
    lags: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Unit {
    Min,
    H,
}

impl Lags {
    pub fn read(open: Open<'_, '_>) -> Result<Self, ScenarioFault> {
        let mut lags = BTreeMap::new();
        for Written { duty, unit, lags: text } in rows(open, FILE)? {
            let unit = match unit {
                Unit::Min => MINUTE,
                Unit::H => HOUR,
            };
            let cycle: Result<Vec<u32>, _> = text.split_whitespace().map(str::parse).collect();
            let Ok(cycle) = cycle else {
                let told =
                    format!("{duty:?}: `{text}` are not lags; write whole numbers with blanks between");
                return Err(ScenarioFault::of(FILE, told));
            };
            if cycle.is_empty() || cycle.contains(&0) {
                return Err(ScenarioFault::of(FILE, format!("{duty:?}: a lag must be longer than nothing")));
            }
            lags.insert(duty, cycle.into_iter().map(|lag| i64::from(lag) * unit).collect());
        }
        match ALL.iter().find(|lag| !lags.contains_key(lag)) {
            None => Ok(Self(lags)),
            Some(lag) => Err(ScenarioFault::of(FILE, format!("there is no row for {lag:?}; add it"))),
        }
    }

    /// The lag of the n-th, in microseconds.
    pub fn of(&self, lag: Lag, n: u32) -> i64 {
        self.0.get(&lag).map_or(MINUTE, |cycle| cycle[n as usize % cycle.len()])
    }
}
