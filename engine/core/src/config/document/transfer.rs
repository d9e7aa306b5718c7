//! How often a contact may be passed on, and what hands may do against the rules.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// How often contacts of a queue may be passed on, and who may still take them then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TransferConfig {
    /// Transfers in one contact's chain, 0 to 65,535. Default 2: more than two switches annoy customers. Consulting does
    /// not count.
    pub max: u16,
    /// Queues that may take a contact beyond that; it is then marked as escalated. Default none: a further transfer is
    /// refused.
    pub escalate_to_queues: BTreeSet<SmolStr>,
    /// Groups whose agents may take a contact beyond that. Default none.
    pub escalate_to_groups: BTreeSet<SmolStr>,
}

impl Default for TransferConfig {
    fn default() -> Self {
        Self { max: 2, escalate_to_queues: BTreeSet::new(), escalate_to_groups: BTreeSet::new() }
    }
}

/// A rule that a supervisor may break by hand, where a queue says so. Absolute needs are none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Override {
    /// The mandatory requirement.
    Mandatory,
    /// The agent's room.
    Capacity,
    /// The agent is on a break, does not respond or cools down; never that it is offline.
    Presence,
    /// The agent pauses the queue.
    Pause,
    /// The agent is passed over for this contact for a while.
    PassedOver,
    /// The contact is expected to last beyond the agent's shift.
    Shift,
}
