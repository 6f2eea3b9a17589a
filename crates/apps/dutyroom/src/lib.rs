//! Floor 6: the duty room (值班室): rosters, shifts, command posts, incidents, losses, urgent
//! information, briefs with their instructions, joint judgement.
//!
//! The models are pure (`yipan-duty`); what all their doors share is in `desk`, the doors of each kind
//! in `doors`, and what a page asks beside them in a file of its own.

mod desk;
mod doors;
mod instructions;
mod losses;
mod notices;
mod overview;
mod rosters;
mod warnings;

use utoipa_axum::routes;
use yipan_http::{Application, Chore, Routes};
use yipan_platform::House;

/// The duty room.
pub struct DutyRoom;

impl Application for DutyRoom {
    fn name(&self) -> &'static str {
        "dutyroom"
    }

    fn routes(&self) -> Routes {
        Routes::new()
            .routes(routes!(notices::list_notices))
            .routes(routes!(notices::read_notice))
            .routes(routes!(warnings::take_warning))
            .routes(routes!(overview::urgent_clocks))
            .routes(routes!(overview::opinions))
            .routes(routes!(overview::records))
            .routes(routes!(overview::late_centres))
            .routes(routes!(overview::incident_figures))
            .routes(routes!(losses::form))
            .routes(routes!(losses::totals))
            .routes(routes!(losses::late))
            .routes(routes!(losses::jumps))
            .routes(routes!(losses::table))
            .routes(routes!(rosters::board))
            .routes(routes!(rosters::list))
            .routes(routes!(rosters::get))
            .routes(routes!(rosters::give))
            .routes(routes!(rosters::events))
            .routes(routes!(rosters::holes))
            .merge(doors::shifts::routes())
            .merge(doors::posts::routes())
            .merge(doors::incidents::routes())
            .merge(doors::losses::routes())
            .merge(doors::urgent::routes())
            .merge(doors::briefs::routes())
            .merge(doors::judgements::routes())
    }

    fn chore<'a>(&self, house: &'a House) -> Option<Chore<'a>> {
        Some(Box::pin(instructions::follow(house)))
    }
}
