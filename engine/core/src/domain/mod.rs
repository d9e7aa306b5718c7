//! The domain: one routing kernel with its actors, its board and its clock hands.
//!
//! One writer calls it: [`Domain::handle`] with what happened, [`Domain::handle_deadlines`] when time has come, and
//! [`Domain::poll_event`] until nothing is left to tell. Everything it does follows from these calls alone.

mod apply;
mod commands;
mod install;
mod memory;
mod view;

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::agent::Agent;
use crate::command::{Command, CommandKey, Receipt};
use crate::config::{Compiled, Config, ConfigError};
use crate::contact::Contact;
use crate::deadlines::{BrokenDeadline, Deadline, Deadlines};
use crate::error::CommandError;
use crate::event::{Event, EventKind};
use crate::ids::{AgentId, ContactId, OfferId, QueueId, Seq, SkillId};
use crate::limits::MAX_DEPTH;
use crate::lookup::{Index, Table};
use crate::mailbox::{Context, Message, Outbox, RunQueue};
use crate::matching::Board;
use crate::offer::{Offer, OfferMessage, OfferOutcome};
use crate::queue::Queue;
use crate::skill::Skill;
use crate::time::Timestamp;

pub(crate) use memory::{Memory, MemoryState};
pub use view::{AgentView, ContactView, OfferView, QueueView};

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
    /// The place looked up last: the next look-up is often for the same contact.
    pub(crate) recent: u32,
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
    outbox: Outbox,
    /// The deadline that fired last, until its instant is settled.
    firing: Option<(Timestamp, Deadline)>,
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
        domain.emit(EventKind::Configured { config: config.clone() });
        for (number, spec) in (0..).zip(&config.agents) {
            domain.emit(EventKind::AgentRegistered { agent: AgentId(number), spec: Arc::new(spec.clone()) });
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
        self.outbox.last = event.seq;
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
            recent: 0,
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
            outbox: Outbox::default(),
            firing: None,
        }
    }

    /// Fires the deadlines due by `now`, then applies the command. A refused command changes nothing itself.
    ///
    /// # Errors
    /// [`CommandError`] says what was refused and why.
    pub fn handle(&mut self, now: Timestamp, command: Command) -> Result<Receipt, CommandError> {
        match command {
            Command::Resume => self.catch_up(now),
            _ => self.handle_deadlines(now),
        }
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
            self.emit(EventKind::CommandRemembered { key, digest, receipt });
            self.apply_emitted();
        }
        Ok(receipt)
    }

    /// Fires every deadline due by `now`, each as of its own instant: oldest first, then kind, then id.
    pub fn handle_deadlines(&mut self, now: Timestamp) {
        while let Some(instant) = self.deadlines.next().filter(|at| *at <= now) {
            self.fire(instant, |_| None);
            self.settle();
            if self.is_poisoned() {
                return;
            }
        }
        self.firing = None;
        self.now = self.now.max(now);
    }

    /// The same after a stop. Nobody could answer an offer that fell due meanwhile, so it lapses without strike; and no
    /// pair is made before `now`, when there is somebody again to make it for.
    fn catch_up(&mut self, now: Timestamp) {
        let lapses = |deadline: &Deadline| match deadline {
            Deadline::OfferExpires(offer) => {
                Some(Message::Offer(*offer, OfferMessage::End(OfferOutcome::Revoked)))
            }
            _ => None,
        };
        while let Some(instant) = self.deadlines.next().filter(|at| *at <= now) {
            self.fire(instant, lapses);
            if self.is_poisoned() {
                return;
            }
        }
        self.firing = None;
        self.now = self.now.max(now);
    }

    /// Wakes whom the deadlines of one instant wake, with `instead` where that has a message.
    fn fire(&mut self, instant: Timestamp, instead: impl Fn(&Deadline) -> Option<Message>) {
        self.now = self.now.max(instant);
        while let Some(deadline) = self.deadlines.pop_at(instant) {
            self.firing = Some((instant, deadline));
            let Some(message) = instead(&deadline).or_else(|| self.wake(deadline)) else { continue };
            let woken = self.deliver(message, 0).and_then(|()| self.run());
            debug_assert!(woken.is_ok(), "a deadline is never refused: {woken:?}");
            if self.is_poisoned() {
                return;
            }
        }
    }

    /// The deadline over which the kernel panicked or was poisoned, to be asked of the state that is then void; `None`
    /// when no deadline was to blame.
    pub fn broken_deadline(&self) -> Option<BrokenDeadline> {
        self.firing.map(|(at, deadline)| BrokenDeadline { at, deadline })
    }

    /// Takes a broken deadline out of a rebuilt state, so that it does not fire again; whether it was there.
    pub fn set_aside(&mut self, broken: &BrokenDeadline) -> bool {
        let armed = self.deadlines.contains(broken.at, broken.deadline);
        self.deadlines.disarm(broken.at, broken.deadline);
        armed
    }

    /// The next instant at which `handle_deadlines` has something to do.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.deadlines.next()
    }

    /// What the world should hear. Drain to `None` after each call above, before the next one.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.outbox.pop()
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
            commands::Begun::Settle => {}
            commands::Begun::Send(message) => self.deliver(message, 0)?,
            commands::Begun::Emit(event) => {
                if let EventKind::AgentRegistered { agent: new, .. } = &event {
                    agent = Some(*new);
                }
                self.emit(event);
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
            outbox: &mut self.outbox,
            run_queue: &mut self.run_queue,
            depth,
        };
        match message {
            Message::Agent(id, message) => self.agents[id.index()].receive(message, &mut cx)?,
            Message::Contact(place, message) => {
                self.recent = place;
                self.contacts[place].receive(message, &mut cx)?;
            }
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
        if !self.outbox.has_more_to_apply() {
            return;
        }
        let mut outbox = core::mem::take(&mut self.outbox);
        while let Some(event) = outbox.next_to_apply() {
            self.seq = event.seq;
            self.apply(event);
        }
        self.outbox = outbox;
    }

    /// States a fact that no actor needs to decide.
    fn emit(&mut self, kind: EventKind) {
        self.outbox.push(self.now, kind);
    }

    /// Whom a deadline wakes, and with what.
    fn wake(&self, deadline: Deadline) -> Option<Message> {
        use crate::agent::AgentMessage;
        use crate::contact::ContactMessage;
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
        let is_it = |place: u32| self.contacts.get(place).is_some_and(|contact| contact.id == *id);
        if is_it(self.recent) {
            return Some(self.recent);
        }
        self.places.find(id.hash64(), is_it)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::{AgentState, Presence};
    use crate::command::NewContact;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_secs(second)
    }

    /// Ann finishes her work until 0:30, bob is asked for contact 2 until 0:22; contact 3 waits.
    fn evening() -> Domain {
        let config = Config::from_toml(
            r#"
            name = "shop"
            channels = [{ name = "voice" }]
            queues = [{ name = "bills", wrap_up = "26s" }]
            agents = [{ name = "ann" }, { name = "bob" }]
            "#,
        )
        .unwrap();
        let mut domain = Domain::new(at(0), config).unwrap();
        let mut tell = |second, command| domain.handle(at(second), command).unwrap();
        let arrive = |id: u64| Command::Arrive(NewContact::new(ContactId::from(id), QueueId(0)));
        tell(0, Command::SetPresence(AgentId(0), Presence::Available));
        tell(1, arrive(1));
        let offer = domain.contact_view(&ContactId::from(1)).unwrap().offers[0];
        let mut tell = |second, command| domain.handle(at(second), command).unwrap();
        tell(2, Command::AcceptOffer(offer, AgentId(0)));
        tell(2, Command::SetPresence(AgentId(1), Presence::Available));
        tell(2, arrive(2));
        tell(3, arrive(3));
        tell(4, Command::Complete(ContactId::from(1)));
        domain
    }

    #[test]
    fn after_a_stop_offers_lapse_without_strike_and_pairs_are_made_now() {
        let mut domain = evening();
        while domain.poll_event().is_some() {}
        domain.handle(at(3600), Command::Resume).unwrap();
        let told: Vec<Event> = std::iter::from_fn(|| domain.poll_event()).collect();
        let lapsed = told.iter().find_map(|event| match &event.kind {
            EventKind::OfferEnded { outcome, strikes, .. } => Some((event.at, *outcome, *strikes)),
            _ => None,
        });
        assert_eq!(lapsed, Some((at(22), OfferOutcome::Revoked, 0)));
        let finished = told.iter().find(|event| matches!(event.kind, EventKind::WrapUpEnded { .. }));
        assert_eq!(finished.map(|event| event.at), Some(at(30)));
        let offered: Vec<Timestamp> =
            told.iter().filter(|e| matches!(e.kind, EventKind::OfferIssued { .. })).map(|e| e.at).collect();
        assert_eq!(offered, [at(3600), at(3600)]);
        assert!(domain.agents().all(|agent| agent.state == AgentState::Busy));
        assert_eq!(domain.broken_invariants(), Vec::<String>::new());
    }

    #[test]
    fn a_deadline_that_was_set_aside_does_not_fire() {
        let mut domain = evening();
        let broken = BrokenDeadline { at: at(22), deadline: Deadline::OfferExpires(OfferId(7)) };
        assert!(!domain.set_aside(&broken));
        let offer = domain.contact_view(&ContactId::from(2)).unwrap().offers[0];
        let broken = BrokenDeadline { at: at(22), deadline: Deadline::OfferExpires(offer) };
        assert_eq!(broken.to_string(), format!("{offer} expires at 1970-01-01T00:00:22Z"));
        assert!(domain.set_aside(&broken));
        domain.handle_deadlines(at(25));
        assert!(domain.offer_view(offer).is_some());
        assert_eq!(domain.broken_deadline(), None);
    }
}
