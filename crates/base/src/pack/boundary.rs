//! `boundaries.geojson`: the polygons of areas, in WGS-84.

use serde::{Deserialize, Serialize};

use super::folder::Folder;
use crate::directory::Directory;
use crate::id::AreaId;

const FILE: &str = "boundaries.geojson";

/// A closed line of positions, longitude first, in degrees of WGS-84.
pub type Ring = Vec<[f64; 2]>;

/// The boundary (边界) of an area. An area may have none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Boundary {
    pub area: AreaId,
    /// Where a map writes the area's name.
    pub label: Option<[f64; 2]>,
    /// Polygons of rings: the outer one, then its holes.
    pub polygons: Vec<Vec<Ring>>,
}

/// The part of GeoJSON (RFC 7946) that boundaries use.
#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    properties: Properties,
    geometry: Geometry,
}

#[derive(Deserialize)]
struct Properties {
    area: AreaId,
    label: Option<[f64; 2]>,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Ring>),
    MultiPolygon(Vec<Vec<Ring>>),
}

pub(super) fn read(folder: &mut Folder<'_, '_>, directory: &Directory) -> Vec<Boundary> {
    let Some(bytes) = folder.bytes(FILE) else { return Vec::new() };
    let collection: Collection = match serde_json::from_slice(&bytes) {
        Ok(collection) => collection,
        Err(error) => {
            let line = Some(error.line() as u64).filter(|line| *line > 0);
            let problem =
                format!("{error}; write a FeatureCollection of polygons whose properties name an `area`");
            folder.fault_in(FILE, line, problem);
            return Vec::new();
        }
    };
    let mut boundaries = Vec::new();
    for Feature { properties: Properties { area, label }, geometry } in collection.features {
        let polygons = match geometry {
            Geometry::Polygon(polygon) => vec![polygon],
            Geometry::MultiPolygon(polygons) => polygons,
        };
        if directory.area(&area).is_none() {
            folder.fault_in(
                FILE,
                None,
                format!("`{area}` is not an area of areas.csv; correct the property `area`"),
            );
        }
        // RFC 7946, 3.1.6: a ring is closed and has four positions or more.
        if polygons.iter().flatten().any(|ring| ring.len() < 4 || ring.first() != ring.last()) {
            folder.fault_in(FILE, None, format!("a ring of `{area}` is not closed; end it where it begins"));
        }
        boundaries.push(Boundary { area, label, polygons });
    }
    boundaries
}
