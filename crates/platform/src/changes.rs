//! What happens to cases, read once for everybody who listens.
//!
//! A thousand desks follow the board. Each commit is read from the store by the first of them that
//! asks; the others find it here, and each is told what lies in its own scope.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{PoisonError, RwLock};

use tokio::sync::Mutex;
use yipan_base::id::StaffId;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_casework::project::{Access, access};
use yipan_store::{Scope, Value};

use crate::cases::{CaseLine, LINE};
use crate::give::read_state;
use crate::house::House;
use crate::viewer::Viewer;

/// How many events are read at once.
const AT_ONCE: usize = 500;

/// How many events are kept: of a storm the last minutes.
const KEPT: usize = 8_192;

/// Something that happened to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseChange {
    /// Its place in the ledger; what was committed together shares it.
    pub ledger: i64,
    /// The kind of event.
    pub event: String,
    pub at: Timestamp,
    /// The version at which the case stands now.
    pub version: i64,
    /// The case as it stands now.
    pub line: CaseLine,
}

/// What a viewer is told after a place in the ledger.
#[derive(Debug)]
pub struct CaseChanges {
    pub changes: Vec<CaseChange>,
    /// Everything up to here was looked at.
    pub upto: i64,
    /// There may be more already.
    pub more: bool,
}

/// The last events of the ledger.
#[derive(Default)]
pub(crate) struct Changes {
    stretch: RwLock<Stretch>,
    /// Held by whoever reads on.
    reading: Mutex<()>,
}

/// The events after one place in the ledger up to and with another.
#[derive(Debug, Default)]
struct Stretch {
    after: i64,
    upto: i64,
    happenings: VecDeque<Happening>,
    /// The cases of these events, as they stand at `upto`.
    cases: HashMap<String, Standing>,
}

#[derive(Debug)]
struct Happening {
    ledger: i64,
    event: String,
    at: Timestamp,
    case: String,
}

/// How a case stands, and who may know.
#[derive(Debug)]
struct Standing {
    version: i64,
    line: CaseLine,
    access: Access,
    accused: BTreeSet<StaffId>,
}

impl Stretch {
    /// Takes the events in that follow on, and lets the oldest go, whole commits at a time.
    fn extend(&mut self, next: Self) {
        if self.upto != next.after {
            *self = next;
            return;
        }
        self.upto = next.upto;
        self.happenings.extend(next.happenings);
        self.cases.extend(next.cases);
        if self.happenings.len() <= KEPT {
            return;
        }
        let beyond = self.happenings.len() - KEPT / 2;
        let Some(last) = self.happenings.get(beyond - 1).map(|h| h.ledger) else { return };
        while self.happenings.front().is_some_and(|h| h.ledger <= last) {
            self.happenings.pop_front();
        }
        self.after = last;
        let still: BTreeSet<&str> = self.happenings.iter().map(|h| h.case.as_str()).collect();
        self.cases.retain(|id, _| still.contains(id.as_str()));
    }

    /// From where on it must be read for whoever was told up to `after`; nothing if that lies before it.
    fn from(&self, after: i64, head: i64) -> Option<i64> {
        if after < self.after {
            return None;
        }
        // Where nobody listened for long, what lies between is left out.
        let near = head - self.upto <= KEPT as i64;
        Some(if near { self.upto } else { after })
    }

    /// What of it a viewer is told, after a place.
    fn seen_by(&self, viewer: &Viewer, after: i64) -> CaseChanges {
        let first = self.happenings.partition_point(|h| h.ledger <= after);
        let changes = self.happenings.range(first..).filter_map(|happening| {
            let case = self.cases.get(&happening.case)?;
            let mine = viewer.sees(&case.access) && !case.accused.contains(&viewer.actor.staff);
            mine.then(|| CaseChange {
                ledger: happening.ledger,
                event: happening.event.clone(),
                at: happening.at,
                version: case.version,
                line: case.line.clone(),
            })
        });
        CaseChanges { changes: changes.collect(), upto: self.upto.max(after), more: false }
    }
}

