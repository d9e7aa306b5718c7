//! The simulator: the same kernel in virtual time.

pub mod arrivals;
pub mod distribution;
pub mod event_queue;
pub mod parameter;
pub mod random;
pub mod shifts;
pub mod statistics;

#[cfg(test)]
mod testing;
