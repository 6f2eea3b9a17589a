//! What an application gives the house.

use std::pin::Pin;

use axum::Router;
use utoipa_axum::router::OpenApiRouter;
use yipan_base::refusal::Refusal;
use yipan_platform::House;

/// What every handler can reach: the house.
#[derive(Clone)]
pub struct Doors {
    pub house: House,
}

/// Routes with their description, on their way into the server.
pub type Routes = OpenApiRouter<Doors>;

/// Work of the house's own, under way.
pub type Chore<'a> = Pin<Box<dyn Future<Output = Result<(), Refusal>> + Send + 'a>>;

/// A service or an application of the house, as the server sees it: one line in the roof adds it.
pub trait Application: Send + Sync {
    /// Its name in paths, tables and logs.
    fn name(&self) -> &'static str;

    /// Its routes below `/api/v1`, each described beside its handler.
    fn routes(&self) -> Routes;

    /// Doors that speak somebody else's language, at paths of their own; nobody is seated there.
    fn public(&self) -> Router<Doors> {
        Router::new()
    }

    /// What it does by itself, every few seconds, at the node that leads; safe to be broken off and to
    /// be done again. `None` if there is nothing of the kind.
    fn chore<'a>(&self, house: &'a House) -> Option<Chore<'a>> {
        let _ = house;
        None
    }
}
