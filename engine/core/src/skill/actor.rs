//! The skill: how many hold it, how many of them are signed in, and when a grant begins or ends to count.

use serde::{Deserialize, Serialize};

use crate::event::EventKind;
use crate::ids::{AgentId, SkillId};
use crate::mailbox::Context;

/// What a skill is told.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SkillMessage {
    /// From now on an agent's grant counts, or counts no more.
    ValidityChanges { agent: AgentId, valid: bool },
}

/// A skill's private state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Skill {
    pub(crate) id: SkillId,
    /// Registered agents whose grant counts now.
    pub(crate) holders: u32,
    /// Of these, the ones signed in.
    pub(crate) signed_in: u32,
}

impl Skill {
    pub(crate) fn new(id: SkillId) -> Self {
        Self { id, holders: 0, signed_in: 0 }
    }

    pub(crate) fn receive(&self, message: SkillMessage, cx: &mut Context<'_>) {
        let SkillMessage::ValidityChanges { agent, valid } = message;
        cx.emit(EventKind::SkillValidityChanged { agent, skill: self.id, valid });
    }

    /// An agent holds the skill (`true`) or no more.
    pub(crate) fn apply_holder(&mut self, holds: bool, signed_in: bool) {
        let step = |count: u32| if holds { count + 1 } else { count - 1 };
        self.holders = step(self.holders);
        if signed_in {
            self.signed_in = step(self.signed_in);
        }
    }

    /// A holder signed in (`true`) or out.
    pub(crate) fn apply_sign_in(&mut self, signed_in: bool) {
        self.signed_in = if signed_in { self.signed_in + 1 } else { self.signed_in - 1 };
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::skill::SkillGrant;
    use crate::{AgentSpec, Command, Config, Domain, Proficiency, SkillId, Span, Timestamp};

    #[test]
    fn two_grants_of_one_agent_that_end_at_one_instant_both_end() {
        let config = Config::from_toml(
            r#"
            name = "shop"
            channels = [{ name = "chat" }]
            skills = [{ name = "billing" }, { name = "french" }]
            queues = [{ name = "orders" }]
            "#,
        );
        let nine = Timestamp::from_secs(9 * 3600);
        let ten = nine + Span::from_secs(3600);
        let mut domain = Domain::new(nine, config.unwrap()).unwrap();
        let mut ann = AgentSpec::new("ann");
        for skill in ["billing", "french"] {
            let grant = SkillGrant { level: Proficiency::new(5).unwrap(), from: None, until: Some(ten) };
            ann.skills.insert(skill.into(), grant);
        }
        domain.handle(nine, Command::RegisterAgent(Arc::new(ann))).unwrap();
        let holders = |domain: &Domain| [0, 1].map(|skill| domain.holders(SkillId(skill)).unwrap().0);
        assert_eq!(holders(&domain), [1, 1]);
        domain.handle_deadlines(ten);
        assert_eq!(holders(&domain), [0, 0]);
    }
}
