//! Who is chosen: rules as formulas, one file each.
//!
//! An [`AgentOrder`] gives each agent, or each kind of agent, an integer; the larger goes first, and equals go by idle
//! clock, then registration. A [`ContactIndex`] gives the head of each queue an integer at an instant; the larger goes
//! first, and equals go as its [`Ties`] say. Adding a rule never touches the board.

mod best_level;
mod best_score;
mod credit;
mod earliest_deadline;
mod fastest;
mod fewest_contacts;
mod generalised_cmu;
mod head;
mod idleness_ratio;
mod least_loaded;
mod least_occupied;
mod least_qualified;
mod lifo;
mod linear;
mod longest_idle;
mod longest_queue;
mod longest_wait;
mod most_loaded;
mod points;
mod priority;
mod queue_ratio;
mod quota;
mod round_robin;
mod sight;
mod sla_ratio;
mod sla_risk;
mod uniform;
mod weighted;
mod weighted_wait;

use core::fmt;
use std::sync::Arc;

pub use head::Head;
pub use sight::AgentSight;
pub(crate) use sight::expected_handle_time;

use crate::config::{AgentRule, ContactRule};
use crate::skill::{Facts, Requirement};

/// Orders agents for a requirement.
pub trait AgentOrder: Sync {
    /// The integer of an agent with these facts that has `used` cost units in use; larger goes first.
    fn rank(&self, _need: &Requirement, _facts: &Facts, _used: u16) -> i64 {
        0
    }

    /// Whether equals go round by registration, from the agent chosen last, in place of the idle clock.
    fn goes_round(&self) -> bool {
        false
    }

    /// Whether agents of one kind may differ: then each is asked for its own [`key`](Self::key), which costs a look at
    /// every idle agent that may serve.
    fn is_personal(&self) -> bool {
        false
    }

    /// The integer of one agent, where the rule is personal; larger goes first.
    fn key(&self, _agent: &AgentSight<'_>) -> i64 {
        0
    }
}

/// Orders the heads of queues for an agent.
pub trait ContactIndex: fmt::Debug + Send + Sync {
    /// The integer of a head; larger goes first.
    fn index(&self, head: &Head<'_>) -> i64;

    /// What settles it between heads with the same integer.
    fn ties(&self) -> Ties {
        Ties::Origin
    }
}

/// What settles it between heads with the same figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ties {
    /// The earlier origin, then the earlier arrival.
    #[default]
    Origin,
    /// The later origin, then the later arrival.
    Latest,
    /// The queue that comes first in the configuration: the rule is about queues, not about single contacts.
    Queue,
}

/// The formula of a rule.
pub(crate) fn agent_order(rule: AgentRule) -> &'static dyn AgentOrder {
    match rule {
        AgentRule::LongestIdle => &longest_idle::LongestIdle,
        AgentRule::BestScore => &best_score::BestScore,
        AgentRule::LeastQualifiedSufficient => &least_qualified::LeastQualifiedSufficient,
        AgentRule::RoundRobin => &round_robin::RoundRobin,
        AgentRule::LeastLoaded => &least_loaded::LeastLoaded,
        AgentRule::Linear => &linear::Linear,
        AgentRule::BestLevel => &best_level::BestLevel,
        AgentRule::LeastOccupied => &least_occupied::LeastOccupied,
        AgentRule::FewestContacts => &fewest_contacts::FewestContacts,
        AgentRule::Fastest => &fastest::Fastest,
        AgentRule::IdlenessRatio => &idleness_ratio::IdlenessRatio,
        AgentRule::Uniform => &uniform::Uniform,
        AgentRule::Weighted => &weighted::Weighted,
        AgentRule::Quota => &quota::Quota,
        AgentRule::MostLoaded => &most_loaded::MostLoaded,
    }
}

/// Whether the rule looks at single agents.
pub(crate) fn is_personal(rule: AgentRule) -> bool {
    agent_order(rule).is_personal()
}

/// The formula of a contact rule, with whatever it tabulates.
pub(crate) fn contact_index(rule: ContactRule) -> Arc<dyn ContactIndex> {
    match rule {
        ContactRule::Points => Arc::new(points::Points),
        ContactRule::LongestWait => Arc::new(longest_wait::LongestWait),
        ContactRule::Priority => Arc::new(priority::Priority),
        ContactRule::Credit => Arc::new(credit::Credit),
        ContactRule::WeightedWait => Arc::new(weighted_wait::WeightedWait),
        ContactRule::SlaRatio => Arc::new(sla_ratio::SlaRatio),
        ContactRule::EarliestDeadline { past } => Arc::new(earliest_deadline::EarliestDeadline { past }),
        ContactRule::GeneralisedCmu { beta } => Arc::new(generalised_cmu::GeneralisedCmu::new(beta)),
        ContactRule::QueueRatio => Arc::new(queue_ratio::QueueRatio),
        ContactRule::LongestQueue => Arc::new(longest_queue::LongestQueue),
        ContactRule::SlaRisk => Arc::new(sla_risk::SlaRisk),
        ContactRule::Lifo => Arc::new(lifo::Lifo),
    }
}
