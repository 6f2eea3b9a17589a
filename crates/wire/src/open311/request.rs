//! A request as everybody may see it. Sections "GET Service Requests" and "GET Service Request".

use yipan_base::geo::Point;

use super::answer::Item;
use super::tree::Tree;
use super::view::View;
use crate::fault::{Fault, Wrong};
use crate::moment::Moment;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// How far a request is. Section "GET Service Requests", status.
    RequestStatus {
        /// Reported.
        Open = "open",
        /// Resolved.
        Closed = "closed",
    }
}

/// A request (诉求) and its state. Section "GET Service Requests". No field holds a person.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceRequest {
    pub id: String,
    pub status: RequestStatus,
    /// Why the status is what it is.
    pub status_notes: Option<String>,
    pub service_name: Option<String>,
    pub service_code: Option<String>,
    /// At most 4,000 characters, without markup.
    pub description: Option<String>,
    pub agency_responsible: Option<String>,
    /// What will be done, for people to read.
    pub service_notice: Option<String>,
    pub requested: Option<Moment>,
    /// When it last changed; of a closed request, when it was closed.
    pub updated: Option<Moment>,
    /// By when it should be done.
    pub expected: Option<Moment>,
    /// In words, the most particular first.
    pub address: Option<String>,
    /// In the city's register of addresses.
    pub address_id: Option<String>,
    pub zipcode: Option<String>,
    pub place: Option<Point>,
    pub media_url: Option<String>,
}

impl Item for ServiceRequest {
    const NAMES: (&'static str, &'static str) = ("service_requests", "request");

    fn tree(&self) -> Tree {
        let moment = |moment: Option<Moment>| moment.map_or(Tree::Nothing, |at| Tree::Text(at.to_string()));
        let degrees =
            |of: fn(Point) -> f64| self.place.map_or(Tree::Nothing, |place| Tree::Number(of(place)));
        Tree::Fields(vec![
            ("service_request_id", Tree::Code(self.id.clone())),
            ("status", Tree::Text(self.status.to_string())),
            ("status_notes", Tree::text(self.status_notes.as_ref())),
            ("service_name", Tree::text(self.service_name.as_ref())),
            ("service_code", Tree::code(self.service_code.as_ref())),
            ("description", Tree::text(self.description.as_ref())),
            ("agency_responsible", Tree::text(self.agency_responsible.as_ref())),
            ("service_notice", Tree::text(self.service_notice.as_ref())),
            ("requested_datetime", moment(self.requested)),
            ("updated_datetime", moment(self.updated)),
            ("expected_datetime", moment(self.expected)),
            ("address", Tree::text(self.address.as_ref())),
            ("address_id", Tree::code(self.address_id.as_ref())),
            ("zipcode", Tree::code(self.zipcode.as_ref())),
            ("lat", degrees(Point::lat)),
            ("long", degrees(Point::lon)),
            ("media_url", Tree::text(self.media_url.as_ref())),
        ])
    }

    fn view(view: &View<'_>) -> Result<Self, Fault> {
        let place = match (view.number("lat")?, view.number("long")?) {
            (Some(lat), Some(lon)) => {
                let place = Point::new(lon, lat);
                Some(place.map_err(|fault| {
                    view.fault(Wrong::value(&format!("{lat}, {lon}"), format!("lat and long: {fault}")))
                })?)
            }
            _ => None,
        };
        Ok(Self {
            id: view.need("service_request_id")?,
            status: view.need_parsed("status", RequestStatus::named, &RequestStatus::words())?,
            status_notes: view.text_of("status_notes")?,
            service_name: view.text_of("service_name")?,
            service_code: view.text_of("service_code")?,
            description: view.text_of("description")?,
            agency_responsible: view.text_of("agency_responsible")?,
            service_notice: view.text_of("service_notice")?,
            requested: view.moment("requested_datetime")?,
            updated: view.moment("updated_datetime")?,
            expected: view.moment("expected_datetime")?,
            address: view.text_of("address")?,
            address_id: view.text_of("address_id")?,
            zipcode: view.text_of("zipcode")?,
            place,
            media_url: view.text_of("media_url")?,
        })
    }
}
