//! The ground of one area: polygons with holes.

use geo::{BoundingRect, Coord, Intersects, LineString, MultiPolygon, Polygon, Rect};

use super::point::{Point, PointFault};
use crate::id::AreaId;

/// Metres in one degree of latitude on the sphere of the Earth's mean radius.
const METRES_PER_DEGREE: f64 = 6_371_008.8 * std::f64::consts::PI / 180.0;

/// A closed line; the first place may be repeated at the end, or not.
pub type Ring = Vec<Point>;

/// The polygons (边界) of one area.
#[derive(Debug, Clone)]
pub struct Region {
    area: AreaId,
    shape: MultiPolygon,
    bounds: Rect,
}

/// Rings that enclose nothing.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RegionFault {
    #[error("area `{area}` has no polygon; give it at least one outer ring")]
    NoPolygon { area: AreaId },
    #[error(
        "area `{area}`, polygon {polygon}, ring {ring}: {places} places enclose nothing; give at least three"
    )]
    TooFew { area: AreaId, polygon: usize, ring: usize, places: usize },
    #[error("area `{area}`, polygon {polygon}, ring {ring}, place {place}: {fault}")]
    Place { area: AreaId, polygon: usize, ring: usize, place: usize, fault: PointFault },
}

impl Region {
    /// Polygons as GeoJSON orders them: for each an outer ring, then its holes. Numbers in
    /// faults count from 0.
    ///
    /// # Errors
    /// [`RegionFault`] where a polygon or ring encloses nothing.
    pub fn from_rings(area: AreaId, polygons: &[Vec<Ring>]) -> Result<Self, RegionFault> {
        let mut shape = Vec::with_capacity(polygons.len());
        for (polygon, rings) in polygons.iter().enumerate() {
            let mut lines = Vec::with_capacity(rings.len());
            for (number, ring) in rings.iter().enumerate() {
                let open = match ring.as_slice() {
                    [first, middle @ .., last] if !middle.is_empty() && first == last => ring.len() - 1,
                    _ => ring.len(),
                };
                if open < 3 {
                    return Err(RegionFault::TooFew { area, polygon, ring: number, places: open });
                }
                lines.push(LineString::from_iter(ring.iter().map(|p| Coord { x: p.lon(), y: p.lat() })));
            }
            if lines.is_empty() {
                return Err(RegionFault::NoPolygon { area });
            }
            let outer = lines.remove(0);
            shape.push(Polygon::new(outer, lines));
        }
        let shape = MultiPolygon::new(shape);
        match shape.bounding_rect() {
            Some(bounds) => Ok(Self { area, shape, bounds }),
            None => Err(RegionFault::NoPolygon { area }),
        }
    }

    #[must_use]
    pub fn area(&self) -> &AreaId {
        &self.area
    }

    /// Whether `point` lies inside or on the boundary.
    #[must_use]
    pub fn contains(&self, point: Point) -> bool {
        let at = Coord { x: point.lon(), y: point.lat() };
        self.bounds.intersects(&at) && self.shape.intersects(&at)
    }

    /// Metres from `point` to the nearest place of the boundary, holes included, whether the
    /// point lies inside or outside.
    ///
    /// Measured on a plane laid at `point`: within 0.1 % up to 20 km, coarser beyond.
    #[must_use]
    pub fn boundary_m(&self, point: Point) -> f64 {
        let east = METRES_PER_DEGREE * point.lat().to_radians().cos();
        let to_plane = |c: Coord| ((c.x - point.lon()) * east, (c.y - point.lat()) * METRES_PER_DEGREE);
        let rings = self.shape.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
        let nearest = rings
            .flat_map(LineString::lines)
            .map(|line| from_origin_squared(to_plane(line.start), to_plane(line.end)))
            .fold(f64::INFINITY, f64::min);
        nearest.sqrt()
    }
}

/// The square of the distance between the origin and the segment from `a` to `b`.
fn from_origin_squared(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { (-(a.0 * dx + a.1 * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    let (x, y) = (a.0 + along * dx, a.1 + along * dy);
    x * x + y * y
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(places: &[(f64, f64)]) -> Ring {
        places.iter().map(|&(lon, lat)| Point::new(lon, lat).unwrap()).collect()
    }

    fn square(west: f64, south: f64, side: f64) -> Ring {
        ring(&[(west, south), (west + side, south), (west + side, south + side), (west, south + side)])
    }

    #[test]
    fn holes_and_islands_count() {
        let lake_and_island =
            [vec![square(120.0, 32.0, 1.0), square(120.4, 32.4, 0.2)], vec![square(120.45, 32.45, 0.1)]];
        let region = Region::from_rings("a".into(), &lake_and_island).unwrap();
        let at = |lon, lat| Point::new(lon, lat).unwrap();
        assert!(region.contains(at(120.1, 32.1)));
        assert!(!region.contains(at(120.42, 32.42)), "in the lake");
        assert!(region.contains(at(120.5, 32.5)), "on the island");
        assert!(region.contains(at(120.0, 32.5)), "on the boundary");
        assert!(!region.contains(at(119.9, 32.5)));
        // 0.01 degree of latitude south of the lake's shore.
        assert!((region.boundary_m(at(120.5, 32.39)) - 1_112.0).abs() < 2.0);
        // Outside a corner the nearest place is the corner itself.
        let outside = at(119.9, 31.9);
        let corner = outside.distance_m(at(120.0, 32.0));
        assert!((region.boundary_m(outside) / corner - 1.0).abs() < 0.001);
    }

    #[test]
    fn rings_that_enclose_nothing_are_refused() {
        let area = AreaId::new("a");
        assert_eq!(
            Region::from_rings(area.clone(), &[]).unwrap_err(),
            RegionFault::NoPolygon { area: area.clone() }
        );
        let there_and_back = vec![ring(&[(120.0, 32.0), (120.1, 32.0), (120.0, 32.0)])];
        assert_eq!(
            Region::from_rings(area.clone(), &[there_and_back]).unwrap_err(),
            RegionFault::TooFew { area, polygon: 0, ring: 0, places: 2 }
        );
    }
}
