//! What the rules suggest, why, and what a person should look at before agreeing.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yipan_base::directory::{AreaLevel, Directory};
use yipan_base::id::{AreaId, RuleId, UnitId};

use super::precedent::LikePrecedent;
use crate::command::Basis;

/// A suggestion of holders (派单建议). It dispatches nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Suggestion {
    /// `None`: nobody may be given it by rule.
    pub main: Option<UnitId>,
    pub assistants: Vec<UnitId>,
    /// Who would read along, with the county and the regulator of a town.
    pub copies: Vec<UnitId>,
    /// What decided on the main handler.
    pub by: Option<Source>,
    /// The way to the answer, in order.
    pub because: Vec<Reason>,
    pub warnings: Vec<Warning>,
    /// A person must decide: safety words, a secret report, or nobody to suggest.
    pub hold: bool,
    /// Earlier rulings on the like, the likest first.
    pub precedents: Vec<LikePrecedent>,
    /// The rules that were tried, in order, at most [`Suggestion::LOOKS`] of them …
    pub looked: Vec<Look>,
    /// … of this many.
    pub looked_at: usize,
}

impl Suggestion {
    /// Rules that a suggestion tells of, at most.
    pub const LOOKS: usize = 40;
    /// Precedents that it shows, at most.
    pub const PRECEDENTS: usize = 5;

    /// On what a dispatch rests that follows this suggestion.
    #[must_use]
    pub fn basis(&self) -> Option<Basis> {
        Some(match self.by.clone()? {
            Source::Rule { rule, version } | Source::Catalogue { entry: rule, version } => {
                Basis::Rule { rule, version }
            }
            Source::Precedent { number } => Basis::Ruling { reference: number },
            Source::Line { line } => Basis::DutyList { line },
            Source::House => return None,
        })
    }
}

/// Where a part of an answer comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum Source {
    /// A routing rule (派单规则).
    Rule { rule: RuleId, version: i64 },
    /// An entry of the dispatch catalogue (派单目录), with the version of the rule set.
    Catalogue { entry: RuleId, version: i64 },
    /// An earlier ruling (判例), by the number of its case.
    Precedent { number: String },
    /// The line that regulates the category (条线).
    Line { line: String },
    /// The standing rules of dispatch.
    House,
}

/// One step of the explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Reason {
    pub from: Source,
    pub zh: String,
    pub en: String,
}

/// What a person should look at before agreeing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "warning", rename_all = "snake_case")]
pub enum Warning {
    /// Another county is this near; the place may be its.
    NearBoundary { neighbour: Option<AreaId>, metres: f64 },
    /// Nobody knows where it is, so it goes to the city.
    Unlocated,
    /// The place is known less closely than the rule wants.
    Coarse { known: AreaLevel, wanted: AreaLevel },
    /// It touches several counties, so it goes to the city.
    CrossCounty,
    /// The latest ruling on the same category in the same county named another unit.
    Ambiguous { unit: UnitId, number: String },
    /// The text speaks of danger.
    SafetyWord { words: BTreeSet<String> },
    /// The town's duty list lacks the line, so it goes to the county.
    NotOnDutyList { unit: UnitId, line: String },
    /// The unit that the rules would name is accused or stands under the accused. It is not named
    /// here: a warning is read by more people than a report.
    Accused,
    /// A secret report needs its redacted extract first.
    Secret,
}

