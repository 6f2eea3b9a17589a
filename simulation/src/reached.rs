//! What simulations came upon: a promise is worth little where nothing happens.

use std::collections::BTreeMap;
use std::fmt;

/// How often something was come upon, by its name: `event signed`, `trouble Kept`, `refused case.stage`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reached(BTreeMap<String, u64>);

impl Reached {
    pub fn count(&mut self, kind: &str, name: impl fmt::Display, times: u64) {
        *self.0.entry(format!("{kind} {name}")).or_default() += times;
    }

    pub fn add(&mut self, other: &Self) {
        for (name, times) in &other.0 {
            *self.0.entry(name.clone()).or_default() += times;
        }
    }

    #[must_use]
    pub fn times(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// How many different ones of a kind.
    #[must_use]
    pub fn different(&self, kind: &str) -> usize {
        self.0.keys().filter(|name| name.split(' ').next() == Some(kind)).count()
    }
}

impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<_> = self.0.iter().map(|(name, times)| format!("{name} {times}")).collect();
        f.write_str(&all.join(", "))
    }
}
