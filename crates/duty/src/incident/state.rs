//! An incident as it stands, and how events change it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use yipan_base::id::{AreaId, CaseId, StaffId, UnitId};
use yipan_base::time::{HOUR, Timestamp};

use super::command::{IncidentKind, Member, MemberKind, Warning};
use super::event::{Event, Link};
use crate::dossier::{Recorded, TextRef};

/// An incident (事件).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Incident {
    pub stage: Stage,
    pub kind: IncidentKind,
    pub title: TextRef,
    /// The centre that keeps it.
    pub centre: UnitId,
    pub areas: BTreeSet<AreaId>,
    pub began_at: Timestamp,
    pub warning: Option<Warning>,
    pub cases: BTreeSet<CaseId>,
    pub others: BTreeSet<Member>,
    /// One of the cases.
    pub master: Option<CaseId>,
    /// The prepared answer that call takers see.
    pub answer: Option<SharedAnswer>,
    /// Ids of dossiers.
    pub links: BTreeMap<Link, BTreeSet<String>>,
    pub merged_into: Option<String>,
    pub closed: Option<Closing>,
    pub timeline: Vec<Entry>,
}

/// Where an incident stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = IncidentStage))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 处置中
    Open,
    /// 已办结
    Closed,
    /// 已并入
    Merged,
}

impl Stage {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Merged => "merged",
        }
    }
}

/// The prepared answer (统一口径).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = IncidentAnswer))]
pub struct SharedAnswer {
    pub text: TextRef,
    pub at: Timestamp,
    pub staff: StaffId,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = IncidentClosing))]
pub struct Closing {
    pub at: Timestamp,
    pub summary: TextRef,
}

/// A line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = IncidentEntry))]
pub struct Entry {
    /// The number of the event.
    pub seq: u64,
    pub at: Timestamp,
    pub staff: StaffId,
    pub unit: Option<UnitId>,
    pub what: What,
}

/// What a line of the timeline tells. Members are counted, not named: they are in the state already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = IncidentWhat))]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    Opened {},
    /// What one unit added within an hour of the line's time is one line.
    Added {
        cases: u32,
        others: u32,
    },
    Removed {
        cases: u32,
        others: u32,
        reason: TextRef,
    },
    MasterSet {
        case: CaseId,
    },
    AnswerShared {
        text: TextRef,
    },
    Widened {
        areas: BTreeSet<AreaId>,
    },
    Noted {
        text: TextRef,
    },
    Linked {
        link: Link,
        dossier: String,
    },
    MergedInto {
        incident: String,
    },
    Closed {
        summary: TextRef,
    },
    Reopened {
        reason: TextRef,
    },
}

impl Incident {
    pub(super) fn opened(first: &Recorded<Event>) -> Option<Self> {
        let Event::Opened { kind, title, centre, areas, began_at, warning } = &first.event else {
            return None;
        };
        let mut incident = Self {
            stage: Stage::Open,
            kind: *kind,
            title: title.clone(),
            centre: centre.clone(),
            areas: areas.clone(),
            began_at: *began_at,
            warning: warning.clone(),
            cases: BTreeSet::new(),
            others: BTreeSet::new(),
            master: None,
            answer: None,
            links: BTreeMap::new(),
            merged_into: None,
            closed: None,
            timeline: Vec::new(),
        };
        incident.tell(first, What::Opened {});
        Some(incident)
    }

    pub(super) fn take(&mut self, recorded: &Recorded<Event>) {
        let what = match recorded.event.clone() {
            Event::Opened { .. } => return,
            Event::Added { cases, others } => {
                let what = What::Added { cases: cases.len() as u32, others: others.len() as u32 };
                self.cases.extend(cases);
                self.others.extend(others);
                what
            }
            Event::Removed { cases, others, reason } => {
                self.cases.retain(|case| !cases.contains(case));
                self.others.retain(|other| !others.contains(other));
                if self.master.as_ref().is_some_and(|master| cases.contains(master)) {
                    self.master = None;
                }
                What::Removed { cases: cases.len() as u32, others: others.len() as u32, reason }
            }
            Event::MasterSet { case } => {
                self.master = Some(case.clone());
                What::MasterSet { case }
            }
            Event::AnswerShared { text } => {
                let staff = recorded.staff.clone();
                self.answer = Some(SharedAnswer { text: text.clone(), at: recorded.at, staff });
                What::AnswerShared { text }
            }
            Event::Widened { areas } => {
                self.areas.extend(areas.iter().cloned());
                What::Widened { areas }
            }
            Event::Noted { text } => What::Noted { text },
            Event::Linked { link, dossier } => {
                self.links.entry(link).or_default().insert(dossier.clone());
                What::Linked { link, dossier }
            }
            Event::MergedInto { incident } => {
                self.stage = Stage::Merged;
                self.merged_into = Some(incident.clone());
                What::MergedInto { incident }
            }
            Event::Closed { summary } => {
                self.stage = Stage::Closed;
                self.closed = Some(Closing { at: recorded.at, summary: summary.clone() });
                What::Closed { summary }
            }
            Event::Reopened { reason } => {
                self.stage = Stage::Open;
                self.closed = None;
                What::Reopened { reason }
            }
        };
        self.tell(recorded, what);
    }

    /// Writes a line. In a storm thousands of cases are added one by one; the timeline stays readable.
    fn tell(&mut self, recorded: &Recorded<Event>, what: What) {
        if let Some(last) = self.timeline.last_mut()
            && last.unit == recorded.unit
            && recorded.at.since(last.at) < HOUR
            && let What::Added { cases, others } = &mut last.what
            && let What::Added { cases: more, others: more_others } = what
        {
            *cases += more;
            *others += more_others;
            return;
        }
        self.timeline.push(Entry {
            seq: recorded.seq,
            at: recorded.at,
            staff: recorded.staff.clone(),
            unit: recorded.unit.clone(),
            what,
        });
    }
}

/// What stands under an incident, to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = IncidentMembers))]
pub struct Members {
    pub master: Option<CaseId>,
    /// In the order of their ids, which is the order in which they were taken in; the master included.
    pub cases: Vec<CaseId>,
    /// References by kind.
    pub others: BTreeMap<MemberKind, Vec<String>>,
}

/// What stands under an incident.
#[must_use]
pub fn members(incident: &Incident) -> Members {
    let mut others: BTreeMap<MemberKind, Vec<String>> = BTreeMap::new();
    for member in &incident.others {
        others.entry(member.kind).or_default().push(member.reference.clone());
    }
    Members { master: incident.master.clone(), cases: incident.cases.iter().cloned().collect(), others }
}

/// What happened, the oldest first.
#[must_use]
pub fn timeline(incident: &Incident) -> &[Entry] {
    &incident.timeline
}
