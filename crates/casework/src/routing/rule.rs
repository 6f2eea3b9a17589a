//! One routing rule: when it fits, and to whom it gives.

use serde::{Deserialize, Serialize};
use yipan_base::directory::{AreaLevel, Directory};
use yipan_base::geo::{Point, PointFault, Region, RegionFault, Ring};
use yipan_base::id::{AreaId, CategoryId, RuleId, UnitId};
use yipan_base::time::Date;

use super::matter::{Ground, Matter};
use super::suggestion::Miss;
use crate::case::{Channel, Kind, Level};
use crate::policy::category_within;

/// A routing rule (派单规则): versioned data, written by the city.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RoutingRule {
    pub id: RuleId,
    pub version: i64,
    pub name: String,
    #[serde(default)]
    pub when: When,
    pub give: Give,
    /// Higher goes first; equal ones go in the order in which they are written.
    #[serde(default)]
    pub priority: i64,
    /// It holds from this day on …
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = Date))]
    pub valid_from: Option<Date>,
    /// … and until the day before this one.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = Date))]
    pub valid_to: Option<Date>,
}

/// What a rule asks of a matter; an empty list asks nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// Each also stands for everything below it.
    pub categories: Vec<CategoryId>,
    /// Divisions or governance areas (板块); each also stands for everything below it.
    pub areas: Vec<AreaId>,
    #[cfg_attr(feature = "schema", schema(value_type = Option<Vec<Vec<[f64; 2]>>>))]
    pub polygon: Option<Polygon>,
    pub channels: Vec<Channel>,
    pub kinds: Vec<Kind>,
    pub levels: Vec<Level>,
    /// Any of them, in either case of letters.
    pub keywords: Vec<String>,
}

/// To whom a rule gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Give {
    pub main: Target,
    #[serde(default)]
    pub assistants: Vec<Target>,
    #[serde(default)]
    pub copies: Vec<Target>,
}

/// A unit, by name or by its place on the two axes of area and line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "target", rename_all = "snake_case", deny_unknown_fields)]
pub enum Target {
    /// This one, wherever the matter lies.
    Unit { unit: UnitId },
    /// The department of a line around the matter's place, at town level the line's team there;
    /// without a line, that of the matter's category.
    Department {
        level: AreaLevel,
        #[serde(default)]
        line: Option<String>,
    },
    /// The government (属地) around the matter's place.
    Government { level: AreaLevel },
    /// The town's team of a peer group, such as `town_enforcement`.
    Team { group: String },
}

impl RoutingRule {
    /// Why the rule does not fit; `None` where it does. `text` is in lower case.
    pub(super) fn miss(
        &self,
        matter: &Matter<'_>,
        text: Option<&str>,
        ground: Ground<'_>,
        directory: &Directory,
    ) -> Option<Miss> {
        let day = matter.at.date();
        if self.valid_from.is_some_and(|from| day < from) || self.valid_to.is_some_and(|to| day >= to) {
            return Some(Miss::OutOfDate);
        }
        self.when.miss(matter, text, ground, directory)
    }
}

impl When {
    fn miss(
        &self,
        matter: &Matter<'_>,
        text: Option<&str>,
        ground: Ground<'_>,
        directory: &Directory,
    ) -> Option<Miss> {
        let asks = |empty: bool, met: bool| !empty && !met;
        if asks(self.kinds.is_empty(), self.kinds.contains(&matter.kind)) {
            return Some(Miss::Kind);
        }
        if asks(self.levels.is_empty(), self.levels.contains(&matter.level)) {
            return Some(Miss::Level);
        }
        if asks(self.channels.is_empty(), self.channels.contains(&matter.channel)) {
            return Some(Miss::Channel);
        }
        let category = matter.category.as_str();
        if asks(
            self.categories.is_empty(),
            self.categories.iter().any(|c| category_within(category, c.as_str())),
        ) {
            return Some(Miss::Category);
        }
        if !self.areas.is_empty() {
            let Some(place) = ground.area() else { return Some(Miss::Unlocated) };
            let lies_in = |area| {
                directory.within(&place.id, area)
                    || directory.governance_of(&place.id).any(|board| board.id == *area)
            };
            if !self.areas.iter().any(lies_in) {
                return Some(Miss::Area);
            }
        }
        if let Some(polygon) = &self.polygon {
            match matter.point {
                None => return Some(Miss::NoPoint),
                Some(point) if !polygon.contains(point) => return Some(Miss::Polygon),
                Some(_) => {}
            }
        }
        let says = |word: &String| text.is_some_and(|text| text.contains(&word.to_lowercase()));
        asks(self.keywords.is_empty(), self.keywords.iter().any(says)).then_some(Miss::Keyword)
    }
}

/// A polygon (多边形) in WGS-84, as GeoJSON writes one: an outer ring, then its holes; positions
/// with the longitude first.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Vec<Vec<[f64; 2]>>", into = "Vec<Vec<[f64; 2]>>")]
pub struct Polygon {
    rings: Vec<Vec<[f64; 2]>>,
    region: Region,
}

/// Rings that enclose nothing. Rings and positions count from 0.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PolygonFault {
    #[error("polygon, ring {ring}, position {position}: {fault}")]
    Position { ring: usize, position: usize, fault: PointFault },
    #[error("{0}")]
    Rings(RegionFault),
}

impl Polygon {
    #[must_use]
    pub fn contains(&self, point: Point) -> bool {
        self.region.contains(point)
    }
}

impl PartialEq for Polygon {
    fn eq(&self, other: &Self) -> bool {
        self.rings == other.rings
    }
}

impl From<Polygon> for Vec<Vec<[f64; 2]>> {
    fn from(polygon: Polygon) -> Self {
        polygon.rings
    }
}

impl TryFrom<Vec<Vec<[f64; 2]>>> for Polygon {
    type Error = PolygonFault;

    fn try_from(rings: Vec<Vec<[f64; 2]>>) -> Result<Self, PolygonFault> {
        let mut places = Vec::with_capacity(rings.len());
        for (ring, positions) in rings.iter().enumerate() {
            let points = positions.iter().enumerate().map(|(position, &[lon, lat])| {
                Point::new(lon, lat).map_err(|fault| PolygonFault::Position { ring, position, fault })
            });
            places.push(points.collect::<Result<Ring, _>>()?);
        }
        // A region bears the name of an area; this one is nobody's.
        let region =
            Region::from_rings(AreaId::new("polygon of a rule"), &[places]).map_err(PolygonFault::Rings)?;
        Ok(Self { rings, region })
    }
}
