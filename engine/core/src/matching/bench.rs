//! The matching index on its own, for benches only: no commands, no events, no actors.
//!
//! [`Index`] holds the board as the domain fills it; [`Everybody`] is the meaning it must agree with, over a domain's
//! agents and contacts. Both take the same configuration and the same number of waiting contacts.

use super::board::Board;
use crate::agent::{Presence, Reach, Room};
use crate::config::{AnswerMode, Compiled, Config, ConfigError};
use crate::domain::{Domain, Matcher};
use crate::event::{Event, EventKind};
use crate::ids::{AgentId, ContactId, QueueId, Seq};
use crate::time::{Span, Timestamp};
use crate::{Command, NewContact};

/// Between two contacts or two operations.
const TICK: Span = Span::from_millis(1);

/// A board with every agent idle and contacts waiting in every queue in turn, one class a queue.
#[derive(Clone, Debug)]
pub struct Index {
    board: Board,
    /// Profile of each agent.
    profiles: Vec<u32>,
    rooms: Vec<Room>,
    /// Class of each queue.
    classes: Vec<u32>,
    arrivals: u64,
    now: Timestamp,
}

impl Index {
    /// The index over a configuration's agents, with `waiting` contacts whose places are numbered from 0.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem of the configuration.
    pub fn new(config: &Config, waiting: u32) -> Result<Self, ConfigError> {
        let compiled = Compiled::new(config)?;
        let mut board = Board::new(&compiled);
        let mut now = Timestamp::EPOCH;
        let registered = Domain::new(now, config.clone())?;
        let profiles: Vec<u32> =
            registered.agents.iter().map(|agent| board.join_profile(&agent.facts())).collect();
        let rooms: Vec<Room> = registered.agents.iter().map(|agent| agent.room(&compiled.rooms)).collect();
        let queues = (0..).map(QueueId).zip(&compiled.queues);
        let classes: Vec<u32> =
            queues.map(|(id, queue)| board.class(&compiled, queue.channel, id, 0, 0, None)).collect();
        for (agent, &profile) in (0..).map(AgentId).zip(&profiles) {
            now += TICK;
            board.enter(agent, profile, rooms[agent.index()], Reach::Any, now);
        }
        let mut index = Self { board, profiles, rooms, classes, arrivals: 0, now };
        for place in 0..waiting {
            let class = index.classes[place as usize % index.classes.len()];
            index.arrive(class, place);
        }
        Ok(index)
    }

    fn arrive(&mut self, class: u32, place: u32) {
        self.now += TICK;
        self.arrivals += 1;
        self.board.classes.waiting.insert(class, place, (self.now.as_nanos(), self.arrivals));
    }

    /// How many classes an agent may serve, at least and at most.
    pub fn classes_per_agent(&self) -> (usize, usize) {
        let classes = |agent: usize| {
            let group = self.board.groups.current(AgentId(agent as u32));
            group.map_or(0, |group| self.board.groups.get(group).classes.len())
        };
        let all = || (0..self.profiles.len()).map(classes);
        (all().min().unwrap_or(0), all().max().unwrap_or(0))
    }

    /// A contact of the queue's class selects an agent, who leaves its group and is idle again at once.
    pub fn pair(&mut self, queue: QueueId) -> Option<AgentId> {
        let agent = self.board.select_agent(self.classes[queue.index()], None, false, &|_| true)?.winner;
        self.board.leave(agent);
        self.now += TICK;
        self.board.enter(
            agent,
            self.profiles[agent.index()],
            self.rooms[agent.index()],
            Reach::Any,
            self.now,
        );
        Some(agent)
    }

    /// An agent selects a contact, which leaves its class; another enters that class at the same place. The place.
    pub fn take(&mut self, agent: AgentId) -> Option<u32> {
        let place = self.board.select_contact(agent, self.now, &|_| true)?.winner;
        let class = self.board.classes.waiting.remove(place)?;
        self.arrive(class, place);
        Some(place)
    }
}

/// A domain asked by looking at everybody, with the same agents and the same contacts.
#[derive(Clone, Debug)]
pub struct Everybody {
    domain: Domain,
    arrivals: u64,
}

impl Everybody {
    /// Every agent idle, and `waiting` contacts in every queue in turn.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem of the configuration.
    pub fn new(config: &Config, waiting: u32) -> Result<Self, ConfigError> {
        let mut config = config.clone();
        // Contacts come while nobody is there, so that they stay in their classes.
        config.queues.iter_mut().for_each(|queue| queue.offer.answer = AnswerMode::Agent);
        let mut domain = Domain::with_matcher(Timestamp::EPOCH, config, Matcher::Naive)?;
        let mut now = Timestamp::EPOCH;
        let present = (0..domain.agents.len() as u32).map(|number| {
            now += TICK;
            (now, EventKind::PresenceChanged { agent: AgentId(number), presence: Presence::Available })
        });
        let present: Vec<_> = present.collect();
        let queues = domain.config.queues.len() as u32;
        for place in 0..waiting {
            now += TICK;
            let contact =
                NewContact::new(ContactId::from(u64::from(place)), QueueId((place % queues) as u16));
            let arrived = domain.handle(now, Command::Arrive(contact));
            debug_assert!(arrived.is_ok(), "a plain contact may come: {arrived:?}");
        }
        // Told as facts of their own instants: no pair is made.
        for (at, kind) in present {
            let event = Event { seq: domain.seq().next(), at, kind };
            let folded = domain.fold_event(&event);
            debug_assert!(folded.is_ok(), "the events are numbered in order: {folded:?}");
        }
        while domain.poll_event().is_some() {}
        let mut everybody = Self { domain, arrivals: 0 };
        for place in 0..waiting {
            everybody.arrivals += 1;
            everybody.domain.contacts[place].arrival = Seq(everybody.arrivals);
        }
        Ok(everybody)
    }

    /// As [`Index::pair`], for a contact like the one waiting at `place`.
    pub fn pair(&mut self, place: u32) -> Option<AgentId> {
        let home = self.domain.contacts[place].seats().next()?;
        let agent = self.domain.naive_agent(place, home)?.winner;
        self.domain.now += TICK;
        self.domain.agents[agent.index()].idle_since = self.domain.now;
        Some(agent)
    }

    /// As [`Index::take`].
    pub fn take(&mut self, agent: AgentId) -> Option<u32> {
        let (place, _) = self.domain.naive_contact(agent)?.winner;
        self.domain.now += TICK;
        self.arrivals += 1;
        let contact = &mut self.domain.contacts[place];
        (contact.origin, contact.arrival) = (self.domain.now, Seq(self.arrivals));
        Some(place)
    }
}
