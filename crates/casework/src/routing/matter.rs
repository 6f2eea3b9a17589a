//! What is to be given to someone: a case as the rules see it.

use std::collections::BTreeSet;

use yipan_base::directory::{Area, AreaLayer, AreaLevel, Directory};
use yipan_base::geo::{Located, Point, Regions};
use yipan_base::id::{AreaId, CategoryId, UnitId};
use yipan_base::time::Timestamp;

use crate::case::{Case, Channel, Kind, Level};

/// What the rules look at (派单要素). It is not serialisable on purpose: its text is looked at in
/// passing and never kept.
#[derive(Debug, Clone)]
pub struct Matter<'a> {
    /// When it came in: rules out of their dates and later precedents do not count.
    pub at: Timestamp,
    pub kind: Kind,
    pub category: CategoryId,
    pub level: Level,
    pub channel: Channel,
    /// The deepest area recognised.
    pub area: Option<AreaId>,
    /// Other areas that it also touches or may have meant, such as both ends of a road.
    pub also: Vec<AreaId>,
    pub point: Option<Point>,
    /// Metres from the point to the nearest other county, where known.
    pub boundary_m: Option<f64>,
    /// That county.
    pub neighbour: Option<AreaId>,
    /// The citizen's words in normalised form, for keywords.
    pub text: Option<&'a str>,
    /// Words that marked the text as dangerous (安全词).
    pub safety: BTreeSet<String>,
    pub secret: bool,
    pub accused_units: BTreeSet<UnitId>,
}

impl<'a> Matter<'a> {
    /// A matter without place, text or marks.
    #[must_use]
    pub fn new(at: Timestamp, kind: Kind, category: CategoryId, level: Level, channel: Channel) -> Self {
        Self {
            at,
            kind,
            category,
            level,
            channel,
            area: None,
            also: Vec::new(),
            point: None,
            boundary_m: None,
            neighbour: None,
            text: None,
            safety: BTreeSet::new(),
            secret: false,
            accused_units: BTreeSet::new(),
        }
    }

    /// A case as the rules see it. The text lies elsewhere, encrypted; give it if it may be read.
    #[must_use]
    pub fn of(case: &Case, text: Option<&'a str>) -> Self {
        Self {
            area: case.place.area.clone(),
            point: case.place.point.and_then(|[lon, lat]| Point::new(lon, lat).ok()),
            boundary_m: case.place.boundary_m,
            text,
            safety: case.safety.clone(),
            secret: case.secret,
            accused_units: case.accused_units.clone(),
            ..Self::new(
                case.intake.received_at,
                case.kind,
                case.category.clone(),
                case.level,
                case.intake.channel,
            )
        }
    }

    /// Measures the point against the polygons of the counties: how far it is to the nearest other
    /// county, and which; without an area, the county that holds the point becomes it.
    ///
    /// A county without a polygon leaves everything as it was: nothing can be measured there.
    #[must_use]
    pub fn located(mut self, counties: &Regions, directory: &Directory) -> Self {
        let Some(Located::Inside { area: holds, neighbour, .. }) = self.point.map(|p| counties.locate(p))
        else {
            return self;
        };
        let told = self.area.get_or_insert_with(|| holds.clone());
        let Some(county) = directory.ancestor_at(told, AreaLevel::County) else { return self };
        if county.id == holds {
            self.boundary_m = neighbour.as_ref().map(|n| n.distance_m);
            self.neighbour = neighbour.map(|n| n.area);
        } else if counties.iter().any(|region| *region.area() == county.id) {
            // The words say one county, the point another: as near a boundary as can be.
            self.boundary_m = Some(0.0);
            self.neighbour = Some(holds);
        }
        self
    }
}

/// Where a matter lies, as far as it can be told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Ground<'d> {
    /// No area, or none that the directory has.
    Unlocated,
    /// The deepest area that holds everything the matter touches.
    At(&'d Area),
    /// It touches several counties: the city's business.
    CrossCounty(&'d Area),
}

impl<'d> Ground<'d> {
    pub fn of(matter: &Matter<'_>, directory: &'d Directory) -> Self {
        let named = matter.area.iter().chain(&matter.also).filter_map(|id| directory.area(id));
        // A governance area is where the divisions are that it holds.
        let places: Vec<&Area> = named
            .flat_map(|area| match area.layer {
                AreaLayer::Division => vec![area],
                AreaLayer::Governance => area.holds.iter().filter_map(|id| directory.area(id)).collect(),
            })
            .collect();
        let Some((first, rest)) = places.split_first() else { return Self::Unlocated };
        let common = directory
            .ancestors(&first.id)
            .find(|a| rest.iter().all(|place| directory.within(&place.id, &a.id)));
        let counties: BTreeSet<_> = places
            .iter()
            .filter_map(|a| directory.ancestor_at(&a.id, AreaLevel::County))
            .map(|a| &a.id)
            .collect();
        match common {
            Some(area) if counties.len() > 1 => Self::CrossCounty(area),
            Some(area) => Self::At(area),
            None => Self::Unlocated,
        }
    }

    pub const fn area(self) -> Option<&'d Area> {
        match self {
            Self::Unlocated => None,
            Self::At(area) | Self::CrossCounty(area) => Some(area),
        }
    }
}
