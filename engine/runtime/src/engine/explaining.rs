//! Why: an offer explained, a wait explained, and what would have made an agent win.

use sunline_core::{AgentId, ContactId, Domain, Explanation, Seq, WhatWouldMake, WhyWaiting};

use super::Engine;
use crate::error::EngineError;

impl Engine {
    /// Why the offer with this number was made: the state before it is rebuilt from the events, and the oracle runs there
    /// again. Costs a fold of every event before it; the writer does not wait for it.
    ///
    /// # Errors
    /// [`EngineError::Explain`] when it is no offer; [`EngineError::EventsGone`] when the engine keeps no history.
    ///
    /// # Cancel safety
    /// Nothing is changed.
    pub async fn explain(&self, seq: Seq) -> Result<Explanation, EngineError> {
        let last = self.inspect(Domain::seq).await?;
        if seq > last {
            return Err(sunline_core::ExplainError::NoOffer { seq }.into());
        }
        let mut events = self.events(Seq(1));
        let mut state: Option<Domain> = None;
        loop {
            for event in events.next_batch(1024).await? {
                if event.seq == seq {
                    let state = state.ok_or(sunline_core::ExplainError::NoOffer { seq })?;
                    return Ok(state.explain(&event)?);
                }
                match &mut state {
                    None => state = Some(Domain::fold([&event])?),
                    Some(state) => state.fold_event(&event)?,
                }
            }
        }
    }

    /// Why a contact is still waiting and what would serve it; `None` when it is not inside or has an agent. The writer
    /// waits while everybody is looked at.
    ///
    /// # Errors
    /// As [`Self::inspect`].
    ///
    /// # Cancel safety
    /// Nothing is changed.
    pub async fn why_waiting(&self, contact: ContactId) -> Result<Option<WhyWaiting>, EngineError> {
        self.inspect(move |domain| domain.why_waiting(&contact)).await
    }

    /// What would make an agent win a contact that is inside: what could change apart from what could not.
    ///
    /// # Errors
    /// [`EngineError::Command`] when agent or contact are not known.
    ///
    /// # Cancel safety
    /// Nothing is changed.
    pub async fn what_would_make(
        &self,
        agent: AgentId,
        contact: ContactId,
    ) -> Result<WhatWouldMake, EngineError> {
        Ok(self.inspect(move |domain| domain.what_would_make(agent, &contact)).await??)
    }
}
