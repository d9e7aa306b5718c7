//! Contacts: one customer's wish on one channel.

mod actor;
mod attributes;
mod callback;
mod payload;

pub(crate) use actor::{Contact, ContactMessage, Exclusion, Phase};
pub use actor::{ContactOutcome, ContactState};
pub use attributes::Value;
pub use payload::Payload;
