//! Settle: after whatever happened at one instant, pairs are made until none is left to make.
//!
//! Offers whose agent may no longer serve, or has no more room, are taken back. Then the agents that gained room, in order of their idle clock, each take contacts until they find none; then the
//! contacts that began to seek, in the domain's order, each seek an agent.

use super::search::Choice;
use crate::agent::AgentMessage;
use crate::config::{AnswerMode, ContactRule, RecordDetail};
use crate::contact::{Contact, ContactMessage, ContactOutcome};
use crate::domain::{Domain, Matcher};
use crate::ids::AgentId;
use crate::mailbox::Message;
use crate::offer::{Offer, OfferMessage, OfferOutcome};
use crate::record::{ChosenBy, Decision, TieBreak};

impl Domain {
    #[inline(always)]
    pub(crate) fn settle(&mut self) {
        self.end_orphans();
        self.take_back();
        self.resume_suspended();
        self.pair_up();
        while self.config.has_triggers && (self.test_triggers() || self.shed_one()) {
            self.pair_up();
        }
        self.newcomers.clear();
    }

    /// Makes pairs until none is left to make, and turns away who may not wait.
    fn pair_up(&mut self) {
        self.wake_pools();
        self.look_after_affinity();
        if let Some(rule) = &self.config.joint {
            let rule = rule.clone();
            return self.settle_jointly(&rule);
        }
        while self.has_to_settle() {
            if !self.freed.is_empty() {
                self.list_seeking();
            }
            while let Some(agent) = self.next_freed() {
                match self.select_contact(agent) {
                    Some(choice) => self.agent_takes(agent, &choice),
                    None => self.forget_freed(agent),
                }
            }
            if let Some(place) = self.next_seeking() {
                self.contact_seeks(place);
            }
            self.look_after_the_stranded();
            // Who has accepted work of a project is asked for no other's; who was interrupted may still have room for some.
            self.take_back();
            self.resume_suspended();
            // A gate that opened meanwhile is asked in this settle, whatever the state is made from next.
            self.wake_pools();
            self.look_after_affinity();
        }
    }

    /// Whether somebody still seeks somebody, or may have lost whoever could serve them.
    #[inline]
    pub(super) fn has_to_settle(&self) -> bool {
        !(self.freed.is_empty() && self.seeking.is_empty()) || self.departed || self.narrowed
    }

    // The small questions below are asked several times a command and mostly answered no: they are always inlined, so that
    // each costs a comparison and no call.

    /// Once every pair is made: what becomes of those who wait for agents that left, or can do less than before.
    #[inline(always)]
    pub(super) fn look_after_the_stranded(&mut self) {
        if (self.departed || self.narrowed) && self.freed.is_empty() && self.seeking.is_empty() {
            self.turn_to_the_stranded();
        }
    }

    fn turn_to_the_stranded(&mut self) {
        if core::mem::take(&mut self.departed) {
            self.turn_away_the_stranded();
        }
        if core::mem::take(&mut self.narrowed) {
            self.tell_the_unservable();
        }
    }

    /// Takes back the offers that what changed has made wrong; of those beyond an agent's room, the newest first.
    #[inline(always)]
    pub(crate) fn take_back(&mut self) {
        if !self.doubtful.is_empty() {
            self.take_back_the_doubtful();
        }
    }

