//! Looking for trouble at random: centres, moves and runs drawn from a seed.
//!
//! The seed, the kind of centre and the number of moves are the whole report of a failure. A failing run is shortened
//! before it is shown; seeds that failed once are kept in `regressions.txt` and run first, for ever.

mod centre;
mod chance;
mod moves;
mod rules;
mod run;
mod shrink;

pub use centre::{Centre, Kind, OPENING};
pub use chance::Chance;
pub use moves::{Move, Said, draw};
pub use run::{Care, Tally, Trouble, describe, run};
pub use shrink::{Short, shrink};

/// Runs `length` moves of a seed.
///
/// # Panics
/// With the shortened run, when something goes wrong.
pub fn check(seed: u64, kind: Kind, length: u32) -> Tally {
    let moves: Vec<u32> = (0..length).collect();
    match run(seed, kind, &moves) {
        Ok(tally) => tally,
        Err(trouble) => {
            let first = trouble.what.clone();
            let Short { moves, trouble } = shrink(seed, kind, &moves, trouble);
            let lines: Vec<String> = trouble.last.iter().map(describe).collect();
            panic!(
                "{kind:?} {seed}: {first}\n{} moves show: {}\n{}\nKeep `{kind:?} {seed} {length}` in regressions.txt.",
                moves.len(),
                trouble.what,
                lines.join("\n")
            );
        }
    }
}
