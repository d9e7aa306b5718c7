//! The domain: one routing kernel with its actors, its board and its clock hands.
//!
//! One writer calls it: [`Domain::handle`] with what happened, [`Domain::handle_deadlines`] when time has come, and
//! [`Domain::poll_event`] until nothing is left to tell. Everything it does follows from these calls alone.

mod apply;
mod branch;
mod callbacks;
mod commands;
mod fold;
mod hands;
mod hours;
mod install;
mod memory;
mod overflow;
mod plans;
mod reconfigure;
mod shadow;
mod slots;
mod step;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;

use crate::agent::Agent;
use crate::config::{Compiled, Config, ConfigError};
use crate::contact::Contact;
use crate::deadlines::{Deadline, Deadlines};
use crate::event::{Event, EventKind};
use crate::hours::{Calendars, HoursTable};
use crate::ids::{AgentId, CalendarId, ContactId, OfferId, QueueId, Seq, SkillId};
use crate::lookup::{Index, Table};
use crate::mailbox::{Lent, Outbox, RunQueue, Told};
use crate::matching::{Board, Gauges};
use crate::offer::Offer;
use crate::prediction::Prediction;
use crate::queue::Queue;
use crate::skill::Skill;
use crate::time::Timestamp;

pub use branch::BranchError;
pub use fold::FoldError;
pub(crate) use memory::{Memory, MemoryState};
pub(crate) use overflow::{Figures, Standings};
pub use shadow::{Difference, Instead, Shadow, ShadowCounts, ShadowReport};
pub use slots::CallbackSlot;
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
    pub(crate) calendars: Calendars,
    pub(crate) memory: Memory,
    pub(crate) deadlines: Deadlines,
    pub(crate) board: Board,
    /// Counts of pools, where some rule or gate asks for them.
    pub(crate) gauges: Option<Gauges>,
    /// The joint rule is to be asked at this settle.
    pub(crate) joint_is_due: bool,
    /// When its deadline is armed.
    pub(crate) joint_wakes_at: Option<Timestamp>,
    pub(crate) seq: Seq,
    pub(crate) now: Timestamp,
    /// Customers that some agents never serve, and those agents.
    pub(crate) shunned: BTreeMap<SmolStr, BTreeSet<AgentId>>,
    /// Agents that have gained room and contacts that have begun to seek, since the last settle.
    pub(crate) freed: Vec<AgentId>,
    pub(crate) seeking: Vec<u32>,
    /// Questions about contacts that are gone or passed on, since the last settle.
    pub(crate) orphans: Vec<ContactId>,
    /// Agents with suspended work for which there may be room again, since the last settle.
    pub(crate) relieved: Vec<AgentId>,
    /// Offers whose agent or contact has changed, since the last settle.
    pub(crate) doubtful: Vec<OfferId>,
    /// Contacts that have come to a queue with bounds, since the last settle.
    pub(crate) newcomers: Vec<u32>,
    /// An agent can serve less than before, since the last settle.
    pub(crate) departed: bool,
    /// What an agent can do has changed, since the last settle.
    pub(crate) narrowed: bool,
    /// Contacts whose queue has closed and does not let them wait, since the last time they were sent away.
    pub(crate) turned_away: Vec<u32>,
    /// Calendars that got another table, with the one they had, since that was last followed.
    pub(crate) moved_hours: Vec<(CalendarId, Arc<HoursTable>)>,
    /// Agents who changed, where contacts may be kept for them.
    pub(crate) perhaps_gone: Vec<AgentId>,
    /// Some deadline was armed for an instant that has come already.
    pub(crate) is_due: bool,
    /// Contacts inside by queue group and customer, where a customer has one; follows from the contacts.
    /// Overflow rules by queue and rule, and surges: whether each is on, and since when.
    pub(crate) standings: Standings,
    /// When the triggers are to be tested next; follows from the rest.
    pub(crate) test_at: Option<Timestamp>,
    /// What triggers read.
    pub(crate) figures: Figures,
    pub(crate) customers: BTreeMap<(SmolStr, SmolStr), Vec<ContactId>>,
    /// What is predicted of waits, where the configuration wants it.
    pub(crate) prediction: Option<Box<Prediction>>,
    /// Contacts whose service level is to be tested when the step has come to rest.
    pub(crate) tested: Vec<u32>,
    pub(crate) matcher: Matcher,
    run_queue: RunQueue,
    outbox: Lent<Outbox>,
    /// The deadline that fired last, until its instant is settled.
    pub(crate) firing: Option<(Timestamp, Deadline)>,
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
        domain.report_unknown_calendars();
        domain.freed.clear();
        domain.departed = false;
        domain.rearm_triggers();
        Ok(domain)
    }

    pub(crate) fn configured(document: Arc<Config>, config: Compiled, now: Timestamp) -> Self {
        let skills = config.skill_names().len() as u16;
        Self {
            board: Board::new(&config),
            gauges: config.counts_pools.then(|| Gauges::new(&config)),
            joint_is_due: false,
            joint_wakes_at: None,
            prediction: Prediction::new(&config, document.forecast.as_ref()).map(Box::new),
            queues: (0..config.queues.len() as u16).map(|q| Queue::new(QueueId(q))).collect(),
            skills: (0..skills).map(|s| Skill::new(SkillId(s))).collect(),
            calendars: Calendars::default(),
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
            shunned: BTreeMap::new(),
            seq: Seq(0),
            now,
            freed: Vec::new(),
            seeking: Vec::new(),
            orphans: Vec::new(),
            relieved: Vec::new(),
            doubtful: Vec::new(),
            newcomers: Vec::new(),
            tested: Vec::new(),
            departed: false,
            narrowed: false,
            turned_away: Vec::new(),
            moved_hours: Vec::new(),
            standings: Standings::default(),
            test_at: None,
            figures: Figures::default(),
            is_due: false,
            perhaps_gone: Vec::new(),
            customers: BTreeMap::new(),
            matcher: Matcher::default(),
            run_queue: RunQueue::default(),
            outbox: Lent::default(),
            firing: None,
        }
    }

    /// The next instant at which `handle_deadlines` has something to do.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.deadlines.next()
    }

    /// What the world should hear. Drain to `None` after each call above, before the next one.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.outbox.pop()
    }

    /// All that [`poll_event`](Self::poll_event) would give, to be heard where it lies: a world that hears events as fast as
    /// they come need not move them. Nothing may be told to the domain until they are given back by
    /// [`reuse_events`](Self::reuse_events).
    ///
    /// # Panics
    /// When events taken before were not given back.
    #[inline]
    pub fn take_events(&mut self) -> Told {
        Told(self.outbox.lend())
    }

    /// Gives back what [`take_events`](Self::take_events) gave, once it was heard, so that its room is used again.
    #[inline]
    pub fn reuse_events(&mut self, heard: Told) {
        let mut outbox = heard.0;
        outbox.forget();
        self.outbox.give_back(outbox);
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

    /// The places of those contacts, by arrival: where they lie differs in a state that was made again.
    pub(crate) fn by_arrival(&self, which: impl Fn(&Contact) -> bool) -> Vec<u32> {
        let found = self.contacts.iter().filter(|(_, contact)| which(contact)).map(|(place, _)| place);
        let mut found: Vec<u32> = found.collect();
        found.sort_unstable_by_key(|place| self.contacts[*place].arrival);
        found
    }

    /// The place of a contact that is inside.
    #[inline(always)]
    pub(crate) fn place(&self, id: &ContactId) -> Option<u32> {
        if self.is_at(self.recent, id) { Some(self.recent) } else { self.find_place(id) }
    }

    #[inline(never)]
    fn find_place(&self, id: &ContactId) -> Option<u32> {
        self.places.find(id.hash64(), |place| self.is_at(place, id))
    }

    #[inline(always)]
    fn is_at(&self, place: u32, id: &ContactId) -> bool {
        self.contacts.get(place).is_some_and(|contact| contact.id == *id)
    }
}
