//! Floor 5: the desk of cases. Routes and queries of the work order.
//!
//! One file a resource: `accept`, `commands`, `list`, `persons`, `read`, `directory`, `feed`, `files`, `rules`,
//! `suggestion`, `transitions`.

mod accept;
mod commands;
mod directory;
mod feed;
mod files;
mod list;
mod persons;
mod read;
mod rules;
mod suggestion;
mod transitions;

use utoipa_axum::routes;
use yipan_http::{Application, Routes};

pub use list::{CaseQuery, Sort};

/// The desk of cases.
pub struct CaseDesk;

impl Application for CaseDesk {
    fn name(&self) -> &'static str {
        "casedesk"
    }

    fn routes(&self) -> Routes {
        Routes::new()
            .routes(routes!(list::list_cases, accept::accept_case))
            .routes(routes!(read::get_case))
            .routes(routes!(read::list_case_events))
            .routes(routes!(read::explain_case_deadlines))
            .routes(routes!(persons::reveal_person, persons::erase_person))
            .routes(routes!(persons::find_cases_of_phone))
            .routes(routes!(commands::give_command))
            .routes(routes!(suggestion::suggest_dispatch))
            .routes(routes!(transitions::get_transitions))
            .routes(routes!(directory::list_areas))
            .routes(routes!(directory::list_units))
            .routes(routes!(directory::list_staff))
            .routes(routes!(directory::list_categories))
            .routes(routes!(directory::list_words))
            .routes(routes!(rules::list_rules))
            .routes(routes!(rules::get_policy, rules::adopt_policy))
            .routes(routes!(rules::get_routing, rules::adopt_routing))
            .routes(routes!(rules::get_calendar, rules::adopt_calendar))
            .routes(routes!(rules::try_policy))
            .routes(routes!(rules::try_routing))
            .routes(routes!(feed::follow_cases))
            .routes(routes!(files::put_blob))
            .routes(routes!(files::get_case_file))
    }
}
