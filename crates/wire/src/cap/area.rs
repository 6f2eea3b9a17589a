//! Where an alert holds. Clause 3.2.4.

use std::fmt::Write;

use yipan_base::geo::Point;

use super::info::NamedValue;
use super::value::{self, collapsed};
use crate::fault::{Fault, Wrong};
use crate::xml::{Builder, Node, Sequence};

const CLAUSE: &str = "CAP 1.2, 3.2.4";
const PAIRS: &str =
    "pairs `latitude,longitude` in WGS-84 degrees, at least four, the last the same as the first";
const CIRCLE: &str = "`latitude,longitude radius` in WGS-84 degrees and kilometres";

/// The union of its polygons, circles and geocodes (影响区域). Clause 3.2.4.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// The area in words.
    pub description: String,
    pub polygons: Vec<Polygon>,
    pub circles: Vec<Circle>,
    /// The area in codes of systems, such as divisions (行政区划代码).
    pub geocodes: Vec<NamedValue>,
    /// Feet above mean sea level: the place, or the lower end up to the ceiling.
    pub altitude: Option<f64>,
    /// Feet above mean sea level; only with an altitude.
    pub ceiling: Option<f64>,
}

/// A closed ring of at least four points, the last the same as the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Polygon(Vec<Point>);

/// A disc.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    centre: Point,
    radius_km: f64,
}

impl Polygon {
    /// None where there are fewer than four points, or the last is not the first.
    #[must_use]
    pub fn new(points: Vec<Point>) -> Option<Self> {
        (points.len() >= 4 && points.first() == points.last()).then_some(Self(points))
    }

    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.0
    }

    fn parse(text: &str) -> Option<Self> {
        Self::new(text.split_whitespace().map(point).collect::<Option<_>>()?)
    }

    fn text(&self) -> String {
        let mut text = String::with_capacity(self.0.len() * 16);
        for point in &self.0 {
            let space = if text.is_empty() { "" } else { " " };
            // Writing to a string does not fail.
            let _ = write!(text, "{space}{},{}", point.lat(), point.lon());
        }
        text
    }
}

impl Circle {
    /// None where the radius is not a finite number of kilometres, or below zero.
    #[must_use]
    pub fn new(centre: Point, radius_km: f64) -> Option<Self> {
        (radius_km.is_finite() && radius_km >= 0.0).then_some(Self { centre, radius_km })
    }

    #[must_use]
    pub const fn centre(&self) -> Point {
        self.centre
    }

    #[must_use]
    pub const fn radius_km(&self) -> f64 {
        self.radius_km
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split_whitespace();
        let (centre, radius) = (point(parts.next()?)?, decimal(parts.next()?)?);
        if parts.next().is_some() {
            return None;
        }
        Self::new(centre, radius)
    }
}

impl Area {
    pub(super) fn check(&self, path: &str) -> Result<(), Fault> {
        value::check_texts(path, [("areaDesc", &self.description)])?;
        self.geocodes.iter().try_for_each(|code| code.check(&format!("{path}/geocode")))?;
        for (name, feet) in [("altitude", self.altitude), ("ceiling", self.ceiling)] {
            if feet.is_some_and(|feet| !feet.is_finite()) {
                return Err(Fault::of(
                    format!("{path}/{name}"),
                    Wrong::value("", "a number of feet"),
                    CLAUSE,
                ));
            }
        }
        if self.ceiling.is_some() && self.altitude.is_none() {
            let because = ": a ceiling is told only with it";
            return Err(Fault::of(path, Wrong::Missing { name: "altitude", because }, CLAUSE));
        }
        Ok(())
    }

    pub(super) fn read(node: Node<'_>) -> Result<Self, Fault> {
        let mut children = Sequence::of(node, CLAUSE)?;
        let area = Self {
            description: children.need("areaDesc")?.leaf(CLAUSE)?.to_owned(),
            polygons: children.each("polygon", |node| parsed(node, Polygon::parse, PAIRS))?,
            circles: children.each("circle", |node| parsed(node, Circle::parse, CIRCLE))?,
            geocodes: children.each("geocode", |node| NamedValue::read(node, CLAUSE))?,
            altitude: children.maybe("altitude").map(feet).transpose()?,
            ceiling: children.maybe("ceiling").map(feet).transpose()?,
        };
        children.end()?;
        Ok(area)
    }

    pub(super) fn write(&self, to: &mut Builder) {
        to.leaf("areaDesc", &self.description);
        self.polygons.iter().for_each(|polygon| to.leaf("polygon", &polygon.text()));
        for Circle { centre, radius_km } in &self.circles {
            to.leaf("circle", &format!("{},{} {radius_km}", centre.lat(), centre.lon()));
        }
        self.geocodes.iter().for_each(|code| code.write(to, "geocode"));
        for (name, feet) in [("altitude", self.altitude), ("ceiling", self.ceiling)] {
            if let Some(feet) = feet {
                to.leaf(name, &feet.to_string());
            }
        }
    }
}

fn parsed<T>(node: Node<'_>, parse: fn(&str) -> Option<T>, wanted: &str) -> Result<T, Fault> {
    let text = node.leaf(CLAUSE)?;
    parse(text).ok_or_else(|| node.fault(Wrong::value(text, wanted), CLAUSE))
}

fn feet(node: Node<'_>) -> Result<f64, Fault> {
    parsed(node, |text| decimal(&collapsed(text)), "a number of feet")
}

/// `latitude,longitude`.
fn point(text: &str) -> Option<Point> {
    let (lat, lon) = text.split_once(',')?;
    Point::new(decimal(lon)?, decimal(lat)?).ok()
}

/// What the schema calls `xs:decimal`: no exponent, no infinity.
fn decimal(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    // Hundreds of digits overflow.
    text.parse().ok().filter(|number: &f64| plain && number.is_finite())
}
