//! Takes events into a collection of losses.

use std::collections::BTreeMap;

use yipan_base::time::Timestamp;

use super::command::Verdict;
use super::event::Event;
use super::state::{Asked, Lateness, Logged, Losses, Report, Signature, SignedReport, Stage, Status};
use crate::dossier::{Recorded, TextRef};

impl Losses {
    /// The collection that `asked` begins.
    pub(super) fn asked(first: &Recorded<Event>) -> Option<Self> {
        let Event::Asked { unit, area, name, incident, units, first_minutes, cycle_minutes, due, form } =
            &first.event
        else {
            return None;
        };
        Some(Self {
            stage: Stage::Open,
            unit: unit.clone(),
            area: area.clone(),
            name: name.clone(),
            incident: incident.clone(),
            asked_at: first.at,
            first_minutes: *first_minutes,
            cycle_minutes: *cycle_minutes,
            form: *form,
            round: 1,
            began: first.at,
            due: *due,
            units: units.iter().map(|unit| (unit.clone(), Asked::until(*due))).collect(),
            signatures: BTreeMap::new(),
            ended_at: None,
            reason: None,
        })
    }

    /// Takes in a later event.
    pub(super) fn take(&mut self, recorded: &Recorded<Event>) {
        match &recorded.event {
            Event::Asked { .. } => {}
            Event::UnitsAdded { units, due } => {
                self.units.extend(units.iter().map(|unit| (unit.clone(), Asked::until(*due))));
            }
            Event::Reported { unit, .. } => {
                let round = self.round;
                if let Some(asked) = self.units.get_mut(unit) {
                    asked.reported(recorded, round);
                }
            }
            Event::Checked { unit, verdict, reason, .. } => {
                let (round, began) = (self.round, self.began);
                if let Some(asked) = self.units.get_mut(unit) {
                    asked.checked(*verdict, reason.as_ref(), round, began);
                }
            }
            Event::Signed { centre, area, reports } => {
                let covered = reports.iter().filter_map(|(unit, seq)| {
                    let report = self.units.get(unit)?.counted()?;
                    Some((unit.clone(), SignedReport { seq: *seq, figures: report.figures.clone() }))
                });
                let signature = Signature {
                    seq: recorded.seq,
                    at: recorded.at,
                    staff: recorded.staff.clone(),
                    centre: centre.clone(),
                    reports: covered.collect(),
                };
                self.signatures.insert(area.clone(), signature);
            }
            Event::Overdue { round, units } => {
                for unit in units {
                    let due = self.units.get(unit).map_or(self.due, |asked| self.due_of(asked));
                    if let Some(asked) = self.units.get_mut(unit) {
                        let since = asked.late.map_or(due, |late| late.since);
                        asked.late = Some(Lateness { round: *round, since });
                    }
                }
            }
            Event::Turned { round, due } => {
                self.began = self.due;
                self.round = *round;
                self.due = *due;
            }
            Event::Verified {} => self.end(Stage::Verified, recorded.at),
            Event::Closed { reason } => {
                self.reason = Some(reason.clone());
                self.end(Stage::Closed, recorded.at);
            }
        }
    }

    fn end(&mut self, stage: Stage, at: Timestamp) {
        self.stage = stage;
        self.ended_at = Some(at);
    }
}

impl Asked {
    fn until(first_due: Timestamp) -> Self {
        Self { first_due, late: None, last: None, before: None, log: Vec::new() }
    }

    /// A late report makes good the round that is owed, not the one that runs.
    fn reported(&mut self, recorded: &Recorded<Event>, running: u32) {
        let Event::Reported { kind, as_of, figures, source, note, explanation, jumps, corrects, .. } =
            &recorded.event
        else {
            return;
        };
        let owed = self.late.take().map(|late| late.round);
        let corrected = corrects.and(self.counted()).map(|report| report.round);
        if let Some(last) = self.last.take().filter(|last| last.status != Status::Returned) {
            self.before = Some(last);
        }
        let (seq, at, status) = (recorded.seq, recorded.at, Status::Unchecked);
        self.log.push(Logged { seq, at, kind: *kind, status });
        self.last = Some(Report {
            seq,
            at,
            staff: recorded.staff.clone(),
            kind: *kind,
            as_of: *as_of,
            round: owed.or(corrected).unwrap_or(running),
            figures: figures.clone(),
            source: *source,
            note: note.clone(),
            explanation: explanation.clone(),
            jumps: jumps.clone(),
            corrects: *corrects,
            status,
            reason: None,
        });
    }

    /// A report that is returned after its round leaves the round owed again.
    fn checked(&mut self, verdict: Verdict, reason: Option<&TextRef>, running: u32, began: Timestamp) {
        let Some(last) = &mut self.last else { return };
        last.status = match verdict {
            Verdict::Confirmed => Status::Confirmed,
            Verdict::Returned => Status::Returned,
        };
        last.reason = reason.cloned();
        let (seq, round, status) = (last.seq, last.round, last.status);
        if let Some(line) = self.log.iter_mut().rev().find(|line| line.seq == seq) {
            line.status = status;
        }
        if status == Status::Returned && round < running && !self.answered(round) {
            self.late = self.late.or(Some(Lateness { round, since: began }));
        }
    }
}
