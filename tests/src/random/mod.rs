//! Looking for trouble at random: centres, moves and runs drawn from a seed.
//!
//! The seed, the kind of centre and the number of moves are the whole report of a failure. A failing run is shortened
//! before it is shown; cases that failed once are kept in `regressions.txt` and run first, for ever.
//!
//! | to do | where |
//! |---|---|
//! | let a new setting vary | `centre.rs` |
//! | let something new happen | `moves.rs` |
//! | say what must hold after every command | `run.rs`, and [`crate::books`] |
//! | say what must hold at the end | `finish.rs` |
//! | prove that a check can fail | `plant.rs`, and `tests/checker.rs` |
//! | look longer | `make campaign COMMANDS=1000000` |

mod beside;
mod campaign;
mod centre;
mod chance;
mod finish;
mod hours;
mod moves;
mod plans;
mod plant;
mod reload;
mod rules;
mod run;
mod shrink;
mod surges;
mod versions;

pub use campaign::{Case, Failure, LENGTH, Sum, campaign, cases, check, read};
pub use centre::{Centre, Kind, OPENING};
pub use chance::Chance;
pub use moves::{Move, Said, draw};
pub use plant::{Change, Plant};
pub use run::{Care, Tally, Trouble, describe, run};
pub use shrink::{Short, shorten, shrink};
