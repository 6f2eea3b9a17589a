//! The verifier's judgement: acknowledgements against what the house tells. Pure.

use serde::Serialize;

use crate::acks::Done;

/// Who notes the marks of clocks.
const HOUSE: &str = "system";

/// An event as the house tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub seq: u64,
    pub name: String,
    pub staff: String,
}

/// What kind of promise was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Breach {
    /// Acknowledged, and not there.
    Lost,
    /// There, and nobody was told so; or there twice.
    Doubled,
    /// The house does not agree with itself, or says what is not so.
    Unsound,
    /// Too slow, or refused where it should not be.
    Service,
}

/// One breach, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub breach: Breach,
    pub what: String,
}

impl Finding {
    pub fn new(breach: Breach, what: impl Into<String>) -> Self {
        Self { breach, what: what.into() }
    }
}

/// Whether an acknowledged command must be there, by its turn.
pub type Required<'a> = &'a dyn Fn(u64) -> bool;

/// Holds the history of one case against what was acknowledged of it.
///
/// Every outcome names its events and the version that it led to, so it has a place of its own in the
/// history. Every event must lie in exactly one such place; only the house's own need none.
pub fn judge(
    case: &str,
    acknowledged: &[(u64, Done)],
    seen: &[Seen],
    required: Required<'_>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |breach, what: String| findings.push(Finding::new(breach, format!("{case}: {what}")));
    for (event, seq) in seen.iter().zip(1..) {
        if event.seq != seq {
            find(Breach::Unsound, format!("event {} stands in place {seq}", event.seq));
        }
    }
    let mut owners: Vec<Option<u64>> = vec![None; seen.len()];
    for (turn, done) in acknowledged {
        let last = done.version as usize;
        let Some(first) = last.checked_sub(done.events.len()) else {
            find(Breach::Unsound, format!("turn {turn} made more events than its version {last} holds"));
            continue;
        };
        if last > seen.len() {
            if first < seen.len() {
                find(Breach::Unsound, format!("turn {turn} is there in part, up to event {}", seen.len()));
            } else if required(*turn) {
                find(Breach::Lost, format!("turn {turn} led to version {last}; it stands at {}", seen.len()));
            }
            continue;
        }
        let place = &seen[first..last];
        if !place.iter().map(|event| &event.name).eq(done.events.iter()) {
            let names: Vec<_> = place.iter().map(|event| event.name.as_str()).collect();
            find(
                Breach::Lost,
                format!(
                    "turn {turn} made {} up to version {last}, where {names:?} stand",
                    done.events.join(",")
                ),
            );
            continue;
        }
        for owner in &mut owners[first..last] {
            if let Some(other) = owner.replace(*turn) {
                find(Breach::Doubled, format!("turns {other} and {turn} were both told version {last}"));
                break;
            }
        }
    }
    for (event, owner) in seen.iter().zip(&owners) {
        if owner.is_none() && event.staff != HOUSE {
            find(Breach::Doubled, format!("event {} {} was never acknowledged", event.seq, event.name));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(version: u64, events: &[&str]) -> Done {
        let events: Vec<String> = events.iter().map(|name| (*name).to_owned()).collect();
        Done { case: "c".into(), version, events: events.into() }
    }

    fn seen(names: &[(&str, &str)]) -> Vec<Seen> {
        let event = |(seq, (name, staff)): (u64, &(&str, &str))| Seen {
            seq,
            name: (*name).to_owned(),
            staff: (*staff).to_owned(),
        };
        (1..).zip(names).map(event).collect()
    }

    fn breaches(acknowledged: &[(u64, Done)], seen: &[Seen]) -> Vec<Breach> {
        judge("c", acknowledged, seen, &|_| true).into_iter().map(|finding| finding.breach).collect()
    }

    const WHOLE: &[(&str, &str)] =
        &[("accepted", "a"), ("term_started", "a"), ("marked", "system"), ("noted", "b"), ("noted", "b")];

    fn told() -> Vec<(u64, Done)> {
        vec![(0, done(2, &["accepted", "term_started"])), (1, done(4, &["noted"])), (2, done(5, &["noted"]))]
    }

    #[test]
    fn a_history_in_which_everything_has_its_place_is_found_good() {
        assert_eq!(breaches(&told(), &seen(WHOLE)), []);
    }

    #[test]
    fn a_case_that_is_gone_or_ends_too_early_is_a_loss() {
        assert_eq!(breaches(&told(), &[]), [Breach::Lost; 3]);
        assert_eq!(breaches(&told(), &seen(&WHOLE[..4])), [Breach::Lost]);
    }

    #[test]
    fn another_event_in_a_place_is_a_loss_and_a_stranger() {
        let mut other = seen(WHOLE);
        other[3].name = "signed".to_owned();
        assert_eq!(breaches(&told(), &other), [Breach::Lost, Breach::Doubled]);
    }

    #[test]
    fn an_event_too_many_is_a_doubling_unless_the_house_made_it() {
        let mut twice = seen(WHOLE);
        twice.push(Seen { seq: 6, name: "noted".to_owned(), staff: "b".to_owned() });
        assert_eq!(breaches(&told(), &twice), [Breach::Doubled]);
        twice[5].staff = HOUSE.to_owned();
        assert_eq!(breaches(&told(), &twice), []);
    }

    #[test]
    fn two_answers_for_one_place_are_a_doubling() {
        let mut both = told();
        both.push((3, done(5, &["noted"])));
        assert_eq!(breaches(&both, &seen(WHOLE)), [Breach::Doubled]);
    }

    #[test]
    fn a_gap_and_half_a_command_are_unsound() {
        let mut gap = seen(WHOLE);
        gap[4].seq = 7;
        assert_eq!(breaches(&told(), &gap), [Breach::Unsound]);
        assert_eq!(breaches(&told()[..1], &seen(&WHOLE[..1])), [Breach::Unsound, Breach::Doubled]);
    }

    #[test]
    fn what_came_after_a_copy_was_begun_may_be_missing_from_it() {
        let short = seen(&WHOLE[..4]);
        assert_eq!(judge("c", &told(), &short, &|turn| turn < 2), []);
        assert_eq!(judge("c", &told(), &short, &|turn| turn < 3).len(), 1);
    }
}
