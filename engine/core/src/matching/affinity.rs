//! Affinity: a contact that begins to seek is kept for an agent it prefers, while waiting for that one pays.
//!
//! What an agent in conversation is expected to need still is its queue's `expected_handle` less what has passed, and its
//! wrap-up. What anybody needs is, where nobody is free, that time of the contact's own queue for each that waits there,
//! shared by all who are there and could serve it. Without `expected_handle` nothing is expected, and a contact is kept for
//! an agent who is free only.

use crate::agent::{Agent, Presence, Stage};
use crate::config::AffinityConfig;
use crate::contact::{Contact, ContactMessage};
use crate::domain::Domain;
use crate::ids::AgentId;
use crate::mailbox::Message;
use crate::time::{Span, Timestamp};

impl Domain {
    /// Keeps those that begin to seek for whom they prefer, and lets those go whose agent has gone.
    #[inline(always)]
    pub(crate) fn look_after_affinity(&mut self) {
        if self.config.has_affinity {
            self.let_go_of_the_absent();
            self.keep_for_the_preferred();
        }
    }

    fn keep_for_the_preferred(&mut self) {
        for i in 0..self.seeking.len() {
            let place = self.seeking[i];
            let Some(contact) = self.contacts.get(place).filter(|contact| contact.is_listed()) else {
                continue;
            };
            if contact.kept.is_some() {
                self.may_let_go(place);
                continue;
            }
            let Some(affinity) = &self.config.queues[contact.queue.index()].settings.affinity else {
                continue;
            };
            if contact.is_question() || contact.dialled.is_some() {
                continue;
            }
            let Some((agent, until)) = self.worth_waiting_for(contact, affinity) else { continue };
            self.send_and_run(Message::Contact(place, ContactMessage::Keep { agent, until }));
        }
    }

    /// Lets a contact go that is kept for an agent who is not there for it any more, unless it is that agent's own.
    fn may_let_go(&mut self, place: u32) {
        let contact = &self.contacts[place];
        let kept = contact.kept.as_deref().filter(|kept| kept.owner.is_none()).and_then(|kept| kept.agent);
        if kept.is_some_and(|agent| !self.is_there_for(&self.agents[agent.index()], contact)) {
            self.send_and_run(Message::Contact(place, ContactMessage::KeepEnds));
        }
    }

    /// Those kept for an agent who is not there any more are everybody's.
    fn let_go_of_the_absent(&mut self) {
        let gone = core::mem::take(&mut self.perhaps_gone);
        let kept = gone.iter().flat_map(|agent| self.board.kept_for(*agent));
        let mut places: Vec<_> = kept.map(|place| (self.contacts[place].arrival, place)).collect();
        places.sort_unstable();
        places.dedup();
        places.into_iter().for_each(|(_, place)| self.may_let_go(place));
    }

    /// The first agent whom the contact prefers and who is worth waiting for, and until when.
    fn worth_waiting_for(
        &self,
        contact: &Contact,
        affinity: &AffinityConfig,
    ) -> Option<(AgentId, Timestamp)> {
        let details = contact.details.as_deref()?;
        let last = details.customer.as_ref().and_then(|customer| self.memory.handler(customer));
        let last = last.filter(|(_, at)| self.now.since(*at) < affinity.memory).map(|(agent, _)| agent);
        let preferred = details.preferred_agents.iter().copied().chain(last);
        let soon = preferred.filter_map(|agent| {
            let agent = &self.agents[agent.index()];
            let there = contact.may_ask(agent.id) && self.is_there_for(agent, contact);
            let wait = there.then(|| self.wait_for(agent, contact)).flatten()?;
            (wait < affinity.max_wait).then_some((agent.id, wait))
        });
        let mut soon = soon.peekable();
        // Everybody is looked at only where somebody preferred is there soon.
        soon.peek()?;
        let anybody = self.wait_for_anybody(contact).map(|wait| wait + affinity.bonus);
        let longest = anybody.map_or(affinity.max_wait, |wait| wait.min(affinity.max_wait));
        let pays = soon.find(|(_, wait)| *wait < longest)?;
        Some((pays.0, self.now + longest))
    }

    /// Ready for work, on shift and able to serve the contact, whatever is in hand.
    fn is_there_for(&self, agent: &Agent, contact: &Contact) -> bool {
        agent.presence == Presence::Available
            && !agent.not_responding
            && agent.used <= agent.spec.capacity
            && !agent.paused.contains(&contact.queue)
            && agent.reach.covers(self.config.expected_handle(contact.queue))
            && self.is_capable(agent.id, contact)
    }

    /// How long it is expected to take until the agent has room for the contact; `None` where nothing is expected.
    fn wait_for(&self, agent: &Agent, contact: &Contact) -> Option<Span> {
        if agent.room(&self.config.rooms).open.contains(contact.channel) {
            return Some(Span::ZERO);
        }
        let mut ends = Vec::with_capacity(agent.work.len());
        for work in &agent.work {
            let settings = &self.config.queues[work.queue.index()].settings;
            let wrap_up = agent.spec.wrap_up.or(settings.wrap_up);
            let wrap_up = wrap_up.or(self.config.channels[work.channel.index()].wrap_up).unwrap_or_default();
            match work.stage {
                Stage::WrapUp { ends_at, .. } => ends.push((ends_at.since(self.now), work.cost)),
                Stage::Suspended | Stage::Parked => {}
                _ => {
                    let passed = self.now.since(work.accepted_at);
                    let left = (settings.expected_handle? - passed).max(Span::ZERO);
                    ends.push((left + wrap_up, work.cost));
                }
            }
        }
        ends.sort_unstable();
        let mut free = agent.spec.capacity.saturating_sub(agent.used);
        let cost = self.config.channels[contact.channel.index()].cost;
        ends.into_iter().find_map(|(end, held)| {
            free += held;
            (free >= cost).then_some(end)
        })
    }

    /// How long it is expected to take until anybody has room for the contact; `None` where nobody is there, or nothing is
    /// expected of those who are.
    fn wait_for_anybody(&self, contact: &Contact) -> Option<Span> {
        if self.agents.iter().any(|agent| self.naive_may_serve(agent, contact)) {
            return Some(Span::ZERO);
        }
        let there = self.agents.iter().filter(|agent| self.is_there_for(agent, contact)).count() as i128;
        let expected = self.config.queues[contact.queue.index()].settings.expected_handle?;
        let waiting = i128::from(self.queues[contact.queue.index()].waiting);
        let wait = (i128::from(expected.as_nanos()) * waiting).checked_div(there)?;
        Some(Span::from_nanos(i64::try_from(wait).unwrap_or(i64::MAX)))
    }
}
