//! Contacts: one customer's wish on one channel.

mod actor;
mod attributes;
mod callback;
mod journey;
mod kept;
mod leaving;
mod payload;
mod plan;
mod scoring;
mod state;

pub(crate) use actor::{Contact, ContactMessage, Exclusion, Phase};
pub use attributes::Value;
pub use journey::TransferTarget;
pub(crate) use journey::{Journey, Passing, Question};
pub(crate) use kept::Kept;
pub use payload::Payload;
pub(crate) use plan::PlanState;
pub use scoring::ScoresMiss;
pub(crate) use scoring::Scoring;
pub use state::{ContactOutcome, ContactState};
