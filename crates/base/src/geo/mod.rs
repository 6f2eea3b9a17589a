//! Coordinates and their datums, polygons of areas, distance to a boundary.
//!
//! Inside the house every coordinate is WGS-84 (CGCS2000 is the same within centimetres). What
//! comes in names its [`Datum`] and is converted once, by [`Point::from_datum`].

mod datum;
mod point;
mod region;
mod regions;

pub use datum::Datum;
pub use point::{Point, PointFault};
pub use region::{Region, RegionFault, Ring};
pub use regions::{GeoJsonFault, Located, Neighbour, Regions};
