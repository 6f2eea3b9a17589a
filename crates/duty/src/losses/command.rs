//! What people may ask of a collection of losses.

use serde::{Deserialize, Serialize};
use yipan_base::id::{AreaId, UnitId};
use yipan_base::time::Timestamp;

use super::form::Figures;

/// A command on a collection of losses.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesCommand))]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Begins a collection: the towns of an area are asked for their losses (下达).
    Ask {
        /// What people call the disaster.
        name: Option<String>,
        /// The incident it belongs to.
        incident: Option<String>,
        area: AreaId,
        /// Who reports: centres of towns in the area. Left out: all of them.
        #[serde(default)]
        units: Vec<UnitId>,
        /// Minutes until the first report is due; the house's terms if left out.
        first_minutes: Option<i64>,
        /// Minutes from one report to the next; the house's terms if left out.
        cycle_minutes: Option<i64>,
    },
    /// Asks further towns; their first report is due as long after now as the others' was.
    AddUnits { units: Vec<UnitId> },
    /// What a town has lost in all, as of a moment (初报、续报、核报、零报告).
    Report {
        unit: UnitId,
        kind: ReportKind,
        as_of: Timestamp,
        /// By code of the form, in its smallest steps; what is left out is nought.
        #[serde(default)]
        figures: Figures,
        /// Taken down by the centre above from a telephone call, or filled in by the town itself.
        #[serde(default)]
        source: Source,
        /// Who rang and what was said; a report by telephone needs it.
        note: Option<String>,
        /// Why a figure shrinks or leaps.
        explanation: Option<String>,
    },
    /// Puts right what the latest report says of the same moment, or explains it.
    Correct { unit: UnitId, figures: Figures, explanation: String },
    /// The county centre's word on a town's latest report.
    Check {
        unit: UnitId,
        /// The number of the report, so that nobody confirms what they have not seen.
        report: u64,
        verdict: Verdict,
        /// Why it is returned.
        reason: Option<String>,
    },
    /// The county signs the total of its towns as it stands.
    Sign {},
    /// The asker takes the signed totals as final (核定); the collection is over.
    Verify {},
    /// The asker ends the collection without final totals.
    Close { reason: String },
}

/// Which report of a town's series it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesReportKind))]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// 初报: the first losses
    First,
    /// 续报
    FollowUp,
    /// 核报: checked on the ground; nothing more is due from the town unless it reports again
    Verified,
    /// 零报告: there are no losses
    Zero,
}

/// How a report came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesSource))]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// 填报
    #[default]
    Form,
    /// 电话
    Telephone,
}

/// The county centre's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesVerdict))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Confirmed,
    Returned,
}
