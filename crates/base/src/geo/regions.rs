//! Which area a place lies in.

use geojson::{FeatureCollection, GeometryValue, JsonObject, PolygonType};

use super::datum::Datum;
use super::point::Point;
use super::region::{Region, RegionFault, Ring};
use crate::id::AreaId;

/// The regions of one level, such as the counties of a city: few enough to ask each in turn,
/// since bounding boxes rule most of them out.
#[derive(Debug, Clone, Default)]
pub struct Regions(Vec<Region>);

/// Where a place lies.
#[derive(Debug, Clone, PartialEq)]
pub enum Located {
    Inside {
        area: AreaId,
        /// Metres to the area's own boundary, which may be a coast.
        boundary_m: f64,
        /// The nearest other area: who else might be meant when the boundary is near.
        neighbour: Option<Neighbour>,
    },
    /// Outside every region: the nearest one, if there is any.
    Outside { nearest: Option<Neighbour> },
}

/// An area that a place does not lie in, and how far it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour {
    pub area: AreaId,
    pub distance_m: f64,
}

/// GeoJSON that gives no regions. Features count from 0.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GeoJsonFault {
    #[error("not a GeoJSON FeatureCollection: {0}")]
    Form(String),
    #[error("feature {feature}: a region needs a Polygon or MultiPolygon, not {found}")]
    Geometry { feature: usize, found: &'static str },
    #[error("feature {feature}: {fault}")]
    Region { feature: usize, fault: RegionFault },
    #[error("feature {feature}: a position needs a longitude and a latitude")]
    Position { feature: usize },
}

impl Regions {
    #[must_use]
    pub fn new(regions: Vec<Region>) -> Self {
        Self(regions)
    }

    /// Reads the features of a collection for which `area_of` names an area by their
    /// properties; others, such as the outline of the whole city, are left out.
    ///
    /// # Errors
    /// [`GeoJsonFault`], naming the feature.
    pub fn from_geojson(
        text: &str,
        datum: Datum,
        area_of: impl Fn(&JsonObject) -> Option<AreaId>,
    ) -> Result<Self, GeoJsonFault> {
        let collection: FeatureCollection =
            text.parse().map_err(|e: geojson::Error| GeoJsonFault::Form(e.to_string()))?;
        let mut regions = Vec::new();
        for (feature, content) in collection.features.into_iter().enumerate() {
            let Some(area) = content.properties.as_ref().and_then(&area_of) else { continue };
            let polygons = match content.geometry.map(|g| g.value) {
                Some(GeometryValue::Polygon { coordinates }) => vec![coordinates],
                Some(GeometryValue::MultiPolygon { coordinates }) => coordinates,
                Some(other) => {
                    return Err(GeoJsonFault::Geometry { feature, found: other.type_name() });
                }
                None => return Err(GeoJsonFault::Geometry { feature, found: "nothing" }),
            };
            let polygons = rings(&area, feature, &polygons, datum)?;
            let region = Region::from_rings(area, &polygons);
            regions.push(region.map_err(|fault| GeoJsonFault::Region { feature, fault })?);
        }
        Ok(Self(regions))
    }

    pub fn iter(&self) -> impl Iterator<Item = &Region> {
        self.0.iter()
    }

    /// The region that holds `point`, the first where two claim their common boundary.
    #[must_use]
    pub fn locate(&self, point: Point) -> Located {
        let home = self.0.iter().position(|region| region.contains(point));
        let others = self.0.iter().enumerate().filter(|(at, _)| Some(*at) != home);
        let nearest = others
            .map(|(_, region)| {
                // Regions that overlap or touch here are no distance away.
                let distance_m = if region.contains(point) { 0.0 } else { region.boundary_m(point) };
                Neighbour { area: region.area().clone(), distance_m }
            })
            .min_by(|a, b| a.distance_m.total_cmp(&b.distance_m));
        match home.map(|at| &self.0[at]) {
            Some(region) => Located::Inside {
                area: region.area().clone(),
                boundary_m: region.boundary_m(point),
                neighbour: nearest,
            },
            None => Located::Outside { nearest },
        }
    }
}

