//! The bounds of queues, tested when pairs have been made: who found nobody may have to go.
//!
//! A contact is put to the test only once it has found nobody, so a bound never turns away a contact that could be
//! served at once. Those who are being offered are left alone; they are put to the test when they seek again.

use std::collections::BTreeMap;

use crate::agent::Presence;
use crate::config::{AdmissionConfig, Staffing};
use crate::contact::Contact;
use crate::domain::Domain;
use crate::ids::AgentId;
use crate::mailbox::Message;
use crate::queue::{Bound, QueueMessage};

impl Domain {
    /// Turns away a contact that has found nobody and may not wait, or not any longer; whether it did.
    pub(super) fn may_have_to_go(&mut self, place: u32) -> bool {
        let contact = &self.contacts[place];
        if !self.config.queues[contact.queue.index()].admission.is_bounded || contact.dialled.is_some() {
            return false;
        }
        let is_new = self.newcomers.contains(&place);
        self.newcomers.retain(|newcomer| *newcomer != place);
        let contact = &self.contacts[place];
        match self.bound_of(contact, is_new) {
            Some(bound) => {
                self.turn_away(place, bound);
                true
            }
            None => false,
        }
    }

    fn bound_of(&self, contact: &Contact, is_new: bool) -> Option<Bound> {
        let settings = self.admission_of(contact);
        let may_join = !is_new || self.is_staffed(contact, settings.join);
        if !may_join || !self.is_staffed(contact, settings.stay) {
            return Some(Bound::Staffing);
        }
        let ahead = self.queues[contact.queue.index()].waiting - 1;
        if is_new && settings.max_length.is_some_and(|most| ahead >= most) {
            return Some(Bound::Length);
        }
        self.is_overdue(contact).then_some(Bound::Wait)
    }

    /// Whether a contact has waited in its queue as long as it may.
    pub(crate) fn is_overdue(&self, contact: &Contact) -> bool {
        let longest = self.admission_of(contact).max_wait;
        contact.dialled.is_none()
            && longest.is_some_and(|longest| self.now.since(contact.entered_at) >= longest)
    }

    /// After agents have left: turns away those who wait where nobody capable is any more.
    pub(super) fn turn_away_the_stranded(&mut self) {
        let bounded = |contact: &Contact| self.config.queues[contact.queue.index()].admission.tests_stay;
        let stays = |contact: &Contact| contact.is_listed() && contact.dialled.is_none() && bounded(contact);
        let waiting = self.contacts.iter().filter(|(_, contact)| stays(contact));
        let mut by_arrival: Vec<_> = waiting.map(|(place, contact)| (contact.arrival, place)).collect();
        by_arrival.sort_unstable();
        // Contacts of one class that name no agent stand or fall together.
        let mut known: BTreeMap<u32, bool> = BTreeMap::new();
        for (_, place) in by_arrival {
            let contact = &self.contacts[place];
            let stay = self.admission_of(contact).stay;
            let plain = contact.never().next().is_none();
            let staffed = if plain {
                *known.entry(contact.class).or_insert_with(|| self.is_staffed(contact, stay))
            } else {
                self.is_staffed(contact, stay)
            };
            if !staffed {
                self.turn_away(place, Bound::Staffing);
            }
        }
    }

    /// After a stop: turns away those whose longest wait ended at this instant, when there was nobody to serve them.
    pub(crate) fn turn_away_the_overdue(&mut self) {
        let mut overdue: Vec<u32> = self.seeking.clone();
        overdue.retain(|place| {
            self.contacts.get(*place).is_some_and(|contact| contact.is_listed() && self.is_overdue(contact))
        });
        overdue.sort_unstable_by_key(|place| self.contacts[*place].arrival);
        overdue.dedup();
        for place in overdue {
            self.turn_away(place, Bound::Wait);
        }
    }

    fn turn_away(&mut self, place: u32, bound: Bound) {
        let contact = &self.contacts[place];
        let (queue, origin) = (contact.queue, contact.waits_since());
        let place = (!contact.is_question()).then_some(place);
        let message = QueueMessage::TurnAway { contact: contact.id, place, origin, bound };
        self.send_and_run(Message::Queue(queue, message));
    }

    fn admission_of(&self, contact: &Contact) -> &AdmissionConfig {
        &self.config.queues[contact.queue.index()].settings.admission
    }

    /// Whether somebody who counts as there could serve the contact, as far as its own needs go.
    pub(crate) fn is_staffed(&self, contact: &Contact, rule: Staffing) -> bool {
        let there = |agent: &crate::agent::Agent| match rule {
            Staffing::Always => true,
            Staffing::SignedIn => agent.presence != Presence::Offline,
            Staffing::Available => agent.presence == Presence::Available && !agent.not_responding,
        };
        rule == Staffing::Always
            || self.agents.iter().any(|agent| there(agent) && self.is_capable(agent.id, contact))
    }

    /// Whether an agent could serve a contact, were it ready and free.
    pub(crate) fn is_capable(&self, agent: AgentId, contact: &Contact) -> bool {
        let agent = &self.agents[agent.index()];
        let cost = self.config.channels[contact.channel.index()].cost;
        let need = self.board.classes.requirement(contact.class);
        let able = cost <= agent.spec.capacity && !agent.never_serves(contact.channel);
        able && !contact.is_closed_to(agent.id) && need.shortfall(&agent.facts()).is_none()
    }
}
