//! Marks of the clocks: what a timer notes when it fires. Each mark is noted once.

use super::Draft;
use crate::case::Case;
use crate::clock::{Clock, Mark};
use crate::event::{Event, Marked};
use yipan_base::time::Timestamp;

/// Notes every mark that has passed and was not noted yet.
pub(super) fn tick(d: &mut Draft<'_>) {
    let mut passed: Vec<_> = pending(&d.case).filter(|(at, ..)| *at <= d.now()).collect();
    passed.sort_by_key(|(at, ..)| *at);
    for (_, clock, mark) in passed {
        d.push(Event::Marked { clock, mark });
    }
}

/// When the next timer of a case is due: the earliest mark of a running clock, not yet noted.
#[must_use]
pub fn next_tick(case: &Case) -> Option<Timestamp> {
    if case.historical {
        return None;
    }
    pending(case).map(|(at, ..)| at).min()
}

/// The marks of every running clock that have not been noted.
fn pending(case: &Case) -> impl Iterator<Item = (Timestamp, Marked, Mark)> + '_ {
    let live = !case.historical;
    let holdings = case.holdings.iter().filter(move |h| live && h.is_working() && h.suspension.is_none());
    let of_holdings = holdings.flat_map(|h| {
        let unsigned = h.signed_at.is_none();
        let sign = marks(&h.sign, &[Mark::Yellow, Mark::Due])
            .filter(move |(mark, _)| unsigned && !h.noted.contains(&("sign".to_owned(), *mark)))
            .map(move |(mark, at)| (at, Marked::Sign { holding: h.no }, mark));
        let handle = marks(&h.handle, &[Mark::Half, Mark::Yellow, Mark::Due])
            .filter(move |(mark, _)| !h.noted.contains(&("handle".to_owned(), *mark)))
            .map(move |(mark, at)| (at, Marked::Handle { holding: h.no }, mark));
        sign.chain(handle)
    });
    let of_terms = case.terms.iter().filter(move |t| live && t.ended_at.is_none()).flat_map(|t| {
        marks(&t.clock, &[Mark::Due])
            .filter(move |(mark, _)| !t.noted.contains(mark))
            .map(move |(mark, at)| (at, Marked::Term { no: t.no }, mark))
    });
    let of_sheets = case
        .sheets
        .iter()
        .filter(move |s| live && s.answered_at.is_none() && s.lifted_at.is_none())
        .flat_map(|s| {
            marks(&s.clock, &[Mark::Due])
                .filter(move |(mark, _)| !s.noted.contains(mark))
                .map(move |(mark, at)| (at, Marked::Sheet { no: s.no }, mark))
        });
    of_holdings.chain(of_terms).chain(of_sheets)
}

/// A due mark falls when the due instant has passed: what is done at that instant is in time.
fn marks<'a>(clock: &'a Clock, which: &'static [Mark]) -> impl Iterator<Item = (Mark, Timestamp)> + 'a {
    which.iter().map(|mark| {
        let at = clock.mark(*mark);
        (*mark, if *mark == Mark::Due { at.plus(1) } else { at })
    })
}
