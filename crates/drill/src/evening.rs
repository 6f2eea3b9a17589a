//! The evening before: what the counties report while the storm is still on.

use serde::Deserialize;
use yipan_base::id::AreaId;
use yipan_base::time::Timestamp;

/// A row of `evening.csv`: a county centre's report (灾情报送), kept as a case of its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Report {
    pub at: Timestamp,
    pub county: AreaId,
    pub act: Act,
    pub text: String,
}

/// Which report it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Act {
    /// 首报
    Report,
    /// 续报
    Follow,
    /// 终报 of the evening
    End,
}
