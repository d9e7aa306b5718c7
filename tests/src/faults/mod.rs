//! Simulation of faults: the product's kernel, host and ledger in a world where everything fails that may fail.
//!
//! One thread, one seed. The store, the network, the clock, hosts, agents and readers are modelled; what decides, records
//! and recovers is the product's own code, and so is the log from which readers read. The order in which the actors do
//! their work is written down once more in `process.rs`; that the actors themselves keep it is what the crash points of
//! the runtime show.
//!
//! | to do | where |
//! |---|---|
//! | let something new break | `world.rs`; what a disk may do is in `disk.rs` |
//! | say what must never happen | `judge.rs`, and [`crate::books`] |
//! | prove that a check can fail | `plant.rs`, and `tests/faults_checker.rs` |
//! | look longer | `make campaign` |

mod disk;
mod judge;
mod kernel;
mod plant;
mod process;
mod run;
mod tally;
mod world;

pub use disk::{AppendFault, Disk, ModelStore, Wreck};
pub use plant::{Lie, Plant};
pub use run::{TICKS, Trouble, make, make_all, run};
pub use tally::Tally;