impl House {
    /// What happened to the cases that a viewer may see, after a place in the ledger.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn case_changes(&self, viewer: &Viewer, after: i64) -> Result<CaseChanges, Refusal> {
        let commits = self.store().after_commit();
        let known = |upto: i64| {
            let stretch = self.changes().stretch.read().unwrap_or_else(PoisonError::into_inner);
            let covers = stretch.after <= after && stretch.upto >= upto;
            covers.then(|| stretch.seen_by(viewer, after))
        };
        let head = *commits.borrow();
        if let Some(changes) = known(head) {
            return Ok(changes);
        }
        let reading = self.changes().reading.lock().await;
        let head = *commits.borrow();
        if let Some(changes) = known(head) {
            return Ok(changes);
        }
        let from = {
            let stretch = self.changes().stretch.read().unwrap_or_else(PoisonError::into_inner);
            stretch.from(after, head)
        };
        let Some(from) = from else {
            // Whoever comes back after long reads by himself until he has caught up.
            drop(reading);
            let (stretch, more) = self.happenings(after, head).await?;
            return Ok(CaseChanges { more, ..stretch.seen_by(viewer, after) });
        };
        let (next, more) = self.happenings(from, head).await?;
        let mut stretch = self.changes().stretch.write().unwrap_or_else(PoisonError::into_inner);
        stretch.extend(next);
        Ok(CaseChanges { more, ..stretch.seen_by(viewer, after) })
    }

    /// The events after one place up to another, or as many of them as are read at once; whether
    /// there are more.
    async fn happenings(&self, after: i64, upto: i64) -> Result<(Stretch, bool), Refusal> {
        let sql = format!(
            "SELECT e.ledger, e.kind AS event, e.at, e.case_id, c.version, c.state, {LINE} FROM case_event e \
             JOIN case_file c ON c.id = e.case_id WHERE e.ledger > $1 AND e.ledger <= $2 AND {{visible:e.case_id}} \
             ORDER BY e.ledger, e.case_id, e.seq LIMIT {AT_ONCE}"
        );
        let args: [Value; 2] = [after.into(), upto.into()];
        let rows = self.store().cases(&Scope::system("live feed"), &sql, &args).await?;
        let mut stretch = Stretch { after, upto, ..Stretch::default() };
        let city = self.city();
        for row in &rows {
            let case = row.text("case_id")?;
            if !stretch.cases.contains_key(case) {
                let state = read_state(row.text("state")?)?;
                let standing = Standing {
                    version: row.int("version")?,
                    line: CaseLine::read(row)?,
                    access: access(&state, &city.directory),
                    accused: state.accused_staff,
                };
                stretch.cases.insert(case.to_owned(), standing);
            }
            stretch.happenings.push_back(Happening {
                ledger: row.int("ledger")?,
                event: row.text("event")?.to_owned(),
                at: Timestamp::from_micros(row.int("at")?),
                case: case.to_owned(),
            });
        }
        if rows.len() < AT_ONCE {
            return Ok((stretch, false));
        }
        // The last place may be cut in the middle: it is read again, whole, with the next stretch.
        if let (Some(first), Some(last)) = (stretch.happenings.front(), stretch.happenings.back()) {
            let (first, last) = (first.ledger, last.ledger);
            stretch.upto = last;
            if first < last {
                stretch.happenings.retain(|h| h.ledger < last);
                stretch.upto = last - 1;
            }
        }
        Ok((stretch, true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Events of one case, one at each of these places.
    fn stretch(after: i64, upto: i64, places: impl IntoIterator<Item = i64>) -> Stretch {
        let happening = |ledger| Happening {
            ledger,
            event: "noted".to_owned(),
            at: Timestamp::from_micros(ledger),
            case: format!("case{}", ledger / 2),
        };
        let happenings: VecDeque<_> = places.into_iter().map(happening).collect();
        let line = CaseLine {
            number: "号".to_owned(),
            stage: "accepted".to_owned(),
            kind: "complaint".to_owned(),
            category: "urban".to_owned(),
            channel: "phone".to_owned(),
            level: "ordinary".to_owned(),
            area: None,
            main_unit: None,
            accepted_at: Timestamp::from_micros(0),
            due_at: None,
            secret: false,
            accuses: false,
        };
        let standing = |h: &Happening| Standing {
            version: h.ledger,
            line: line.clone(),
            access: Access::new(),
            accused: BTreeSet::new(),
        };
        let cases = happenings.iter().map(|h| (h.case.clone(), standing(h))).collect();
        Stretch { after, upto, happenings, cases }
    }

    fn told(stretch: &Stretch, after: i64) -> (Vec<i64>, i64) {
        let told = stretch.seen_by(&Viewer::system("test"), after);
        (told.changes.iter().map(|change| change.ledger).collect(), told.upto)
    }

    #[test]
    fn what_follows_on_is_kept_and_a_gap_begins_anew() {
        let mut kept = stretch(4, 7, [5, 5, 7]);
        kept.extend(stretch(7, 9, [8]));
        assert_eq!(told(&kept, 4), (vec![5, 5, 7, 8], 9));
        assert_eq!(told(&kept, 5), (vec![7, 8], 9));
        // Nobody is sent back to where he was before.
        assert_eq!(told(&kept, 12), (vec![], 12));
        kept.extend(stretch(20, 22, [21]));
        assert_eq!((told(&kept, 20), kept.after, kept.cases.len()), ((vec![21], 22), 20, 1));
    }

    #[test]
    fn the_oldest_go_by_whole_commits() {
        let kept_most = KEPT as i64;
        let mut kept = stretch(0, kept_most, (1..=kept_most).map(|at| at / 3 * 3 + 1));
        kept.extend(stretch(kept_most, kept_most + 1, [kept_most + 1]));
        assert!(kept.happenings.len() <= KEPT / 2 && kept.happenings.len() > KEPT / 2 - 4);
        assert!(kept.happenings.front().is_some_and(|h| h.ledger > kept.after));
        let cases: BTreeSet<_> = kept.happenings.iter().map(|h| h.case.clone()).collect();
        assert_eq!(kept.cases.len(), cases.len());
    }

    #[test]
    fn a_reader_goes_on_where_the_others_are() {
        let kept = stretch(100, 200, [150]);
        assert_eq!(kept.from(99, 210), None, "it begins later: he reads alone");
        assert_eq!(kept.from(100, 210), Some(200));
        // Whoever has just come does not tear a hole into it.
        assert_eq!(kept.from(205, 210), Some(200));
        assert_eq!(kept.from(1_000_000, 1_000_001), Some(1_000_000), "nobody listened for long");
    }
}
