//! Why, for plain programs.

use sunline_core::{AgentId, ContactId, Explanation, Seq, WhatWouldMake, WhyWaiting};

use super::Engine;
use crate::error::EngineError;
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

    /// As [`crate::Engine::what_would_make`].
    ///
    /// # Errors
    /// As [`crate::Engine::what_would_make`].
    pub fn what_would_make(&self, agent: AgentId, contact: ContactId) -> Result<WhatWouldMake, EngineError> {
        park_on(self.engine.what_would_make(agent, contact))
    }
}
