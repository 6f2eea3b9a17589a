//! What an application gives the house.

use utoipa_axum::router::OpenApiRouter;
use yipan_platform::House;

/// What every handler can reach: the house.
#[derive(Clone)]
pub struct Doors {
    pub house: House,
}

/// Routes with their description, on their way into the server.
pub type Routes = OpenApiRouter<Doors>;

/// A service or an application of the house, as the server sees it: one line in the roof adds it.
pub trait Application: Send + Sync {
    /// Its name in paths, tables and logs.
    fn name(&self) -> &'static str;

    /// Its routes below `/api/v1`, each described beside its handler.
    fn routes(&self) -> Routes;
}
