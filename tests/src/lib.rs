//! Tests that cross the crates of Sunline.
//!
//! | to do | read |
//! |---|---|
//! | write a scenario | [`language`], and the files in `scenarios/` |
//! | play one somewhere else | [`targets`], [`parity()`] |
//! | judge any run by its events alone | [`books`] |
//! | look for trouble at random | [`random`] |
//! | see whether JSON fits a schema | [`schema`] |
//! | let everything break that may | [`faults`] |
//! | read whatever comes from outside | [`fuzz`] |

pub mod books;
mod expect;
pub mod faults;
pub mod fuzz;
pub mod language;
pub mod parity;
pub mod play;
pub mod random;
pub mod schema;
pub mod targets;

pub use parity::parity;
pub use play::play;

/// Plays one text on every target.
///
/// # Panics
/// With the reason, when the text cannot be read or something else happens than it says.
pub fn check(text: &str) {
    let scenarios = language::read(text).unwrap_or_else(|error| panic!("{error}"));
    for scenario in &scenarios {
        parity(scenario, &targets::ALL).unwrap_or_else(|failure| panic!("{failure}"));
    }
}
