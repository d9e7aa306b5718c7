//! A copy of the journal while the engine runs.

use std::path::PathBuf;

use sunline_journal::Backup;

use super::Engine;
use crate::error::EngineError;
use crate::ledger::LedgerError;

impl Engine {
    /// Copies the journal to the directory `to`, which must not be there, while commands go on. The copy has every command
    /// that was acknowledged before this call, and opens like any other journal; [`sunline_journal::restore`] brings it to
    /// another place. The journal is asked only for a view to read from; reading and writing happen on a thread of their own.
    ///
    /// # Errors
    /// [`EngineError::Journal`] with code `exists` when there is something at `to`, `full` when the disk has no room, `io`,
    /// `no_journal` when the engine keeps none; [`EngineError::Closed`]. Then nothing is left at `to`.
    ///
    /// # Cancel safety
    /// Dropped before it is ready, the copy is finished all the same.
    pub async fn backup(&self, to: impl Into<PathBuf>) -> Result<Backup, EngineError> {
        let to = to.into();
        let no_journal = || LedgerError { code: "no_journal", reason: "the engine keeps no journal".into() };
        let reader = self.shared().journal_reader().await?.ok_or_else(no_journal)?;
        let copied = self.shared().runtime.spawn_blocking(move || reader.backup(to)).await;
        Ok(copied.map_err(EngineError::unavailable)?.map_err(LedgerError::from)?)
    }
}
