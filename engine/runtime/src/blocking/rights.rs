//! The narrowed handles for plain threads. What they say is in the room of the async ones.

use std::sync::Arc;

use smol_str::SmolStr;
use sunline_core::{
    AgentId, ChannelId, CommandKey, ContactId, ContactView, Explanation, NewContact, QueueId, Receipt, Seq,
    WhatWouldMake, WhyWaiting,
};

use super::engine::Threads;
use super::{AgentSession, Engine};
use crate::engine::EngineStats;
use crate::entry::Stamp;
use crate::error::EngineError;
use crate::pending::Pending;
use crate::registry::{AgentRef, QueueRef};
use crate::rights::{self, AgentStanding, Audit};
use crate::session::SessionOptions;
use crate::sink::{EventSink, SinkHandle};
use crate::stream::EventStream;
use crate::views::{QueueReading, Views};
use crate::wait::park_on;

macro_rules! handles {
    ($($(#[$doc:meta])* $handle:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug)]
            pub struct $handle {
                // Dropped in this order: the handle goes while its threads still run.
                pub(crate) handle: rights::$handle,
                _threads: Arc<Threads>,
            }
        )*
    };
}

handles! {
    /// What a channel adapter may; see [`crate::IngressHandle`].
    IngressHandle;
    /// What one agent may; see [`crate::AgentHandle`].
    AgentHandle;
    /// What a supervisor of some queues may; see [`crate::SupervisorHandle`].
    SupervisorHandle;
    /// What one may who only reads; see [`crate::ObserverHandle`].
    ObserverHandle;
}

impl Engine {
    /// A handle for a channel adapter. The audit knows whoever holds it by `label`.
    pub fn ingress(&self, label: impl Into<SmolStr>) -> IngressHandle {
        IngressHandle { handle: self.engine.ingress(label), _threads: self.threads.clone() }
    }

    /// A handle for one agent.
    ///
    /// # Errors
    /// As [`crate::Engine::agent`].
    pub fn agent(
        &self,
        agent: impl Into<AgentRef>,
        label: impl Into<SmolStr>,
    ) -> Result<AgentHandle, EngineError> {
        Ok(AgentHandle { handle: self.engine.agent(agent, label)?, _threads: self.threads.clone() })
    }

    /// A handle for a supervisor of these queues.
    ///
    /// # Errors
    /// As [`crate::Engine::supervisor`].
    pub fn supervisor<Q: Into<QueueRef>>(
        &self,
        queues: impl IntoIterator<Item = Q>,
        label: impl Into<SmolStr>,
    ) -> Result<SupervisorHandle, EngineError> {
        Ok(SupervisorHandle {
            handle: self.engine.supervisor(queues, label)?,
            _threads: self.threads.clone(),
        })
    }

    /// A handle that only reads.
    pub fn observer(&self, label: impl Into<SmolStr>) -> ObserverHandle {
        ObserverHandle { handle: self.engine.observer(label), _threads: self.threads.clone() }
    }

    /// What was refused for want of a right, and what was done by hand, as far as it is kept.
    pub fn audit(&self) -> Audit {
        self.engine.audit()
    }
}

impl IngressHandle {
    /// A contact for a queue, to be completed and submitted.
    ///
    /// # Errors
    /// As [`crate::Engine::contact`].
    pub fn contact(&self, id: &str, queue: impl Into<QueueRef>) -> Result<NewContact, EngineError> {
        self.handle.contact(id, queue)
    }

    /// A queue's number.
    ///
    /// # Errors
    /// As [`crate::Engine::queue_id`].
    pub fn queue_id(&self, queue: impl Into<QueueRef>) -> Result<QueueId, EngineError> {
        self.handle.queue_id(queue)
    }

    /// A channel's number.
    ///
    /// # Errors
    /// As [`crate::Engine::channel_id`].
    pub fn channel_id(&self, name: &str) -> Result<ChannelId, EngineError> {
        self.handle.channel_id(name)
    }

    /// Submits a contact.
    ///
    /// # Errors
    /// As [`crate::Engine::submit`].
    pub fn submit(&self, contact: NewContact) -> Result<Receipt, EngineError> {
        park_on(self.handle.submit(contact))
    }

    /// Submits a contact under a key.
    ///
    /// # Errors
    /// As [`crate::Engine::submit_once`].
    pub fn submit_once(&self, key: CommandKey, contact: NewContact) -> Result<Receipt, EngineError> {
        park_on(self.handle.submit_once(key, contact))
    }

    /// Puts a contact in, to be waited for later. Never waits.
    ///
    /// # Errors
    /// As [`crate::Engine::post_contact`].
    pub fn post_contact(&self, contact: NewContact) -> Result<Pending, EngineError> {
        self.handle.post_contact(contact)
    }

    /// Puts a contact in and asks for no answer.
    ///
    /// # Errors
    /// As [`crate::Engine::submit_nowait`].
    pub fn submit_nowait(&self, contact: NewContact) -> Result<Stamp, EngineError> {
        self.handle.submit_nowait(contact)
    }

    /// A contact as it is, while it is inside.
    ///
    /// # Errors
    /// As [`crate::IngressHandle::contact_view`].
    pub fn contact_view(&self, contact: ContactId) -> Result<Option<ContactView>, EngineError> {
        park_on(self.handle.contact_view(contact))
    }
}

impl AgentHandle {
    /// Whose handle it is.
    pub fn agent(&self) -> AgentId {
        self.handle.agent()
    }

    /// Connects the agent.
    ///
    /// # Errors
    /// As [`crate::Engine::agent_session`].
    pub fn session(&self) -> Result<AgentSession, EngineError> {
        self.session_with(SessionOptions::default())
    }

    /// The same with options.
    ///
    /// # Errors
    /// As [`Self::session`].
    pub fn session_with(&self, options: SessionOptions) -> Result<AgentSession, EngineError> {
        let session = park_on(self.handle.session_with(options))?;
        Ok(AgentSession::new(session, self._threads.clone()))
    }

    /// The agent as it is.
    ///
    /// # Errors
    /// As [`crate::AgentHandle::standing`].
    pub fn standing(&self) -> Result<AgentStanding, EngineError> {
        park_on(self.handle.standing())
    }

    /// A contact that it has, had last, or is asked for, while it is inside.
    ///
    /// # Errors
    /// As [`crate::AgentHandle::contact_view`].
    pub fn contact_view(&self, contact: ContactId) -> Result<Option<ContactView>, EngineError> {
        park_on(self.handle.contact_view(contact))
    }
}

impl SupervisorHandle {
    /// Its queues, by number.
    pub fn queues(&self) -> impl Iterator<Item = QueueId> + '_ {
        self.handle.queues()
    }

    /// A queue's number.
    ///
    /// # Errors
    /// As [`crate::Engine::queue_id`].
    pub fn queue_id(&self, queue: impl Into<QueueRef>) -> Result<QueueId, EngineError> {
        self.handle.queue_id(queue)
    }

    /// An agent's number.
    ///
    /// # Errors
    /// As [`crate::Engine::agent_id`].
    pub fn agent_id(&self, agent: impl Into<AgentRef>) -> Result<AgentId, EngineError> {
        self.handle.agent_id(agent)
    }

    /// Its queues as of a moment ago, by number.
    pub fn readings(&self) -> Vec<QueueReading> {
        self.handle.readings()
    }

    /// The contacts inside whose home one of its queues is, by id.
    ///
    /// # Errors
    /// As [`crate::SupervisorHandle::contacts`].
    pub fn contacts(&self, queue: QueueId) -> Result<Vec<ContactView>, EngineError> {
        park_on(self.handle.contacts(queue))
    }

    /// A contact of its queues, while it is inside.
    ///
    /// # Errors
    /// As [`crate::SupervisorHandle::contact_view`].
    pub fn contact_view(&self, contact: ContactId) -> Result<Option<ContactView>, EngineError> {
        park_on(self.handle.contact_view(contact))
    }

    /// Why a contact of its queues is still waiting.
    ///
    /// # Errors
    /// As [`crate::SupervisorHandle::why_waiting`].
    pub fn why_waiting(&self, contact: ContactId) -> Result<Option<WhyWaiting>, EngineError> {
        park_on(self.handle.why_waiting(contact))
    }
}

