//! Benchmarks of Sunline, with its peers beside it.
//!
//! What the benches measure is set up here, so that times and instruction counts are of the same things: a
//! [`centre`] of any size, a [`Floor`] on which commands are given, and the recorded [`day`].

mod centre;
mod day;
mod floor;

pub use centre::{Size, centre};
pub use day::day;
pub use floor::Floor;
