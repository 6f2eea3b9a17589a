//! Floor 6: the hotline (12345热线): appeals of citizens, from their first word on.
//!
//! - [`georeport`]: what citizens and their applications file and follow without an account (Open311)
//! - [`import`]: the messages of older systems, as tables of any column layout, made cases

pub mod georeport;
pub mod import;

use axum::Router;
use utoipa_axum::routes;
use yipan_http::{Application, Doors, Routes};

/// The hotline.
pub struct Hotline;

impl Application for Hotline {
    fn name(&self) -> &'static str {
        "hotline"
    }

    fn routes(&self) -> Routes {
        Routes::new().routes(routes!(import::import_appeals))
    }

    fn public(&self) -> Router<Doors> {
        georeport::routes()
    }
}
