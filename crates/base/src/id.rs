//! Typed identifiers. An id is text everywhere: in a row, in JSON, in a log.

use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::time::Timestamp;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(value_type = String))]
        pub struct $name(Arc<str>);

        impl $name {
            pub fn new(text: impl AsRef<str>) -> Self {
                Self(Arc::from(text.as_ref()))
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::new(text)
            }
        }
    )*};
}

ids! {
    /// A node of the area tree (区划). Its own id; the official code is an attribute.
    AreaId,
    /// An organisation that can hold work (单位).
    UnitId,
    /// A member of staff (工作人员), or the house itself acting (`system`).
    StaffId,
    /// One work order (工单). A UUIDv7, so that keys arrive in time order.
    CaseId,
    /// One unit's part of a case (承办).
    HoldingId,
    /// A person outside the house: caller, appellant, reporter (诉求人). The row behind it is encrypted.
    PersonId,
    /// A stretch of free text (叙述): encrypted, erasable, referred to by this id.
    NarrativeId,
    /// A supervision sheet (督办单).
    SheetId,
    /// A photo, recording or document (附件), by the SHA-256 of its content.
    BlobId,
    /// A routing rule (派单规则) or an entry of the dispatch catalogue (派单目录).
    RuleId,
    /// A category of appeals (诉求分类), such as `urban.housing.heating`.
    CategoryId,
}

/// Where identifiers come from. An argument, so that a simulation can repeat itself.
pub trait Ids: Send + Sync {
    /// A fresh identifier that sorts after every one given before it at an earlier `now`.
    fn next(&self, now: Timestamp) -> Uuid;
}

/// Deterministic identifiers: UUIDv7 whose random part is a counter mixed with a seed.
/// For simulations and tests; never for anything that must be unguessable.
pub struct SeededIds {
    state: Mutex<(u64, u64)>,
}

impl SeededIds {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: Mutex::new((seed, 0)) }
    }
}

impl Ids for SeededIds {
    fn next(&self, now: Timestamp) -> Uuid {
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        state.1 += 1;
        let (seed, count) = *state;
        // The counter stands first so that ids of one millisecond keep their order.
        let counter = (count & 0x0fff_ffff) as u128;
        let tail = u128::from(splitmix(seed ^ count) >> 20);
        let millis = (now.as_millis().max(0) as u128) & 0xffff_ffff_ffff;
        let rand_a = counter >> 16;
        let rand_b = ((counter & 0xffff) << 44) | (tail & 0xfff_ffff_ffff);
        Uuid::from_u128(millis << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b)
    }
}

/// One step of the SplitMix64 generator: cheap, seedable mixing for simulations.
#[must_use]
pub fn splitmix(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_ids_keep_their_order_and_repeat() {
        let now = Timestamp::from_millis(1_700_000_000_000);
        let (a, b) = (SeededIds::new(7), SeededIds::new(7));
        let first: Vec<_> = (0..70_000).map(|_| a.next(now)).collect();
        assert!(first.windows(2).all(|w| w[0] < w[1]));
        assert_eq!(first[41], (0..42).map(|_| b.next(now)).last().unwrap());
        assert_eq!(first[0].get_version_num(), 7);
    }
}
