//! Where it is: given area and coordinates are checked, otherwise the words are searched.

use yipan_base::directory::{AreaLayer, AreaLevel};
use yipan_base::geo::{Datum, Located, Point};
use yipan_base::id::{AreaId, CaseId, NarrativeId};
use yipan_base::refusal::Refusal;
use yipan_casework::case::{NarrativeKind, Place};
use yipan_text::places::Placement;

use super::NewAppeal;
use crate::city::City;
use crate::house::House;
use crate::vault::NewNarrative;

impl House {
    /// The place: given area and coordinates are checked, otherwise the words are searched.
    pub(super) fn seal_place(
        &self,
        city: &City,
        new: &NewAppeal,
        case: &CaseId,
    ) -> Result<(Place, Vec<NewNarrative>), Refusal> {
        let given = &new.place;
        let area = given.area.as_ref().map(|area| division(city, area));
        let mut place = Place { area, ..Place::default() };
        let mut narratives = Vec::new();
        if let (Some(lon), Some(lat)) = (given.longitude, given.latitude) {
            let point = Point::from_datum(lon, lat, given.datum.unwrap_or(Datum::Wgs84))
                .map_err(|fault| Refusal::from(fault).at("/place/longitude"))?;
            place.point = Some([point.lon(), point.lat()]);
            match city.locate(point) {
                Located::Inside { area, neighbour, .. } => {
                    place.boundary_m = neighbour.map(|n| n.distance_m);
                    if let Some(named) = &place.area
                        && !city.directory.within(named, &area)
                        && !city.directory.within(&area, named)
                        && has_region(city, named)
                    {
                        return Err(Refusal::rule(
                            "place.disagrees",
                            format!("坐标位于 {area}，与所填区划 {named} 不符"),
                            format!(
                                "the coordinates lie in {area}, which is not in the area named ({named})"
                            ),
                        )
                        .at("/place/area"));
                    }
                    place.area.get_or_insert(area);
                }
                Located::Outside { nearest } if !city.boundaries.is_empty() => {
                    let metres = nearest.map_or(0.0, |n| n.distance_m);
                    return Err(Refusal::rule(
                        "place.outside",
                        format!("坐标（{lon}, {lat}）在本市以外，距边界约 {metres:.0} 米；请核对经纬度和坐标系"),
                        format!(
                            "the coordinates ({lon}, {lat}) lie outside the city, about {metres:.0} m from its boundary; check order and datum"
                        ),
                    )
                    .at("/place/longitude"));
                }
                Located::Outside { .. } => {}
            }
        } else if given.longitude.is_some() || given.latitude.is_some() {
            return Err(Refusal::invalid(
                "place.half",
                "经度和纬度须同时填写",
                "longitude and latitude go together",
            )
            .at("/place"));
        }
        if let Some(address) = given.address.as_deref().filter(|a| !a.trim().is_empty()) {
            let id = NarrativeId::new(self.id());
            place.address = Some(id.clone());
            let sealed = NewNarrative::seal(self.keys(), id, case, NarrativeKind::Address, address);
            narratives.push(sealed.map_err(|refusal| refusal.at("/place/address"))?);
        }
        if place.area.is_none()
            && let Some(gazetteer) = &city.gazetteer
        {
            let words = [given.address.as_deref(), new.title.as_deref(), Some(new.text.as_str())];
            place.area = match gazetteer.recognise_first(words.into_iter().flatten()) {
                Placement::Found { area, .. } => Some(area),
                _ => None,
            };
        }
        Ok((place, narratives))
    }
}

/// A governance area (板块) that is one division under another name is counted as that division.
fn division(city: &City, area: &AreaId) -> AreaId {
    match city.directory.area(area) {
        Some(found) if found.layer == AreaLayer::Governance && found.holds.len() == 1 => {
            found.holds[0].clone()
        }
        _ => area.clone(),
    }
}

/// Only areas under a county with a polygon can disagree with coordinates.
fn has_region(city: &City, area: &AreaId) -> bool {
    let county = city.directory.ancestor_at(area, AreaLevel::County);
    county.is_some_and(|c| city.boundaries.iter().any(|b| b.area == c.id))
}
