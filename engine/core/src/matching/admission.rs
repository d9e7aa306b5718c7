//! The bounds of queues, tested when pairs have been made: who found nobody may have to go.
//!
//! A contact is put to the test only once it has found nobody, so a bound never turns away a contact that could be
//! served at once. Those who are being offered are left alone; they are put to the test when they seek again.

use std::collections::BTreeMap;

use crate::agent::Presence;
use crate::config::{AdmissionConfig, Staffing, TurnAway};
use crate::contact::{Contact, ContactOutcome};
use crate::domain::Domain;
use crate::ids::AgentId;
use crate::mailbox::Message;
use crate::queue::{Away, Bound, MoveCause, QueueMessage};

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
            Some(bound) => self.turn_away(place, bound),
            None => is_new && self.overflows(place),
        }
    }

    fn bound_of(&self, contact: &Contact, is_new: bool) -> Option<Bound> {
        if is_new && self.surges_on().any(|surge| surge.deflect.contains(&contact.queue)) {
            return Some(Bound::Deflected);
        }
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

    /// Moves a contact that came and found nobody on, where an overflow rule of its queue is entered and the target takes
    /// it; whether it did.
    fn overflows(&mut self, place: u32) -> bool {
        let contact = &self.contacts[place];
        let rules = &self.config.queues[contact.queue.index()].overflow;
        let entered = (0..).zip(rules).filter(|(rule, _)| {
            self.standings.overflows.get(&(contact.queue, *rule)).is_some_and(|standing| standing.active)
        });
        let target = entered.map(|(_, rule)| rule.to).find(|to| self.may_overflow_to(contact, *to));
        let Some(to) = target else { return false };
        self.dismiss(place, Away::Moves(to, MoveCause::Overflow));
        true
    }

    /// While a surge sheds, takes one contact of the first class in its order that has one waiting, the newest; whether it
    /// did.
    pub(super) fn shed_one(&mut self) -> bool {
        let waiting = |surge: &crate::config::Surge| -> u32 {
            surge.queues.iter().map(|queue| self.queues[queue.index()].waiting).sum()
        };
        let shedding = self.surges_on().filter(|surge| waiting(surge) > surge.settings.shed_above);
        let victim = shedding.flat_map(|surge| &surge.shed).find_map(|queue| {
            // Who is to be called back waits for us, and not the other way round.
            let waits = |place: &u32| {
                let contact = &self.contacts[*place];
                contact.is_listed() && contact.dialled.is_none()
            };
            self.figures.newest_of(*queue).find(waits)
        });
        victim.is_some_and(|place| self.turn_away(place, Bound::Surge))
    }

    /// Turns a contact away as its queue's bounds say now. Always true, to be said where turning away is the answer.
    fn turn_away(&mut self, place: u32, bound: Bound) -> bool {
        let contact = &self.contacts[place];
        let (settings, overflow_to) = self.bounds_of(contact.queue);
        let action = match bound {
            Bound::Length => settings.when_full,
            Bound::Wait => settings.after_max_wait,
            Bound::Staffing => settings.when_unstaffed,
            Bound::Deflected | Bound::Surge => TurnAway::Shed,
        };
        let blocked = if bound == Bound::Wait { ContactOutcome::TimedOut } else { ContactOutcome::Blocked };
        let away = match (action, bound) {
            (_, Bound::Deflected) => Away::Ends(ContactOutcome::HandedOff),
            (TurnAway::Shed, _) => Away::Ends(ContactOutcome::Shed),
            (TurnAway::Block, _) => Away::Ends(blocked),
            (TurnAway::Callback, _) if contact.is_question() => Away::Ends(blocked),
            (TurnAway::Callback, _) => Away::CalledBack(None),
            // A target that does not take it is as good as none.
            (TurnAway::Overflow, _) => match overflow_to.filter(|to| self.may_overflow_to(contact, *to)) {
                Some(to) => Away::Moves(to, MoveCause::Bound(bound)),
                None => Away::Ends(blocked),
            },
        };
        self.dismiss(place, away);
        true
    }

    fn dismiss(&mut self, place: u32, away: Away) {
        let contact = &self.contacts[place];
        let (queue, id, origin) = (contact.queue, contact.id, contact.waits_since());
        let message = QueueMessage::TurnAway { contact: id, place, origin, away };
        self.send_and_run(Message::Queue(queue, message));
    }

    fn admission_of(&self, contact: &Contact) -> &AdmissionConfig {
        self.bounds_of(contact.queue).0
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
