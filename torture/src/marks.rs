//! What the clocks of a case should have said by now, from its events alone. Pure.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use crate::verdict::{Breach, Finding};

/// A mark of a clock: `sign 1`, `handle 1` or `term 2`, and `half`, `yellow` or `due`.
type Mark = (String, String);

/// The marks of one case.
#[derive(Debug, Default)]
pub struct Marks {
    /// When each mark falls, of every clock that was ever started.
    falls: BTreeMap<Mark, Timestamp>,
    /// Clocks that still run.
    running: BTreeSet<String>,
    /// When each mark was noted, as often as it was.
    noted: Vec<(Mark, Timestamp)>,
}

impl Marks {
    /// Reads a case's events as the house tells them.
    pub fn read(events: &[Value]) -> Self {
        let mut marks = Self::default();
        for event in events {
            marks.take(event);
        }
        marks
    }

    fn take(&mut self, event: &Value) {
        match event["event"].as_str().unwrap_or_default() {
            "dispatched" => {
                for grant in event["holdings"].as_array().into_iter().flatten() {
                    let no = &grant["no"];
                    self.start(format!("sign {no}"), &grant["sign"], &["yellow", "due"]);
                    self.start(format!("handle {no}"), &grant["handle"], &["half", "yellow", "due"]);
                }
            }
            "term_started" => self.start(format!("term {}", event["no"]), &event["clock"], &["due"]),
            "term_ended" => self.stop(&format!("term {}", event["no"])),
            "signed" => self.stop(&format!("sign {}", event["holding"])),
            "replied" => {
                self.stop(&format!("sign {}", event["holding"]));
                self.stop(&format!("handle {}", event["holding"]));
            }
            "closed" => self.running.clear(),
            "marked" => {
                let clock = &event["clock"];
                let no = if clock["no"].is_null() { &clock["holding"] } else { &clock["no"] };
                let of = format!("{} {no}", clock["of"].as_str().unwrap_or_default());
                let mark = event["mark"].as_str().unwrap_or_default().to_owned();
                self.noted.extend(instant(&event["at"]).map(|at| ((of, mark), at)));
            }
            _ => {}
        }
    }

    fn start(&mut self, clock: String, told: &Value, which: &[&str]) {
        for mark in which {
            if let Some(at) = instant(&told[*mark]) {
                self.falls.insert((clock.clone(), (*mark).to_owned()), at);
            }
        }
        self.running.insert(clock);
    }

    fn stop(&mut self, clock: &str) {
        self.running.remove(clock);
    }

    /// Marks noted twice, before they fell, or of no clock.
    pub fn faults(&self, case: &str) -> Vec<Finding> {
        let (mut findings, mut seen) = (Vec::new(), BTreeSet::new());
        for (mark, at) in &self.noted {
            let name = format!("{case}: {} {}", mark.0, mark.1);
            if !seen.insert(mark) {
                findings.push(Finding::new(Breach::Doubled, format!("{name} fired twice")));
            }
            match self.falls.get(mark) {
                None => findings.push(Finding::new(Breach::Unsound, format!("{name} belongs to no clock"))),
                Some(falls) if at < falls => {
                    let what = format!("{name} fired at {at}, before {falls}");
                    findings.push(Finding::new(Breach::Unsound, what));
                }
                Some(_) => {}
            }
        }
        findings
    }

    /// Marks of running clocks that had fallen at that instant and are not noted.
    pub fn missing(&self, now: Timestamp) -> Vec<String> {
        let noted: BTreeSet<&Mark> = self.noted.iter().map(|(mark, _)| mark).collect();
        let due = self.falls.iter().filter(|(mark, falls)| {
            // What is done at the due instant itself is in time.
            let fallen = if mark.1 == "due" { **falls < now } else { **falls <= now };
            fallen && self.running.contains(&mark.0) && !noted.contains(mark)
        });
        due.map(|((clock, mark), falls)| format!("{clock} {mark} of {falls}")).collect()
    }

    /// How many were noted.
    pub fn noted(&self) -> usize {
        self.noted.len()
    }
}

/// An instant as the house writes it.
pub fn instant(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(hour: u32) -> String {
        format!("2026-01-05T{hour:02}:00:00+08:00")
    }

    fn now(hour: u32) -> Timestamp {
        at(hour).parse().unwrap()
    }

    fn marked(of: &str, mark: &str, hour: u32) -> Value {
        json!({ "event": "marked", "clock": { "of": of, "holding": 1 }, "mark": mark, "at": at(hour) })
    }

    fn case() -> Vec<Value> {
        let clock = |hour| json!({ "half": at(hour), "yellow": at(hour + 1), "due": at(hour + 2) });
        vec![
            json!({ "event": "term_started", "no": 1, "clock": clock(8) }),
            json!({ "event": "term_ended", "no": 1 }),
            json!({ "event": "dispatched", "holdings": [{ "no": 1, "sign": clock(9), "handle": clock(12) }] }),
        ]
    }

    #[test]
    fn a_running_clock_must_speak_and_one_that_has_stopped_need_not() {
        let marks = Marks::read(&case());
        assert!(marks.missing(now(9)).is_empty());
        assert_eq!(marks.missing(now(12)).len(), 3, "{:?}", marks.missing(now(12)));
        let mut signed = case();
        signed.push(json!({ "event": "signed", "holding": 1 }));
        assert_eq!(Marks::read(&signed).missing(now(12)).len(), 1);
    }

    #[test]
    fn a_mark_is_noted_once_and_not_before_it_falls() {
        let mut events = case();
        events.extend([marked("sign", "yellow", 10), marked("sign", "due", 12)]);
        let marks = Marks::read(&events);
        assert!(marks.faults("c").is_empty());
        assert_eq!((marks.noted(), marks.missing(now(12)).len()), (2, 1));
        events.extend([marked("sign", "due", 12), marked("handle", "half", 11), marked("handle", "odd", 11)]);
        let breaches: Vec<_> = Marks::read(&events).faults("c").into_iter().map(|f| f.breach).collect();
        assert_eq!(breaches, [Breach::Doubled, Breach::Unsound, Breach::Unsound]);
    }
}
