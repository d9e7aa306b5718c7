//! Contacts that are kept for agents they prefer, worked out anew: who is worth waiting for, and how long.

use sunline_core::{AgentId, ContactId, Presence, Span, Timestamp};

use super::agent::StageBook;
use super::{Books, ContactBook, ensure};

impl Books {
    /// A contact is kept for an agent it prefers: the first who pays.
    pub(super) fn prefers(
        &mut self,
        id: &ContactId,
        agent: AgentId,
        until: Timestamp,
        at: Timestamp,
    ) -> Result<(), String> {
        let mut known = self.take_waiting(id)?;
        let right = known.waits() && known.kept.is_none() && !known.was_kept && known.dialled.is_none();
        ensure(right && known.about.is_none(), || format!("{id} does not begin to seek"))?;
        let affinity = self.queue(known.queue).affinity.clone();
        let affinity = affinity.ok_or_else(|| format!("{id} is in a queue without affinity"))?;
        let details = known.details.clone().ok_or_else(|| format!("{id} prefers nobody"))?;
        let last = details.customer.as_ref().and_then(|customer| self.handlers.get(customer));
        let last = last.filter(|(_, when)| at.since(*when) < affinity.memory).map(|(agent, _)| *agent);
        let anybody = self.wait_for_anybody(&known, at);
        let longest = anybody.map_or(affinity.max_wait, |wait| affinity.max_wait.min(wait + affinity.bonus));
        let mut preferred = details.preferred_agents.iter().copied().chain(last);
        let first = preferred.find(|agent| {
            let barred = known.asked.contains(agent) || known.passed_over.contains_key(agent);
            let wait = self.wait_for(*agent, &known, at);
            !barred && self.is_there_for(*agent, &known) && wait.is_some_and(|wait| wait < longest)
        });
        ensure(first == Some(agent), || format!("{id} should be kept for {first:?}, not for {agent}"))?;
        ensure(until == at + longest, || format!("{id} may be kept for {longest}, not until {until}"))?;
        (known.kept, known.was_kept) = (Some((agent, until)), true);
        known.forget_scores();
        self.contacts.insert(*id, known);
        Ok(())
    }

    /// Ready for work, on shift and able to serve the contact, whatever is in hand.
    pub(super) fn is_there_for(&self, id: AgentId, contact: &ContactBook) -> bool {
        let agent = &self.agents[id.index()];
        let expected = self.queue(contact.queue).expected_handle.unwrap_or_default();
        agent.presence == Presence::Available
            && !agent.not_responding
            && agent.used() <= agent.spec.capacity
            && !agent.paused.contains(&contact.queue)
            && self.fits_shift(agent, expected, self.clock)
            && self.cost(contact) <= agent.spec.capacity
            && !agent.facts.closed.contains(&contact.channel)
            && !contact.excludes(id)
            && contact.need.is_met_by(&agent.facts)
    }

    fn wait_for(&self, id: AgentId, contact: &ContactBook, now: Timestamp) -> Option<Span> {
        let agent = &self.agents[id.index()];
        if agent.has_room_for(contact.channel, self.document()) {
            return Some(Span::ZERO);
        }
        let mut ends = Vec::new();
        for work in &agent.work {
            let queue = self.queue(work.queue);
            let by_channel = self.document().channels[work.channel.index()].wrap_up;
            let wrap_up = agent.spec.wrap_up.or(queue.wrap_up).or(by_channel).unwrap_or_default();
            match work.stage {
                StageBook::WrapUp { until, .. } => ends.push((until.since(now), work.cost)),
                _ if work.rests() => {}
                _ => {
                    let left = queue.expected_handle? - now.since(work.accepted_at);
                    ends.push((left.max(Span::ZERO) + wrap_up, work.cost));
                }
            }
        }
        ends.sort();
        let mut free = agent.spec.capacity.saturating_sub(agent.used());
        ends.into_iter().find_map(|(end, held)| {
            free += held;
            (free >= self.cost(contact)).then_some(end)
        })
    }

    fn wait_for_anybody(&self, contact: &ContactBook, now: Timestamp) -> Option<Span> {
        let mut agents = (0..).map(AgentId).zip(&self.agents);
        if agents.any(|(id, agent)| self.may_serve(id, agent, contact, now)) {
            return Some(Span::ZERO);
        }
        let ids = (0..self.agents.len() as u32).map(AgentId);
        let there = ids.filter(|id| self.is_there_for(*id, contact)).count() as i128;
        let expected = self.queue(contact.queue).expected_handle?;
        // The contact itself was taken out of the books for a moment.
        let others = self.contacts.values().filter(|other| other.queue == contact.queue && other.waits_now());
        let wait = (i128::from(expected.as_nanos()) * (others.count() as i128 + 1)).checked_div(there)?;
        Some(Span::from_nanos(wait as i64))
    }

    /// Nobody is kept for an agent who is not there, but for that agent's own callbacks.
    pub(super) fn keeps_are_followed(&self) -> Result<(), String> {
        for (id, contact) in &self.contacts {
            if let (Some((agent, _)), None, true) = (contact.kept, contact.owner, contact.waits()) {
                ensure(self.is_there_for(agent, contact), || {
                    format!("{id} is kept for {agent}, who is gone")
                })?;
            }
        }
        Ok(())
    }
}
