//! A second domain that goes its own way from here: for looking ahead, never to be told to the world.

use std::sync::Arc;

use smol_str::SmolStr;

use super::reconfigure::follow_rules;
use super::{Domain, Lent, Memory, Outbox, RunQueue};
use crate::config::{Compiled, Config, ConfigError};

impl Domain {
    /// A copy of the state that goes its own way: with every agent, contact, offer and deadline, but without the memory of
    /// what has ended and of command keys, which is the largest part of a busy domain, and without predictions: neither
    /// changes a decision. Its events go on from this domain's number, and are no part of this domain's journal.
    ///
    /// Costs a copy of agents, contacts and board: about the time of a few thousand decisions at 1,000 agents.
    #[must_use]
    pub fn branch(&self) -> Self {
        let mut outbox = Lent::<Outbox>::default();
        outbox.last = self.seq;
        Self {
            document: self.document.clone(),
            config: self.config.clone(),
            config_version: self.config_version,
            agents: self.agents.clone(),
            agent_names: self.agent_names.clone(),
            contacts: self.contacts.clone(),
            places: self.places.clone(),
            recent: self.recent,
            offers: self.offers.clone(),
            queues: self.queues.clone(),
            skills: self.skills.clone(),
            calendars: self.calendars.clone(),
            memory: Memory::default(),
            deadlines: self.deadlines.clone(),
            board: self.board.clone(),
            gauges: self.gauges.clone(),
            joint_is_due: false,
            joint_wakes_at: self.joint_wakes_at,
            shunned: self.shunned.clone(),
            seq: self.seq,
            now: self.now,
            freed: Vec::new(),
            seeking: Vec::new(),
            orphans: Vec::new(),
            relieved: Vec::new(),
            doubtful: Vec::new(),
            newcomers: Vec::new(),
            prediction: None,
            tested: Vec::new(),
            departed: false,
            narrowed: false,
            turned_away: Vec::new(),
            moved_hours: Vec::new(),
            standings: self.standings.clone(),
            test_at: self.test_at,
            figures: self.figures.clone(),
            is_due: false,
            perhaps_gone: Vec::new(),
            customers: self.customers.clone(),
            matcher: self.matcher,
            run_queue: RunQueue::default(),
            outbox,
            firing: None,
        }
    }

    /// A copy as [`Self::branch`] makes it, that goes on under another configuration: with the agents, contacts and offers of now,
    /// by the rules of then. Channels, skills, pools, queues and calendars keep their names and their order; the agents of the
    /// configuration do not count. Whoever may be served now by the new rules is.
    ///
    /// # Errors
    /// [`BranchError`] says what of the configuration cannot be meant, or is called otherwise.
    pub fn branch_under(&self, config: Config) -> Result<Self, BranchError> {
        let now = &self.document;
        same("channels", now.channels.iter().map(|it| &it.name), config.channels.iter().map(|it| &it.name))?;
        same("skills", now.skills.iter().map(|it| &it.name), config.skills.iter().map(|it| &it.name))?;
        same("pools", now.pools.iter().map(|it| &it.name), config.pools.iter().map(|it| &it.name))?;
        same("queues", now.queues.iter().map(|it| &it.name), config.queues.iter().map(|it| &it.name))?;
        same(
            "calendars",
            now.calendars.iter().map(|it| &it.name),
            config.calendars.iter().map(|it| &it.name),
        )?;
        let config = Config { agents: now.agents.clone(), ..config };
        let compiled = Compiled::new(&config)?;
        let mut snapshot = self.snapshot_under(Arc::new(config));
        follow_rules(&mut snapshot, &self.config, &compiled, self.now);
        let mut other = Self::restored(snapshot, compiled);
        other.memory = Memory::default();
        other.matcher = self.matcher;
        other.freed = other.agents.iter().map(|agent| agent.id).collect();
        other.settle();
        Ok(other)
    }

    /// From now on no ended contact's id is remembered: for a world that never uses an id twice.
    pub fn remember_no_ids(&mut self) {
        Arc::make_mut(&mut self.document).memory.ended_ids_max = 0;
        self.memory = Memory::default();
    }
}

/// Why a state cannot go on under a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BranchError {
    /// The configuration cannot be meant.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Something is called otherwise, or stands elsewhere: what is inside would not know its own.
    #[error("{what} must keep their names and their order")]
    Renamed {
        /// What.
        what: &'static str,
    },
}

fn same<'a>(
    what: &'static str,
    before: impl Iterator<Item = &'a SmolStr>,
    after: impl Iterator<Item = &'a SmolStr>,
) -> Result<(), BranchError> {
    if before.eq(after) { Ok(()) } else { Err(BranchError::Renamed { what }) }
}

#[cfg(test)]
mod tests {
    use smol_str::SmolStr;

