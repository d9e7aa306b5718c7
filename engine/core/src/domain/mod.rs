//! The domain: one routing kernel with its actors, its board and its clock hands.
//!
//! One writer calls it: [`Domain::handle`] with what happened, [`Domain::handle_deadlines`] when time has come, and
//! [`Domain::poll_event`] until nothing is left to tell. Everything it does follows from these calls alone.

mod apply;
mod commands;
mod install;
mod memory;
mod view;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use smol_str::SmolStr;

use crate::agent::Agent;
use crate::command::{Command, CommandKey, Receipt};
use crate::config::{Compiled, Config, ConfigError};
use crate::contact::Contact;
use crate::deadlines::{Deadline, Deadlines};
use crate::error::CommandError;
use crate::event::{Event, EventKind};
use crate::ids::{AgentId, ContactId, OfferId, QueueId, Seq, SkillId};
use crate::limits::MAX_DEPTH;
use crate::lookup::{Index, Table};
use crate::mailbox::{Context, Message, RunQueue};
use crate::matching::Board;
use crate::offer::Offer;
use crate::queue::Queue;
use crate::skill::Skill;
use crate::time::Timestamp;

pub(crate) use memory::{Memory, MemoryState};
pub use view::{AgentView, ContactView, QueueView};

/// A routing domain.
///
/// ```
/// use sunline_core::{Command, Config, ContactId, Domain, EventKind, NewContact, Presence, Timestamp};
///
/// let config = Config::from_toml(r#"
///     name = "shop"
///     channels = [{ name = "voice" }]
///     skills = [{ name = "billing" }]
///     queues = [{ name = "bills", requires = "billing >= 3" }]
///     agents = [{ name = "ann", skills = { billing = 7 } }]
/// "#)?;
/// let nine = Timestamp::from_secs(9 * 3600);
/// let mut domain = Domain::new(nine, config)?;
/// let (ann, bills) = (domain.agent_id("ann").unwrap(), domain.queue_id("bills").unwrap());
/// domain.handle(nine, Command::SetPresence(ann, Presence::Available))?;
/// domain.handle(nine, Command::Arrive(NewContact::new(ContactId::new("c1")?, bills)))?;
/// let offered = std::iter::from_fn(|| domain.poll_event())
///     .any(|event| matches!(event.kind, EventKind::OfferIssued { agent, .. } if agent == ann));
/// assert!(offered);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Domain {
    pub(crate) document: Arc<Config>,
    pub(crate) config: Compiled,
    pub(crate) config_version: u32,
    pub(crate) agents: Vec<Agent>,
    pub(crate) agent_names: BTreeMap<SmolStr, AgentId>,
    pub(crate) contacts: crate::slab::Slab<Contact>,
    pub(crate) places: Index,
    pub(crate) offers: Table<OfferId, Offer>,
    pub(crate) queues: Vec<Queue>,
    pub(crate) skills: Vec<Skill>,
    pub(crate) memory: Memory,
    pub(crate) deadlines: Deadlines,
    pub(crate) board: Board,
    pub(crate) seq: Seq,
    pub(crate) now: Timestamp,
    /// Agents that have gained room and contacts that have begun to seek, since the last settle.
    pub(crate) freed: Vec<AgentId>,
    pub(crate) seeking: Vec<u32>,
    /// Offers whose agent or contact has changed, since the last settle.
    pub(crate) doubtful: Vec<OfferId>,
    pub(crate) matcher: Matcher,
    run_queue: RunQueue,
    emitted: Vec<EventKind>,
    outbox: VecDeque<Event>,
}

/// How pairs are found. Both give the same pairs; that is tested after every command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Matcher {
    /// By the board's index.
    #[default]
    Indexed,
    /// By looking at every agent and every contact: the meaning, and slow.
    Naive,
}

impl Domain {
    /// A new domain with a configuration, as of `now`. The agents it names are registered, and offline.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem of the configuration.
    pub fn new(now: Timestamp, config: Config) -> Result<Self, ConfigError> {
        Self::with_matcher(now, config, Matcher::Indexed)
    }

    /// The same with a chosen way to find pairs.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem of the configuration.
    pub fn with_matcher(now: Timestamp, config: Config, matcher: Matcher) -> Result<Self, ConfigError> {
        let config = Arc::new(config);
        let mut domain = Self::configured(config.clone(), Compiled::new(&config)?, now);
        domain.matcher = matcher;
        domain.emitted.push(EventKind::Configured { config: config.clone() });
        for (number, spec) in (0..).zip(&config.agents) {
            domain
                .emitted
                .push(EventKind::AgentRegistered { agent: AgentId(number), spec: Arc::new(spec.clone()) });
        }
        domain.apply_emitted();
        domain.freed.clear();
        Ok(domain)
    }

