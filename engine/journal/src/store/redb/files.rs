//! The files beside the databases: the lock and the snapshots. What is written is written whole, under another name,
//! and renamed when it is on disk.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use sunline_core::Seq;

use super::guard::io_error;
use crate::error::StoreError;
use crate::store::SNAPSHOTS_KEPT;

pub(super) const FRAMES: &str = "frames";
const SNAPSHOT: &str = "snapshot";

pub(super) fn make_directory(path: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(path).map_err(|error| io_error("making the directory", path, error))
}

/// Locks the journal against every other handle on it.
pub(super) fn lock(directory: &Path) -> Result<File, StoreError> {
    let path = directory.join("lock");
    let open = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
    let file = open.map_err(|error| io_error("opening the lock", &path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked { path: directory.to_owned() }),
        Err(TryLockError::Error(error)) => Err(io_error("locking", &path, error)),
    }
}

/// The file of a number.
pub(super) fn numbered(directory: &Path, number: u64, kind: &str) -> PathBuf {
    directory.join(format!("{number:016x}.{kind}"))
}

/// The numbers of all files of a kind, in order.
pub(super) fn numbers(directory: &Path, kind: &str) -> Result<Vec<u64>, StoreError> {
    let failed = |error| io_error("listing", directory, error);
    let mut numbers = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let number = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .filter(|stem| stem.len() == 16)
            .and_then(|stem| u64::from_str_radix(stem, 16).ok());
        if let (Some(number), Some(true)) = (number, path.extension().map(|extension| extension == kind)) {
            numbers.push(number);
        }
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// Gives a file that is whole its name, durably.
pub(super) fn publish(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::rename(from, to).map_err(|error| io_error("renaming", to, error))?;
    sync_directory(to.parent().unwrap_or(to))
}

#[cfg(unix)]
pub(super) fn sync_directory(directory: &Path) -> Result<(), StoreError> {
    let synced = File::open(directory).and_then(|directory| directory.sync_all());
    synced.map_err(|error| io_error("syncing the directory", directory, error))
}

#[cfg(not(unix))]
pub(super) fn sync_directory(_: &Path) -> Result<(), StoreError> {
    Ok(())
}

pub(super) fn save_snapshot(directory: &Path, seq: Seq, bytes: &[u8]) -> Result<(), StoreError> {
    let draft = directory.join("snapshot.draft");
    let written = File::create(&draft).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| io_error("writing a snapshot", &draft, error))?;
    publish(&draft, &numbered(directory, seq.0, SNAPSHOT))?;
    let mut kept = numbers(directory, SNAPSHOT)?;
    while kept.len() > SNAPSHOTS_KEPT {
        let oldest = numbered(directory, kept.remove(0), SNAPSHOT);
        fs::remove_file(&oldest).map_err(|error| io_error("removing a snapshot", &oldest, error))?;
    }
    Ok(())
}

pub(super) fn snapshots(directory: &Path) -> Result<Vec<Seq>, StoreError> {
    Ok(numbers(directory, SNAPSHOT)?.into_iter().rev().map(Seq).collect())
}

/// The newest snapshot up to an event. One that goes meanwhile has made room for a newer one.
pub(super) fn newest_snapshot(directory: &Path, upto: Seq) -> Result<Option<(Seq, Vec<u8>)>, StoreError> {
    for seq in snapshots(directory)?.into_iter().filter(|seq| *seq <= upto) {
        if let Some(bytes) = load_snapshot(directory, seq)? {
            return Ok(Some((seq, bytes)));
        }
    }
    Ok(None)
}

pub(super) fn load_snapshot(directory: &Path, seq: Seq) -> Result<Option<Vec<u8>>, StoreError> {
    let path = numbered(directory, seq.0, SNAPSHOT);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_error("reading a snapshot", &path, error)),
    }
}
