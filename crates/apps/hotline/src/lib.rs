//! Floor 6: the hotline (12345热线): appeals of citizens, from their first word on.
//!
//! - [`import`]: the messages of older systems, as tables of any column layout, made cases

pub mod import;

use utoipa_axum::routes;
use yipan_http::{Application, Routes};

/// The hotline.
pub struct Hotline;

impl Application for Hotline {
    fn name(&self) -> &'static str {
        "hotline"
    }

    fn routes(&self) -> Routes {
        Routes::new().routes(routes!(import::import_appeals))
    }
}
