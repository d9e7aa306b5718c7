//! Agents: who serves.

mod actor;
mod history;
mod lost;
mod presence;
mod refusals;
mod rights;
mod shift;
mod work;

pub(crate) use actor::{Agent, AgentMessage};
pub(crate) use history::History;
pub use presence::{AgentState, Presence};
pub use refusals::Refusals;
pub use shift::Reach;
pub use work::{Stage, Work};
