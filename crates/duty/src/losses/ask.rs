//! Asks towns for their losses: whom, of which area, by when.

use std::collections::BTreeSet;

use yipan_base::directory::{AreaLayer, AreaLevel, Directory, Unit};
use yipan_base::id::{AreaId, UnitId};
use yipan_base::refusal::Refusal;
use yipan_base::time::MINUTE;

use super::command::Command;
use super::decide::{ASKERS, asker};
use super::event::Event;
use super::form::form;
use super::state::Losses;
use crate::dossier::{Desk, Kind, refused};
use crate::rules::reference;

/// A year: no collection has longer terms.
const LONGEST: i64 = 366 * 24 * 60;

pub(super) fn ask(command: &Command, desk: &Desk<'_>) -> Result<Vec<Event>, Refusal> {
    let Command::Ask { name, incident, area, units, first_minutes, cycle_minutes } = command else {
        return Err(refused::not_begun(Kind::Losses));
    };
    desk.needs(&ASKERS)?;
    let own = desk.centre_called(&desk.unit()?.id, "")?;
    if desk.directory.area(area).is_none() {
        return Err(Refusal::rule(
            "area.unknown",
            format!("没有区划 {area}"),
            format!("there is no area {area}"),
        )
        .at("/area"));
    }
    if !desk.directory.within(area, &own.area) {
        return Err(Refusal::forbidden(
            "losses.area",
            "只能在本级辖区内收集灾情",
            "losses are asked for within one's own area only",
        )
        .at("/area"));
    }
    let first = minutes(*first_minutes, desk.terms.losses_first_minutes, "/first_minutes")?;
    let cycle = minutes(*cycle_minutes, desk.terms.losses_cycle_minutes, "/cycle_minutes")?;
    let incident = incident.as_deref().map(|id| reference(id, "/incident")).transpose()?;
    let units = if units.is_empty() { towns(desk, area) } else { chosen(units, area, desk)? };
    if units.is_empty() {
        return Err(Refusal::rule(
            "losses.no_towns",
            "该区划内没有可以填报的镇街，请选择县区或全市",
            "no town in that area can report; choose a county or the city",
        )
        .at("/area"));
    }
    Ok(vec![Event::Asked {
        unit: own.id.clone(),
        area: area.clone(),
        name: name.as_deref().map(|name| desk.keep("name", name)).transpose()?,
        incident,
        units,
        first_minutes: first,
        cycle_minutes: cycle,
        due: desk.now.plus(first * MINUTE),
        form: form().version,
    }])
}

fn minutes(asked: Option<i64>, usual: i64, pointer: &str) -> Result<i64, Refusal> {
    let minutes = asked.unwrap_or(usual);
    if (1..=LONGEST).contains(&minutes) {
        return Ok(minutes);
    }
    Err(Refusal::invalid(
        "losses.term",
        format!("时限须为 1 至 {LONGEST} 分钟"),
        format!("a term is from 1 to {LONGEST} minutes"),
    )
    .at(pointer))
}

/// Who reports for a town: its centre, or its government where it has no centre.
fn reporter<'a>(directory: &'a Directory, town: &AreaId) -> Option<&'a Unit> {
    directory.centre(town).or_else(|| directory.government(town))
}

/// The reporters of all towns of an area.
fn towns(desk: &Desk<'_>, area: &AreaId) -> Vec<UnitId> {
    let today = desk.now.date();
    desk.directory
        .areas()
        .filter(|town| town.layer == AreaLayer::Division && town.level == AreaLevel::Town)
        .filter(|town| town.valid_to.is_none_or(|end| today < end))
        .filter(|town| desk.directory.within(&town.id, area))
        .filter_map(|town| Some(reporter(desk.directory, &town.id)?.id.clone()))
        .collect()
}

/// Units that were named: each the reporter of a town in the area, and none twice, so that no loss is
/// counted twice.
fn chosen(units: &[UnitId], area: &AreaId, desk: &Desk<'_>) -> Result<Vec<UnitId>, Refusal> {
    let mut seen = BTreeSet::new();
    for (at, id) in units.iter().enumerate() {
        let pointer = format!("/units/{at}");
        let unit = desk.unit_called(id, &pointer)?;
        let town = desk.directory.level_of(id) == Some(AreaLevel::Town);
        let reports = reporter(desk.directory, &unit.area).is_some_and(|reporter| reporter.id == *id);
        if !(town && reports && desk.directory.within(&unit.area, area)) {
            return Err(Refusal::rule(
                "losses.not_a_town",
                format!("“{}”不是该区划内镇街的指挥中心，不能作为填报单位", unit.name),
                format!("{id} is not the centre of a town in that area; only those report"),
            )
            .at(pointer));
        }
        if !seen.insert(id) {
            return Err(twice(unit).at(pointer));
        }
    }
    Ok(units.to_vec())
}

fn twice(unit: &Unit) -> Refusal {
    Refusal::rule(
        "losses.twice",
        format!("“{}”已在填报单位之中", unit.name),
        format!("{} is among the reporting units already", unit.id),
    )
}

pub(super) fn add_units(losses: &Losses, units: &[UnitId], desk: &Desk<'_>) -> Result<Event, Refusal> {
    asker(losses, desk)?;
    let units = chosen(units, &losses.area, desk)?;
    if units.is_empty() {
        return Err(
            Refusal::invalid("losses.no_units", "请选择要增加的单位", "name the units to add").at("/units")
        );
    }
    if let Some(at) = units.iter().position(|unit| losses.units.contains_key(unit)) {
        let pointer = format!("/units/{at}");
        return Err(twice(desk.unit_called(&units[at], &pointer)?).at(pointer));
    }
    Ok(Event::UnitsAdded { units, due: desk.now.plus(losses.first_minutes * MINUTE) })
}
