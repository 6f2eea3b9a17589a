//! The kinds of request, and who makes them.

use clap::ValueEnum;
use serde_json::json;

use crate::client::Client;

/// What is asked of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// A call taker accepts an appeal.
    Create,
    /// A dispatcher gives a case to a unit.
    Dispatch,
    /// A dispatcher looks at the newest twenty.
    List,
    /// A town's unit looks at what is due next.
    TownList,
    /// A dispatcher opens a case.
    Detail,
    /// A supervisor opens the figures of a month.
    Figures,
}

impl Kind {
    pub const fn login(self) -> &'static str {
        match self {
            Self::Create => "city.calltaker1",
            Self::TownList => "rudong.urban_management.handler",
            _ => "city.dispatcher",
        }
    }

    /// Whether each request uses up a case.
    pub const fn takes_numbers(self) -> bool {
        matches!(self, Self::Dispatch | Self::Detail)
    }

    /// Makes one request.
    pub async fn ask(
        self,
        client: &mut Client,
        turn: u64,
        number: Option<&str>,
    ) -> anyhow::Result<Option<String>> {
        let number = number.unwrap_or_default();
        let answer = match self {
            Self::Create => client.post("/cases", appeal(turn)).await?,
            Self::Dispatch => client.post(&format!("/cases/{number}/commands"), dispatch(turn)).await?,
            Self::List => client.get("/cases?limit=20").await?,
            Self::TownList => client.get("/cases?limit=20&sort=due").await?,
            Self::Detail => client.get(&format!("/cases/{number}")).await?,
            Self::Figures => client.get(&figures()).await?,
        };
        Ok(answer["number"].as_str().map(str::to_owned))
    }
}

/// Places, matters and words by turns, so that no two neighbours are alike.
pub fn appeal(turn: u64) -> String {
    const COUNTIES: &[&str] = &["rudong", "haimen", "qidong", "tongzhou", "chongchuan", "haian", "rugao"];
    const MATTERS: &[&str] = &["environment.noise.site", "environment.noise", "housing.property.fees"];
    let pick = |of: &[&'static str]| of[turn as usize % of.len()];
    json!({
        "channel": "phone",
        "kind": "complaint",
        "category": pick(MATTERS),
        "title": format!("第{turn}件"),
        "text": format!("市民来电反映：小区附近夜间施工噪声较大，影响老人休息，希望有关部门尽快到现场处理并答复。第{turn}件。"),
        "place": { "area": pick(COUNTIES), "address": format!("人民路{}号", turn % 900 + 1) },
        "person": { "name": "市民", "phone": format!("139{:08}", turn % 100_000_000) },
    })
    .to_string()
}

fn dispatch(turn: u64) -> String {
    const UNITS: &[&str] = &[
        "rudong.urban_management",
        "haimen.urban_management",
        "qidong.urban_management",
        "tongzhou.urban_management",
    ];
    json!({ "command": "dispatch", "main": UNITS[turn as usize % UNITS.len()], "basis": { "basis": "judgement" } }).to_string()
}

pub fn answer() -> String {
    json!({ "command": "answer_directly", "text": "已向来电人说明政策和办理渠道。", "solved": "yes" })
        .to_string()
}

pub fn close() -> String {
    json!({ "command": "close", "outcome": "explained" }).to_string()
}

/// A year's main figures.
fn figures() -> String {
    "/kpis/figures?from=2026-01-01&to=2027-01-01".to_owned()
}

/// The main figures of the storm's days.
pub const STORM_FIGURES: &str = "/kpis/figures?from=2021-05-01&to=2021-05-06";
