//! The accounts: where figures are asked for.

use std::sync::Arc;

use yipan_base::refusal::Refusal;
use yipan_base::time::Timestamp;
use yipan_casework::kpi::{Definitions, Figure, Period, Query, Readout, Statistic};
use yipan_store::{Scope, Store};

use crate::behind::{self, Behind, Page, Part};
use crate::facts::{self, Groups};
use crate::rollup;
use crate::split::{Days, Due, Split};
use crate::today;

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
    /// the question and then of their keys. Who is not cleared for secret cases counts them in the whole
    /// city only, and in nothing by which a count would tell of one of them; the figures say so.
    ///
    /// # Errors
    /// If the question cannot be answered (see [`Query::definitions`]) or the store not be read.
    pub async fn figures(&self, scope: &Scope, query: &Query) -> Result<Vec<Figure>, Refusal> {
        let scope = &self.counting(scope, query);
        let asked = query.definitions(&self.definitions)?;
        let splits: Vec<Split> =
            asked.iter().map(|definition| Split::of(definition, scope, query, self.now)).collect();
        let mut groups = vec![Groups::new(); asked.len()];
        let mut moment = self.store.moment().await?;

        let days: Vec<(usize, &Days)> = each(&splits, |split| &split.days).collect();
        let alike = |a: usize, b: usize| facts::alike(asked[a], asked[b]);
        let depth = |at: usize| rollup::depth(asked[at], query);
        let same_rows = |(a, days): &(usize, &Days), (b, other): &(usize, &Days)| {
            let scanned = days.due == Due::Partly;
            days == other && depth(*a) == depth(*b) && (!scanned || alike(*a, *b))
        };
        for batch in batches(&days, same_rows) {
            let days = batch[0].1;
            let alike: Vec<_> = batch.iter().map(|(at, _)| asked[*at]).collect();
            let found = match days.due {
                Due::Partly => today::count(&mut moment, scope, &alike, query, days.range.start).await?,
                Due::All | Due::Nothing => rollup::count(&mut moment, scope, &alike, query, days).await?,
            };
            add(&mut groups, &batch, found);
        }
        let rest: Vec<(usize, &Period)> = each(&splits, |split| &split.rest).collect();
        for batch in batches(&rest, |(a, period), (b, other)| period == other && alike(*a, *b)) {
            let alike: Vec<_> = batch.iter().map(|(at, _)| asked[*at]).collect();
            let stretch = Query { period: *batch[0].1, ..query.clone() };
            let found = facts::count(&mut moment, scope, &alike, &stretch).await?;
            add(&mut groups, &batch, found);
        }
        moment.end().await?;
        let figures = asked
            .into_iter()
            .zip(groups)
            .flat_map(|(definition, groups)| Figure::of_groups(definition, query, groups));
        let without_secret = scope.counts_open_only();
        Ok(figures.map(|figure| Figure { without_secret, ..figure }).collect())
    }

    /// The scope that counts what a question may tell.
    fn counting(&self, scope: &Scope, query: &Query) -> Scope {
        if query.pinpoints(self.now) { scope.clone().counting_open() } else { scope.clone() }
    }

    /// The same figures with the words of their definitions, to be printed.
    ///
    /// # Errors
    /// As [`Accounts::figures`].
    pub async fn readouts(&self, scope: &Scope, query: &Query) -> Result<Vec<Readout>, Refusal> {
        Ok(self.definitions.readouts(self.figures(scope, query).await?))
    }

    /// The cases behind a figure that `query` answers with: those in the scope that it may also open,
    /// and of secret ones none without clearance. How many more are counted, stands beside.
    ///
    /// # Errors
    /// If there is no such figure, part or group, or the store cannot be read.
    pub async fn cases_behind(&self, scope: &Scope, query: &Query, behind: &Behind) -> Result<Page, Refusal> {
        let asked = Query { ids: vec![behind.id.clone()], ..query.clone() };
        // The figure's companions come after it.
        let definition = asked.definitions(&self.definitions)?[0];
        // A count is made of its numerator alone.
        let counted = Behind { part: Part::Numerator, ..behind.clone() };
        let behind = match (&definition.statistic, &behind.part) {
            (Statistic::Count | Statistic::Sum(_), Part::Denominator) => &counted,
            _ => behind,
        };
        let mut moment = self.store.moment().await?;
        let page =
            behind::page(&mut moment, &self.counting(scope, query), definition, &asked, behind).await?;
        moment.end().await?;
        Ok(page)
    }
}

/// What there is to read for each definition, with the definition's number.
fn each<'a, T: 'a>(
    splits: &'a [Split],
    of: impl Fn(&'a Split) -> &'a Vec<T>,
) -> impl Iterator<Item = (usize, &'a T)> {
    splits.iter().enumerate().flat_map(move |(at, split)| of(split).iter().map(move |part| (at, part)))
}

/// What is to be read, that together which is alike.
fn batches<T: Copy>(parts: &[T], alike: impl Fn(&T, &T) -> bool) -> Vec<Vec<T>> {
    let mut batches: Vec<Vec<T>> = Vec::new();
    for part in parts {
        match batches.iter_mut().find(|batch| alike(&batch[0], part)) {
            Some(batch) => batch.push(*part),
            None => batches.push(vec![*part]),
        }
    }
    batches
}

/// Adds what a batch found to what is known of each of its definitions.
fn add<T>(groups: &mut [Groups], batch: &[(usize, T)], found: Vec<Groups>) {
    for ((at, _), found) in batch.iter().zip(found) {
        for (key, counted) in found {
            groups[*at].entry(key).and_modify(|known| known.add(&counted)).or_insert(counted);
        }
    }
}
