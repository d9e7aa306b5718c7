//! Agents: who serves.

mod actor;
mod presence;
mod work;

pub(crate) use actor::{Agent, AgentMessage};
pub use presence::{AgentState, Presence};
pub use work::{Stage, Work};