/// Checks and converts every position of a feature's polygons.
fn rings(
    area: &AreaId,
    feature: usize,
    polygons: &[PolygonType],
    datum: Datum,
) -> Result<Vec<Vec<Ring>>, GeoJsonFault> {
    let mut all = Vec::with_capacity(polygons.len());
    for (polygon, lines) in polygons.iter().enumerate() {
        let mut rings = Vec::with_capacity(lines.len());
        for (ring, line) in lines.iter().enumerate() {
            let mut places = Ring::with_capacity(line.len());
            for (place, position) in line.iter().enumerate() {
                let [lon, lat, ..] = position.as_slice() else {
                    return Err(GeoJsonFault::Position { feature });
                };
                let point = Point::from_datum(*lon, *lat, datum).map_err(|fault| {
                    let fault = RegionFault::Place { area: area.clone(), polygon, ring, place, fault };
                    GeoJsonFault::Region { feature, fault }
                });
                places.push(point?);
            }
            rings.push(places);
        }
        all.push(rings);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two squares side by side, a gap of 0.1 degree between the second and the third.
    const THREE: &str = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"id":"west"},"geometry":{"type":"Polygon","coordinates":
            [[[120.0,32.0],[120.1,32.0],[120.1,32.1],[120.0,32.1],[120.0,32.0]]]}},
        {"type":"Feature","properties":{"id":"east"},"geometry":{"type":"MultiPolygon","coordinates":
            [[[[120.1,32.0],[120.2,32.0],[120.2,32.1],[120.1,32.1],[120.1,32.0]]]]}},
        {"type":"Feature","properties":{"id":"far"},"geometry":{"type":"Polygon","coordinates":
            [[[120.3,32.0],[120.4,32.0],[120.4,32.1],[120.3,32.1],[120.3,32.0]]]}},
        {"type":"Feature","properties":{"name":"a label"},"geometry":{"type":"Point","coordinates":[120,32]}}
    ]}"#;

    fn by_id(properties: &JsonObject) -> Option<AreaId> {
        properties.get("id")?.as_str().map(AreaId::new)
    }

    fn locate(lon: f64, lat: f64) -> Located {
        let regions = Regions::from_geojson(THREE, Datum::Wgs84, by_id).unwrap();
        assert_eq!(regions.iter().count(), 3);
        regions.locate(Point::new(lon, lat).unwrap())
    }

    #[test]
    fn a_place_has_an_area_a_boundary_and_a_neighbour() {
        let Located::Inside { area, boundary_m, neighbour } = locate(120.09, 32.05) else { panic!() };
        assert_eq!(area.as_str(), "west");
        assert!((boundary_m - 942.5).abs() < 2.0, "{boundary_m}");
        let neighbour = neighbour.unwrap();
        assert_eq!(neighbour.area.as_str(), "east");
        assert!((neighbour.distance_m - boundary_m).abs() < 1e-6);
    }

    #[test]
    fn a_common_boundary_belongs_to_the_first_and_names_the_other() {
        let Located::Inside { area, boundary_m, neighbour } = locate(120.1, 32.05) else { panic!() };
        assert_eq!((area.as_str(), boundary_m), ("west", 0.0));
        assert_eq!(neighbour, Some(Neighbour { area: "east".into(), distance_m: 0.0 }));
    }

    #[test]
    fn outside_names_the_nearest() {
        let Located::Outside { nearest: Some(nearest) } = locate(120.21, 32.05) else { panic!() };
        assert_eq!(nearest.area.as_str(), "east");
        assert!((nearest.distance_m - 942.5).abs() < 2.0);
        let nowhere = Regions::default().locate(Point::new(120.0, 32.0).unwrap());
        assert_eq!(nowhere, Located::Outside { nearest: None });
    }

    #[test]
    fn faults_name_the_feature() {
        let point = THREE.replace(r#""name":"a label""#, r#""id":"label""#);
        assert_eq!(
            Regions::from_geojson(&point, Datum::Wgs84, by_id).unwrap_err(),
            GeoJsonFault::Geometry { feature: 3, found: "Point" }
        );
        let exchanged = THREE.replace("[120.3,32.0]", "[32.0,120.3]");
        let fault = Regions::from_geojson(&exchanged, Datum::Wgs84, by_id).unwrap_err().to_string();
        assert!(fault.starts_with("feature 2: area `far`, polygon 0, ring 0, place 0:"), "{fault}");
        assert!(matches!(Regions::from_geojson("{}", Datum::Wgs84, by_id), Err(GeoJsonFault::Form(_))));
    }
}
