//! A joint judgement as it stands, and how events change it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use yipan_base::id::{StaffId, UnitId};
use yipan_base::time::Timestamp;

use super::command::Subject;
use super::event::{Answer, Event};
use crate::dossier::{Recorded, TextRef};

/// A joint judgement (研判).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Judgement {
    pub stage: Stage,
    /// The centre that asks.
    pub centre: UnitId,
    pub subject: Subject,
    pub question: TextRef,
    /// Who decides.
    pub lead: UnitId,
    pub asked_at: Timestamp,
    pub due: Timestamp,
    /// What each department that was asked has signed: the last stands, those before it are superseded.
    pub opinions: BTreeMap<UnitId, Vec<Opinion>>,
    /// The alarm has gone out.
    pub expired: bool,
    pub decision: Option<Decision>,
    pub found: Option<Finding>,
    pub withdrawn: Option<TextRef>,
}

/// Where a joint judgement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = JudgementStage))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// 征求意见
    Asked,
    /// 已有结论
    Decided,
    /// 已撤回
    Withdrawn,
}

impl Stage {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Decided => "decided",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A department's signed opinion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = JudgementOpinion))]
pub struct Opinion {
    pub answer: Answer,
    pub text: TextRef,
    /// Who signed it.
    pub staff: StaffId,
    pub at: Timestamp,
}

/// What the lead decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = JudgementDecision))]
pub struct Decision {
    pub answer: Answer,
    pub text: TextRef,
    /// Why it did not wait.
    pub early: Option<TextRef>,
    pub dissent: BTreeSet<UnitId>,
    pub silent: BTreeSet<UnitId>,
    pub staff: StaffId,
    pub at: Timestamp,
}

/// The truth found on site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = JudgementFinding))]
pub struct Finding {
    pub answer: Answer,
    pub staff: StaffId,
    pub at: Timestamp,
}

impl Judgement {
    pub(super) fn asked(first: &Recorded<Event>) -> Option<Self> {
        let Event::Asked { centre, subject, question, departments, lead, due } = first.event.clone() else {
            return None;
        };
        Some(Self {
            stage: Stage::Asked,
            centre,
            subject,
            question,
            lead,
            asked_at: first.at,
            due,
            opinions: departments.into_iter().map(|department| (department, Vec::new())).collect(),
            expired: false,
            decision: None,
            found: None,
            withdrawn: None,
        })
    }

    pub(super) fn take(&mut self, recorded: &Recorded<Event>) {
        let (at, staff) = (recorded.at, recorded.staff.clone());
        match recorded.event.clone() {
            Event::Asked { .. } => {}
            Event::Opined { department, answer, text } => {
                self.opinions.entry(department).or_default().push(Opinion { answer, text, staff, at });
            }
            Event::Decided { answer, text, early, dissent, silent } => {
                self.stage = Stage::Decided;
                self.decision = Some(Decision { answer, text, early, dissent, silent, staff, at });
            }
            Event::Found { answer } => self.found = Some(Finding { answer, staff, at }),
            Event::Withdrawn { reason } => {
                self.stage = Stage::Withdrawn;
                self.withdrawn = reason;
            }
            Event::Expired { .. } => self.expired = true,
        }
    }

    /// The departments that have said nothing yet.
    #[must_use]
    pub fn silent(&self) -> BTreeSet<UnitId> {
        let silent = self.opinions.iter().filter(|(_, opinions)| opinions.is_empty());
        silent.map(|(department, _)| department.clone()).collect()
    }

    /// When the house must tell who is silent; never once all have spoken.
    pub(super) fn next_look(&self) -> Option<Timestamp> {
        let waits = self.stage == Stage::Asked && !self.expired && self.opinions.values().any(Vec::is_empty);
        waits.then_some(self.due)
    }

    pub(super) fn look(&self, now: Timestamp) -> Vec<Event> {
        match self.next_look() {
            Some(due) if due <= now => vec![Event::Expired { silent: self.silent() }],
            _ => Vec::new(),
        }
    }
}
