//! Contacts that are handed on to another queue, after a conversation or after a short one in its place.
//!
//! The world asks for the transfer and the engine decides about it: where its own bounds refuse one (too many, or back to
//! a queue that the contact has left), the agent finishes the contact after all.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::distribution::Distribution;

/// A share of a queue's contacts that goes on to another queue once it has been served.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// Name of the queue that hands on.
    pub source: SmolStr,
    /// Name of the queue that takes over.
    pub target: SmolStr,
    /// Share of the contacts served in `source`, in `[0, 1]`; all transfers out of one queue are at most 1 together.
    pub share: f64,
    /// Length of the conversation before; `None`: the contact's own, so that it is handed on after its service. With a
    /// length it is handed on in place of its service.
    #[serde(default)]
    pub talk: Option<Distribution>,
    /// Length of the conversation after.
    pub handling: Distribution,
    /// How long the customer is willing to wait for it; `None`: for ever.
    #[serde(default)]
    pub patience: Option<Distribution>,
}
