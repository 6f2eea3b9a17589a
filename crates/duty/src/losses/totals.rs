//! Totals (汇总): the city's figures, its counties', their towns'; each opens down to its reports.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yipan_base::directory::Directory;
use yipan_base::id::{AreaId, UnitId};
use yipan_base::time::Timestamp;

use super::event::Jump;
use super::form::{Figures, add};
use super::state::{Asked, Logged, Losses, Report};
use crate::line::centre_above;

/// Which figures are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesBasis))]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// What towns reported and nobody returned.
    Reported,
    /// What counties signed.
    Signed,
}

/// The figures of an area, and how much of it they speak for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesTally))]
pub struct Tally {
    pub reported: Figures,
    pub signed: Figures,
    /// Units that were asked …
    pub asked: u32,
    /// … of these: with a report that counts …
    pub heard: u32,
    /// … with one for the round that runs …
    pub current: u32,
    /// … with a report that is signed.
    pub covered: u32,
    /// Those with no report that counts.
    pub missing: Vec<UnitId>,
}

impl Tally {
    fn take(&mut self, part: &Self) {
        add(&mut self.reported, &part.reported);
        add(&mut self.signed, &part.signed);
        self.asked += part.asked;
        self.heard += part.heard;
        self.current += part.current;
        self.covered += part.covered;
        self.missing.extend(part.missing.iter().cloned());
    }
}

/// The whole collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesTotals))]
pub struct Totals {
    pub area: AreaId,
    pub name: String,
    pub tally: Tally,
    pub counties: Vec<CountyTotal>,
}

/// A county: the area of the centre that stands above the towns and signs for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesCountyTotal))]
pub struct CountyTotal {
    pub area: AreaId,
    pub name: String,
    pub signed_at: Option<Timestamp>,
    pub tally: Tally,
    pub towns: Vec<TownTotal>,
}

/// A town, with the reports behind its figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesTownTotal))]
pub struct TownTotal {
    pub area: AreaId,
    pub name: String,
    pub unit: UnitId,
    /// The report that counts.
    pub report: Option<Logged>,
    pub as_of: Option<Timestamp>,
    /// The report that the county's signature covers.
    pub signed_report: Option<u64>,
    pub tally: Tally,
}

/// Sums a collection up, area by area, in the order of their ids.
#[must_use]
pub fn totals(losses: &Losses, directory: &Directory) -> Totals {
    let mut counties: BTreeMap<AreaId, CountyTotal> = BTreeMap::new();
    for (unit, asked) in &losses.units {
        let county = centre_above(directory, unit).map_or(&losses.area, |centre| &centre.area);
        let county = counties.entry(county.clone()).or_insert_with(|| CountyTotal {
            area: county.clone(),
            name: name_of(directory, county),
            signed_at: losses.signatures.get(county).map(|signature| signature.at),
            tally: Tally::default(),
            towns: Vec::new(),
        });
        let town = town(losses, unit, asked, directory);
        county.tally.take(&town.tally);
        county.towns.push(town);
    }
    let mut tally = Tally::default();
    for county in counties.values_mut() {
        county.towns.sort_by(|a, b| a.area.cmp(&b.area));
        tally.take(&county.tally);
    }
    Totals {
        area: losses.area.clone(),
        name: name_of(directory, &losses.area),
        tally,
        counties: counties.into_values().collect(),
    }
}

fn name_of(directory: &Directory, area: &AreaId) -> String {
    directory.area(area).map_or_else(|| area.to_string(), |area| area.name.clone())
}

fn town(losses: &Losses, unit: &UnitId, asked: &Asked, directory: &Directory) -> TownTotal {
    let area = directory.unit(unit).map_or_else(|| AreaId::new(unit.as_str()), |unit| unit.area.clone());
    let signed = losses.signatures.values().find_map(|signature| signature.reports.get(unit));
    let report = asked.counted();
    let tally = Tally {
        reported: report.map(|report| report.figures.clone()).unwrap_or_default(),
        signed: signed.map(|signed| signed.figures.clone()).unwrap_or_default(),
        asked: 1,
        heard: u32::from(report.is_some()),
        current: u32::from(asked.answered(losses.round)),
        covered: u32::from(signed.is_some()),
        missing: if report.is_some() { Vec::new() } else { vec![unit.clone()] },
    };
    TownTotal {
        name: name_of(directory, &area),
        area,
        unit: unit.clone(),
        report: report.map(|r| Logged { seq: r.seq, at: r.at, kind: r.kind, status: r.status }),
        as_of: report.map(|report| report.as_of),
        signed_report: signed.map(|signed| signed.seq),
        tally,
    }
}

/// A leap that somebody must explain, or put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesUnexplainedJump))]
pub struct UnexplainedJump {
    pub unit: UnitId,
    pub report: u64,
    #[serde(flatten)]
    pub jump: Jump,
}

/// The unexplained leaps of the reports that count.
#[must_use]
pub fn jumps(losses: &Losses) -> Vec<UnexplainedJump> {
    let counted = losses.units.iter().filter_map(|(unit, asked)| Some((unit, asked.counted()?)));
    counted
        .flat_map(|(unit, report)| {
            report.jumps.iter().map(|jump| UnexplainedJump {
                unit: unit.clone(),
                report: report.seq,
                jump: jump.clone(),
            })
        })
        .collect()
}

/// What one unit has sent: a line for each report, the last two in full. The others' figures are in
/// their events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = LossesHistory))]
pub struct History {
    pub unit: UnitId,
    /// The oldest first.
    pub log: Vec<Logged>,
    pub last: Option<Report>,
    /// The one before, which counts if the last was returned.
    pub before: Option<Report>,
}

/// The history of a unit that was asked.
#[must_use]
pub fn history(losses: &Losses, unit: &UnitId) -> Option<History> {
    let asked = losses.units.get(unit)?;
    Some(History {
        unit: unit.clone(),
        log: asked.log.clone(),
        last: asked.last.clone(),
        before: asked.before.clone(),
    })
}
