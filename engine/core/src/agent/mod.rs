//! Agents: who serves.

mod actor;
mod apply;
mod external;
mod history;
mod lost;
mod parking;
mod passing;
mod presence;
mod refusals;
mod rights;
mod room;
mod shift;
mod work;

pub(crate) use actor::{Agent, AgentMessage};
pub use external::ExternalWork;
pub(crate) use history::History;
pub(crate) use passing::PassOn;
pub use presence::{AgentState, Presence};
pub use refusals::Refusals;
pub(crate) use room::Room;
pub use shift::Reach;
pub use work::{Stage, Work, WorkKind};
