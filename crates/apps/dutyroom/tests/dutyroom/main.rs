//! The duty room over the demo city, on both real engines.

mod instructions;
mod storm;
mod support;
