//! 预案: what a command post brings with it, drawn beforehand, as data.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{Level, Report};
use crate::roster::DutyPost;

static SHIPPED: LazyLock<Plans> = LazyLock::new(|| {
    Plans::parse(include_str!("../../data/plans.json"))
        .unwrap_or_else(|fault| unreachable!("the shipped plans are read by a test: {fault}"))
});

/// The plans that come with the product.
#[must_use]
pub fn plans() -> &'static Plans {
    &SHIPPED
}

/// All plans of a house, by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = CommandPlans))]
#[serde(deny_unknown_fields)]
pub struct Plans {
    /// Counted up with each change.
    pub version: i64,
    pub plans: BTreeMap<String, Plan>,
}

/// One plan: `storm`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = CommandPlan))]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub zh: String,
    pub en: String,
    /// Each of the four.
    pub levels: BTreeMap<Level, Response>,
}

/// What one level of a plan brings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = CommandPlanLevel))]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// How many levels of centres below the one that raises the post are told and must acknowledge: the
    /// counties of a city are 1, their towns 2.
    pub levels_below: u8,
    /// Departments of these lines at the post's own area are told.
    pub lines: BTreeSet<String>,
    /// People on duty beside those of the roster, at the centre that raises the post.
    pub posts: Vec<ExtraPost>,
    pub cycles: Vec<PlannedCycle>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = CommandPlanPost))]
#[serde(deny_unknown_fields)]
pub struct ExtraPost {
    pub post: DutyPost,
    pub count: u32,
}

/// A report that every named centre owes again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = CommandPlanCycle))]
#[serde(deny_unknown_fields)]
pub struct PlannedCycle {
    pub what: Report,
    pub first_minutes: i64,
    pub every_minutes: i64,
}

/// Plans that no command post could follow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanFault {
    #[error("the plans cannot be read: {0}")]
    Unreadable(String),
    #[error("plan `{plan}`, {place}: {fault}")]
    Wrong { plan: String, place: String, fault: &'static str },
}

/// The shortest and the longest cycle, in minutes.
pub(super) const CYCLE: std::ops::RangeInclusive<i64> = 10..=7 * 24 * 60;

impl Plans {
    /// Reads and checks plans.
    ///
    /// # Errors
    /// [`PlanFault`] names the plan, the level and what is wrong.
    pub fn parse(text: &str) -> Result<Self, PlanFault> {
        let plans: Self =
            serde_json::from_str(text).map_err(|fault| PlanFault::Unreadable(fault.to_string()))?;
        for (id, plan) in &plans.plans {
            plan.check().map_err(|(place, fault)| PlanFault::Wrong { plan: id.clone(), place, fault })?;
        }
        Ok(plans)
    }

    #[must_use]
    pub fn plan(&self, id: &str) -> Option<&Plan> {
        self.plans.get(id)
    }
}

impl Plan {
    fn check(&self) -> Result<(), (String, &'static str)> {
        if self.zh.trim().is_empty() || self.en.trim().is_empty() {
            return Err(("names".into(), "name it in Chinese and in English"));
        }
        if let Some(level) = Level::ALL.into_iter().find(|level| !self.levels.contains_key(level)) {
            return Err((format!("level {level:?}"), "is missing"));
        }
        for (level, response) in &self.levels {
            response.check().map_err(|fault| (format!("level {level:?}"), fault))?;
        }
        Ok(())
    }
}

impl Response {
    fn check(&self) -> Result<(), &'static str> {
        if !(1..=2).contains(&self.levels_below) {
            return Err("levels_below is 1 or 2");
        }
        if self.posts.iter().any(|post| !(1..=50).contains(&post.count)) {
            return Err("1 to 50 people stand at an extra post");
        }
        let kinds: BTreeSet<_> = self.cycles.iter().map(|cycle| cycle.what).collect();
        if kinds.len() != self.cycles.len() {
            return Err("each report has one cycle");
        }
        let minutes = |cycle: &PlannedCycle| {
            CYCLE.contains(&cycle.first_minutes) && CYCLE.contains(&cycle.every_minutes)
        };
        if !self.cycles.iter().all(minutes) {
            return Err("a cycle lasts from 10 minutes to 7 days");
        }
        Ok(())
    }
}
