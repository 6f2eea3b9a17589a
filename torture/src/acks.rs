//! The acknowledgement log: every request that was sent, and what became of it. It lies in memory
//! and in a file away from the disk that is made to fail.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use crate::step::Step;

/// The events of an outcome, by name.
pub type Names = Arc<[String]>;

/// One request, known by its turn.
#[derive(Debug, Clone)]
pub struct Sent {
    pub step: Step,
    /// The case that it was given to; none for an acceptance.
    pub case: Option<Arc<str>>,
    /// The turn in which its case was accepted.
    pub born: u64,
    pub fate: Fate,
    /// The house answered that nothing had been saved.
    pub told_unsaved: bool,
    /// It did not answer, or without saying so: it may have been saved.
    pub untold: bool,
}

#[derive(Debug, Clone)]
pub enum Fate {
    /// No answer, or one that does not say whether it was done.
    Open,
    /// Acknowledged.
    Done(Done),
    /// Refused for good: it must have had no effect.
    Refused,
}

/// What was acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub case: Arc<str>,
    /// The case's version after it, which is the sequence of its last event.
    pub version: u64,
    pub events: Names,
}

/// The log of one house.
pub struct Acks {
    seed: u64,
    sent: Vec<Sent>,
    /// Acknowledged turns by case.
    by_case: BTreeMap<Arc<str>, Vec<u64>>,
    /// Cases with an acknowledgement since [`Acks::take_touched`].
    touched: BTreeSet<Arc<str>>,
    names: HashMap<Vec<String>, Names>,
    file: Option<File>,
    pub acknowledged: u64,
    pub accepted: u64,
    pub refused: BTreeMap<String, u64>,
}

impl Acks {
    /// A new log, kept in that file as well.
    pub fn new(seed: u64, file: Option<&Path>) -> std::io::Result<Self> {
        Ok(Self {
            seed,
            sent: Vec::new(),
            by_case: BTreeMap::new(),
            touched: BTreeSet::new(),
            names: HashMap::new(),
            file: file.map(File::create).transpose()?,
            acknowledged: 0,
            accepted: 0,
            refused: BTreeMap::new(),
        })
    }

    /// The idempotency key of a turn.
    pub fn key(&self, turn: u64) -> String {
        format!("torture-{:x}-{turn}", self.seed)
    }

    /// Notes a request that is about to be sent; returns its turn.
    pub fn send(&mut self, step: Step, of: Option<(Arc<str>, u64)>) -> u64 {
        let turn = self.sent.len() as u64;
        let (case, born) = of.map_or((None, turn), |(case, born)| (Some(case), born));
        self.sent.push(Sent { step, case, born, fate: Fate::Open, told_unsaved: false, untold: false });
        turn
    }

    pub fn get(&self, turn: u64) -> Option<&Sent> {
        self.sent.get(usize::try_from(turn).ok()?)
    }

    /// Notes an acknowledgement. A turn is acknowledged once; a repetition does not come here.
    pub fn done(&mut self, turn: u64, case: &str, version: u64, events: Vec<String>) -> Done {
        let events = match self.names.get(&events) {
            Some(known) => known.clone(),
            None => {
                let new: Names = events.clone().into();
                self.names.insert(events, new.clone());
                new
            }
        };
        let case = match self.by_case.get_key_value(case) {
            Some((known, _)) => known.clone(),
            None => Arc::from(case),
        };
        let done = Done { case: case.clone(), version, events };
        self.acknowledged += 1;
        self.by_case.entry(case.clone()).or_default().push(turn);
        self.touched.insert(case);
        if let Some(sent) = self.sent.get_mut(turn as usize) {
            self.accepted += u64::from(sent.step == Step::Accept);
            self.file.as_mut().map(|file| {
                writeln!(file, "{turn} {:?} {} {version} {}", sent.step, done.case, done.events.join(","))
            });
            sent.fate = Fate::Done(done.clone());
        }
        done
    }

    pub fn refuse(&mut self, turn: u64, code: &str) {
        *self.refused.entry(code.to_owned()).or_default() += 1;
        if let Some(sent) = self.sent.get_mut(turn as usize) {
            sent.fate = Fate::Refused;
        }
    }

    /// Notes an answer that leaves the request open, or that there was none.
    pub fn unclear(&mut self, turn: u64, told_unsaved: bool) {
        if let Some(sent) = self.sent.get_mut(turn as usize) {
            sent.told_unsaved |= told_unsaved;
            sent.untold |= !told_unsaved;
        }
    }

    /// How many requests were sent so far: the turn of the next.
    pub fn turns(&self) -> u64 {
        self.sent.len() as u64
    }

    /// The turns without a clear answer.
    pub fn open(&self) -> Vec<u64> {
        let open = |sent: &Sent| matches!(sent.fate, Fate::Open);
        (0..).zip(&self.sent).filter(|(_, sent)| open(sent)).map(|(turn, _)| turn).collect()
    }

    /// What was acknowledged of a case: turn and outcome.
    pub fn of(&self, case: &str) -> Vec<(u64, Done)> {
        let turns = self.by_case.get(case).into_iter().flatten();
        turns.filter_map(|turn| Some((*turn, self.outcome(*turn)?.clone()))).collect()
    }

    /// The turns that are acknowledged by now.
    pub fn acknowledged_turns(&self) -> BTreeSet<u64> {
        self.by_case.values().flatten().copied().collect()
    }

    pub fn outcome(&self, turn: u64) -> Option<&Done> {
        match &self.get(turn)?.fate {
            Fate::Done(done) => Some(done),
            Fate::Open | Fate::Refused => None,
        }
    }

    pub fn knows(&self, case: &str) -> bool {
        self.by_case.contains_key(case)
    }

    pub fn cases(&self) -> Vec<Arc<str>> {
        self.by_case.keys().cloned().collect()
    }

    /// The cases with new acknowledgements, which are then forgotten as such.
    pub fn take_touched(&mut self) -> Vec<Arc<str>> {
        std::mem::take(&mut self.touched).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_clear_answer_stays_open() {
        let mut acks = Acks::new(1, None).unwrap();
        let first = acks.send(Step::Accept, None);
        acks.done(first, "c-1", 2, vec!["accepted".into(), "term_started".into()]);
        let second = acks.send(Step::Note, Some(("c-1".into(), first)));
        let third = acks.send(Step::Note, Some(("c-1".into(), first)));
        acks.refuse(third, "case.stage");
        assert_eq!(acks.open(), [second]);
        assert_eq!((acks.acknowledged, acks.accepted), (1, 1));
        assert_eq!(acks.of("c-1").len(), 1);
        assert_eq!(acks.take_touched().len(), 1);
        assert!(acks.take_touched().is_empty());
        assert_ne!(acks.key(first), acks.key(second));
    }
}
