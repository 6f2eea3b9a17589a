//! How grave it is, and what is reported because of it.

use serde::{Deserialize, Serialize};

/// 响应级别: level I is the gravest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = ResponseLevel))]
pub enum Level {
    #[serde(alias = "一级")]
    I,
    #[serde(alias = "二级")]
    II,
    #[serde(alias = "三级")]
    III,
    #[serde(alias = "四级")]
    IV,
}

impl Level {
    pub const ALL: [Self; 4] = [Self::I, Self::II, Self::III, Self::IV];

    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::I => "一级",
            Self::II => "二级",
            Self::III => "三级",
            Self::IV => "四级",
        }
    }
}

/// What units report to a command post, cycle by cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = PostReport))]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// 灾情
    Losses,
    /// 工作动态
    Situation,
}

impl Report {
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Losses => "灾情",
            Self::Situation => "工作动态",
        }
    }
}
