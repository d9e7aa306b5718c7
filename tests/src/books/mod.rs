//! The books: a second opinion on a run, kept from its events alone.
//!
//! They share no code with the kernel's actors, board or oracle. Each event is checked against what the books hold, then
//! entered; [`Books::close`] asks at the end of a step that nothing is overdue, nobody idle could serve one who waits
//! and the ledger balances; [`Books::agree`] asks that a domain sees the same. The first thing wrong is a [`Fault`].

mod affinity;
mod agent;
mod bounds;
mod callbacks;
mod choice;
mod contact;
mod enter;
mod entrance;
mod figures;
mod hands;
mod hours;
mod need;
mod of_agents;
mod of_contacts;
mod of_offers;
mod overflow;
mod plan;
mod reload;
mod rights;
mod risk;
mod room;
mod scores;
mod settled;
mod transfers;

use core::fmt;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;
use sunline_core::config::{Compiled, Decimal, QueueConfig};
use sunline_core::{
    AgentId, Config, ContactId, ContactOutcome, Event, OfferId, PoolId, Presence, QueueId, Seq, Timestamp,
};

pub(crate) use agent::AgentBook;
pub(crate) use contact::{ContactBook, Phase};

/// What is wrong with a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The event after which it shows.
    pub seq: Seq,
    /// What it is.
    pub what: String,
}

impl core::error::Error for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the books do not balance at {}: {}", self.seq, self.what)
    }
}

/// A live offer.
#[derive(Clone, Debug)]
pub(crate) struct OfferBook {
    pub(crate) contact: ContactId,
    pub(crate) queue: QueueId,
    pub(crate) agent: AgentId,
    pub(crate) expires_at: Timestamp,
}

/// How many contacts came and went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Contacts that arrived.
    pub arrived: u64,
    /// Contacts that ended.
    pub ended: u64,
    /// Contacts that came from another queue; over all queues, as many as left for another.
    pub moved_in: u64,
    /// Contacts that went to another queue.
    pub moved_out: u64,
    /// Contacts that ended, by outcome.
    pub outcomes: [u64; OUTCOMES.len()],
}

/// Every outcome there is.
pub const OUTCOMES: [ContactOutcome; 10] = {
    use ContactOutcome as O;
    [
        O::Served,
        O::Abandoned,
        O::Blocked,
        O::Withdrawn,
        O::TimedOut,
        O::Shed,
        O::HandedOff,
        O::Closed,
        O::CallbackFailed,
        O::Merged,
    ]
};

/// What the next event must be, because of the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owed {
    /// This agent has let too many offers pass.
    NotResponding(AgentId),
    /// This contact cannot be served, and its queue does not let such contacts wait.
    Blocked(ContactId),
    /// This contact was not reached too often, or became one with another.
    Ended(ContactId, ContactOutcome),
    /// This offer is answered by the engine.
    Accepted(OfferId),
    /// This agent is signed in or out by its shift.
    Presence(AgentId, Presence),
    /// The customer of this contact is to be called back from now on.
    Callback(ContactId),
    /// This contact is offered to this agent, as was just recorded.
    Offered(ContactId, AgentId),
    /// This contact came to a queue that is closed and lets nobody in.
    Closed(ContactId),
}

