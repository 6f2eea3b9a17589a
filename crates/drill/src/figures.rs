//! What the house's own accounts say of a storm.

use std::collections::BTreeMap;

use serde::Serialize;
use yipan_accounts::Accounts;
use yipan_base::refusal::Refusal;
use yipan_base::time::{DAY, Timestamp};
use yipan_casework::kpi::{Cut, Figure, Filters, Measure, Period, Query, Tier};
use yipan_platform::{House, Viewer};

use crate::scenario::{Rates, Storm};

/// The four rates that were published, in their order.
const RATES: [&str; 4] = ["on_time_sign_in", "on_time_completion", "mean_handling_time", "satisfaction"];
/// Those of them that ask whether something was done in time.
const TIMELY: [&str; 2] = [RATES[0], RATES[1]];
/// No term of a storm is longer than this.
const LATER: i64 = 60 * DAY;
/// What stands beside them.
const BESIDE: [&str; 11] = [
    "accepted",
    "direct",
    "dispatched",
    "orders",
    "closed",
    "valid_callbacks",
    "solution",
    "response",
    "return_rate",
    "redo_rate",
    "centre_on_time",
];

/// The figures of a storm (灾情统计) at its cut-off, for the city's own holdings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Results {
    pub as_of: Timestamp,
    pub figures: Vec<Figure>,
    /// What is not in the two timely rates because it falls due after the cut-off.
    pub not_due: BTreeMap<String, NotDue>,
}

/// Orders that fall due after the cut-off (未到期).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct NotDue {
    pub open: i64,
    /// Replied, and waiting for review.
    pub in_review: i64,
    pub done: i64,
}

impl Storm {
    /// Asks the accounts for the figures of the storm's days, as of the cut-off.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn results(&self, house: &House) -> Result<Results, Refusal> {
        let query = Query {
            ids: RATES.iter().chain(&BESIDE).map(|id| (*id).to_owned()).collect(),
            tier: Tier::City,
            period: Period { from: self.from, to: self.to },
            as_of: self.to,
            filters: Filters::default(),
            cut: Cut::Whole,
            beside: true,
        };
        let scope = Viewer::system("figures of a drill").scope();
        let accounts = Accounts::new(house.store().clone());
        let figures = accounts.figures(&scope, &query).await?;
        let ids = TIMELY.iter().map(|id| (*id).to_owned()).collect();
        let later = Query { ids, period: Period { from: self.to, to: self.to.plus(LATER) }, ..query };
        let later = accounts.figures(&scope, &later).await?;
        let not_due = later.into_iter().map(|figure| {
            let count = |id| figure.count(id).unwrap_or_default();
            (
                figure.id.clone(),
                NotDue {
                    open: count("open_not_due"),
                    in_review: count("awaiting_review"),
                    done: count("done_not_due"),
                },
            )
        });
        Ok(Results { as_of: self.to, figures, not_due: not_due.collect() })
    }
}

impl Results {
    /// A figure by its definition.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.id == id)
    }

    /// The four rates rounded to whole per cent and whole days; `None` where one has nothing to
    /// divide by.
    #[must_use]
    pub fn rounded(&self) -> Option<Rates> {
        let whole = |id: &str| {
            let figure = self.get(id)?;
            let (n, d) = (i128::from(figure.numerator), i128::from(figure.denominator));
            let per = match figure.measure {
                Measure::Percent => (n * 100, d),
                Measure::Duration => (n, d * i128::from(DAY)),
                Measure::Count => (n, d),
            };
            (per.1 > 0).then(|| (per.0 * 2 + per.1) / (per.1 * 2)).and_then(|n| i64::try_from(n).ok())
        };
        Some(Rates {
            on_time_sign_in_percent: whole(RATES[0])?,
            on_time_completion_percent: whole(RATES[1])?,
            mean_handling_days: whole(RATES[2])?,
            satisfaction_percent: whole(RATES[3])?,
        })
    }

    /// Whether the four rates are, as rounded, what was published.
    #[must_use]
    pub fn equal(&self, published: Rates) -> bool {
        self.rounded() == Some(published)
    }
}
