//! What a personal agent rule sees: one agent that may serve a contact, at one instant.

use crate::agent::Agent;
use crate::config::Compiled;
use crate::digest::mix;
use crate::ids::{AgentId, QueueId};
use crate::skill::{Facts, Requirement};
use crate::time::{Span, Timestamp};

/// An agent that may serve a contact.
#[derive(Clone, Copy)]
pub struct AgentSight<'a> {
    pub(crate) agent: &'a Agent,
    pub(crate) facts: &'a Facts,
    pub(crate) need: &'a Requirement,
    pub(crate) queue: QueueId,
    pub(crate) now: Timestamp,
    pub(crate) config: &'a Compiled,
    /// The queue's draw for this choice.
    pub(crate) draw: u64,
    /// Idle agents in the agent's pool and in all.
    pub(crate) idle: (u32, u32),
    /// Contacts of the queue that the agent's pool was given in this window, and all pools.
    pub(crate) given: (u32, u32),
}

impl AgentSight<'_> {
    /// Who it is.
    pub fn id(&self) -> AgentId {
        self.agent.id
    }

    /// What requirements may ask of it.
    pub fn facts(&self) -> &Facts {
        self.facts
    }

    /// What the contact asks.
    pub fn need(&self) -> &Requirement {
        self.need
    }

    /// Cost units in use.
    pub fn used(&self) -> u16 {
        self.agent.used
    }

    /// When it went idle, by its pool's clock.
    pub fn idle_since(&self) -> Timestamp {
        self.agent.idle_since
    }

    /// The instant of the decision.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Time at work in the last hour, in millionths of the time signed in.
    pub fn occupancy(&self) -> i64 {
        self.agent.history.as_ref().map_or(0, |history| history.occupancy(self.now))
    }

    /// Contacts accepted in the last hour.
    pub fn accepted(&self) -> u32 {
        self.agent.history.as_ref().map_or(0, |history| history.accepted_since(self.now - HOUR))
    }

    /// How long it is expected to take: what it took so far, with ten contacts' worth of what is configured.
    pub fn handle_time(&self) -> Span {
        expected_handle_time(self.agent, self.queue, self.config)
    }

    /// Its weight among others.
    pub fn weight(&self) -> u16 {
        self.agent.spec.weight
    }

    /// Idle agents in its pool, and idle agents in all.
    pub fn idle(&self) -> (u32, u32) {
        self.idle
    }

    /// Contacts of the queue that its pool was given in this window, and all pools.
    pub fn given(&self) -> (u32, u32) {
        self.given
    }

    /// The share of the queue's contacts that should go to its pool, in millionths.
    pub fn share(&self) -> i64 {
        self.config.sight(self.agent.pool, self.queue).share.millionths()
    }

    /// The share of all idle agents that should be idle in its pool, in millionths.
    pub fn idle_share(&self) -> i64 {
        self.config.pools[self.agent.pool.index()].idle_share.millionths()
    }

    /// The n-th number, at least 0, that the queue's stream of chance gives this agent in this choice.
    pub fn chance(&self, n: u16) -> i64 {
        (mix(mix(self.draw ^ u64::from(self.agent.id.0)) ^ u64::from(n)) >> 1) as i64
    }
}

/// How long an agent is expected to take for a contact of the queue.
pub(crate) fn expected_handle_time(agent: &Agent, queue: QueueId, config: &Compiled) -> Span {
    let own = agent.handle_times.get(&queue).copied();
    let configured = own.unwrap_or_else(|| config.sight(agent.pool, queue).handle_time);
    let (count, sum) = agent.history.as_ref().map_or((0, Span::ZERO), |history| history.handled(queue));
    let learned = i128::from(sum.as_nanos()) + i128::from(configured.as_nanos()) * PRIOR;
    Span::from_nanos((learned / (i128::from(count) + PRIOR)) as i64)
}

/// The window of what an agent did before.
const HOUR: Span = Span::from_secs(3600);

/// Contacts that the configured handle time counts for.
const PRIOR: i128 = 10;
