//! What redb says, in the store's own words; its panics too.

use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use crate::error::StoreError;

/// Runs something on a database. A panic is told as damage: redb trusts its files and asserts where they lie.
pub(super) fn guarded<T>(
    doing: &'static str,
    path: &Path,
    run: impl FnOnce() -> Result<T, redb::Error>,
) -> Result<T, StoreError> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(done) => done.map_err(|error| translated(doing, path, error)),
        Err(panic) => {
            let reason = crate::error::panic_message(&*panic);
            Err(StoreError::Damaged { path: path.to_owned(), reason })
        }
    }
}

fn translated(doing: &'static str, path: &Path, error: redb::Error) -> StoreError {
    match error {
        redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch => {
            StoreError::Locked { path: path.to_owned() }
        }
        redb::Error::Io(error)
            if matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof) =>
        {
            StoreError::Damaged { path: path.to_owned(), reason: error.to_string() }
        }
        redb::Error::Io(error) => io_error(doing, path, error),
        redb::Error::PreviousIo | redb::Error::DatabaseClosed => {
            io_error(doing, path, io::Error::other("an earlier operation failed"))
        }
        other => StoreError::Damaged { path: path.to_owned(), reason: other.to_string() },
    }
}

pub(super) fn io_error(doing: &'static str, path: &Path, error: io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            StoreError::Full { path: path.to_owned() }
        }
        _ => StoreError::Io { doing, path: path.to_owned(), error: Arc::new(error) },
    }
}