impl ObserverHandle {
    /// The engine as of a moment ago. Never waits.
    pub fn views(&self) -> Arc<Views> {
        self.handle.views()
    }

    /// Counts since the engine started.
    pub fn stats(&self) -> EngineStats {
        self.handle.stats()
    }

    /// All events from `from` on, without what is private.
    pub fn events(&self, from: Seq) -> EventStream {
        self.handle.events(from)
    }

    /// The events from now on, without what is private.
    pub fn live_events(&self) -> EventStream {
        self.handle.live_events()
    }

    /// Attaches a sink, which gets all events from `from` on, without what is private.
    pub fn attach_sink<S: EventSink>(
        &self,
        name: &str,
        from: Seq,
        factory: impl Fn() -> S + Send + Sync + 'static,
    ) -> SinkHandle {
        self.handle.attach_sink(name, from, factory)
    }

    /// A contact as it is, while it is inside.
    ///
    /// # Errors
    /// As [`crate::ObserverHandle::contact_view`].
    pub fn contact_view(&self, contact: ContactId) -> Result<Option<ContactView>, EngineError> {
        park_on(self.handle.contact_view(contact))
    }

    /// Why an offer was made.
    ///
    /// # Errors
    /// As [`crate::Engine::explain`].
    pub fn explain(&self, seq: Seq) -> Result<Explanation, EngineError> {
        park_on(self.handle.explain(seq))
    }

    /// Why a contact is still waiting.
    ///
    /// # Errors
    /// As [`crate::Engine::why_waiting`].
    pub fn why_waiting(&self, contact: ContactId) -> Result<Option<WhyWaiting>, EngineError> {
        park_on(self.handle.why_waiting(contact))
    }

    /// What would make an agent win a contact.
    ///
    /// # Errors
    /// As [`crate::Engine::what_would_make`].
    pub fn what_would_make(&self, agent: AgentId, contact: ContactId) -> Result<WhatWouldMake, EngineError> {
        park_on(self.handle.what_would_make(agent, contact))
    }
}
