//! Sessions that were looked up a moment ago, so that a busy desk does not ask the database for
//! each of its requests.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use yipan_base::id::StaffId;
use yipan_base::time::{SECOND, Timestamp};

/// How long a look-up counts. A session that another node ended lives so long at most; what ends
/// here is forgotten at once.
const FRESH: i64 = SECOND;

/// Sessions remembered at most.
const MOST: usize = 10_000;

/// A session as it was found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) staff: StaffId,
    pub(super) seen: Timestamp,
    pub(super) expires_at: Timestamp,
}

/// The sessions found lately, by the digest of their token.
#[derive(Default)]
pub(crate) struct Recent(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// Moves on with every [`Recent::forget`], so that a look-up begun before does not outlive it.
    turn: u64,
    found: HashMap<String, (Timestamp, Found)>,
}

impl Recent {
    /// The session, if it was looked up just now.
    pub(super) fn get(&self, digest: &str, now: Timestamp) -> Option<Found> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, found) = known.found.get(digest)?;
        ((0..FRESH).contains(&now.since(*at))).then(|| found.clone())
    }

    /// To be asked before a look-up, and handed to [`Recent::keep`] after it.
    pub(super) fn turn(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).turn
    }

    pub(super) fn keep(&self, turn: u64, digest: String, now: Timestamp, found: Found) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.turn != turn {
            return;
        }
        if known.found.len() >= MOST {
            known.found.clear();
        }
        known.found.insert(digest, (now, found));
    }

    /// Some session ended, or a limit changed: all are looked up again.
    pub(super) fn forget(&self) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.turn += 1;
        known.found.clear();
    }
}
