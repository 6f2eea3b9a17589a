//! How often one address may call.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use yipan_base::time::{HOUR, MINUTE, SECOND, Timestamp};

use super::caller::Caller;

/// Callers remembered at most; when there are more, those who have been quiet go first.
const CALLERS: usize = 10_000;

/// The limits of this door; they are forgotten when the process ends.
pub(super) struct Limits {
    /// Submissions.
    pub filing: Limiter,
    /// What is looked up in the store, follow codes that are tried included.
    pub reading: Limiter,
}

impl Default for Limits {
    fn default() -> Self {
        Self { filing: Limiter::new(&[(MINUTE, 10), (HOUR, 60)]), reading: Limiter::new(&[(MINUTE, 120)]) }
    }
}

/// So many calls within so long a time, counted back from each call.
pub(super) struct Limiter {
    /// Length and most calls of each window, the longest last.
    windows: &'static [(i64, usize)],
    /// When each caller was let in, the oldest first.
    admitted: Mutex<HashMap<Caller, VecDeque<Timestamp>>>,
}

impl Limiter {
    fn new(windows: &'static [(i64, usize)]) -> Self {
        Self { windows, admitted: Mutex::default() }
    }

    /// Lets a call in, or answers after how many seconds the next will be. A call that is refused is not counted.
    pub(super) fn admit(&self, caller: Caller, now: Timestamp) -> Result<(), i64> {
        let longest = self.windows.last().map_or(0, |(length, _)| *length);
        let mut admitted = self.admitted.lock().unwrap_or_else(PoisonError::into_inner);
        if admitted.len() >= CALLERS && !admitted.contains_key(&caller) {
            admitted.retain(|_, times| times.back().is_some_and(|last| now.since(*last) < longest));
            if admitted.len() >= CALLERS {
                admitted.clear();
            }
        }
        let times = admitted.entry(caller).or_default();
        while times.front().is_some_and(|at| now.since(*at) >= longest) {
            times.pop_front();
        }
        let waits = self.windows.iter().filter_map(|(length, most)| {
            let first = times.get(times.len().checked_sub(*most)?)?;
            Some(length - now.since(*first)).filter(|wait| *wait > 0)
        });
        match waits.max() {
            Some(wait) => Err(wait / SECOND + i64::from(wait % SECOND > 0)),
            None => {
                times.push_back(now);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(last: u8) -> Caller {
        Caller::of(std::net::IpAddr::from([192, 0, 2, last]))
    }

    #[test]
    fn no_minute_holds_more_than_ten_and_no_hour_more_than_sixty() {
        let limiter = Limits::default().filing;
        let at = |seconds: i64| Timestamp::from_micros(1_600_000_000_000_000 + seconds * SECOND);
        for second in 0..10 {
            assert_eq!(limiter.admit(caller(1), at(second)), Ok(()));
        }
        assert_eq!(limiter.admit(caller(1), at(10)), Err(50));
        assert_eq!(limiter.admit(caller(1), at(59)), Err(1));
        assert_eq!(limiter.admit(caller(2), at(59)), Ok(()), "another address has a limit of its own");
        assert_eq!(limiter.admit(caller(1), at(60)), Ok(()), "the first is a minute old");
        assert_eq!(limiter.admit(caller(1), at(60)), Err(1), "the second is not");
        let mut admitted = 11;
        for second in (70..3_600).step_by(7) {
            admitted += usize::from(limiter.admit(caller(1), at(second)).is_ok());
        }
        assert_eq!(admitted, 60);
        assert_eq!(limiter.admit(caller(1), at(3_599)), Err(1));
        assert_eq!(limiter.admit(caller(1), at(3_600)), Ok(()));
    }

    #[test]
    fn callers_without_number_are_not_remembered_without_end() {
        let limiter = Limits::default().reading;
        for n in 0..u32::try_from(CALLERS).unwrap() + 5 {
            let address = std::net::IpAddr::from(n.to_be_bytes());
            assert_eq!(limiter.admit(Caller::of(address), Timestamp::from_micros(0)), Ok(()));
        }
        assert!(limiter.admitted.lock().unwrap().len() <= CALLERS);
    }
}
