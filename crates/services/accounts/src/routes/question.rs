//! The question to the accounts, as an address asks it.

use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
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
    /// The first day of the period, or its first instant: RFC 3339, or `2021-05-01T08:00` in Shanghai.
    #[param(value_type = String, example = "2021-05-01")]
    pub from: Timestamp,
    /// The day after the last one, or the instant at which the period is over.
    #[param(value_type = String, example = "2021-05-06")]
    pub to: Timestamp,
    /// What fell due or happened later does not count. Now if absent, and never later than now.
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
        if let Some(as_of) = self.as_of.filter(|as_of| *as_of > now) {
            return Err(Refusal::invalid(
                "query.as_of",
                format!("统计时点 {as_of} 晚于当前业务时间 {now}，请改为当前时间或更早，或不填"),
                format!("as_of {as_of} is later than now, {now}: ask as of now or earlier, or leave it out"),
            )
            .at("as_of"));
        }
        let named = self.ids.as_deref().map(list);
        let all = named.is_none();
        let mut query = Query {
            ids: named.unwrap_or_default(),
            tier: self.tier.unwrap_or(Tier::City),
            period: Period { from: self.from, to: self.to },
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(question: serde_json::Value) -> Result<Query, Refusal> {
        let now = "2021-05-10T12:00".parse().unwrap();
        serde_json::from_value::<Question>(question).unwrap().query(now)
    }

    #[test]
    fn a_period_is_of_days_or_from_instant_to_instant() {
        let period = |from: &str, to: &str| asked(json!({ "from": from, "to": to })).unwrap().period;
        let days = period("2021-05-01", "2021-05-02");
        assert_eq!(days, Period::days("2021-05-01".parse().unwrap(), "2021-05-01".parse().unwrap()));
        let hour = period("2021-05-01T08:00", "2021-05-01T09:00");
        assert_eq!(hour, period("2021-05-01T00:00:00Z", "2021-05-01T09:00:00+08:00"));
        assert_eq!(hour.to.since(hour.from), yipan_base::time::HOUR);
    }

    #[test]
    fn what_is_not_due_yet_cannot_be_asked_as_if_it_were() {
        let as_of = |at: &str| asked(json!({ "from": "2021-05-01", "to": "2021-06-01", "as_of": at }));
        for past in ["2021-05-01", "2021-05-10T12:00:00+08:00"] {
            assert_eq!(as_of(past).unwrap().as_of, past.parse().unwrap());
        }
        let refusal = as_of("2021-05-10T12:00:01+08:00").unwrap_err();
        assert_eq!((refusal.code.as_str(), refusal.pointer.as_deref()), ("query.as_of", Some("as_of")));
    }
}