impl Warning {
    /// The sentence for a person, in Chinese and in English.
    #[must_use]
    pub fn say(&self, directory: &Directory) -> (String, String) {
        let area = |id: &AreaId| directory.area(id).map_or_else(|| id.to_string(), |a| a.name.clone());
        let name = |id: &UnitId| directory.unit(id).map_or_else(|| id.to_string(), |u| u.name.clone());
        match self {
            Self::NearBoundary { neighbour, metres } => {
                let (zh, en) = neighbour.as_ref().map_or_else(
                    || ("相邻县（市、区）".to_owned(), "another county".to_owned()),
                    |id| (area(id), area(id)),
                );
                (
                    format!("距{zh}边界约 {metres:.0} 米，请核对属地"),
                    format!("about {metres:.0} m from {en}; check whose place it is"),
                )
            }
            Self::Unlocated => (
                "地点不详，建议由市级部门承办；请补充地点".to_owned(),
                "the place is not known, so a city department is suggested; ask for the place".to_owned(),
            ),
            Self::Coarse { known, wanted } => (
                format!("地点只到{}一级，规则要求到{}一级", level_zh(*known), level_zh(*wanted)),
                format!(
                    "the place is known down to the {} only; the rule wants its {}",
                    level_en(*known),
                    level_en(*wanted)
                ),
            ),
            Self::CrossCounty => (
                "涉及多个县（市、区），由市级统筹".to_owned(),
                "it touches several counties, so the city takes it".to_owned(),
            ),
            Self::Ambiguous { unit, number } => (
                format!("最近的判例（{number}）确定由{}承办", name(unit)),
                format!("the latest ruling, on case {number}, gave the same to {}", name(unit)),
            ),
            Self::SafetyWord { words } => {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                (
                    format!("出现安全词：{}；须由人判断", words.join("、")),
                    format!("the text speaks of danger ({}); a person must decide", words.join(", ")),
                )
            }
            Self::NotOnDutyList { unit, line } => (
                format!("{}的履职事项清单没有“{line}”，改由县级部门承办", name(unit)),
                format!("the duty list of {} has no `{line}`, so the county takes it", name(unit)),
            ),
            Self::Accused => (
                "按规则应承办的单位须回避，交上一级".to_owned(),
                "whom the rules would name must keep out of it; it goes one level up".to_owned(),
            ),
            Self::Secret => (
                "涉密举报：派单前须由专人形成脱敏摘要".to_owned(),
                "a secret report: a cleared officer sets its redacted extract before any dispatch".to_owned(),
            ),
        }
    }
}

const fn level_zh(level: AreaLevel) -> &'static str {
    match level {
        AreaLevel::City => "市",
        AreaLevel::County => "县（市、区）",
        AreaLevel::Town => "镇街",
        AreaLevel::Grid => "网格",
    }
}

const fn level_en(level: AreaLevel) -> &'static str {
    match level {
        AreaLevel::City => "city",
        AreaLevel::County => "county",
        AreaLevel::Town => "town",
        AreaLevel::Grid => "grid",
    }
}

/// A rule that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Look {
    pub rule: RuleId,
    pub version: i64,
    pub name: String,
    /// Why it was not the one; `None` for the one that was.
    pub miss: Option<Miss>,
}

/// The first thing for which a rule did not decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Miss {
    OutOfDate,
    Kind,
    Level,
    Channel,
    Category,
    Unlocated,
    Area,
    NoPoint,
    Polygon,
    Keyword,
    /// It fits, but neither its main target nor anyone above may be given the work.
    NoUnit,
}

impl Miss {
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::OutOfDate => "不在有效期内",
            Self::Kind => "诉求类型不符",
            Self::Level => "时限等级不符",
            Self::Channel => "渠道不符",
            Self::Category => "诉求分类不符",
            Self::Unlocated => "规则限定区划，而地点不详",
            Self::Area => "不在所列区划内",
            Self::NoPoint => "规则限定范围，而没有坐标",
            Self::Polygon => "坐标不在范围内",
            Self::Keyword => "没有所列关键词",
            Self::NoUnit => "规则匹配，但没有可承办的单位",
        }
    }

    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::OutOfDate => "not in force on that day",
            Self::Kind => "another type of appeal",
            Self::Level => "another level",
            Self::Channel => "another channel",
            Self::Category => "another category",
            Self::Unlocated => "it asks for an area and the place is not known",
            Self::Area => "outside its areas",
            Self::NoPoint => "it asks for a polygon and there is no point",
            Self::Polygon => "outside its polygon",
            Self::Keyword => "none of its keywords in the text",
            Self::NoUnit => "it fits, but no unit may be given the work",
        }
    }
}
