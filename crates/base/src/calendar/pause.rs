//! Stretches of time that do not count.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A pause (中止计时): from `from` until just before `to` nothing of a term is used. Why, and who
/// approved it, stand in the event it comes from.
///
/// A list of pauses is the set of the instants in any of them, so neither their order nor an
/// overlap nor a cut into adjoining pieces changes a result; one whose `to` is not after its
/// `from` is empty. A pause that has not ended has no `to` yet: ask for the time elapsed at its
/// beginning, which is what stands until it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Pause {
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Pause {
    const fn holds(&self, at: Timestamp) -> bool {
        self.from.as_micros() <= at.as_micros() && at.as_micros() < self.to.as_micros()
    }
}

/// A stretch of time, `from` included and `to` not.
pub(super) type Span = (Timestamp, Timestamp);

/// The parts of a stretch that lie in no pause, in order. Terms have few pauses, so looking
/// through all of them at every step costs less than sorting a copy.
pub(super) struct Running<'a> {
    at: Timestamp,
    end: Timestamp,
    pauses: &'a [Pause],
}

impl<'a> Running<'a> {
    pub(super) const fn new((from, to): Span, pauses: &'a [Pause]) -> Self {
        Self { at: from, end: to, pauses }
    }
}

impl Iterator for Running<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        while self.at < self.end {
            let Some(pause) = self.pauses.iter().find(|pause| pause.holds(self.at)) else {
                let ahead = self.pauses.iter().filter(|pause| pause.from > self.at && pause.to > pause.from);
                let stop = ahead.map(|pause| pause.from).min().unwrap_or(self.end).min(self.end);
                let span = (self.at, stop);
                self.at = stop;
                return Some(span);
            };
            self.at = pause.to;
        }
        None
    }
}

/// The same pauses in order, with those that overlap or adjoin made one and empty ones left out.
pub(super) fn merged(pauses: &[Pause]) -> Vec<Pause> {
    let mut sorted: Vec<Pause> = pauses.iter().copied().filter(|pause| pause.to > pause.from).collect();
    sorted.sort_by_key(|pause| pause.from);
    sorted.dedup_by(|next, kept| {
        let joins = next.from <= kept.to;
        if joins {
            kept.to = kept.to.max(next.to);
        }
        joins
    });
    sorted
}
