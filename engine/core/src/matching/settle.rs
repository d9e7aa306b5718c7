//! Settle: after whatever happened at one instant, pairs are made until none is left to make.
//!
//! Offers whose agent may no longer serve, or has no more room, are taken back. Then the agents that gained room, in order of their idle clock, each take contacts until they find none; then the
//! contacts that began to seek, in the domain's order, each seek an agent.

use super::search::Choice;
use crate::agent::AgentMessage;
use crate::config::{AnswerMode, ContactRule};
use crate::contact::{ContactMessage, ContactOutcome, Phase};
use crate::domain::{Domain, Matcher};
use crate::ids::{AgentId, QueueId};
use crate::mailbox::Message;
use crate::offer::{Offer, OfferMessage, OfferOutcome};
use crate::queue::QueueMessage;
use crate::record::{ChosenBy, Decision};
use crate::skill::Shortfall;

impl Domain {
    pub(crate) fn settle(&mut self) {
        self.end_orphans();
        self.take_back();
        self.resume_suspended();
        if let Some(rule) = &self.config.joint {
            let rule = rule.clone();
            return self.settle_jointly(&rule);
        }
        self.wake_pools();
        while !(self.freed.is_empty() && self.seeking.is_empty() && !self.departed) {
            self.take_back();
            while let Some(agent) = self.next_freed() {
                match self.select_contact(agent) {
                    Some(choice) => self.agent_takes(agent, &choice),
                    None => self.forget_freed(agent),
                }
            }
            if let Some(place) = self.next_seeking() {
                self.contact_seeks(place);
            }
            if self.departed && self.freed.is_empty() && self.seeking.is_empty() {
                self.departed = false;
                self.turn_away_the_stranded();
            }
            if self.freed.is_empty() && self.seeking.is_empty() {
                // Who was moved may have come to a plan that opens at once.
                self.fire_due();
                self.take_back();
            }
        }
        self.newcomers.clear();
    }

    /// Takes back the offers that what changed has made wrong; of those beyond an agent's room, the newest first.
    fn take_back(&mut self) {
        if self.doubtful.is_empty() {
            return;
        }
        let mut doubtful = core::mem::take(&mut self.doubtful);
        doubtful.sort_unstable();
        while let Some(id) = doubtful.pop() {
            let Some(offer) = self.offers.get(&id) else { continue };
            if !self.may_stand(offer) {
                self.send_and_run(Message::Offer(id, OfferMessage::End(OfferOutcome::Revoked)));
            }
        }
    }

    /// Ends the questions about contacts that are gone or have been passed on.
    fn end_orphans(&mut self) {
        while let Some(id) = self.orphans.pop() {
            if let Some(place) = self.place(&id) {
                let leave = ContactMessage::Leave(ContactOutcome::Withdrawn);
                self.send_and_run(Message::Contact(place, leave));
            }
        }
    }

    /// Lets suspended conversations go on where there is room for them again, before anything new is taken.
    fn resume_suspended(&mut self) {
        while let Some(agent) = self.relieved.pop() {
            while let Some(contact) = self.agents[agent.index()].next_to_resume(&self.config.rooms) {
                self.send_and_run(Message::Agent(agent, AgentMessage::Resume(contact)));
            }
        }
    }

    /// Whether a live offer could still be made: its agent has the room it takes and meets every need of the contact.
    pub(crate) fn may_stand(&self, offer: &Offer) -> bool {
        let (agent, contact) = (&self.agents[offer.agent.index()], &self.contacts[offer.place]);
        let seat = contact.seats().find(|seat| seat.queue == offer.queue);
        let meets = |class| self.board.classes.requirement(class).shortfall(&agent.facts()).is_none();
        agent.offer_fits(contact.channel, &self.config.rooms)
            && !agent.paused.contains(&offer.queue)
            && !contact.is_closed_to(agent.id)
            && seat.is_some_and(|seat| meets(seat.class))
    }

    /// The freed agent whose idle clock started first; those without room are forgotten.
    fn next_freed(&mut self) -> Option<AgentId> {
        let board = &self.board;
        if let [only] = *self.freed.as_slice() {
            if board.groups.current(only).is_none() {
                self.freed.clear();
                return None;
            }
            return Some(only);
        }
        self.freed.retain(|agent| board.groups.current(*agent).is_some());
        self.freed.iter().copied().min_by_key(|agent| board.groups.idle.key_of(agent.0))
    }

    fn forget_freed(&mut self, agent: AgentId) {
        self.freed.retain(|freed| *freed != agent);
    }

    /// Takes the seeking contact with the most points, then origin, then arrival; those that wait no more are forgotten.
    fn next_seeking(&mut self) -> Option<u32> {
        let board = &self.board;
        self.seeking.retain(|place| board.classes.waiting.list_of(*place).is_some());
        if let [only] = *self.seeking.as_slice() {
            self.seeking.clear();
            return Some(only);
        }
        let order = |place: u32| {
            let contact = &self.contacts[place];
            let points = board.classes.curve(contact.class).points(self.now.since(contact.origin));
            (core::cmp::Reverse(points), contact.key())
        };
        let next = self.seeking.iter().copied().min_by_key(|place| order(*place))?;
        self.seeking.retain(|place| *place != next);
        Some(next)
    }

    fn agent_takes(&mut self, agent: AgentId, choice: &Choice<(u32, QueueId)>) {
        let (place, queue) = choice.winner;
        let rule = self.config.pools[self.agents[agent.index()].pool.index()].rule;
        let chosen_by = match rule {
            ContactRule::Points => ChosenBy::Points,
            rule => ChosenBy::ContactRule(rule),
        };
        self.reserve(agent, place, queue, chosen_by, choice);
        self.widen(place);
    }

