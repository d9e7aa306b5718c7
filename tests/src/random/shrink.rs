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
    let (moves, trouble) =
        shorten(moves, trouble, |trouble| trouble.after, |fewer| run(seed, kind, fewer, plant).err());
    Short { moves, trouble }
}

/// Shortens any list of numbered moves that fails with `trouble`, which shows `after` so many of them.
pub fn shorten<T>(
    moves: &[u32],
    trouble: T,
    after: impl Fn(&T) -> usize,
    mut fails: impl FnMut(&[u32]) -> Option<T>,
) -> (Vec<u32>, T) {
    let (mut short, mut trouble) = (moves[..after(&trouble).min(moves.len())].to_vec(), trouble);
    let mut tries = 0;
    let mut chunk = short.len().div_ceil(2);
    while chunk > 0 && tries < TRIES {
        let mut from = 0;
        let mut left_out = false;
        while from < short.len() && tries < TRIES {
            let mut fewer = short.clone();
            fewer.drain(from..(from + chunk).min(fewer.len()));
            if fewer.is_empty() {
                // Where nothing is told nothing falls due either, and what the checks then find is another story.
                from += chunk;
                continue;
            }
            tries += 1;
            match fails(&fewer) {
                Some(found) => {
                    fewer.truncate(after(&found));
                    (short, trouble) = (fewer, found);
                    left_out = true;
                }
                None => from += chunk,
            }
        }
        chunk = if left_out && chunk == 1 { 1 } else { chunk / 2 };
    }
    (short, trouble)
}
