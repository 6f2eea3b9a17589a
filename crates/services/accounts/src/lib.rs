//! Floor 5: the accounts (统计): figures over the store, the cases behind each, tables of them.
//!
//! What a figure counts stands in [`yipan_casework::kpi`], as data. This crate turns a definition
//! into SQL, within a [`Scope`](yipan_store::Scope), and a test holds it to the plain reading there.
//!
//! - [`Accounts::figures`]: whole days from the daily roll-up where it says the same, the rest by a
//!   scan of the facts; of the day as of which is asked, what falls due is read in both
//! - [`Accounts::readouts`]: the same with names, formulas and sources, to be printed
//! - [`Accounts::cases_behind`]: every figure opens its cases
//! - [`AccountsDesk`]: the routes
//! - [`table`], [`formulas`]: figures and their definitions as tables that go out

mod accounts;
mod behind;
mod facts;
mod rollup;
mod routes;
mod split;
mod sql;
mod table;
mod today;

pub use accounts::Accounts;
pub use behind::{Behind, CaseBehind, Cursor, LARGEST_PAGE, Page, Part};
pub use routes::AccountsDesk;
pub use table::{Language, formulas, table};
