//! Floor 0: what every other room stands on. Pure: no I/O, no clock, no randomness of its own.
//!
//! - [`time`]: instants in microseconds, civil time of Asia/Shanghai, the [`time::Clock`] argument
//! - [`id`]: typed identifiers and the [`id::Ids`] argument
//! - [`calendar`]: working calendars (调休) and terms in four units of time
//! - [`directory`]: areas (区划), units (单位) and staff of one city, as one immutable snapshot
//! - [`actor`]: who acts
//! - [`category`]: categories of appeals (诉求分类)
//! - [`identity`]: telephone and identity numbers: normalise, check, mask
//! - [`geo`]: coordinates and their datums, polygons, distance to a boundary
//! - [`pack`]: one city as a folder of plain tables, read and checked
//! - [`refusal`]: what a refused move answers, with a stable code

pub mod actor;
pub mod calendar;
pub mod category;
pub mod directory;
pub mod geo;
pub mod id;
pub mod identity;
pub mod pack;
pub mod refusal;
#[cfg(feature = "schema")]
pub mod schema;
pub mod time;
