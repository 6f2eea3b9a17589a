//! Datums (坐标系) met in China, and the way between them and WGS-84.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

/// What a pair of longitude and latitude refers to.
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Datum {
    /// What satellite receivers give, and JT/T 808 devices send.
    Wgs84,
    /// 国家大地坐标系: equal to WGS-84 within centimetres.
    Cgcs2000,
    /// 火星坐标: shifted by 300 to 700 m; AMap and Tencent maps.
    Gcj02,
    /// Baidu maps: GCJ-02 shifted once more.
    Bd09,
}

/// Longitude and latitude in degrees.
pub(super) type Degrees = (f64, f64);

impl Datum {
    /// WGS-84 to this datum.
    pub(super) fn shift(self, wgs84: Degrees) -> Degrees {
        match self {
            Self::Wgs84 | Self::Cgcs2000 => wgs84,
            Self::Gcj02 => gcj02(wgs84),
            Self::Bd09 => bd09(gcj02(wgs84)),
        }
    }

    /// This datum to WGS-84, exact to about 1e-9 degrees (0.1 mm).
    ///
    /// The shifts have no closed inverse. They vary so slowly that taking the error off the
    /// guess converges, by more than one decimal a round.
    pub(super) fn unshift(self, given: Degrees) -> Degrees {
        if matches!(self, Self::Wgs84 | Self::Cgcs2000) {
            return given;
        }
        let mut guess = given;
        for _ in 0..20 {
            let there = self.shift(guess);
            let error = (there.0 - given.0, there.1 - given.1);
            guess = (guess.0 - error.0, guess.1 - error.1);
            if error.0.abs().max(error.1.abs()) < 1e-10 {
                break;
            }
        }
        guess
    }
}

/// The rectangle outside which published implementations of GCJ-02 do not shift.
fn in_china((lon, lat): Degrees) -> bool {
    (72.004..=137.8347).contains(&lon) && (0.8293..=55.8271).contains(&lat)
}

fn gcj02((lon, lat): Degrees) -> Degrees {
    if !in_china((lon, lat)) {
        return (lon, lat);
    }
    /// Krasovsky's ellipsoid: semi-major axis in metres and squared eccentricity.
    const AXIS: f64 = 6_378_245.0;
    const ECCENTRICITY: f64 = 0.006_693_421_622_965_943;

    // Offsets in metres: a polynomial around (105° E, 35° N) and waves upon it.
    let (x, y) = (lon - 105.0, lat - 35.0);
    let wave = |amplitude: f64, angle: f64| amplitude * (angle * PI).sin();
    let common = wave(20.0, 6.0 * x) + wave(20.0, 2.0 * x);
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + (common + wave(20.0, x) + wave(40.0, x / 3.0) + wave(150.0, x / 12.0) + wave(300.0, x / 30.0))
            * 2.0
            / 3.0;
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + (common + wave(20.0, y) + wave(40.0, y / 3.0) + wave(160.0, y / 12.0) + wave(320.0, y / 30.0))
            * 2.0
            / 3.0;

    // Metres to degrees by the ellipsoid's radii of curvature at this latitude.
    let latitude = lat.to_radians();
    let w = 1.0 - ECCENTRICITY * latitude.sin().powi(2);
    let prime_vertical = AXIS / w.sqrt();
    let meridian = prime_vertical * (1.0 - ECCENTRICITY) / w;
    (lon + (east / (prime_vertical * latitude.cos())).to_degrees(), lat + (north / meridian).to_degrees())
}

/// GCJ-02 to BD-09: a ripple in polar coordinates, then a fixed offset.
fn bd09((lon, lat): Degrees) -> Degrees {
    const RIPPLE: f64 = PI * 3000.0 / 180.0;
    let radius = lon.hypot(lat) + 0.000_02 * (lat * RIPPLE).sin();
    let angle = lat.atan2(lon) + 0.000_003 * (lon * RIPPLE).cos();
    (radius * angle.cos() + 0.0065, radius * angle.sin() + 0.006)
}
