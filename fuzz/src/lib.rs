//! Fuzzing of whatever takes bytes from outside: decoders, importers, packs.
//!
//! A target is a function of bytes that must not panic and must come to an end. Its seeds, written by
//! hand, lie in `corpus/<target>/`; each is tried as it is and then with [`Edit`]s. Choices come from a
//! number, so a run can be made again; what fails is shrunk to few edits and told as bytes.
//!
//! `FUZZ_SECONDS=60` goes on for so long in each target, `FUZZ_SEED=7` makes other choices. What was once
//! found goes into the corpus as a file.

mod edit;

use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::{Strategy, any};
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

pub use edit::{Edit, edited};

/// An input that takes longer is taken for one without end.
const PATIENCE: Duration = Duration::from_secs(10);
/// Inputs in one round.
const ROUND: u32 = 200;

/// What is fuzzed.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The folder of its seeds below `corpus/`.
    pub name: &'a str,
    /// Inputs of an ordinary run, beside the seeds themselves.
    pub inputs: u32,
    /// What its inputs are made of: inserted as a whole.
    pub words: &'a [&'a str],
}

fn told(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

impl Target<'_> {
    /// Tries a reader on the corpus, on `more` seeds, and on edited ones.
    ///
    /// # Panics
    /// If the reader panics, or takes too long; the message holds the input.
    pub fn fuzz(self, more: Vec<Vec<u8>>, read: impl Fn(&[u8])) {
        let mut seeds = corpus(self.name);
        assert!(!seeds.is_empty(), "corpus/{} holds no seeds", self.name);
        seeds.extend(more);
        seeds.push(Vec::new());
        for seed in &seeds {
            timed(&read, seed).unwrap_or_else(|fault| panic!("{fault}: {}", shown(seed)));
        }
        let until = told("FUZZ_SECONDS").map(|seconds| Instant::now() + Duration::from_secs(seconds));
        let first = told("FUZZ_SEED").unwrap_or_default();
        for round in 0.. {
            let over = until.map_or(round * ROUND >= self.inputs, |until| Instant::now() >= until);
            if over {
                return;
            }
            self.round(first + u64::from(round), &seeds, &read);
        }
    }

    fn round(self, seed: u64, seeds: &[Vec<u8>], read: &impl Fn(&[u8])) {
        let config = Config {
            cases: ROUND,
            rng_seed: RngSeed::Fixed(seed),
            failure_persistence: None,
            max_shrink_time: 30_000,
            ..Config::default()
        };
        let edits = proptest::collection::vec(any::<(u8, u16, u16, u8)>().prop_map(Edit::from), 1..10);
        let outcome = TestRunner::new(config).run(&(any::<u16>(), edits), |(which, edits)| {
            let input = edited(seeds, which.into(), &edits, self.words);
            let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| timed(read, &input)));
            let told = match tried {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(fault)) => fault,
                Err(panic) => panic
                    .downcast_ref::<String>()
                    .cloned()
                    .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
                    .unwrap_or_default(),
            };
            Err(TestCaseError::fail(format!("{told}: {}", shown(&input))))
        });
        if let Err(fault) = outcome {
            panic!("{} with FUZZ_SEED={seed}: {fault}", self.name);
        }
    }
}

fn timed(read: &impl Fn(&[u8]), input: &[u8]) -> Result<(), String> {
    let started = Instant::now();
    read(input);
    let took = started.elapsed();
    if took > PATIENCE { Err(format!("it took {took:?}")) } else { Ok(()) }
}

/// The input as it can be written into a program.
fn shown(input: &[u8]) -> String {
    format!("b\"{}\"", input.escape_ascii())
}

/// The seeds of a target, in the order of their names.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files.iter().filter_map(|file| std::fs::read(file).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a reader that cannot bear something is found out within an ordinary run.
    fn found(cannot_bear: &'static [u8]) -> bool {
        let target = Target { name: "term", inputs: 4_000, words: &["wd"] };
        let bears = |input: &[u8]| {
            assert!(!input.windows(cannot_bear.len()).any(|part| part == cannot_bear), "unbearable");
        };
        std::panic::catch_unwind(|| target.fuzz(Vec::new(), bears)).is_err()
    }

    #[test]
    fn what_breaks_a_reader_is_found() {
        assert!(found(b"wdwd"), "what a target names, twice");
        assert!(found(b"\0"), "a character that no seed has");
        assert!(found(b"wh3uh"), "the end of one seed before the beginning of another");
        assert!(!found(b"nothing comes upon this"));
    }

    #[test]
    fn the_same_choices_give_the_same_input() {
        let seeds = [b"5wd".to_vec(), b"2021-05-06".to_vec()];
        let edits = [(4, 1, 0, 0), (8, 3, 5, 0), (7, 9, 1, 200), (6, 2, 9, 3)].map(Edit::from);
        let once = edited(&seeds, 1, &edits, &["xyz"]);
        assert_eq!(once, edited(&seeds, 1, &edits, &["xyz"]));
        assert_ne!(once, seeds[1]);
    }
}