    fn contact_seeks(&mut self, place: u32) {
        if self.config.queues[self.contacts[place].queue.index()].settings.scorer.is_some() {
            if self.asks_scores(place) {
                return;
            }
            if let Some(choice) = self.agent_by_score(place) {
                let home = self.contacts[place].queue;
                self.reserve(choice.winner, place, home, ChosenBy::Scorer, &choice);
                self.widen(place);
                return;
            }
        }
        if let Some((choice, queue)) = self.select_agent(place) {
            let rule = self.config.queues[queue.index()].settings.agent_rule;
            self.reserve(choice.winner, place, queue, ChosenBy::AgentRule(rule), &choice);
            self.widen(place);
            return;
        }
        self.stays_unserved(place);
    }

    /// What becomes of a contact that sought and found nobody.
    pub(crate) fn stays_unserved(&mut self, place: u32) {
        if self.may_have_to_go(place) {
            return;
        }
        let contact = &self.contacts[place];
        if !contact.unservable && !self.is_servable(contact) {
            let shortfall = self.board.nearest_shortfall(contact.class);
            let excluded = |shortfall| match shortfall {
                Shortfall::Excluded => self.exclusion(contact),
                other => other,
            };
            let shortfall = shortfall.map(excluded);
            let (id, since) = (contact.id, contact.waits_since());
            let told = QueueMessage::Unservable { contact: id, origin: since, shortfall };
            self.send_and_run(Message::Queue(contact.queue, told));
        }
    }

    /// Asks further agents, up to the queue's number of parallel offers.
    fn widen(&mut self, place: u32) {
        let Some(contact) = self.contacts.get(place) else { return };
        let settings = &self.config.queues[contact.queue.index()].settings;
        let wave = usize::from(settings.offer.parallel);
        if wave == 1 || settings.offer.answer == AnswerMode::Auto {
            return;
        }
        let asks = |contact: &Contact| contact.phase == Phase::Waiting && contact.offers.len() < wave;
        while self.contacts.get(place).is_some_and(asks) {
            let Some((choice, queue)) = self.select_agent(place) else { return };
            let rule = self.config.queues[queue.index()].settings.agent_rule;
            self.reserve(choice.winner, place, queue, ChosenBy::AgentRule(rule), &choice);
        }
    }

    pub(crate) fn reserve<T>(
        &mut self,
        agent: AgentId,
        place: u32,
        queue: QueueId,
        chosen_by: ChosenBy,
        choice: &Choice<T>,
    ) {
        self.recent = place;
        let contact = &self.contacts[place];
        let decision = Decision {
            chosen_by,
            index: choice.index,
            tie_break: choice.tie_break,
            compatible: choice.compatible,
            config_version: self.config_version,
        };
        let reserve = AgentMessage::Reserve {
            contact: contact.id,
            since: contact.waits_since(),
            home: contact.queue,
            queue,
            channel: contact.channel,
            decision,
            given: None,
        };
        self.send_and_run(Message::Agent(agent, reserve));
    }

    pub(crate) fn send_and_run(&mut self, message: Message) {
        let sent = self.deliver(message, 0).and_then(|()| self.run());
        debug_assert!(sent.is_ok(), "the domain's own messages are never refused: {sent:?}");
    }

    /// The best agent for a contact and the queue it is served in: at home, else in the queues that were added, in the
    /// order in which they were.
    pub(crate) fn select_agent(&self, place: u32) -> Option<(Choice<AgentId>, QueueId)> {
        let contact = &self.contacts[place];
        contact.seats().find_map(|seat| {
            if self.matcher == Matcher::Naive {
                return self.naive_agent(place, seat).map(|choice| (choice, seat.queue));
            }
            if !self.config.queues[seat.queue.index()].is_plain {
                return self.agent_by_rule(place, seat).map(|choice| (choice, seat.queue));
            }
            let last = self.queues[seat.queue.index()].last_chosen;
            let may_ask = |agent| contact.may_ask(agent);
            let choice = self.board.select_agent(seat.class, last, contact.is_particular(), &may_ask);
            choice.map(|choice| (choice, seat.queue))
        })
    }

    /// The best contact for an agent, and the queue it is served in.
    pub(crate) fn select_contact(&self, agent: AgentId) -> Option<Choice<(u32, QueueId)>> {
        if self.matcher == Matcher::Naive {
            return self.naive_contact(agent);
        }
        if !self.config.pools[self.agents[agent.index()].pool.index()].is_plain {
            return self.head_for(agent);
        }
        let may_take = |member| self.contacts[self.contact_at(member)].may_ask(agent);
        let choice = self.board.select_contact(agent, self.now, &may_take)?;
        let place = self.contact_at(choice.winner);
        let contact = &self.contacts[place];
        if contact.added.is_empty() {
            return Some(choice.with((place, contact.queue)));
        }
        // Of several places of one contact the first counts; and the next in line is another contact.
        let seat = self.board.best_seat(agent, contact, self.now)?;
        let tie_break = self.board.tie_with(agent, contact.key(), choice.index, self.now, &may_take);
        Some(Choice { tie_break, ..choice.with((place, seat.queue)) })
    }

    /// The contact whose place this is, at home or added.
    pub(crate) fn contact_at(&self, member: u32) -> u32 {
        if self.added.is_empty() { member } else { self.added.get(&member).copied().unwrap_or(member) }
    }
}
