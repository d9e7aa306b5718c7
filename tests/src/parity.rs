//! One scenario, several targets: the same events and the same state, line by line.

use crate::language::Scenario;
use crate::play::{Played, play};
use crate::targets::Mount;

/// Plays a scenario on every target and compares them with the first.
///
/// # Errors
/// What differs, and where.
pub fn parity(scenario: &Scenario, mounts: &[Mount]) -> Result<(), String> {
    let mut first: Option<Played> = None;
    for mount in mounts {
        let played = play(scenario, *mount).map_err(|failure| failure.to_string())?;
        match &first {
            None => first = Some(played),
            Some(first) => compare(first, &played)?,
        }
    }
    Ok(())
}

fn compare(first: &Played, other: &Played) -> Result<(), String> {
    let (a, b) = (first.target, other.target);
    for (one, two) in first.events.iter().zip(&other.events) {
        if one != two {
            return Err(format!("{a} and {b} differ at {}:\n{one:?}\n{two:?}", one.seq));
        }
    }
    if first.events.len() != other.events.len() {
        return Err(format!("{a} told {} events, {b} told {}", first.events.len(), other.events.len()));
    }
    let unlike = first.hashes.iter().zip(&other.hashes).position(|(one, two)| one != two);
    unlike.map_or(Ok(()), |step| Err(format!("{a} and {b} are in different states after step {}", step + 1)))
}
