//! Who is chosen: rules as formulas, one file each.
//!
//! An [`AgentOrder`] gives each kind of agent an integer for a requirement; the larger goes first, and equals go by
//! idle clock, then registration. A [`ContactIndex`] gives the head of each class an integer at an instant; the
//! larger goes first, and equals go by origin, then arrival. Adding a rule never touches the board.

mod best_score;
mod least_loaded;
mod least_qualified;
mod longest_idle;
mod points;
mod round_robin;

pub(crate) use points::Points;

use super::curve::Curve;
use crate::config::AgentRule;
use crate::skill::{Facts, Requirement};
use crate::time::Span;

/// Orders agents for a requirement.
pub trait AgentOrder: Sync {
    /// The integer of an agent with these facts that has `used` cost units in use; larger goes first.
    fn rank(&self, need: &Requirement, facts: &Facts, used: u16) -> i64;

    /// Whether equals go round by registration, from the agent chosen last, in place of the idle clock.
    fn goes_round(&self) -> bool {
        false
    }
}

/// Orders the heads of classes for an agent.
pub trait ContactIndex: Sync {
    /// The integer of a head with this curve that has waited this long; larger goes first.
    fn index(&self, curve: Curve, waited: Span) -> i64;
}

/// The formula of a rule.
pub(crate) fn agent_order(rule: AgentRule) -> &'static dyn AgentOrder {
    match rule {
        AgentRule::LongestIdle => &longest_idle::LongestIdle,
        AgentRule::BestScore => &best_score::BestScore,
        AgentRule::LeastQualifiedSufficient => &least_qualified::LeastQualifiedSufficient,
        AgentRule::RoundRobin => &round_robin::RoundRobin,
        AgentRule::LeastLoaded => &least_loaded::LeastLoaded,
    }
}
