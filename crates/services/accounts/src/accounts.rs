//! The accounts: where figures are asked for.

use std::sync::Arc;

use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_casework::kpi::{Definitions, Figure, Query, Readout};
use yipan_store::{Scope, Store};

use crate::behind::{self, Behind, Page};
use crate::facts::{self, Groups};
use crate::rollup;
use crate::split::Split;

/// The accounts (统计) of a house.
#[derive(Clone)]
pub struct Accounts {
    store: Store,
    definitions: Arc<Definitions>,
    now: Option<Timestamp>,
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
        Self { store, definitions: Arc::new(definitions), now: None }
    }

    #[must_use]
    pub fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// The accounts as they are asked at a time of the business clock. As of then or later, nothing
    /// has happened that must not be counted, so the daily roll-up answers more questions.
    #[must_use]
    pub const fn asked_at(mut self, now: Timestamp) -> Self {
        self.now = Some(now);
        self
    }

    /// The figures asked for and their companions, as far as the scope may count, in the order of
    /// the question and then of their keys.
    ///
    /// # Errors
    /// If the question cannot be answered (see [`Query::definitions`]) or the store not be read.
    pub async fn figures(&self, scope: &Scope, query: &Query) -> Result<Vec<Figure>, Refusal> {
        let asked = query.definitions(&self.definitions)?;
        let splits: Vec<Split> =
            asked.iter().map(|definition| Split::of(definition, scope, query, self.now)).collect();
        let mut groups = vec![Groups::new(); asked.len()];

        let depth = |at: usize| rollup::depth(asked[at], query);
        let same_rows = |a: usize, b: usize| splits[a].days == splits[b].days && depth(a) == depth(b);
        for batch in batches(asked.len(), same_rows) {
            let days = &splits[batch[0]].days;
            if !days.is_empty() {
                let alike: Vec<_> = batch.iter().map(|at| asked[*at]).collect();
                let found = rollup::count(&self.store, scope, &alike, query, days).await?;
                add(&mut groups, &batch, found);
            }
        }
        let same_facts =
            |a: usize, b: usize| splits[a].rest == splits[b].rest && facts::alike(asked[a], asked[b]);
        for batch in batches(asked.len(), same_facts) {
            let alike: Vec<_> = batch.iter().map(|at| asked[*at]).collect();
            for period in &splits[batch[0]].rest {
                let stretch = Query { period: *period, ..query.clone() };
                let found = facts::count(&self.store, scope, &alike, &stretch).await?;
                add(&mut groups, &batch, found);
            }
        }
        let figures = asked
            .into_iter()
            .zip(groups)
            .map(|(definition, groups)| Figure::of_groups(definition, query, groups));
        Ok(figures.flatten().collect())
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

/// The numbers below `count`, those together that are alike.
fn batches(count: usize, alike: impl Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for at in 0..count {
        match batches.iter_mut().find(|batch| alike(batch[0], at)) {
            Some(batch) => batch.push(at),
            None => batches.push(vec![at]),
        }
    }
    batches
}

/// Adds what a batch found to what is known of each of its definitions.
fn add(groups: &mut [Groups], batch: &[usize], found: Vec<Groups>) {
    for (at, found) in batch.iter().zip(found) {
        for (key, counted) in found {
            groups[*at].entry(key).and_modify(|known| known.add(&counted)).or_insert(counted);
        }
    }
}
