//! What will happen: drawn from a seed as data, before anything happens.
//!
//! A step says who and what by numbers that are read against whatever stands when its turn comes, so
//! that a plan keeps its sense when steps are taken out of it.

use std::fmt;

use yipan_base::time::{DAY, HOUR, MINUTE};
use yipan_store::testing::Trouble;

use crate::chance::Chance;
use crate::city::UNITS;
use crate::world::WAITING;

/// The steps of one run.
#[derive(Debug, Clone)]
pub struct Plan {
    pub seed: u64,
    /// The most units in one commit.
    pub group: usize,
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone)]
pub struct Step {
    /// Its number in the seed's whole plan.
    pub no: usize,
    /// How far the clock moves before it; seldom back.
    pub later: i64,
    pub does: Does,
}

#[derive(Debug, Clone)]
pub enum Does {
    /// Somebody asks for something, and waits for the answer.
    Ask(Ask, Option<Trouble>),
    /// The queue is slow: several ask before the first is answered. The trouble meets those behind.
    Burst(Vec<Ask>, Option<Trouble>),
    /// The house fires what is due.
    Timers(Option<Trouble>),
    /// The outbox is delivered.
    Deliver(Option<Trouble>),
    /// The disk is full for so many steps.
    Fill(u8),
    /// The machine dies while these are under way. Of what they wrote, so many thousandths reach the
    /// disk; nobody is answered.
    Crash(Vec<Ask>, u16),
    /// The house is closed and opened again.
    Restart,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Ask {
    pub what: What,
    pub who: usize,
    pub case: usize,
    /// Which of what can be chosen.
    pub which: usize,
    pub pick: usize,
    pub yes: bool,
    pub unit: &'static str,
    pub other: &'static str,
    pub number: u32,
    /// Under a key, so that it may be repeated.
    pub keyed: bool,
    pub version: Version,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Accept,
    /// The step that brings the case forward, by one who may.
    Forward,
    /// Any other that somebody may.
    Allowed,
    /// Anything, by anybody.
    Anything,
    /// A keyed request of before, by the same person.
    Again(Twist),
}

/// How a repeated request differs from the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twist {
    Same,
    OtherBody,
    OtherCase,
}

/// What an actor says of the version that they saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    Unsaid,
    Seen,
    Stale,
}

const STEPS: usize = 36;

impl Plan {
    /// The plan of a seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let group = chance.of(&[1, 512, 512]);
        let cases = 1 + chance.below(4);
        let steps = (0..STEPS).map(|no| {
            let does = if no < cases {
                Does::Ask(Ask { what: What::Accept, ..ask(&mut chance) }, None)
            } else {
                does(&mut chance)
            };
            Step { no, later: later(&mut chance), does }
        });
        Self { seed, group, steps: steps.collect() }
    }

    /// The same with these steps alone, by their numbers.
    #[must_use]
    pub fn only(mut self, kept: &[usize]) -> Self {
        self.steps.retain(|step| kept.contains(&step.no));
        self
    }
}

fn later(chance: &mut Chance) -> i64 {
    match chance.below(32) {
        0..=7 => 0,
        8..=24 => chance.between(1, 20 * MINUTE),
        25..=28 => chance.between(0, 200) * MINUTE,
        29 => -chance.between(1, 45) * MINUTE,
        30 => chance.between(0, 40) * HOUR,
        _ => chance.between(1, 12) * DAY,
    }
}

fn does(chance: &mut Chance) -> Does {
    match chance.below(100) {
        0..=68 => {
            let trouble = trouble(chance, 8);
            Does::Ask(ask(chance), trouble)
        }
        69..=78 => {
            let size = if chance.percent(4) { WAITING + 6 } else { 2 + chance.below(5) };
            let trouble = trouble(chance, 40);
            Does::Burst((0..size).map(|_| ask(chance)).collect(), trouble)
        }
        79..=86 => Does::Timers(trouble(chance, 30)),
        87..=89 => Does::Deliver(trouble(chance, 20)),
        90..=92 => Does::Fill(1 + chance.below(5) as u8),
        93..=97 => {
            let size = chance.below(4);
            let torn = chance.below(1_000) as u16;
            let cut = chance.of(&[0, 1_000, 1_000, torn]);
            Does::Crash((0..size).map(|_| ask(chance)).collect(), cut)
        }
        _ => Does::Restart,
    }
}

fn trouble(chance: &mut Chance, share: usize) -> Option<Trouble> {
    let which = chance.of(&[Trouble::Full, Trouble::Broken, Trouble::Unkept, Trouble::Kept, Trouble::Apart]);
    chance.percent(share).then_some(which)
}

fn ask(chance: &mut Chance) -> Ask {
    let what = match chance.below(100) {
        0..=5 => What::Accept,
        6..=49 => What::Forward,
        50..=81 => What::Allowed,
        82..=87 => What::Anything,
        _ => What::Again(chance.of(&[
            Twist::Same,
            Twist::Same,
            Twist::Same,
            Twist::OtherBody,
            Twist::OtherCase,
        ])),
    };
    let version = match chance.below(10) {
        0..=1 => Version::Seen,
        2 => Version::Stale,
        _ => Version::Unsaid,
    };
    Ask {
        what,
        who: chance.below(1_000),
        case: chance.below(1_000),
        which: chance.below(1_000),
        pick: chance.below(1_000),
        yes: chance.percent(50),
        unit: chance.of(&UNITS),
        other: chance.of(&UNITS),
        number: 1 + chance.below(4) as u32,
        keyed: chance.percent(60),
        version,
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept: Vec<_> = self.steps.iter().map(|step| step.no.to_string()).collect();
        write!(f, "SEED={} STEPS={} cargo test -p yipan-simulation", self.seed, kept.join(","))
    }
}
