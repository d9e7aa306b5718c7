//! A second domain that goes its own way from here: for looking ahead, never to be told to the world.

use std::sync::Arc;

use super::{Domain, Lent, Memory, Outbox, RunQueue};

impl Domain {
    /// A copy of the state that goes its own way: with every agent, contact, offer and deadline, but without the memory of
    /// what has ended and of command keys, which is the largest part of a busy domain and changes no decision. Its events
    /// go on from this domain's number, and are no part of this domain's journal.
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
            departed: false,
            narrowed: false,
            turned_away: Vec::new(),
            moved_hours: Vec::new(),
            is_due: false,
            perhaps_gone: Vec::new(),
            customers: self.customers.clone(),
            matcher: self.matcher,
            run_queue: RunQueue::default(),
            outbox,
            firing: None,
        }
    }

    /// From now on no ended contact's id is remembered: for a world that never uses an id twice.
    pub fn remember_no_ids(&mut self) {
        Arc::make_mut(&mut self.document).memory.ended_ids_max = 0;
        self.memory = Memory::default();
    }
}

#[cfg(test)]
mod tests {
    use crate::{Command, Config, ContactId, Domain, Event, NewContact, Presence, QueueId, Timestamp};

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
