//! The simulator: the same kernel in virtual time.
//!
//! A world plays host, agents and customers; the kernel decides as it does live. What a world is made of lies
//! here, one idea to a module:
//!
//! | module | answers |
//! |---|---|
//! | [`random`] | where does chance come from, so that two policies meet the same? |
//! | [`distribution`] | how long does it take, how long do they wait? |
//! | [`arrivals`] | when do contacts come? |
//! | [`shifts`] | when are agents there? |
//! | [`trace`] | what came yesterday? |
//! | [`event_queue`] | what happens next? |
//! | [`statistics`] | what may be said after so many runs? |
//! | [`parameter`] | which number of a scenario cannot be meant, and why? |
//!
//! The same scenario, seed and replication give the same run on every machine: instants and lengths are whole
//! nanoseconds, and random numbers use only arithmetic that is the same everywhere.

pub mod arrivals;
pub mod distribution;
pub mod event_queue;
pub mod parameter;
pub mod random;
pub mod shifts;
pub mod statistics;
pub mod trace;

#[cfg(test)]
mod testing;
