//! Why, and what another version would do, for plain programs.

use sunline_core::{AgentId, Config, ContactId, Explanation, Seq, WhatWouldMake, WhyWaiting};

use super::Engine;
use crate::error::EngineError;
use crate::shadow::ShadowHandle;
use crate::wait::park_on;

impl Engine {
    /// As [`crate::Engine::explain`].
    ///
    /// # Errors
    /// As [`crate::Engine::explain`].
    pub fn explain(&self, seq: Seq) -> Result<Explanation, EngineError> {
        park_on(self.engine.explain(seq))
    }

    /// As [`crate::Engine::why_waiting`].
    ///
    /// # Errors
    /// As [`crate::Engine::why_waiting`].
    pub fn why_waiting(&self, contact: ContactId) -> Result<Option<WhyWaiting>, EngineError> {
        park_on(self.engine.why_waiting(contact))
    }

    /// As [`crate::Engine::shadow`].
    ///
    /// # Errors
    /// As [`crate::Engine::shadow`].
    pub fn shadow(&self, version: Config) -> Result<ShadowHandle, EngineError> {
        park_on(self.engine.shadow(version))
    }

    /// As [`crate::Engine::what_would_make`].
    ///
    /// # Errors
    /// As [`crate::Engine::what_would_make`].
    pub fn what_would_make(&self, agent: AgentId, contact: ContactId) -> Result<WhatWouldMake, EngineError> {
        park_on(self.engine.what_would_make(agent, contact))
    }
}
