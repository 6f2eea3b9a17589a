//! Keys that stand twice in one file.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

/// Where each key of a file stood first, and a hash of what its text was. Neither is kept in
/// full, so that a file of millions of rows fits into memory.
#[derive(Default)]
pub(super) struct Seen {
    hasher: RandomState,
    first: HashMap<u64, First>,
}

#[derive(Clone, Copy)]
pub(super) struct First {
    pub line: u64,
    text: u64,
}

impl Seen {
    /// The row that bore this key before, and whether its text was the same.
    pub fn before(&self, key: &str, text: &str) -> Option<(First, bool)> {
        let first = *self.first.get(&self.hasher.hash_one(key))?;
        Some((first, first.text == self.hasher.hash_one(text)))
    }

    pub fn note(&mut self, key: &str, text: &str, line: u64) {
        let first = First { line, text: self.hasher.hash_one(text) };
        self.first.insert(self.hasher.hash_one(key), first);
    }

    /// Forgets a key whose row was refused: the next row that bears it may be taken.
    pub fn forget(&mut self, key: &str) {
        self.first.remove(&self.hasher.hash_one(key));
    }
}
