//! What people may ask of a joint judgement.

use serde::{Deserialize, Serialize};
use yipan_base::id::{CaseId, UnitId};
use yipan_base::time::Timestamp;

/// A command on a joint judgement.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = JudgementCommand))]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// 提请研判
    Ask {
        subject: Subject,
        question: String,
        /// Whose officers are asked: 1 to 40 units.
        departments: Vec<UnitId>,
        /// Who decides; the asking centre if left out.
        lead: Option<UnitId>,
        /// When the opinions are due; the house's terms if left out.
        due: Option<Timestamp>,
    },
    /// 签署意见: of the actor's own department. A further one takes the place of the last.
    Opine {
        verdict: Verdict,
        /// Whose it is, with `not_ours` and only then.
        whose: Option<UnitId>,
        text: String,
    },
    /// 结论
    Decide {
        verdict: Verdict,
        whose: Option<UnitId>,
        text: String,
        /// Why it cannot wait for the opinions that are still awaited.
        early: Option<String>,
    },
    /// 现场核实: the truth found on site; a later finding puts an earlier one right.
    Found { verdict: Verdict, whose: Option<UnitId> },
    /// 撤回, before it is decided.
    Withdraw { reason: Option<String> },
}

/// What is judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = JudgementSubject))]
#[serde(tag = "about", rename_all = "snake_case", deny_unknown_fields)]
pub enum Subject {
    Case { case: CaseId },
    Alert { alert: String },
    Dossier { dossier: String },
}

impl Subject {
    /// The id or number of what is judged.
    #[must_use]
    pub fn reference(&self) -> &str {
        match self {
            Self::Case { case } => case.as_str(),
            Self::Alert { alert } => alert,
            Self::Dossier { dossier } => dossier,
        }
    }
}

/// What may be said of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = JudgementVerdict))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 属实
    True,
    /// 不属实
    False,
    /// 须现场核查
    NeedsVisit,
    /// 非本部门职责
    NotOurs,
}
