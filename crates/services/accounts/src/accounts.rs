//! The accounts: where figures are asked for.

use std::sync::Arc;

use yipan_base::refusal::Refusal;
use yipan_casework::kpi::{Definitions, Figure, Query, Readout};
use yipan_store::{Scope, Store};

use crate::behind::{self, Behind, Page};
use crate::{facts, rollup};

/// The accounts (统计) of a house.
#[derive(Clone)]
pub struct Accounts {
    store: Store,
    definitions: Arc<Definitions>,
}

impl Accounts {
    /// The accounts by the shipped definitions.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self::by(store, Definitions::shipped().clone())
    }

    /// The accounts by a city's own definitions.
    #[must_use]
    pub fn by(store: Store, definitions: Definitions) -> Self {
        Self { store, definitions: Arc::new(definitions) }
    }

    #[must_use]
    pub fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// The figures asked for and their companions, as far as the scope may count, in the order of
    /// the question and then of their keys.
    ///
    /// # Errors
    /// If the question cannot be answered (see [`Query::definitions`]) or the store not be read.
    pub async fn figures(&self, scope: &Scope, query: &Query) -> Result<Vec<Figure>, Refusal> {
        let mut figures = Vec::new();
        for definition in query.definitions(&self.definitions)? {
            let groups = match rollup::source(definition, scope, query) {
                Some(source) => rollup::count(&self.store, scope, definition, source, query).await?,
                None => facts::count(&self.store, scope, definition, query).await?,
            };
            figures.extend(Figure::of_groups(definition, query, groups));
        }
        Ok(figures)
    }

    /// The same figures with the words of their definitions, to be printed.
    ///
    /// # Errors
    /// As [`Accounts::figures`].
    pub async fn readouts(&self, scope: &Scope, query: &Query) -> Result<Vec<Readout>, Refusal> {
        Ok(self.definitions.readouts(self.figures(scope, query).await?))
    }

    /// The cases behind a figure that `query` answers with: those in the scope that it may also
    /// open, which secret ones may not be, although they are counted.
    ///
    /// # Errors
    /// If there is no such figure, part or group, or the store cannot be read.
    pub async fn cases_behind(&self, scope: &Scope, query: &Query, behind: &Behind) -> Result<Page, Refusal> {
        let asked = Query { ids: vec![behind.id.clone()], ..query.clone() };
        // The figure's companions come after it.
        let definition = asked.definitions(&self.definitions)?[0];
        behind::page(&self.store, scope, definition, &asked, behind).await
    }
}
