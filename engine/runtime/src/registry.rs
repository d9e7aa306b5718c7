//! Who is who, for the handles: names to numbers, agents to their sessions. Looked up from any thread, written by the
//! domain's actor alone.

use std::sync::Arc;

use arc_swap::ArcSwap;
use dashmap::DashMap;
use smol_str::SmolStr;
use sunline_core::config::{Compiled, Config};
use sunline_core::{AgentId, ChannelId, Domain, QueueId};

use crate::error::EngineError;
use crate::port::Port;

/// An agent, by number or by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentRef {
    /// By number.
    Id(AgentId),
    /// By name.
    Name(SmolStr),
}

/// A queue, by number or by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueRef {
    /// By number.
    Id(QueueId),
    /// By name.
    Name(SmolStr),
}

macro_rules! references {
    ($reference:ty, $id:ty) => {
        impl From<$id> for $reference {
            fn from(id: $id) -> Self {
                Self::Id(id)
            }
        }

        impl From<&str> for $reference {
            fn from(name: &str) -> Self {
                Self::Name(name.into())
            }
        }

        impl From<&SmolStr> for $reference {
            fn from(name: &SmolStr) -> Self {
                Self::Name(name.clone())
            }
        }

        impl From<&String> for $reference {
            fn from(name: &String) -> Self {
                Self::Name(name.into())
            }
        }
    };
}

references!(AgentRef, AgentId);
references!(QueueRef, QueueId);

/// Names and sessions.
#[derive(Debug)]
pub(crate) struct Registry {
    names: ArcSwap<Compiled>,
    agents: DashMap<SmolStr, AgentId>,
    sessions: DashMap<AgentId, Port>,
}

impl Registry {
    pub(crate) fn of(domain: &Domain) -> Self {
        let agents = domain.agents().map(|agent| (agent.spec.name.clone(), agent.id)).collect();
        Self { names: ArcSwap::from_pointee(domain.config().clone()), agents, sessions: DashMap::new() }
    }

    pub(crate) fn agent(&self, agent: AgentRef) -> Result<AgentId, EngineError> {
        match agent {
            AgentRef::Id(id) => Ok(id),
            AgentRef::Name(name) => {
                let known = self.agents.get(&name).map(|entry| *entry);
                known.ok_or(EngineError::UnknownAgentName { name })
            }
        }
    }

    pub(crate) fn queue(&self, queue: QueueRef) -> Result<QueueId, EngineError> {
        match queue {
            QueueRef::Id(id) => Ok(id),
            QueueRef::Name(name) => {
                let known = self.names.load().queue_id(&name);
                known.ok_or(EngineError::UnknownQueueName { name })
            }
        }
    }

    pub(crate) fn channel(&self, name: &str) -> Result<ChannelId, EngineError> {
        let known = self.names.load().channel_id(name);
        known.ok_or_else(|| EngineError::UnknownChannelName { name: name.into() })
    }

    pub(crate) fn queue_name(&self, queue: QueueId) -> SmolStr {
        self.names.load().queue_settings(queue).map(|settings| settings.name.clone()).unwrap_or_default()
    }

    /// Another version of the configuration is in force: what it names is known from now on.
    pub(crate) fn follow(&self, config: &Config) {
        if let Ok(names) = Compiled::new(config) {
            self.names.store(Arc::new(names));
        }
    }

    pub(crate) fn add_agent(&self, name: SmolStr, agent: AgentId) {
        self.agents.insert(name, agent);
    }

    // ── sessions ─────────────────────────────────────────────────────────────────────────────────────────────

    /// Whether nobody is connected: then nobody has to be told anything.
    pub(crate) fn has_no_sessions(&self) -> bool {
        self.sessions.is_empty()
    }

    /// The session that an agent has now.
    pub(crate) fn session(&self, agent: AgentId) -> Option<Port> {
        self.sessions.get(&agent).map(|port| port.clone())
    }

    /// Connects a session; the one that it replaces.
    pub(crate) fn connect(&self, port: Port) -> Option<Port> {
        self.sessions.insert(port.agent, port)
    }

    /// Disconnects a session, if it is still the agent's.
    pub(crate) fn disconnect(&self, port: &Port) -> bool {
        self.sessions.remove_if(&port.agent, |_, current| current.number == port.number).is_some()
    }

    /// All sessions there are now.
    pub(crate) fn sessions(&self) -> Vec<Port> {
        self.sessions.iter().map(|entry| entry.clone()).collect()
    }

    /// Disconnects everybody.
    pub(crate) fn disconnect_all(&self) -> Vec<Port> {
        let all = self.sessions();
        self.sessions.clear();
        all
    }
}
