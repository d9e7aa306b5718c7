//! What is remembered of things that have ended, so that late and repeated words get the right answer.
//!
//! Each memory has a bound; the oldest is forgotten first.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::command::{CommandKey, Receipt};
use crate::config::MemoryConfig;
use crate::ids::{AgentId, ContactId, OfferId, QueueId, Seq};
use crate::limits::{COMMAND_KEY_MEMORY, HANDLER_MEMORY, OFFER_MEMORY};
use crate::lookup::Table;
use crate::offer::OfferOutcome;
use crate::time::Timestamp;

/// A memory that forgets the oldest. Serialized as its entries, oldest first.
#[derive(Clone, Debug)]
struct Recent<K, V> {
    order: VecDeque<K>,
    values: Table<K, V>,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self { order: VecDeque::new(), values: Table::default() }
    }
}

impl<K: Clone + Eq + core::hash::Hash, V: Clone> Recent<K, V> {
    fn remember(&mut self, key: K, value: V, most: usize) {
        while self.order.len() >= most.max(1) {
            self.forget_oldest();
        }
        if self.values.insert(key.clone(), value).is_none() {
            self.order.push_back(key);
        }
    }

    fn oldest(&self) -> Option<&V> {
        self.order.front().and_then(|key| self.values.get(key))
    }

    fn forget_oldest(&mut self) {
        if let Some(key) = self.order.pop_front() {
            self.values.remove(&key);
        }
    }

    fn get(&self, key: &K) -> Option<&V> {
        self.values.get(key)
    }

    fn entries(&self) -> Vec<(K, V)> {
        let both = |key: &K| Some((key.clone(), self.values.get(key)?.clone()));
        self.order.iter().filter_map(both).collect()
    }

    fn from_entries(entries: Vec<(K, V)>) -> Self {
        let mut recent = Self::default();
        for (key, value) in entries {
            recent.remember(key, value, usize::MAX);
        }
        recent
    }
}

/// A contact that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EndedContact {
    /// Digest of what was submitted.
    pub(crate) digest: u64,
    /// The event that let it in.
    pub(crate) arrival: Seq,
    pub(crate) ended_at: Timestamp,
    /// Where it ended.
    pub(crate) queue: QueueId,
    /// The offer that was accepted last, and by whom.
    pub(crate) won: Option<(OfferId, AgentId)>,
}

/// An offer that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EndedOffer {
    pub(crate) outcome: OfferOutcome,
    pub(crate) ended_at: Timestamp,
}

/// A command that was applied under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptCommand {
    /// Digest of the command.
    pub(crate) digest: u64,
    pub(crate) receipt: Receipt,
}

/// All memories of a domain.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    contacts: Recent<ContactId, EndedContact>,
    /// Ended contacts after which agents still wrap up, and how many: known whatever the bounds, for their ids are still in use.
    wrapping: BTreeMap<ContactId, (EndedContact, u16)>,
    offers: Recent<OfferId, EndedOffer>,
    commands: Recent<CommandKey, KeptCommand>,
    /// Who served each customer last, and when that was over.
    handlers: Recent<SmolStr, (AgentId, Timestamp)>,
}

/// The memories as plain lists, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MemoryState {
    contacts: Vec<(ContactId, EndedContact)>,
    wrapping: BTreeMap<ContactId, (EndedContact, u16)>,
    offers: Vec<(OfferId, EndedOffer)>,
    commands: Vec<(CommandKey, KeptCommand)>,
    #[serde(default)]
    handlers: Vec<(SmolStr, (AgentId, Timestamp))>,
}

impl Memory {
    pub(crate) fn remember_contact(&mut self, id: ContactId, ended: EndedContact, bounds: &MemoryConfig) {
        if bounds.ended_ids_max == 0 {
            return;
        }
        while self.contacts.oldest().is_some_and(|oldest| is_past(oldest, ended.ended_at, bounds)) {
            self.contacts.forget_oldest();
        }
        self.contacts.remember(id, ended, bounds.ended_ids_max as usize);
    }

    /// An agent wraps up after the contact.
    pub(crate) fn hold_contact(&mut self, id: ContactId, ended: EndedContact) {
        self.wrapping.entry(id).or_insert((ended, 0)).1 += 1;
    }

    /// The wrap-up after the contact is over.
    pub(crate) fn let_contact_go(&mut self, id: &ContactId) {
        let Some((_, agents)) = self.wrapping.get_mut(id) else { return };
        *agents -= 1;
        if *agents == 0 {
            self.wrapping.remove(id);
        }
    }

    pub(crate) fn remember_offer(&mut self, id: OfferId, ended: EndedOffer) {
        self.offers.remember(id, ended, OFFER_MEMORY);
    }

    pub(crate) fn remember_command(&mut self, key: CommandKey, kept: KeptCommand) {
        self.commands.remember(key, kept, COMMAND_KEY_MEMORY);
    }

    /// An agent has served a customer.
    pub(crate) fn remember_handler(&mut self, customer: SmolStr, agent: AgentId, at: Timestamp) {
        self.handlers.remember(customer, (agent, at), HANDLER_MEMORY);
    }

    /// Who served a customer last, and when.
    pub(crate) fn handler(&self, customer: &SmolStr) -> Option<(AgentId, Timestamp)> {
        self.handlers.get(customer).copied()
    }

    /// What is remembered of an ended contact at an instant: an entry past its time is forgotten, although it is only
    /// swept out when another contact ends.
    #[inline]
    pub(crate) fn contact(
        &self,
        id: &ContactId,
        now: Timestamp,
        bounds: &MemoryConfig,
    ) -> Option<&EndedContact> {
        let recent = self.contacts.get(id).filter(|ended| !is_past(ended, now, bounds));
        recent.or_else(|| self.wrapping.get(id).map(|(ended, _)| ended))
    }

    pub(crate) fn offer(&self, id: OfferId) -> Option<&EndedOffer> {
        self.offers.get(&id)
    }

    pub(crate) fn command(&self, key: CommandKey) -> Option<&KeptCommand> {
        self.commands.get(&key)
    }

    pub(crate) fn state(&self) -> MemoryState {
        MemoryState {
            contacts: self.contacts.entries(),
            wrapping: self.wrapping.clone(),
            offers: self.offers.entries(),
            commands: self.commands.entries(),
            handlers: self.handlers.entries(),
        }
    }

    pub(crate) fn from_state(state: MemoryState) -> Self {
        Self {
            contacts: Recent::from_entries(state.contacts),
            wrapping: state.wrapping,
            offers: Recent::from_entries(state.offers),
            commands: Recent::from_entries(state.commands),
            handlers: Recent::from_entries(state.handlers),
        }
    }
}

fn is_past(ended: &EndedContact, now: Timestamp, bounds: &MemoryConfig) -> bool {
    now.since(ended.ended_at) > bounds.ended_ids_for
}
