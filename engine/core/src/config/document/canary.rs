//! Queues that stand in for others, and queues that are given up.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::config::Decimal;

/// That a queue stands in for another for a share of its contacts, with settings of its own. What pools, agents, partners and
/// surges say of the other queue counts for it too, where they do not name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CanaryConfig {
    /// The queue it stands in for; each queue has at most one stand-in, and a partner's has none.
    pub of: SmolStr,
    /// The share of contacts that it gets of those that come to the other, more than 0 and at most 1. Which these are follows
    /// from their ids alone, so a contact stays on one side wherever it goes.
    pub share: Decimal,
}
