//! What a run found: one line of JSON, one line for people.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::verdict::{Breach, Finding};

/// How many findings are told in words.
const TOLD: usize = 30;

#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    pub kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub engine: String,
    pub seed: u64,
    /// Why nothing was run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
    pub rounds: u64,
    /// Commands that were answered as done.
    pub acknowledged: u64,
    /// Commands without a clear answer, repeated once under their key.
    pub unanswered: u64,
    /// Those of them that had been done.
    pub landed: u64,
    /// Acknowledged commands that were repeated to see that nothing is done twice.
    pub repeated: u64,
    pub lost: u64,
    pub doubled: u64,
    pub unsound: u64,
    pub service: u64,
    /// From the start of the process to the first acknowledged write, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_write_ms: Option<Spread>,
    /// What else this kind measures.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub measured: BTreeMap<String, Value>,
    pub findings: Vec<Finding>,
    pub seconds: f64,
    pub good: bool,
    #[serde(skip)]
    pub starts: Vec<Duration>,
}

/// Half lie below the first; none above the second.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Spread {
    pub p50: u64,
    pub max: u64,
}

impl Spread {
    /// In milliseconds; none of nothing.
    pub fn of(times: &[Duration]) -> Option<Self> {
        let mut times: Vec<u64> = times.iter().map(|time| time.as_millis() as u64).collect();
        times.sort_unstable();
        Some(Self { p50: *times.get((times.len().max(1) - 1) / 2)?, max: *times.last()? })
    }
}

impl Report {
    pub fn find(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            *match finding.breach {
                Breach::Lost => &mut self.lost,
                Breach::Doubled => &mut self.doubled,
                Breach::Unsound => &mut self.unsound,
                Breach::Service => &mut self.service,
            } += 1;
            if self.findings.len() < TOLD {
                self.findings.push(finding);
            }
        }
    }

    pub const fn breaches(&self) -> u64 {
        self.lost + self.doubled + self.unsound + self.service
    }

    pub fn measure(&mut self, name: &str, value: impl Into<Value>) {
        self.measured.insert(name.to_owned(), value.into());
    }

    /// Adds to a count that this kind measures.
    pub fn count(&mut self, name: &str, by: u64) {
        let before = self.measured.get(name).and_then(Value::as_u64).unwrap_or_default();
        self.measure(name, before + by);
    }

    /// For people.
    pub fn line(&self) -> String {
        let name = format!("{} {}", self.kind, self.engine);
        let name = name.trim_end();
        if let Some(why) = &self.skipped {
            return format!("SKIPPED: {name}: {why}");
        }
        let mut line = format!(
            "{name}: {} rounds, {} acknowledged, {} unanswered of which {} had been done, {} repeated; {} lost, {} doubled, {} unsound",
            self.rounds,
            self.acknowledged,
            self.unanswered,
            self.landed,
            self.repeated,
            self.lost,
            self.doubled,
            self.unsound
        );
        if let Some(spread) = &self.first_write_ms {
            line += &format!("; first write after {} ms, at most {} ms", spread.p50, spread.max);
        }
        for (name, value) in &self.measured {
            line += &format!("; {name} {value}");
        }
        line += &format!("; {:.0} s: {}", self.seconds, if self.good { "good" } else { "FAILED" });
        for finding in &self.findings {
            line += &format!("\n  {:?}: {}", finding.breach, finding.what);
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_counted_by_kind_and_the_first_are_told() {
        let mut report = Report::default();
        report.find((0..40).map(|n| Finding::new(Breach::Lost, format!("turn {n}"))));
        report.find([Finding::new(Breach::Doubled, "twice")]);
        assert_eq!((report.lost, report.doubled, report.findings.len()), (40, 1, TOLD));
        assert_eq!(report.breaches(), 41);
    }

    #[test]
    fn a_spread_is_of_what_was_measured() {
        assert!(Spread::of(&[]).is_none());
        let spread = Spread::of(&[9, 1, 5].map(Duration::from_millis)).unwrap();
        assert_eq!((spread.p50, spread.max), (5, 9));
    }
}
