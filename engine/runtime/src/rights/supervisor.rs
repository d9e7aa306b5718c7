//! The handle of a supervisor of some queues.

use std::collections::BTreeSet;
use std::sync::Arc;

use sunline_core::{
    AgentId, Beyond, Command, ContactId, ContactView, Forbidden, OfferId, QueueId, RightKind, WhyWaiting,
};

use super::Gate;
use super::verbs::verbs;
use crate::error::EngineError;
use crate::registry::{AgentRef, QueueRef};
use crate::views::QueueReading;

/// What a supervisor of some queues may: see them, and with what waits in them do by hand what the engine would decide. A
/// contact counts for its home queue. Every forced action is audited.
#[derive(Clone, Debug)]
pub struct SupervisorHandle {
    pub(crate) gate: Gate,
    pub(crate) queues: Arc<BTreeSet<QueueId>>,
}

verbs! { SupervisorHandle, _me:
    /// Gives a waiting contact to an agent, who has it at once.
    assign(contact: ContactId, agent: AgentId) => Command::Assign(contact, agent);
    /// Has an agent take a waiting contact from a list, out of turn and under all other rules.
    pull(agent: AgentId, contact: ContactId) => Command::Pull(agent, contact);
    /// Gives several contacts these priority points, in place of the ones they have; of these, whoever still waits.
    reprioritise(contacts: Vec<ContactId>, points: i64) => Command::Reprioritise(contacts, points);
    /// Several contacts go to another of its queues, with their origin; of these, whoever still waits.
    move_all(contacts: Vec<ContactId>, to: QueueId) => Command::MoveAll(contacts, to);
    /// Takes an offer back from its agent.
    revoke_offer(offer: OfferId) => Command::RevokeOffer(offer);
    /// Has an agent take nothing of one of its queues (`true`), or take it again.
    pause_queue(agent: AgentId, queue: QueueId, paused: bool) => Command::PauseQueue(agent, queue, paused);
}

impl SupervisorHandle {
    /// Its queues, by number.
    pub fn queues(&self) -> impl Iterator<Item = QueueId> + '_ {
        self.queues.iter().copied()
    }

    /// A queue's number.
    ///
    /// # Errors
    /// [`EngineError::UnknownQueueName`].
    pub fn queue_id(&self, queue: impl Into<QueueRef>) -> Result<QueueId, EngineError> {
        self.gate.engine.queue_id(queue)
    }

    /// An agent's number.
    ///
    /// # Errors
    /// [`EngineError::UnknownAgentName`].
    pub fn agent_id(&self, agent: impl Into<AgentRef>) -> Result<AgentId, EngineError> {
        self.gate.engine.agent_id(agent)
    }

    /// Its queues as of a moment ago, by number. Never waits.
    pub fn readings(&self) -> Vec<QueueReading> {
        let views = self.gate.engine.views();
        views.queues.iter().filter(|queue| self.queues.contains(&queue.id)).cloned().collect()
    }

    /// The contacts inside whose home one of its queues is, by id. The writer waits while everybody is looked at.
    ///
    /// # Errors
    /// [`EngineError::Forbidden`] for another queue; as [`crate::Engine::inspect`].
    ///
    /// # Cancel safety
    /// Nothing is changed.
    pub async fn contacts(&self, queue: QueueId) -> Result<Vec<ContactView>, EngineError> {
        let queues = self.queues.clone();
        self.gate
            .read(move |domain, _| {
                if !queues.contains(&queue) {
                    let what = Beyond::Queue(queue);
                    return Err(Forbidden { right: RightKind::Supervisor, call: "read queue", what });
                }
                let mut inside: Vec<ContactView> =
                    domain.contacts().filter(|contact| contact.queue == queue).collect();
                inside.sort_by_key(|contact| contact.id);
                Ok(inside)
            })
            .await
    }

    /// A contact of its queues, while it is inside.
    ///
    /// # Errors
    /// [`EngineError::Forbidden`] for any other; as [`crate::Engine::inspect`].
    ///
    /// # Cancel safety
    /// Nothing is changed.
    pub async fn contact_view(&self, contact: ContactId) -> Result<Option<ContactView>, EngineError> {
        self.gate.contact_view(contact).await
    }

    /// Why a contact of its queues is still waiting; see [`crate::Engine::why_waiting`].
    ///
    /// # Errors
    /// As [`Self::contact_view`].
    ///
    /// # Cancel safety
    /// Nothing is changed.
    pub async fn why_waiting(&self, contact: ContactId) -> Result<Option<WhyWaiting>, EngineError> {
        self.gate
            .read(move |domain, right| {
                domain.permits_reading(right, &contact)?;
                Ok(domain.why_waiting(&contact))
            })
            .await
    }
}
