//! Floor 1: what citizens and clerks write, made safe and comparable. Pure: text in, text or
//! findings out.
//!
//! - [`normalise`]: one form for equal texts; [`fingerprint`]: the key of exact duplicates
//! - [`mask`]: telephone, identity and card numbers and e-mail addresses in free text (脱敏)
//! - [`places`]: the area that a text speaks of (地名识别)
//! - [`safety`]: words that mean danger, and which of them stood there (安全词)

pub mod mask;
mod normal;
pub mod places;
pub mod safety;

pub use normal::{fingerprint, normalise};
