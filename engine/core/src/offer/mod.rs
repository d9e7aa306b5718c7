//! Offers: a contact held out to one agent, awaiting an answer.

mod actor;

pub use actor::OfferOutcome;
pub(crate) use actor::{Offer, OfferMessage};
