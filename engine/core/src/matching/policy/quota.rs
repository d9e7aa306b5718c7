//! `quota`: how many contacts of the queue the agent's pool lacks, in this window, for its share of all that were given: its
//! share × all − its own, in millionths of a contact.

use super::{AgentOrder, AgentSight};

pub(super) struct Quota;

impl AgentOrder for Quota {
    fn is_personal(&self) -> bool {
        true
    }

    fn key(&self, agent: &AgentSight<'_>) -> i64 {
        let (own, all) = agent.given();
        // The contact to be given counts: a pool without a share is the last to get it.
        (i64::from(all) + 1) * agent.share() - i64::from(own) * 1_000_000
    }
}
