//! The dark hour on both real engines, with the demo city.

mod files;
mod keys;
mod opening;
mod support;
