//! Fuzzing without instruments: what may come from outside is read whatever it is, and nothing panics.
//!
//! Each target has a corpus in `fuzz/`, whose files are read as they are in every check. From them a loop makes others by
//! chance; one that breaks a target is put into the corpus and stays there. The loop sees no coverage: the corpus has to
//! lead it, so a file goes in for everything that a reader knows.

mod mutate;
mod targets;

pub use mutate::mutate;
pub use targets::{TARGETS, Target};

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// The files of a target's corpus, in the order of their names.
///
/// # Errors
/// [`std::io::Error`] when they cannot be read.
pub fn corpus(home: &Path, target: &Target) -> std::io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(home.join(target.name))? {
        let path = entry?.path();
        let bytes = std::fs::read(&path)?;
        files.push((path, bytes));
    }
    files.sort();
    Ok(files)
}

/// Reads one input; whether it was taken.
///
/// # Errors
/// What must not happen, as a sentence; a panic counts.
pub fn read(target: &Target, input: &[u8]) -> Result<bool, String> {
    let outcome = catch_unwind(AssertUnwindSafe(|| (target.read)(input)));
    outcome.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        Err(format!("it panicked: {}", text.unwrap_or_default()))
    })
}