/// The books of one run.
#[derive(Clone, Debug, Default)]
pub struct Books {
    pub(crate) config: Option<Arc<(Config, Compiled)>>,
    /// Versions of the configuration after the first: each table of hours makes one.
    pub(crate) new_versions: u32,
    pub(crate) seq: Seq,
    pub(crate) at: Timestamp,
    /// The instant that is looked at: of the last event, or of the step that is being closed.
    pub(crate) clock: Timestamp,
    pub(crate) agents: Vec<AgentBook>,
    pub(crate) contacts: BTreeMap<ContactId, ContactBook>,
    pub(crate) offers: BTreeMap<OfferId, OfferBook>,
    pub(crate) ledgers: Vec<Ledger>,
    pub(crate) last_chosen: Vec<Option<AgentId>>,
    /// Accepted contacts: queue, pool of the agent, when.
    pub(crate) given: Vec<(QueueId, PoolId, Timestamp)>,
    pub(crate) owed: Option<Owed>,
    /// Who accepted each contact last, and by which offer; those that have ended too.
    pub(crate) won: BTreeMap<ContactId, (OfferId, AgentId)>,
    /// Overflow rules by queue and rule, and surges: whether each is on, and since when.
    pub(crate) overflows: BTreeMap<(QueueId, u16), (bool, Timestamp)>,
    pub(crate) surges: BTreeMap<u16, (bool, Timestamp)>,
    /// Contacts that came to each queue, and of these, the ones that went on to a partner.
    pub(crate) flows: BTreeMap<QueueId, (u64, u64)>,
    /// Contacts that are to end because they became one with another.
    pub(crate) merging: BTreeSet<ContactId>,
    /// Who served each customer last, and when that was over.
    pub(crate) handlers: BTreeMap<SmolStr, (AgentId, Timestamp)>,
    /// Contacts that a step of their plan moves, where to, and whether that is another queue for sure.
    pub(crate) planned_moves: BTreeMap<ContactId, (QueueId, bool)>,
    /// Contacts that arrived or changed since the books were last closed.
    pub(crate) fresh: Vec<ContactId>,
    /// The agent whose session was lost in this step.
    pub(crate) lost: Option<AgentId>,
    /// The calendars, by number.
    pub(crate) calendars: Vec<hours::CalendarBook>,
    /// Whether each queue is open, by `QueueId`.
    pub(crate) open: Vec<bool>,
    /// On which side of a canary with that share contacts are: with its stand-ins, or not.
    pub(crate) sides: BTreeMap<(ContactId, Decimal), bool>,
    /// Contacts that a closing queue sends away in this step.
    pub(crate) leaving: BTreeSet<ContactId>,
    /// Conversations that must be suspended for one that was accepted.
    pub(crate) interrupted: BTreeSet<ContactId>,
    /// The contact that came back to its agent beyond that one's room, just now.
    pub(crate) unparked: Option<ContactId>,
    /// The pair that must be made next, because somebody made it by hand.
    pub(crate) by_hand: Option<transfers::ByHand>,
    /// In this step the process is back after a stop.
    pub(crate) resuming: bool,
}

impl Books {
    /// Checks an event against the books and enters it.
    ///
    /// # Errors
    /// [`Fault`] when it cannot have happened.
    pub fn record(&mut self, event: &Event) -> Result<(), Fault> {
        let seq = event.seq;
        self.enter(event).map_err(|what| Fault { seq, what: format!("{what}, at {:?}", event.kind) })
    }

    /// The next step is the first after a stop: offers that fell due meanwhile lapse.
    pub fn resume(&mut self) {
        self.resuming = true;
    }

    /// Checks what must be true when a step is over, as of an instant.
    ///
    /// # Errors
    /// [`Fault`] with the first thing that is not.
    pub fn close(&mut self, now: Timestamp) -> Result<(), Fault> {
        let seq = self.seq;
        self.settled(now).map_err(|what| Fault { seq, what })
    }

    /// Checks that a domain sees what the books hold.
    ///
    /// # Errors
    /// [`Fault`] with the first difference.
    pub fn agree(&self, domain: &sunline_core::Domain) -> Result<(), Fault> {
        self.agrees(domain).map_err(|what| Fault { seq: self.seq, what })
    }

    /// Contacts that came and went, over all queues.
    pub fn ledger(&self) -> Ledger {
        self.ledgers.iter().fold(Ledger::default(), |sum, one| Ledger {
            arrived: sum.arrived + one.arrived,
            ended: sum.ended + one.ended,
            moved_in: sum.moved_in + one.moved_in,
            moved_out: sum.moved_out + one.moved_out,
            outcomes: core::array::from_fn(|place| sum.outcomes[place] + one.outcomes[place]),
        })
    }

    /// The configuration, to hold on to while the books change.
    pub(crate) fn shared(&self) -> Arc<(Config, Compiled)> {
        self.config.clone().expect("the configuration is the first event")
    }

    pub(crate) fn document(&self) -> &Config {
        &self.config.as_ref().expect("the configuration is the first event").0
    }

    pub(crate) fn compiled(&self) -> &Compiled {
        &self.config.as_ref().expect("the configuration is the first event").1
    }

    pub(crate) fn queue(&self, queue: QueueId) -> &QueueConfig {
        &self.document().queues[queue.index()]
    }

    pub(crate) fn cost(&self, contact: &ContactBook) -> u16 {
        self.document().channels[contact.channel.index()].cost
    }
}

/// Says what is wrong unless `good`.
pub(crate) fn ensure(good: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if good { Ok(()) } else { Err(what()) }
}