    fn take_back_the_doubtful(&mut self) {
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
    #[inline(always)]
    fn end_orphans(&mut self) {
        if !self.orphans.is_empty() {
            self.end_the_orphans();
        }
    }

    fn end_the_orphans(&mut self) {
        while let Some(id) = self.orphans.pop() {
            if let Some(place) = self.place(&id) {
                let leave = ContactMessage::Leave(ContactOutcome::Withdrawn);
                self.send_and_run(Message::Contact(place, leave));
            }
        }
    }

    /// Lets suspended conversations go on where there is room for them again, before anything new is taken.
    #[inline(always)]
    pub(super) fn resume_suspended(&mut self) {
        if !self.relieved.is_empty() {
            self.resume_the_relieved();
        }
    }

    fn resume_the_relieved(&mut self) {
        while let Some(agent) = self.relieved.pop() {
            while let Some(contact) = self.agents[agent.index()].next_to_resume(&self.config.rooms) {
                self.send_and_run(Message::Agent(agent, AgentMessage::Resume(contact)));
            }
        }
    }

    /// Whether a live offer could still be made: its agent has the room it takes and meets every need of the contact.
    pub(crate) fn may_stand(&self, offer: &Offer) -> bool {
        let (agent, contact) = (&self.agents[offer.agent.index()], &self.contacts[offer.place]);
        let need = self.board.classes.requirement(contact.class);
        agent.offer_fits(contact.channel, &self.config.rooms)
            && !agent.paused.contains(&contact.queue)
            && !contact.is_closed_to(agent.id)
            && !contact.uncallable
            && need.shortfall(&agent.facts()).is_none()
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
    #[inline]
    fn next_seeking(&mut self) -> Option<u32> {
        match *self.seeking.as_slice() {
            [] => None,
            [only] => {
                self.seeking.clear();
                self.contacts.get(only).is_some_and(Contact::is_listed).then_some(only)
            }
            _ => self.next_of_many_seeking(),
        }
    }

    fn next_of_many_seeking(&mut self) -> Option<u32> {
        let contacts = &self.contacts;
        self.seeking.retain(|place| contacts.get(*place).is_some_and(Contact::is_listed));
        let board = &self.board;
        let order = |place: u32| {
            let contact = &self.contacts[place];
            let points = board.classes.curve(contact.class).points(self.now.since(contact.origin));
            (core::cmp::Reverse(points), contact.key())
        };
        let next = self.seeking.iter().copied().min_by_key(|place| order(*place))?;
        self.seeking.retain(|place| *place != next);
        Some(next)
    }

    fn agent_takes(&mut self, agent: AgentId, choice: &Choice<u32>) {
        let place = choice.winner;
        let rule = self.config.pools[self.agents[agent.index()].pool.index()].rule;
        let chosen_by = match rule {
            ContactRule::Points => ChosenBy::Points,
            rule => ChosenBy::ContactRule(rule),
        };
        self.reserve(agent, place, chosen_by, choice);
        self.widen(place);
    }

    fn contact_seeks(&mut self, place: u32) {
        if self.config.queues[self.contacts[place].queue.index()].settings.scorer.is_some() {
            if self.asks_scores(place) {
                return;
            }
            if let Some(choice) = self.agent_by_score(place) {
                self.reserve(choice.winner, place, ChosenBy::Scorer, &choice);
                self.widen(place);
                return;
            }
        }
        if let Some(choice) = self.select_agent(place) {
            let rule = self.config.queues[self.contacts[place].queue.index()].settings.agent_rule;
            self.reserve(choice.winner, place, ChosenBy::AgentRule(rule), &choice);
            self.widen(place);
            return;
        }
        self.list_waiting(place);
        self.stays_unserved(place);
    }

    /// Asks further agents, up to the queue's number of parallel offers.
    #[inline]
    fn widen(&mut self, place: u32) {
        let Some(contact) = self.contacts.get(place) else { return };
        let settings = &self.config.queues[contact.queue.index()].settings;
        let (rule, wave) = (settings.agent_rule, usize::from(settings.offer.parallel));
        if wave == 1 || settings.offer.answer == AnswerMode::Auto {
            return;
        }
        while self.contacts[place].offers.len() < wave {
            let Some(choice) = self.select_agent(place) else { return };
            self.reserve(choice.winner, place, ChosenBy::AgentRule(rule), &choice);
        }
    }

    pub(crate) fn reserve<T>(&mut self, agent: AgentId, place: u32, chosen_by: ChosenBy, choice: &Choice<T>) {
        self.recent = place;
        let contact = &self.contacts[place];
        if self.config.queues[contact.queue.index()].settings.record == RecordDetail::Full {
            let judged = self.candidates_judged(chosen_by, place, agent);
            self.emit(judged);
            self.apply_emitted();
        }
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
            dialled: contact.dialled.is_some(),
            queue: contact.queue,
            channel: contact.channel,
            decision,
            given: None,
        };
        self.send_and_run(Message::Agent(agent, reserve));
    }

    #[inline(always)]
    pub(crate) fn send_and_run(&mut self, message: Message) {
        let sent = self.deliver(message, 0).and_then(|()| self.run());
        debug_assert!(sent.is_ok(), "the domain's own messages are never refused: {sent:?}");
    }

    pub(crate) fn select_agent(&self, place: u32) -> Option<Choice<AgentId>> {
        if let Some(agent) = self.contacts[place].kept_for() {
            return self.only_agent(place, agent);
        }
        if self.matcher == Matcher::Naive {
            return self.naive_agent(place);
        }
        let contact = &self.contacts[place];
        if !self.config.queues[contact.queue.index()].is_plain {
            return self.agent_by_rule(place);
        }
        let last = self.queues[contact.queue.index()].last_chosen;
        self.board.select_agent(contact.class, last, contact.is_particular(), &|agent| contact.may_ask(agent))
    }

    /// The one agent for whom the contact is kept, where that one may serve it now.
    fn only_agent(&self, place: u32, agent: AgentId) -> Option<Choice<AgentId>> {
        let (contact, known) = (&self.contacts[place], &self.agents[agent.index()]);
        if !self.naive_may_serve(known, contact) {
            return None;
        }
        let rule = self.config.queues[contact.queue.index()].settings.agent_rule;
        let round = super::policy::agent_order(rule).goes_round();
        let index = if round { 0 } else { self.key_of(known, &known.facts(), contact) };
        Some(Choice { winner: agent, index, tie_break: TieBreak::None, compatible: 1 })
    }

    pub(crate) fn select_contact(&self, agent: AgentId) -> Option<Choice<u32>> {
        if self.matcher == Matcher::Naive {
            return self.naive_contact(agent);
        }
        if !self.config.pools[self.agents[agent.index()].pool.index()].is_plain {
            return self.head_for(agent);
        }
        self.board.select_contact(agent, self.now, &|place| self.contacts[place].may_ask(agent))
    }
}
