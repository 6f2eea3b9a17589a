//! The applications of this house: one line each.

use yipan_accounts::AccountsDesk;
use yipan_casedesk::CaseDesk;
use yipan_dutyroom::DutyRoom;
use yipan_hotline::Hotline;
use yipan_http::Application;
use yipan_offline::OfflineDesk;

/// All of them.
pub const ALL: &[&dyn Application] = &[&CaseDesk, &AccountsDesk, &OfflineDesk, &Hotline, &DutyRoom];

/// The description of their HTTP API.
pub fn description() -> utoipa::openapi::OpenApi {
    yipan_server::description(ALL)
}
