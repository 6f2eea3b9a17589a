//! A checked place on the ground.

use std::fmt;

use geo::{Distance, Haversine};
use serde::{Deserialize, Serialize};

use super::datum::Datum;
use crate::refusal::Refusal;

/// Longitude and latitude in degrees, WGS-84, finite and within ±180 and ±90.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Raw")]
pub struct Point {
    lon: f64,
    lat: f64,
}

#[derive(Deserialize)]
struct Raw {
    lon: f64,
    lat: f64,
}

/// Numbers that are no place on the ground.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PointFault {
    #[error("longitude {lon} and latitude {lat} must both be finite numbers")]
    NotFinite { lon: f64, lat: f64 },
    #[error("longitude {lon} and latitude {lat} seem to have changed places; give the longitude first")]
    Exchanged { lon: f64, lat: f64 },
    #[error("longitude {lon}, latitude {lat} lies outside ±180 and ±90 degrees; check both")]
    OutOfRange { lon: f64, lat: f64 },
}

impl PointFault {
    /// Stable and greppable.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFinite { .. } => "point.not_finite",
            Self::Exchanged { .. } => "point.exchanged",
            Self::OutOfRange { .. } => "point.out_of_range",
        }
    }

    /// What is wrong and what to do, in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::NotFinite { lon, lat } => format!("经度 {lon}、纬度 {lat} 必须是有限的数"),
            Self::Exchanged { lon, lat } => {
                format!("经度 {lon} 与纬度 {lat} 似乎写反了：请先写经度，后写纬度")
            }
            Self::OutOfRange { lon, lat } => {
                format!("经度 {lon}、纬度 {lat} 超出 ±180、±90 度的范围，请核对")
            }
        }
    }
}

impl From<PointFault> for Refusal {
    fn from(fault: PointFault) -> Self {
        Self::invalid(fault.code(), fault.zh(), fault.to_string())
    }
}

impl Point {
    /// A place given in WGS-84 degrees.
    ///
    /// # Errors
    /// [`PointFault`], saying so where longitude and latitude have evidently changed places.
    pub fn new(lon: f64, lat: f64) -> Result<Self, PointFault> {
        if !(lon.is_finite() && lat.is_finite()) {
            return Err(PointFault::NotFinite { lon, lat });
        }
        if lon.abs() <= 180.0 && lat.abs() <= 90.0 {
            return Ok(Self { lon, lat });
        }
        if lon.abs() <= 90.0 && lat.abs() <= 180.0 {
            return Err(PointFault::Exchanged { lon, lat });
        }
        Err(PointFault::OutOfRange { lon, lat })
    }

    /// A place given in degrees of `datum`, converted to WGS-84.
    ///
    /// # Errors
    /// As [`Point::new`].
    pub fn from_datum(lon: f64, lat: f64, datum: Datum) -> Result<Self, PointFault> {
        let given = Self::new(lon, lat)?;
        let (lon, lat) = datum.unshift((given.lon, given.lat));
        Self::new(lon, lat)
    }

    /// Longitude and latitude in `datum`, for a map or a partner that wants them so.
    #[must_use]
    pub fn to_datum(self, datum: Datum) -> (f64, f64) {
        datum.shift((self.lon, self.lat))
    }

    #[must_use]
    pub const fn lon(self) -> f64 {
        self.lon
    }

    #[must_use]
    pub const fn lat(self) -> f64 {
        self.lat
    }

    /// Metres over the sphere of the Earth's mean radius; within 0.5 % of the ellipsoid.
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        Haversine.distance(geo::Point::new(self.lon, self.lat), geo::Point::new(other.lon, other.lat))
    }
}

impl TryFrom<Raw> for Point {
    type Error = PointFault;

    fn try_from(raw: Raw) -> Result<Self, PointFault> {
        Self::new(raw.lon, raw.lat)
    }
}

impl fmt::Debug for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Point({}, {})", self.lon, self.lat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_places_on_the_ground_pass() {
        assert!(Point::new(120.8646, 32.0162).is_ok());
        assert!(Point::new(-180.0, 90.0).is_ok());
        assert!(matches!(Point::new(f64::NAN, 0.0), Err(PointFault::NotFinite { .. })));
        assert!(matches!(Point::new(0.0, f64::INFINITY), Err(PointFault::NotFinite { .. })));
        assert!(matches!(Point::new(32.0162, 120.8646), Err(PointFault::Exchanged { .. })));
        assert!(matches!(Point::new(200.0, 95.0), Err(PointFault::OutOfRange { .. })));
        let json = serde_json::from_str::<Point>(r#"{"lon":32.0,"lat":120.8}"#);
        assert!(json.unwrap_err().to_string().contains("changed places"));
    }

    #[test]
    fn every_datum_comes_back_within_a_ten_millionth_of_a_degree() {
        for datum in [Datum::Wgs84, Datum::Cgcs2000, Datum::Gcj02, Datum::Bd09] {
            for step in 0..400 {
                let (lon, lat) = (73.0 + f64::from(step % 20) * 3.1, 18.0 + f64::from(step / 20) * 1.8);
                let place = Point::new(lon, lat).unwrap();
                let (shifted_lon, shifted_lat) = place.to_datum(datum);
                let back = Point::from_datum(shifted_lon, shifted_lat, datum).unwrap();
                assert!(
                    (back.lon - lon).abs() < 1e-7 && (back.lat - lat).abs() < 1e-7,
                    "{datum:?} {place:?}"
                );
            }
        }
        let paris = Point::new(2.35, 48.85).unwrap();
        assert_eq!(paris.to_datum(Datum::Gcj02), (2.35, 48.85));
    }

    #[test]
    fn distances_are_metres() {
        let (a, b) = (Point::new(120.0, 32.0).unwrap(), Point::new(120.0, 33.0).unwrap());
        assert!((a.distance_m(b) - 111_195.0).abs() < 1.0);
    }
}
