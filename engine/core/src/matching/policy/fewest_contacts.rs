//! `fewest_contacts`: minus the contacts accepted in the last hour.

use super::{AgentOrder, AgentSight};

pub(super) struct FewestContacts;

impl AgentOrder for FewestContacts {
    fn is_personal(&self) -> bool {
        true
    }

    fn key(&self, agent: &AgentSight<'_>) -> i64 {
        -i64::from(agent.accepted())
    }
}
