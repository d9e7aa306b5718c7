//! The world's transfers: which contacts are handed on, and what they bring to the next queue.
//!
//! All of it is drawn from a stream of the contact's own, a new one for each hand it goes through, so it is the same under
//! every policy and need not be kept: it is drawn again when the conversation ends.

use sunline_core::time::Span;
use sunline_core::{Command, Domain, QueueId, TransferTarget};

use super::{Happening, Listener, World, queue_of};
use crate::distribution::Sampler;
use crate::random::{Chance, Purpose};
use crate::scenario::{Scenario, ScenarioError};

/// The transfers of each queue, made ready.
#[derive(Debug)]
pub(super) struct HandingOn {
    /// By queue; empty where no queue hands on.
    rules: Vec<Vec<Rule>>,
    chance: Chance,
}

#[derive(Debug)]
struct Rule {
    to: QueueId,
    /// Sum of the shares up to this one.
    up_to: f64,
    talk: Option<Sampler>,
    handling: Sampler,
    patience: Option<Sampler>,
}

/// What becomes of one contact after a conversation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Next {
    to: QueueId,
    /// Length of the conversation before, where it is not the contact's own.
    pub(super) talk: Option<Span>,
    handling: Span,
    patience: Option<Span>,
}

/// Where a contact comes from, and through how many hands it went.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Origin {
    pub(super) source: u32,
    pub(super) number: u64,
    pub(super) hands: u32,
}

impl HandingOn {
    pub(super) fn new(scenario: &Scenario, domain: &Domain, chance: Chance) -> Result<Self, ScenarioError> {
        let queues = if scenario.transfers.is_empty() { 0 } else { scenario.config.queues.len() };
        let mut rules: Vec<Vec<Rule>> = Vec::new();
        rules.resize_with(queues, Vec::new);
        for (i, transfer) in scenario.transfers.iter().enumerate() {
            let wrong = |part: &str| {
                let path = format!("transfers[{i}].{part}");
                move |error| ScenarioError::Parameter { path, error }
            };
            let talk = transfer.talk.as_ref().map(|law| law.sampler()).transpose();
            let patience = transfer.patience.as_ref().map(|law| law.sampler()).transpose();
            let out = &mut rules[queue_of(domain, &transfer.source).index()];
            out.push(Rule {
                to: queue_of(domain, &transfer.target),
                up_to: out.last().map_or(0.0, |rule| rule.up_to) + transfer.share,
                talk: talk.map_err(wrong("talk"))?,
                handling: transfer.handling.sampler().map_err(wrong("handling"))?,
                patience: patience.map_err(wrong("patience"))?,
            });
        }
        Ok(Self { rules, chance })
    }

    fn is_none(&self) -> bool {
        self.rules.is_empty()
    }

    fn next(&self, queue: QueueId, origin: Origin) -> Option<Next> {
        let rules = self.rules.get(queue.index()).filter(|rules| !rules.is_empty())?;
        let group = u64::from(origin.hands) << 32 | u64::from(origin.source);
        let mut luck = self.chance.family(Purpose::Transfer, group).stream(origin.number);
        let share = luck.uniform();
        let rule = rules.iter().find(|rule| share < rule.up_to)?;
        let handling = rule.handling.sample(&mut luck);
        let talk = rule.talk.as_ref().map(|law| law.sample(&mut luck));
        let patience = rule.patience.as_ref().map(|law| law.sample(&mut luck));
        Some(Next { to: rule.to, talk, handling, patience })
    }
}

impl World<'_> {
    /// What becomes of a contact after the conversation that it has in a queue.
    #[inline]
    pub(super) fn next_of(&mut self, contact: u64, queue: QueueId) -> Option<Next> {
        if self.handing_on.is_none() {
            return None;
        }
        let origin = self.guests.get(contact)?.origin;
        self.handing_on.next(queue, origin)
    }

    /// A conversation ends: the contact is handed on, or over.
    pub(super) fn finish(&mut self, contact: u64, listener: &mut impl Listener) {
        let id = self.names.id(contact);
        if !self.handing_on.is_none()
            && let Some(queue) = self.driver.domain().contact_view(&id).map(|view| view.queue)
            && let Some(next) = self.next_of(contact, queue)
            && self.hand_on(contact, next, listener)
        {
            return;
        }
        self.tell(Command::Complete(id), listener);
    }

    /// Hands a contact on; false where the engine refuses it.
    fn hand_on(&mut self, contact: u64, next: Next, listener: &mut impl Listener) -> bool {
        let Some(guest) = self.guests.get(contact) else { return false };
        guest.origin.hands += 1;
        guest.handling = next.handling;
        let to = TransferTarget::Queue(next.to);
        if self.say(Command::Transfer(self.names.id(contact), to), listener).is_err() {
            return false;
        }
        if let (Some(patience), Some(guest)) = (next.patience, self.guests.restless(contact)) {
            let at = self.driver.now() + patience;
            guest.gives_up = Some(self.driver.schedule(at, Happening::GivesUp { contact }));
        }
        true
    }
}