    use crate::{
        AgentId, Command, Config, ContactId, Domain, Event, NewContact, Presence, QueueId, Timestamp,
    };

    /// Ann talks, and of two who wait the one with more points came later.
    fn two_wait() -> Domain {
        let config = Config::from_toml(
            r#"
            name = "shop"
            channels = [{ name = "voice" }]
            queues = [{ name = "bills", offer = { answer = "auto" } }, { name = "fast", offer = { answer = "auto" } }]
            agents = [{ name = "ann" }]
            "#,
        );
        let at = Timestamp::from_secs;
        let mut domain = Domain::new(at(0), config.unwrap()).unwrap();
        domain.handle(at(1), Command::SetPresence(AgentId(0), Presence::Available)).unwrap();
        for (id, queue) in [(1, 0), (2, 0), (3, 1)] {
            let contact = NewContact::new(ContactId::from(id), QueueId(queue));
            domain.handle(at(id as i64), Command::Arrive(contact)).unwrap();
        }
        while domain.poll_event().is_some() {}
        domain
    }

    #[test]
    fn under_another_configuration_the_same_people_are_served_by_its_rules() {
        let domain = two_wait();
        let next = |mut domain: Domain| {
            domain.handle(Timestamp::from_secs(60), Command::Complete(ContactId::from(1))).unwrap();
            assert_eq!(domain.broken_invariants(), Vec::<String>::new());
            domain.contacts().find(|contact| contact.agent.is_some()).map(|contact| contact.id)
        };
        let mut other = domain.document().clone();
        other.queues[1].base_points = 600;
        assert_eq!(next(domain.branch_under(domain.document().clone()).unwrap()), Some(ContactId::from(2)));
        assert_eq!(next(domain.branch_under(other).unwrap()), Some(ContactId::from(3)));
    }

    #[test]
    fn whom_the_new_rules_let_serve_serves_at_once() {
        let config = Config::from_toml(
            r#"
            name = "shop"
            channels = [{ name = "voice" }]
            skills = [{ name = "french" }]
            queues = [{ name = "bills", requires = "french >= 1", offer = { answer = "auto" } }]
            agents = [{ name = "ann" }]
            "#,
        );
        let at = Timestamp::from_secs;
        let mut domain = Domain::new(at(0), config.unwrap()).unwrap();
        domain.handle(at(1), Command::SetPresence(AgentId(0), Presence::Available)).unwrap();
        domain.handle(at(2), Command::Arrive(NewContact::new(ContactId::from(1), QueueId(0)))).unwrap();
        while domain.poll_event().is_some() {}
        let mut other = domain.document().clone();
        other.queues[0].requires = SmolStr::default();
        let served = domain.branch_under(other.clone()).unwrap();
        assert_eq!(served.contacts().next().unwrap().agent, Some(AgentId(0)));
        assert_eq!(served.broken_invariants(), Vec::<String>::new());
        assert_eq!(domain.contacts().next().unwrap().agent, None);
        other.skills[0].name = "german".into();
        let refused = domain.branch_under(other).unwrap_err();
        assert_eq!(refused.to_string(), "skills must keep their names and their order");
    }

    #[test]
    fn a_branch_decides_as_its_origin_would_and_leaves_it_alone() {
        let config = Config::from_toml(
            r#"
            name = "shop"
            channels = [{ name = "voice" }]
            queues = [{ name = "bills", wrap_up = "30s" }]
            agents = [{ name = "ann" }, { name = "bob" }]
            "#,
        );
        let at = Timestamp::from_secs;
        let mut origin = Domain::new(at(0), config.unwrap()).unwrap();
        let arrive = |id: u64| Command::Arrive(NewContact::new(ContactId::from(id), QueueId(0)));
        let agents: Vec<_> = origin.agents().map(|agent| agent.id).collect();
        for agent in &agents {
            origin.handle(at(1), Command::SetPresence(*agent, Presence::Available)).unwrap();
        }
        for id in 1..=4 {
            origin.handle(at(2), arrive(id)).unwrap();
        }
        origin.handle(at(3), Command::Withdraw(ContactId::from(1))).unwrap();
        while origin.poll_event().is_some() {}

        let before = origin.state_hash();
        let mut branch = origin.branch();
        branch.remember_no_ids();
        let told = |domain: &mut Domain| {
            domain.handle(at(40), arrive(9)).unwrap();
            domain.handle_deadlines(at(100));
            core::iter::from_fn(|| domain.poll_event()).collect::<Vec<Event>>()
        };
        let of_branch = told(&mut branch);
        assert_eq!(origin.state_hash(), before);
        assert_eq!(of_branch, told(&mut origin));
        assert!(!of_branch.is_empty());
        assert_eq!(branch.broken_invariants(), Vec::<String>::new());
    }
}
