//! Contacts: one customer's wish on one channel.

mod actor;
mod attributes;
mod callback;
mod journey;
mod kept;
mod payload;
mod plan;
mod scoring;

pub(crate) use actor::{Contact, ContactMessage, Exclusion, Phase};
pub use actor::{ContactOutcome, ContactState};
pub use attributes::Value;
pub use journey::TransferTarget;
pub(crate) use journey::{Journey, Passing, Question};
pub(crate) use kept::Kept;
pub use payload::Payload;
pub(crate) use plan::PlanState;
pub use scoring::ScoresMiss;
pub(crate) use scoring::Scoring;
