//! The clock of a simulation: it stands still until it is set, forwards or back.

use std::sync::atomic::{AtomicI64, Ordering};

use yipan_base::time::{Clock, Timestamp};

/// A clock that a plan sets.
#[derive(Debug)]
pub struct SetClock {
    now: AtomicI64,
    /// How far the house's clock is ahead of the true time: nothing, unless that is the defect.
    ahead: i64,
}

impl SetClock {
    #[must_use]
    pub const fn new(now: Timestamp, ahead: i64) -> Self {
        Self { now: AtomicI64::new(now.as_micros()), ahead }
    }

    pub fn move_by(&self, micros: i64) {
        self.now.fetch_add(micros, Ordering::SeqCst);
    }

    /// The time that it really is.
    #[must_use]
    pub fn truth(&self) -> Timestamp {
        Timestamp::from_micros(self.now.load(Ordering::SeqCst))
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        self.truth().plus(self.ahead)
    }

    fn simulated(&self) -> bool {
        true
    }
}
