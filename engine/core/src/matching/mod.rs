//! Matching: which contact goes to which agent.
//!
//! [`naive`] is the meaning, by looking at everybody. The board is the same, by kinds: contacts in classes, agents in
//! groups, and heads compared in place of members.

mod admission;
#[cfg(feature = "bench")]
#[doc(hidden)]
pub mod bench;
mod board;
mod classes;
mod curve;
mod groups;
mod list;
mod naive;
mod policy;
mod search;
mod settle;

pub(crate) use board::Board;
pub use curve::Curve;
pub use policy::{AgentOrder, ContactIndex};
