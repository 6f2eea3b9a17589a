//! The routes of the accounts: definitions, figures, and the cases behind each.

mod behind;
mod definitions;
mod figures;
mod question;

use utoipa_axum::routes;
use yipan_http::{Application, Routes};

/// The desk of the accounts.
pub struct AccountsDesk;

impl Application for AccountsDesk {
    fn name(&self) -> &'static str {
        "accounts"
    }

    fn routes(&self) -> Routes {
        Routes::new()
            .routes(routes!(definitions::list_kpis))
            .routes(routes!(figures::get_figures))
            .routes(routes!(behind::list_cases_behind))
    }
}
