//! Who a caller is: a key stands for one narrowed handle.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use serde::Deserialize;
use sunline::{
    AgentHandle, Command, CommandKey, Engine, EngineError, IngressHandle, ObserverHandle, Receipt,
    SupervisorHandle,
};

use crate::problem::Problem;

/// A handle, by right.
#[derive(Clone, Debug)]
pub(crate) enum Handle {
    /// A channel adapter.
    Ingress(IngressHandle),
    /// One agent.
    Agent(AgentHandle),
    /// A supervisor of some queues.
    Supervisor(SupervisorHandle),
    /// A reader.
    Observer(ObserverHandle),
}

impl Handle {
    /// What the handle has no method for is refused, and audited.
    pub(crate) fn refuse(&self, call: &'static str) -> Problem {
        let refused = match self {
            Self::Ingress(handle) => handle.refuse(call),
            Self::Agent(handle) => handle.refuse(call),
            Self::Supervisor(handle) => handle.refuse(call),
            Self::Observer(handle) => handle.refuse(call),
        };
        refused.into()
    }
}

/// Keys as they are written down: a list in TOML.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    /// The keys.
    pub keys: Vec<KeyEntry>,
}

/// One key.
#[derive(Debug, Deserialize)]
#[serde(tag = "right", rename_all = "snake_case", deny_unknown_fields)]
pub enum KeyEntry {
    /// Of a channel adapter.
    Ingress {
        /// The secret.
        key: String,
        /// Who holds it.
        label: String,
    },
    /// Of one agent.
    Agent {
        /// The secret.
        key: String,
        /// The agent's name.
        agent: String,
    },
    /// Of a supervisor.
    Supervisor {
        /// The secret.
        key: String,
        /// Who holds it.
        label: String,
        /// Names of the queues.
        queues: Vec<String>,
    },
    /// Of a reader.
    Observer {
        /// The secret.
        key: String,
        /// Who holds it.
        label: String,
    },
}

/// The keys that are known, and what each may do.
#[derive(Debug)]
pub struct Keys(HashMap<String, Handle>);

impl Keys {
    /// Makes a handle for each key.
    ///
    /// # Errors
    /// A queue or an agent that the engine does not know.
    pub fn new(engine: &Engine, file: KeyFile) -> Result<Self, EngineError> {
        let handles = file.keys.into_iter().map(|entry| {
            Ok(match entry {
                KeyEntry::Ingress { key, label } => (key, Handle::Ingress(engine.ingress(label))),
                KeyEntry::Agent { key, agent } => (key, Handle::Agent(engine.agent(&agent, &*agent)?)),
                KeyEntry::Supervisor { key, label, queues } => {
                    (key, Handle::Supervisor(engine.supervisor(&queues, label)?))
                }
                KeyEntry::Observer { key, label } => (key, Handle::Observer(engine.observer(label))),
            })
        });
        Ok(Self(handles.collect::<Result<_, EngineError>>()?))
    }
}

/// Who asks, and the key under which the command may be repeated.
pub(crate) struct Caller {
    pub(crate) handle: Handle,
    once: Option<CommandKey>,
}

impl Caller {
    /// Says a command; what the right does not cover is refused by the engine, and audited.
    pub(crate) async fn say(&self, command: Command) -> Result<Receipt, Problem> {
        macro_rules! said {
            ($($right:ident),*) => {
                match (&self.handle, self.once) {
                    $(
                        (Handle::$right(handle), Some(key)) => handle.say_once(key, command).await,
                        (Handle::$right(handle), None) => handle.say(command).await,
                    )*
                }
            };
        }
        Ok(said!(Ingress, Agent, Supervisor, Observer)?)
    }

    /// The caller as an agent.
    pub(crate) fn agent(&self) -> Result<&AgentHandle, Problem> {
        match &self.handle {
            Handle::Agent(handle) => Ok(handle),
            _ => Err(self.refuse("speak as an agent")),
        }
    }

    /// What the key has no handle for is refused, and audited.
    pub(crate) fn refuse(&self, call: &'static str) -> Problem {
        self.handle.refuse(call)
    }
}

impl FromRequestParts<Arc<Keys>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, keys: &Arc<Keys>) -> Result<Self, Problem> {
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let key = text(AUTHORIZATION.as_str()).and_then(|value| value.strip_prefix("Bearer "));
        let handle = key.and_then(|key| keys.0.get(key)).cloned().ok_or_else(Problem::no_key)?;
        let once = match text("idempotency-key") {
            None => None,
            // A UUID, with or without its dashes.
            Some(uuid) => Some(CommandKey(
                u128::from_str_radix(&uuid.replace('-', ""), 16)
                    .map_err(|_| Problem::unreadable("an Idempotency-Key is a UUID"))?,
            )),
        };
        Ok(Self { handle, once })
    }
}
