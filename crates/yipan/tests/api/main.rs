//! The HTTP API of the built binary, by the same door that programs and pages use.

mod admission;
mod description;
mod feed;
mod house;
mod life;
mod problems;
mod rules;
mod verbs;
