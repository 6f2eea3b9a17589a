//! Every reader of bytes from outside: it refuses what it cannot read, with a code; it never panics,
//! and it comes to an end.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod backups;
mod bodies;
mod doors;
mod imports;
mod packs;
mod tables;
mod times;
mod wire;
mod words;

use yipan_base::refusal::Refusal;

/// A refusal says which rule refused, and says it in both languages.
pub fn speaks(refusal: &Refusal) {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.');
    assert!(!refusal.code.is_empty() && refusal.code.chars().all(good), "{refusal:?}");
    assert!(!refusal.zh.is_empty() && !refusal.en.is_empty(), "{refusal:?}");
    assert_ne!(refusal.code, "internal", "{refusal:?}");
}

/// As a fault of the input, one sentence with something in it.
pub fn says(fault: &impl std::fmt::Display) {
    assert!(fault.to_string().len() > 3);
}
