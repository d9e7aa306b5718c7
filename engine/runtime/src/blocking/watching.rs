//! What is told of the engine itself, for plain threads.

use super::Engine;
use crate::error::EngineError;
use crate::telemetry::{Finding, Latencies};
use crate::wait::park_on;

impl Engine {
    /// How long the engine takes for what it does, since it started. Never waits.
    pub fn latencies(&self) -> Latencies {
        self.engine.latencies()
    }

    /// What the watchdog has found. Never waits; see [`crate::Engine::findings`].
    pub fn findings(&self) -> Vec<Finding> {
        self.engine.findings()
    }

    /// Has the watchdog look now, then says what it has found.
    ///
    /// # Errors
    /// As [`crate::Engine::look`].
    pub fn look(&self) -> Result<Vec<Finding>, EngineError> {
        park_on(self.engine.look())
    }
}
