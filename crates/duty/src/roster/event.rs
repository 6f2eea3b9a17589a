//! What happened to a roster.

use serde::{Deserialize, Serialize};
use yipan_base::id::{StaffId, UnitId};

use super::Assignment;
use crate::dossier::TextRef;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Planned {
        centre: UnitId,
        assignments: Vec<Assignment>,
    },
    /// As planned, for a command post, which each assignment names.
    Raised {
        centre: UnitId,
        assignments: Vec<Assignment>,
    },
    Withdrawn {
        assignment: u32,
    },
    SwapAsked {
        assignment: u32,
        with: StaffId,
        reason: TextRef,
    },
    Swapped {
        assignment: u32,
        staff: StaffId,
        /// By a ruling, not by the colleague's word.
        ruled: bool,
        reason: Option<TextRef>,
        /// The number of the colleague's part, if the assignment had begun and is cut now.
        rest: Option<u32>,
    },
    SwapRefused {
        assignment: u32,
        reason: Option<TextRef>,
    },
    SwapDropped {
        assignment: u32,
    },
}

impl Event {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Planned { .. } => "planned",
            Self::Raised { .. } => "raised",
            Self::Withdrawn { .. } => "withdrawn",
            Self::SwapAsked { .. } => "swap_asked",
            Self::Swapped { .. } => "swapped",
            Self::SwapRefused { .. } => "swap_refused",
            Self::SwapDropped { .. } => "swap_dropped",
        }
    }
}