    /// The state that follows from a journal's events, all from the first on.
    ///
    /// # Errors
    /// [`FoldError`] names the first event that cannot follow from those before it.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Self, FoldError> {
        let mut events = events.into_iter();
        let first = events.next().ok_or(FoldError::Empty)?;
        let EventKind::Configured { config } = &first.kind else {
            return Err(FoldError::NotConfigured { seq: first.seq });
        };
        let compiled = Compiled::new(config).map_err(FoldError::InvalidConfig)?;
        let mut domain = Self::configured(config.clone(), compiled, first.at);
        domain.fold_event(first)?;
        for event in events {
            domain.fold_event(event)?;
        }
        Ok(domain)
    }

    /// Applies one more event of a journal, without deciding anything.
    ///
    /// # Errors
    /// [`FoldError::OutOfOrder`] unless it is the event after the last one.
    pub fn fold_event(&mut self, event: &Event) -> Result<(), FoldError> {
        let expected = self.seq.next();
        if event.seq != expected {
            return Err(FoldError::OutOfOrder { expected, found: event.seq });
        }
        self.seq = event.seq;
        self.now = self.now.max(event.at);
        self.apply(event);
        self.freed.clear();
        self.seeking.clear();
        self.doubtful.clear();
        Ok(())
    }

    pub(crate) fn configured(document: Arc<Config>, config: Compiled, now: Timestamp) -> Self {
        let skills = config.skill_names().len() as u16;
        Self {
            board: Board::new(&config),
            queues: (0..config.queues.len() as u16).map(|q| Queue::new(QueueId(q))).collect(),
            skills: (0..skills).map(|s| Skill::new(SkillId(s))).collect(),
            document,
            config,
            config_version: 1,
            agents: Vec::new(),
            agent_names: BTreeMap::new(),
            contacts: crate::slab::Slab::default(),
            places: Index::default(),
            offers: Table::default(),
            memory: Memory::default(),
            deadlines: Deadlines::default(),
            seq: Seq(0),
            now,
            freed: Vec::new(),
            seeking: Vec::new(),
            doubtful: Vec::new(),
            matcher: Matcher::default(),
            run_queue: RunQueue::default(),
            emitted: Vec::new(),
            outbox: VecDeque::new(),
        }
    }

    /// Fires the deadlines due by `now`, then applies the command. A refused command changes nothing itself.
    ///
    /// # Errors
    /// [`CommandError`] says what was refused and why.
    pub fn handle(&mut self, now: Timestamp, command: Command) -> Result<Receipt, CommandError> {
        self.handle_deadlines(now);
        let name = command.name();
        let answer = self.begin(command).and_then(|begun| self.finish(name, begun));
        if self.run_queue.is_poisoned() {
            return Err(CommandError::Poisoned { command: name, limit: MAX_DEPTH });
        }
        answer
    }

    /// The same for a command that the host may repeat: within the memory of keys, the same command under the same key
    /// gets the first answer again.
    ///
    /// # Errors
    /// [`CommandError`]; [`CommandError::KeyReused`] when the key stood for another command.
    pub fn handle_once(
        &mut self,
        now: Timestamp,
        key: CommandKey,
        command: Command,
    ) -> Result<Receipt, CommandError> {
        let bytes = postcard::to_allocvec(&command).expect("commands are plain data");
        let digest = crate::digest::of_bytes(&bytes);
        self.handle_deadlines(now);
        if let Some(kept) = self.memory.command(key) {
            if kept.digest != digest {
                return Err(CommandError::KeyReused { key });
            }
            return Ok(Receipt { duplicate: true, ..kept.receipt });
        }
        let receipt = self.handle(now, command)?;
        if !receipt.duplicate {
            self.emitted.push(EventKind::CommandRemembered { key, digest, receipt });
            self.apply_emitted();
        }
        Ok(receipt)
    }

    /// Fires every deadline due by `now`, each as of its own instant: oldest first, then kind, then id.
    pub fn handle_deadlines(&mut self, now: Timestamp) {
        while let Some(instant) = self.deadlines.next().filter(|at| *at <= now) {
            self.now = self.now.max(instant);
            while let Some(deadline) = self.deadlines.pop_at(instant) {
                if let Some(message) = self.wake(deadline) {
                    let woken = self.deliver(message, 0).and_then(|()| self.run());
                    debug_assert!(woken.is_ok(), "a deadline is never refused: {woken:?}");
                }
            }
            self.settle();
        }
        self.now = self.now.max(now);
    }

    /// The next instant at which `handle_deadlines` has something to do.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.deadlines.next()
    }

    /// What the world should hear. Drain to `None` after each call above, before the next one.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.outbox.pop_front()
    }

    /// The last instant applied; an earlier one is lifted to it.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Position of the last event.
    pub fn seq(&self) -> Seq {
        self.seq
    }

    /// Whether a step did not come to rest. The state is then void and must be rebuilt from its journal.
    pub fn is_poisoned(&self) -> bool {
        self.run_queue.is_poisoned()
    }

    // ── one step ─────────────────────────────────────────────────────────────────────────────────────────────

    fn finish(&mut self, command: &'static str, begun: commands::Begun) -> Result<Receipt, CommandError> {
        let mut agent = None;
        match begun {
            commands::Begun::Duplicate(receipt) => return Ok(receipt),
            commands::Begun::Send(message) => self.deliver(message, 0)?,
            commands::Begun::Emit(event) => {
                if let EventKind::AgentRegistered { agent: new, .. } = &event {
                    agent = Some(*new);
                }
                self.emitted.push(event);
                self.apply_emitted();
            }
        }
        let rest = self.run();
        debug_assert!(rest.is_ok(), "only the first message of {command} may be refused: {rest:?}");
        self.settle();
        if self.board.is_stale(self.contacts.len()) {
            self.rebuild_board();
        }
        Ok(Receipt { seq: self.seq, duplicate: false, agent })
    }

    /// Delivers messages until none is left.
    pub(crate) fn run(&mut self) -> Result<(), CommandError> {
        while let Some((message, depth)) = self.run_queue.pop() {
            self.deliver(message, depth)?;
        }
        if self.run_queue.is_poisoned() {
            self.run_queue.poison();
        }
        Ok(())
    }

    /// Hands one message to its actor and applies what it emits.
    pub(crate) fn deliver(&mut self, message: Message, depth: u8) -> Result<(), CommandError> {
        let mut cx = Context {
            now: self.now,
            config: &self.config,
            emitted: &mut self.emitted,
            run_queue: &mut self.run_queue,
            next_seq: self.seq.next(),
            depth,
        };
        match message {
            Message::Agent(id, message) => self.agents[id.index()].receive(message, &mut cx)?,
            Message::Contact(place, message) => self.contacts[place].receive(message, &mut cx)?,
            Message::Offer(id, message) => {
                let offer = self.offers.get(&id).expect("only live offers are addressed");
                offer.receive(message, &mut cx)?;
            }
            Message::Queue(id, message) => self.queues[id.index()].receive(message, &mut cx),
            Message::Skill(id, message) => self.skills[id.index()].receive(message, &mut cx),
        }
        self.apply_emitted();
        Ok(())
    }

    fn apply_emitted(&mut self) {
        let mut emitted = core::mem::take(&mut self.emitted);
        for kind in emitted.drain(..) {
            self.seq = self.seq.next();
            let event = Event { seq: self.seq, at: self.now, kind };
            self.apply(&event);
            self.outbox.push_back(event);
        }
        self.emitted = emitted;
    }

    /// Whom a deadline wakes, and with what.
    fn wake(&self, deadline: Deadline) -> Option<Message> {
        use crate::agent::AgentMessage;
        use crate::contact::ContactMessage;
        use crate::offer::{OfferMessage, OfferOutcome};
        use crate::skill::SkillMessage;
        Some(match deadline {
            Deadline::OfferExpires(offer) => Message::Offer(offer, OfferMessage::End(OfferOutcome::Expired)),
            Deadline::ConnectionFails(contact) => {
                Message::Contact(self.place(&contact)?, ContactMessage::ConnectionFails)
            }
            Deadline::WrapUpEnds(agent, contact) => Message::Agent(agent, AgentMessage::WrapUpEnds(contact)),
            Deadline::CoolDownEnds(agent) => Message::Agent(agent, AgentMessage::CoolDownEnds),
            Deadline::ExclusionEnds(contact, agent) => {
                Message::Contact(self.place(&contact)?, ContactMessage::ExclusionEnds(agent))
            }
            Deadline::SkillValidityChanges(agent, skill) => {
                let valid = self.agents[agent.index()].grant_counts(skill, self.now);
                Message::Skill(skill, SkillMessage::ValidityChanges { agent, valid })
            }
        })
    }

    /// The place of a contact that is inside.
    pub(crate) fn place(&self, id: &ContactId) -> Option<u32> {
        self.places.find(id.hash64(), |place| self.contacts.get(place).is_some_and(|c| c.id == *id))
    }
}

/// Why events do not make a state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FoldError {
    /// There is no event.
    #[error("there is no event to start from")]
    Empty,
    /// The first event does not bring a configuration.
    #[error("event {seq} should be the configuration")]
    NotConfigured {
        /// The first event.
        seq: Seq,
    },
    /// The configuration is refused by this release.
    #[error("the journal's {0}")]
    InvalidConfig(ConfigError),
    /// An event is missing or repeated.
    #[error("expected event {expected}, found {found}")]
    OutOfOrder {
        /// What should have come.
        expected: Seq,
        /// What came.
        found: Seq,
    },
}
