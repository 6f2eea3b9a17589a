//! What people call about.

use serde::Deserialize;
use yipan_base::id::CategoryId;
use yipan_casework::case::{Kind, Level};

/// A matter (诉求事项) of `matters.csv`: a template of appeals and of the answer to them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Matter {
    #[expect(dead_code, reason = "names the row for whoever edits the table")]
    pub id: String,
    pub answer: Answer,
    /// Its share among the matters of the same answer.
    pub weight: u32,
    pub kind: Kind,
    pub category: CategoryId,
    pub level: Level,
    pub title: String,
    /// `{place}` stands for county, town and village.
    pub text: String,
    pub reply: String,
}

/// Who answers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// The call taker, at once (直接答复).
    Direct,
    /// A unit, after a dispatch (派单).
    Dispatched,
}
