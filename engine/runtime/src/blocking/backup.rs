//! A copy of the journal, for plain programs.

use std::path::PathBuf;

use sunline_journal::Backup;

use super::Engine;
use crate::error::EngineError;
use crate::wait::park_on;

impl Engine {
    /// Copies the journal to the directory `to` while commands go on.
    ///
    /// # Errors
    /// As [`crate::Engine::backup`].
    pub fn backup(&self, to: impl Into<PathBuf>) -> Result<Backup, EngineError> {
        park_on(self.engine.backup(to))
    }
}
