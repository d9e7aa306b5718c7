//! Makes a failing run short: first everything after the failure is cut, then whatever can be left out.

use super::centre::Kind;
use super::plant::Plant;
use super::run::{Trouble, run};

/// Runs that are tried at most.
const TRIES: usize = 400;

/// A failing run, made short.
#[derive(Clone, Debug)]
pub struct Short {
    /// The numbers of the moves that are left.
    pub moves: Vec<u32>,
    /// What goes wrong.
    pub trouble: Box<Trouble>,
}

/// Shortens a run that fails with `trouble`.
pub fn shrink(seed: u64, kind: Kind, moves: &[u32], plant: Plant, trouble: Box<Trouble>) -> Short {
    let mut short = Short { moves: moves[..trouble.after.min(moves.len())].to_vec(), trouble };
    let mut tries = 0;
    let mut chunk = short.moves.len().div_ceil(2);
    while chunk > 0 && tries < TRIES {
        let mut from = 0;
        let mut left_out = false;
        while from < short.moves.len() && tries < TRIES {
            let mut fewer = short.moves.clone();
            fewer.drain(from..(from + chunk).min(fewer.len()));
            if fewer.is_empty() {
                // Where nothing is told nothing falls due either, and what the checks then find is another story.
                from += chunk;
                continue;
            }
            tries += 1;
            match run(seed, kind, &fewer, plant) {
                Err(trouble) => {
                    fewer.truncate(trouble.after);
                    short = Short { moves: fewer, trouble };
                    left_out = true;
                }
                Ok(_) => from += chunk,
            }
        }
        chunk = if left_out && chunk == 1 { 1 } else { chunk / 2 };
    }
    short
}
