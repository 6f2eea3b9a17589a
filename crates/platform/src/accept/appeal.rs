//! What somebody brings to the door, in plain words.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yipan_base::geo::Datum;
use yipan_base::id::{AreaId, CategoryId, StaffId, UnitId};
use yipan_base::time::Timestamp;
use yipan_casework::case::{Channel, Kind, Level};

/// A matter as it comes in at a door (来件), in plain words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAppeal {
    pub channel: Channel,
    #[serde(default)]
    pub title: Option<String>,
    pub text: String,
    pub kind: Kind,
    pub category: CategoryId,
    /// `None`: from the category (utilities, complex, ordinary) and the safety words in the text.
    #[serde(default)]
    pub level: Option<Level>,
    #[serde(default)]
    pub place: NewPlace,
    #[serde(default)]
    pub person: Option<Appellant>,
    #[serde(default)]
    pub anonymous: bool,
    /// The first word, if it was earlier than now.
    #[serde(default)]
    pub received_at: Option<Timestamp>,
    /// `None`: secret if it is a report of wrongdoing.
    #[serde(default)]
    pub secret: Option<bool>,
    #[serde(default)]
    pub accused_units: BTreeSet<UnitId>,
    #[serde(default)]
    pub accused_staff: BTreeSet<StaffId>,
    #[serde(default)]
    pub outer: Option<NewOuter>,
    /// The centre that accepts; the actor's own if absent.
    #[serde(default)]
    pub centre: Option<UnitId>,
    /// Brought in from an older system: counted, never timed.
    #[serde(default)]
    pub historical: bool,
    /// Where an imported row comes from, so that importing twice adds nothing.
    #[serde(default)]
    pub source: Option<(String, String)>,
}

/// Where it is, as somebody says it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct NewPlace {
    pub address: Option<String>,
    pub area: Option<AreaId>,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    /// What the coordinates refer to; WGS-84 if absent.
    pub datum: Option<Datum>,
}

/// Who speaks (诉求人).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Appellant {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub identity: Option<String>,
    pub reference: Option<String>,
}

/// An order that belongs to someone outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOuter {
    pub owner: String,
    pub number: String,
    #[serde(default)]
    pub deadline: Option<Timestamp>,
    #[serde(default = "yes")]
    pub returnable: bool,
}

const fn yes() -> bool {
    true
}
