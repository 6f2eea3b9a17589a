//! The appeals of the storm, from hourly counts to single calls.

use serde::Deserialize;
use yipan_base::directory::{Area, AreaLevel, Directory};
use yipan_base::id::{AreaId, splitmix};
use yipan_base::time::{HOUR, MINUTE, Timestamp};
use yipan_casework::case::Channel;
use yipan_platform::{Appellant, NewAppeal, NewPlace};

use crate::fault::{PlayFault, ScenarioFault};
use crate::matter::{Answer, Matter};
use crate::scenario::Storm;
use crate::shares::Shares;

pub(crate) const FILE: &str = "intake.csv";

/// A row of `intake.csv`: how many appeals came from a county in an hour.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hour {
    pub hour: Timestamp,
    pub county: AreaId,
    /// Answered by the call takers.
    pub direct: u32,
    /// Given to units.
    pub dispatched: u32,
}

impl Hour {
    pub const fn appeals(&self) -> u32 {
        self.direct + self.dispatched
    }
}

/// One appeal to come.
#[derive(Debug, Clone)]
pub(crate) struct Appeal {
    pub at: Timestamp,
    pub county: AreaId,
    pub answer: Answer,
    /// Its place among the appeals of the same answer, in the order of the table.
    pub nth: u32,
    /// The row of `matters.csv`.
    pub matter: usize,
    pub channel: Channel,
}

/// Hours must lie within the storm and begin on the hour.
pub(crate) fn check(hours: &[Hour], from: Timestamp, to: Timestamp) -> Result<(), ScenarioFault> {
    let wrong = hours.iter().find(|h| h.hour < from || h.hour >= to || h.hour.time_of_day() % HOUR != 0);
    wrong.map_or(Ok(()), |h| {
        Err(ScenarioFault::of(FILE, format!("{} is not an hour between {from} and {to}", h.hour)))
    })
}

/// All appeals, in the order of the table.
pub(crate) fn appeals(storm: &Storm) -> Vec<Appeal> {
    let mut dealt = [Dealer::new(storm, Answer::Direct), Dealer::new(storm, Answer::Dispatched)];
    let mut channels = Shares::new(storm.channels.iter().map(|(_, weight)| *weight));
    let mut appeals = Vec::new();
    for hour in &storm.hours {
        for (dealer, count) in dealt.iter_mut().zip([hour.direct, hour.dispatched]) {
            for _ in 0..count {
                let chance = splitmix(storm.seed ^ splitmix(appeals.len() as u64));
                let minute = (chance % storm.arrival_minutes) as i64;
                appeals.push(Appeal {
                    at: hour.hour.plus(minute * MINUTE),
                    county: hour.county.clone(),
                    answer: dealer.answer,
                    nth: dealer.count,
                    matter: dealer.rows[dealer.shares.next()],
                    channel: storm.channels[channels.next()].0,
                });
                dealer.count += 1;
            }
        }
    }
    appeals
}

/// Deals the matters of one answer out by their shares.
struct Dealer {
    answer: Answer,
    rows: Vec<usize>,
    shares: Shares,
    count: u32,
}

impl Dealer {
    fn new(storm: &Storm, answer: Answer) -> Self {
        let rows = storm.matters.iter().enumerate().filter(|(_, matter)| matter.answer == answer);
        let rows: Vec<usize> = rows.map(|(at, _)| at).collect();
        let shares = Shares::new(rows.iter().map(|at| storm.matters[*at].weight));
        Self { answer, rows, shares, count: 0 }
    }
}

const SURNAMES: [&str; 16] =
    ["陈", "王", "张", "李", "徐", "吴", "周", "朱", "陆", "顾", "沈", "黄", "施", "曹", "季", "葛"];
const TITLES: [&str; 2] = ["先生", "女士"];

/// What the caller says, in the words of the matter, from a village of the county.
pub(crate) fn words(
    appeal: &Appeal,
    matter: &Matter,
    key: u32,
    seed: u64,
    directory: &Directory,
) -> Result<NewAppeal, PlayFault> {
    let chance = splitmix(seed.rotate_left(17) ^ splitmix(u64::from(key)));
    let county = directory
        .area(&appeal.county)
        .ok_or_else(|| PlayFault::City(format!("it has no county `{}`", appeal.county)))?;
    let town = pick(chance, below(directory, county, AreaLevel::Town))
        .ok_or_else(|| PlayFault::City(format!("{} has no towns", county.name)))?;
    let village = pick(chance >> 20, below(directory, town, AreaLevel::Grid));
    let place = format!("{}{}{}", county.name, town.name, village.map_or("", |v| v.name.as_str()));
    let surname = SURNAMES[(chance >> 40) as usize % SURNAMES.len()];
    let title = TITLES[(chance >> 50) as usize % TITLES.len()];
    Ok(NewAppeal {
        channel: appeal.channel,
        title: Some(matter.title.clone()),
        text: matter.text.replace("{place}", &place),
        kind: matter.kind,
        category: matter.category.clone(),
        level: Some(matter.level),
        place: NewPlace { area: Some(village.unwrap_or(town).id.clone()), ..NewPlace::default() },
        person: Some(Appellant {
            name: Some(format!("{surname}{title}")),
            phone: Some(format!("138{key:08}")),
            ..Appellant::default()
        }),
        anonymous: false,
        received_at: None,
        secret: None,
        accused_units: Default::default(),
        accused_staff: Default::default(),
        outer: None,
        centre: None,
        historical: false,
        source: None,
    })
}

fn below<'a>(directory: &'a Directory, area: &Area, level: AreaLevel) -> Vec<&'a Area> {
    directory.areas().filter(|a| a.level == level && a.parent.as_ref() == Some(&area.id)).collect()
}

fn pick(chance: u64, areas: Vec<&Area>) -> Option<&Area> {
    areas.get(chance as usize % areas.len().max(1)).copied()
}
