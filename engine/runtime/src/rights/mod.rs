//! Handles that may not say everything, made of the engine's own by narrowing, and the audit of what was said on them.
//!
//! ```text
//! Engine (the host: everything) ─┬─ ingress(label)             contacts, as a channel adapter sees them
//!                                ├─ agent(who, label)          one agent: itself, its offers, its contacts
//!                                ├─ supervisor(queues, label)  what waits in these queues
//!                                └─ observer(label)            reading
//! ```
//!
//! Nothing widens a handle: none of them gives the engine back. What a right does not cover has no method; where that depends
//! on whose a contact is, the writer looks, in the state in which the command would be applied.

mod agent;
mod audit;
mod gate;
mod ingress;
mod observer;
mod supervisor;
mod verbs;

use std::collections::BTreeSet;

use smol_str::SmolStr;
use sunline_core::Right;

pub use self::agent::{AgentHandle, AgentStanding};
pub(crate) use self::audit::AuditTrail;
pub use self::audit::{Answer, Audit, AuditRecord};
pub(crate) use self::gate::{Gate, Holder};
pub use self::ingress::IngressHandle;
pub use self::observer::ObserverHandle;
pub use self::supervisor::SupervisorHandle;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::registry::{AgentRef, QueueRef};

impl Engine {
    /// A handle for a channel adapter. The audit knows whoever holds it by `label`.
    pub fn ingress(&self, label: impl Into<SmolStr>) -> IngressHandle {
        IngressHandle { gate: self.gate(label, Right::Ingress) }
    }

    /// A handle for one agent, by name or number; a number is taken at its word.
    ///
    /// # Errors
    /// [`EngineError::UnknownAgentName`].
    pub fn agent(
        &self,
        agent: impl Into<AgentRef>,
        label: impl Into<SmolStr>,
    ) -> Result<AgentHandle, EngineError> {
        let agent = self.agent_id(agent)?;
        Ok(AgentHandle { gate: self.gate(label, Right::Agent(agent)), agent })
    }

    /// A handle for a supervisor of these queues, by name or number; a number is taken at its word.
    ///
    /// # Errors
    /// [`EngineError::UnknownQueueName`].
    pub fn supervisor<Q: Into<QueueRef>>(
        &self,
        queues: impl IntoIterator<Item = Q>,
        label: impl Into<SmolStr>,
    ) -> Result<SupervisorHandle, EngineError> {
        let queues = queues.into_iter().map(|queue| self.queue_id(queue));
        let queues = std::sync::Arc::new(queues.collect::<Result<BTreeSet<_>, _>>()?);
        Ok(SupervisorHandle { gate: self.gate(label, Right::Supervisor(queues.clone())), queues })
    }

    /// A handle that only reads.
    pub fn observer(&self, label: impl Into<SmolStr>) -> ObserverHandle {
        ObserverHandle { gate: self.gate(label, Right::Observer) }
    }

    /// What was refused for want of a right, and what was done by hand, as far as it is kept.
    pub fn audit(&self) -> Audit {
        self.shared().audit.read()
    }

    fn gate(&self, label: impl Into<SmolStr>, right: Right) -> Gate {
        Gate::new(self, Holder { label: label.into(), right })
    }
}
