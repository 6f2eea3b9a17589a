//! The small city and the sample commands of the spine's own properties, so that both play in the same
//! streets.

#[allow(dead_code, reason = "its rules come out of the store here")]
#[path = "../../crates/casework/tests/casework/support/city.rs"]
mod city;
#[allow(clippy::unwrap_used, reason = "names that the type itself lists")]
#[path = "../../crates/casework/tests/casework/support/sample.rs"]
mod sample;

use yipan_base::id::UnitId;
use yipan_base::time::Timestamp;

pub use city::directory;
pub use sample::{Choice, all_commands, sample};

fn unit(id: &str) -> UnitId {
    UnitId::new(id)
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap_or(Timestamp::ZERO)
}
