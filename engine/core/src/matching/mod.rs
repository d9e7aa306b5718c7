//! Matching: which contact goes to which agent.
//!
//! [`naive`] is the meaning, by looking at everybody. The board is the same, by kinds: contacts in classes, agents in
//! groups, and heads compared in place of members.

mod admission;
mod affinity;
#[cfg(feature = "bench")]
#[doc(hidden)]
pub mod bench;
mod board;
mod by_rule;
mod classes;
mod curve;
mod gates;
mod gauges;
mod groups;
mod heads;
mod joint;
mod list;
mod naive;
mod policy;
mod rights;
mod scores;
mod search;
mod servable;
mod settle;

pub(crate) use board::Board;
pub use curve::Curve;
pub(crate) use gauges::Gauges;
pub(crate) use joint::joint_rule;
pub use joint::{Fit, JointRule, Pair, Scene, SceneAgent, SceneContact};
pub use policy::{AgentOrder, AgentSight, ContactIndex, Head, Ties};
pub(crate) use policy::{contact_index, is_personal};
