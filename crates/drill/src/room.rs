//! The duty rooms of the storm: who is on duty, the command post, the incident, the losses.

use serde::Deserialize;
use yipan_base::time::Timestamp;
use yipan_duty::Kind;

/// A row of `dutyroom.jsonl`: a member of staff gives a command to a dossier.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoomStep {
    pub at: Timestamp,
    /// A log-in.
    pub by: String,
    pub kind: Kind,
    /// As the scenario calls it; a roster, its centre. The first command of a name begins the dossier.
    pub dossier: String,
    /// In it `$name` stands for the id of the dossier that the scenario calls so.
    pub command: serde_json::Value,
}
