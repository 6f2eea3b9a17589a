//! What of a case is shown: to anyone, and to whoever has its follow code.

use yipan_base::directory::{AreaLayer, AreaLevel, Directory};
use yipan_base::geo::Point;
use yipan_base::id::{NarrativeId, UnitId};
use yipan_base::time::Timestamp;
use yipan_casework::case::{Case, NarrativeKind, Party, Standing, Word};
use yipan_http::Language;
use yipan_platform::cases::Text;
use yipan_platform::city::City;
use yipan_wire::Moment;
use yipan_wire::open311::{RequestStatus, ServiceRequest};

use super::services;

/// The side of the square within which a place is told to anyone, in degrees: 555 m from north to south, 470 m from
/// west to east at 32° north.
const SQUARE: f64 = 0.005;

/// What only the filer reads of a case.
pub(super) struct Own {
    /// Telephone, identity and card numbers in them are masked: a code may come into other hands.
    pub texts: Vec<Text>,
    /// The public answer, once there is one.
    pub answer: Option<String>,
}

impl Own {
    pub(super) fn text(&self, id: &NarrativeId) -> Option<String> {
        self.texts.iter().find(|text| text.id == id.as_str())?.text.clone()
    }
}

/// A case as a request of the standard: whole for its filer, else without words and only roughly placed.
pub(super) fn request(case: &Case, city: &City, own: Option<&Own>, language: Language) -> ServiceRequest {
    let category = city.categories.get(&case.category);
    let (status, changed) = match case.closed_at.or(case.archived_at).filter(|_| case.is_ended()) {
        Some(closed) => (RequestStatus::Closed, closed),
        None => (RequestStatus::Open, case.changed_at),
    };
    let outcome = case.outcome.map(|outcome| language.pick(outcome.zh(), outcome.en()).to_owned());
    let first = |kind| case.narratives.iter().find(|n| n.kind == kind).map(|n| &n.id);
    let text = |own: &Own, id: Option<&NarrativeId>| own.text(id?);
    let point = case.place.point.and_then(|[lon, lat]| Point::new(lon, lat).ok());
    ServiceRequest {
        id: case.number.clone(),
        status,
        status_notes: own.and_then(|own| own.answer.clone()).or(outcome),
        service_name: category.map(|c| services::name(c, language).to_owned()),
        service_code: Some(case.category.to_string()),
        description: own.and_then(|own| text(own, first(NarrativeKind::Text))),
        agency_responsible: agency(case).and_then(|unit| unit_name(&city.directory, unit)),
        service_notice: Some(stage(case, language).to_owned()),
        requested: Moment::shanghai(case.intake.received_at),
        updated: Moment::shanghai(changed),
        expected: expected(case).and_then(Moment::shanghai),
        address: match own {
            Some(own) => text(own, case.place.address.as_ref()),
            None => area(case, &city.directory, language),
        },
        address_id: None,
        zipcode: None,
        place: if own.is_some() { point } else { point.and_then(roughly) },
        media_url: None,
    }
}

/// By when the unit that handles it must have answered: the earlier of the house's deadline and an outer owner's.
pub(super) fn expected(case: &Case) -> Option<Timestamp> {
    let main = case.main().filter(|main| main.standing == Standing::Open && !case.is_ended())?;
    let outer = case.outer.as_ref().and_then(|outer| outer.deadline);
    Some(outer.map_or(main.handle.due, |outer| outer.min(main.handle.due)))
}

/// The unit that answers for the case: whose turn it is, else who handled it last, else the centre.
fn agency(case: &Case) -> Option<&UnitId> {
    let open = case.custody.last().filter(|segment| segment.to.is_none());
    match open.map(|segment| &segment.party) {
        Some(Party::Unit(unit) | Party::Centre(unit)) => Some(unit),
        _ => Some(case.last_main().map_or(&case.centre, |main| &main.unit)),
    }
}

pub(super) fn unit_name(directory: &Directory, unit: &UnitId) -> Option<String> {
    directory.unit(unit).map(|unit| unit.name.clone())
}

/// Town and county, the town first, as the standard has it; nothing below a town.
fn area(case: &Case, directory: &Directory, language: Language) -> Option<String> {
    let told = directory.ancestors(case.place.area.as_ref()?).filter(|area| {
        area.layer == AreaLayer::Division && matches!(area.level, AreaLevel::Town | AreaLevel::County)
    });
    let names: Vec<_> = told.map(|area| area.name.as_str()).collect();
    (!names.is_empty()).then(|| names.join(language.pick("，", ", ")))
}

/// The middle of the square in which a place lies: asked again and again, it tells no more.
fn roughly(point: Point) -> Option<Point> {
    let middle = |degrees: f64| {
        let middle = ((degrees / SQUARE).floor() + 0.5) * SQUARE;
        (middle * 10_000.0).round() / 10_000.0
    };
    Point::new(middle(point.lon()), middle(point.lat())).ok()
}

/// Where a case stands, as one tells somebody who does not work here.
pub(super) fn stage(case: &Case, language: Language) -> &'static str {
    use yipan_casework::case::Stage;
    let (zh, en) = match case.stage {
        _ if case.merged_into.is_some() && !case.is_ended() => {
            ("已与同一事项的其他诉求合并办理", "Handled together with another appeal about the same matter")
        }
        Stage::Accepted => ("已受理，正在安排承办单位", "Accepted; the handling unit is being chosen"),
        Stage::AnsweredDirectly => ("指挥中心已直接答复", "Answered by the centre itself"),
        Stage::Dispatched => ("已派给承办单位，等待签收", "Given to a unit, which has yet to sign for it"),
        Stage::Handling => ("承办单位正在办理", "The unit is at work"),
        Stage::Handled => ("承办单位已答复，等待审核", "The unit has answered; its answer waits for review"),
        Stage::Reviewing => ("指挥中心正在审核答复", "The centre is reviewing the answer"),
        Stage::Verifying => ("正在现场核查", "The result is being checked on site"),
        Stage::CallingBack => ("正在回访，请留意来电", "The citizen is being called back"),
        Stage::Closed | Stage::Archived => ("已办结", "Closed"),
    };
    language.pick(zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_to_about_five_hundred_metres() {
        let at = |lon, lat| roughly(Point::new(lon, lat).unwrap()).unwrap();
        let told = at(120.864_31, 32.014_72);
        assert_eq!((told.lon(), told.lat()), (120.8625, 32.0125));
        assert_eq!(at(120.860_01, 32.010_01), told, "the whole square is one place");
        assert_ne!(at(120.865_01, 32.014_72), told);
        let corner = Point::new(120.86, 32.01).unwrap();
        assert!((300.0..400.0).contains(&corner.distance_m(told)), "{}", corner.distance_m(told));
        assert_eq!(at(-0.001, -0.001).lon(), -0.0025);
    }
}
