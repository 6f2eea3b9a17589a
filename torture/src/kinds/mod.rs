//! The kinds of fault, each complete in its file.

pub mod backup;
pub mod bits;
pub mod clock;
pub mod full;
pub mod kill;
pub mod nodes;
pub mod pages;
pub mod power;
pub mod standby;
pub mod teeth;
