//! The present state of a case (工单): what its events amount to.

mod fold;
mod holding;
mod parts;
mod words;

pub use holding::{
    ExtensionRequest, Holding, Milestone, Reply, ReturnRequest, ReturnRuling, Round, Standing, Suspension,
};
pub use parts::{
    Attachment, CallBack, CentreTerm, Consent, ConsentSubject, Copied, Intake, LateEntry, Member,
    NarrativeKind, NarrativeRef, OuterOrder, Party, Place, Repeat, RepeatVerdict, Segment, Sheet, SheetLevel,
    TermKind, Verification,
};
pub use words::{
    AttachmentKind, Channel, Grade, HoldingRole, Kind, Level, Outcome, Solved, Stage, UnknownWord, Word,
};

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yipan_base::id::{CaseId, CategoryId, NarrativeId, StaffId, UnitId};
use yipan_base::time::Timestamp;

/// One work order (工单): the only unit of work. In JSON whatever is empty is left out, since the
/// state is kept once for every case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Case {
    pub id: CaseId,
    /// Area, date and counter: `320600-20210501-00017`. Never reused.
    pub number: String,
    /// The number of events folded so far; a command names the version it was based on.
    pub version: u64,
    /// When the last event happened.
    pub changed_at: Timestamp,
    pub stage: Stage,
    pub intake: Intake,
    pub kind: Kind,
    pub category: CategoryId,
    pub level: Level,
    pub place: Place,
    /// The centre that runs this case: dispatches, reviews, calls back, closes.
    pub centre: UnitId,
    /// Free text lives elsewhere, encrypted; here stand only references and digests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub narratives: Vec<NarrativeRef>,
    /// A report of wrongdoing that only cleared officers see whole (涉密举报).
    #[serde(default, skip_serializing_if = "is_false")]
    pub secret: bool,
    /// Units and persons a report accuses: they may neither hold, rule nor answer it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub accused_units: BTreeSet<UnitId>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub accused_staff: BTreeSet<StaffId>,
    /// The redacted extract shown to those who handle a secret report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extract: Option<NarrativeId>,
    /// Words that marked the text as dangerous; such a case is never dispatched by suggestion alone.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub safety: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holdings: Vec<Holding>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<Copied>,
    pub round: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sheets: Vec<Sheet>,
    /// The centre's own clocks: dispatch, rulings, review, verification, call-back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<CentreTerm>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verifications: Vec<Verification>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub callbacks: Vec<CallBack>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outer: Option<OuterOrder>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<CaseId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<Repeat>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub reminders: u32,
    /// When the desk answered by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    /// What the desk said of its own answer: whether it solved the matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_solved: Option<Solved>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub redos: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Timestamp>,
    /// How often the case was opened again after its end.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub reopened: u32,
    /// The citizen's total time, split without remainder among whoever held it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custody: Vec<Segment>,
    /// Brought in from an older system: counted, never timed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub historical: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl Case {
    /// A holding by its number within the case.
    #[must_use]
    pub fn holding(&self, no: u32) -> Option<&Holding> {
        self.holdings.iter().find(|h| h.no == no)
    }

    /// The main holding of the present round: whose move decides the stage.
    #[must_use]
    pub fn main(&self) -> Option<&Holding> {
        self.holdings.iter().rev().find(|h| h.is_top_main() && h.round == self.round && h.is_live())
    }

    /// The latest top-level main holding, open or not: the one an end is credited to.
    #[must_use]
    pub fn last_main(&self) -> Option<&Holding> {
        self.holdings.iter().rev().find(|h| h.is_top_main() && h.standing != Standing::Returned)
    }

    /// Children of a holding that are still open.
    pub fn open_children(&self, no: u32) -> impl Iterator<Item = &Holding> {
        self.holdings.iter().filter(move |h| h.parent == Some(no) && h.standing == Standing::Open)
    }

    /// Assistants beside a holding (same parent, same round) that have neither answered nor been excused.
    pub fn outstanding_assistants<'a>(&'a self, main: &'a Holding) -> impl Iterator<Item = &'a Holding> {
        self.holdings.iter().filter(move |h| {
            h.role == HoldingRole::Assistant
                && h.parent == main.parent
                && h.round == main.round
                && h.standing == Standing::Open
                && h.replied_at.is_none()
                && h.excused.is_none()
        })
    }

    /// The last call-back of this round that reached the citizen, with an opinion or without.
    #[must_use]
    pub fn heard(&self) -> Option<&CallBack> {
        self.callbacks.iter().rev().find(|c| c.reached && c.round == self.round)
    }

    /// The last call-back that reached the citizen and heard an opinion.
    #[must_use]
    pub fn valid_callback(&self) -> Option<&CallBack> {
        self.callbacks.iter().rev().find(|c| c.valid() && c.round == self.round)
    }

    /// Whether an end has been reached.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        matches!(self.stage, Stage::Closed | Stage::Archived)
    }

    /// The due time that binds now: the open main holding's, else the open term of the centre.
    #[must_use]
    pub fn binding_due(&self) -> Option<Timestamp> {
        if self.is_ended() || self.historical {
            return None;
        }
        match self.main() {
            Some(main) if main.standing == Standing::Open && main.replied_at.is_none() => {
                Some(if main.signed_at.is_none() { main.sign.due } else { main.handle.due })
            }
            _ => self.terms.iter().filter(|t| t.ended_at.is_none()).map(|t| t.clock.due).min(),
        }
    }
}
