//! The question to the accounts, as an address asks it.

use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use yipan_base::refusal::Refusal;
use yipan_base::time::{Date, Timestamp};
use yipan_casework::case::{Channel, Kind, Level};
use yipan_casework::kpi::{Cut, Definitions, Dimension, Filters, Period, Query, Tier};

/// Which figures, of which period and whom. Lists are separated by commas.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    /// Definitions, from `GET /kpis`; companions come along. If absent, all main figures that can be counted as is asked.
    #[param(example = "on_time_sign_in,on_time_completion")]
    pub ids: Option<String>,
    /// The first day of the period.
    #[param(value_type = String, format = Date, example = "2021-05-01")]
    pub from: Date,
    /// The day after the last one.
    #[param(value_type = String, format = Date, example = "2021-05-06")]
    pub to: Date,
    /// What fell due or happened later does not count; now if absent.
    pub as_of: Option<Timestamp>,
    /// Whose holdings are counted: the city's, or those that the counties handed down.
    #[param(inline)]
    pub tier: Option<Tier>,
    pub units: Option<String>,
    pub areas: Option<String>,
    pub lines: Option<String>,
    /// Each with all below it.
    pub categories: Option<String>,
    #[param(inline)]
    pub kind: Option<Kind>,
    #[param(inline)]
    pub channel: Option<Channel>,
    #[param(inline)]
    pub level: Option<Level>,
    /// `whole`, `unit`, `county`, `town`, `line`, `peer_group`, `kind`, `channel`, `level`, `outcome`,
    /// `repeat`, `duty`, `category` (also `category_2`, `category_3`), `day`, `week`, `month`.
    pub cut: Option<String>,
    /// Figures only: `json`, `csv` or `xlsx`.
    pub format: Option<String>,
    /// Figures only: the language of a table, `zh` or `en`; that of `Accept-Language` if absent.
    pub language: Option<String>,
    /// Cases only: `numerator`, `denominator`, `exclusion:ID` or `beside:ID`.
    pub part: Option<String>,
    /// Cases only: the figure's key, where the question has a cut.
    pub key: Option<String>,
    /// Cases only: `next` of the page before.
    pub cursor: Option<String>,
    /// Cases only: 1 to 500; 50 if absent.
    pub limit: Option<usize>,
}

/// What is asked for where nothing is named: all that the daily roll-up knows of.
const MAIN: &[&str] = &[
    "accepted",
    "direct",
    "dispatched",
    "on_time_sign_in",
    "response",
    "on_time_completion",
    "mean_handling_time",
    "solution",
    "satisfaction",
    "return_rate",
    "redo_rate",
    "centre_on_time",
    "citizen_total_time",
];

impl Question {
    pub fn query(&self, now: Timestamp) -> Result<Query, Refusal> {
        let named = self.ids.as_deref().map(list);
        let all = named.is_none();
        let mut query = Query {
            ids: named.unwrap_or_default(),
            tier: self.tier.unwrap_or(Tier::City),
            period: Period { from: Timestamp::midnight(self.from), to: Timestamp::midnight(self.to) },
            as_of: self.as_of.unwrap_or(now),
            filters: Filters {
                units: some(self.units.as_deref()),
                areas: some(self.areas.as_deref()),
                lines: some(self.lines.as_deref()),
                categories: some(self.categories.as_deref()),
                kinds: self.kind.into_iter().collect(),
                channels: self.channel.into_iter().collect(),
                levels: self.level.into_iter().collect(),
            },
            cut: self.cut.as_deref().map_or(Ok(Cut::Whole), cut)?,
            beside: true,
        };
        if all {
            query.ids = main(&query);
        }
        Ok(query)
    }

    /// Refuses parameters that say nothing here.
    pub fn only(&self, here: &str, elsewhere: &[(&str, bool)]) -> Result<(), Refusal> {
        match elsewhere.iter().find(|(_, given)| *given) {
            None => Ok(()),
            Some((name, _)) => Err(Refusal::invalid(
                "query.parameter",
                format!("{here} 不用参数 {name}"),
                format!("{here} takes no `{name}`"),
            )
            .at(*name)),
        }
    }
}

/// The main figures, as far as they can be counted as is asked: a term of the centre has no county.
fn main(query: &Query) -> Vec<String> {
    let ids = MAIN.iter().map(|&id| id.to_owned());
    let can = |id: &String| {
        let one = Query { ids: vec![id.clone()], ..query.clone() };
        !one.definitions(Definitions::shipped()).is_err_and(|refusal| refusal.code == "kpi.dimension")
    };
    ids.filter(can).collect()
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect()
}

fn some<T: From<String>>(text: Option<&str>) -> Vec<T> {
    text.map(list).unwrap_or_default().into_iter().map(T::from).collect()
}

fn cut(word: &str) -> Result<Cut, Refusal> {
    Ok(match word {
        "whole" => Cut::Whole,
        "unit" => Cut::By(Dimension::Unit),
        "county" => Cut::By(Dimension::County),
        "town" => Cut::By(Dimension::Town),
        "line" => Cut::By(Dimension::Line),
        "peer_group" => Cut::By(Dimension::PeerGroup),
        "kind" => Cut::By(Dimension::Kind),
        "channel" => Cut::By(Dimension::Channel),
        "level" => Cut::By(Dimension::Level),
        "outcome" => Cut::By(Dimension::Outcome),
        "repeat" => Cut::By(Dimension::Repeat),
        "duty" => Cut::By(Dimension::Duty),
        "category" | "category_1" => Cut::Category(1),
        "category_2" => Cut::Category(2),
        "category_3" => Cut::Category(3),
        "day" => Cut::Day,
        "week" => Cut::Week,
        "month" => Cut::Month,
        other => {
            return Err(Refusal::invalid(
                "kpi.cut",
                format!("没有分组 {other}；可用：whole、unit、county、town、line、kind、channel、level、category、day 等"),
                format!("there is no cut `{other}`; see the description of `cut` for the list"),
            )
            .at("cut"));
        }
    })
}
