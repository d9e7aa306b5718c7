//! What must be true when a step is over, and what a domain must show of it.

use sunline_core::config::JointConfig;
use sunline_core::hours::Due;
use sunline_core::{AgentId, ContactState, Domain, Span, Timestamp};

use super::agent::{StageBook, counts};
use super::{Books, Phase, ensure};

impl Books {
    pub(super) fn settled(&mut self, now: Timestamp) -> Result<(), String> {
        ensure(self.owed.is_none(), || format!("{:?} is still owed", self.owed))?;
        self.lost = None;
        self.resuming = false;
        self.clock = now;
        ensure(self.interrupted.is_empty(), || format!("{:?} should be suspended", self.interrupted))?;
        ensure(self.unparked.is_none(), || format!("contact {:?} should be held", self.unparked))?;
        for agent in &self.agents {
            let mut suspended = agent.work.iter().filter(|work| work.stage == StageBook::Suspended);
            let idle = suspended.find(|work| agent.can_resume(work, self.document()));
            ensure(idle.is_none(), || format!("{} could go on with {idle:?}", agent.spec.name))?;
        }
        ensure(self.by_hand.is_none(), || format!("{:?} was not done", self.by_hand))?;
        self.no_orphans()?;
        self.nothing_overdue(now)?;
        self.offers_have_reasons()?;
        self.nobody_idle(now)?;
        self.nobody_beyond_a_bound(now)?;
        self.partners_see_only_what_they_may()?;
        self.given_up_queues_are_empty()?;
        self.ledger_balances()?;
        self.hours_are_followed(now)?;
        self.plans_are_followed(now)?;
        self.keeps_are_followed()?;
        self.leaving.clear();
        self.fresh.clear();
        for (id, contact) in self.contacts.iter().filter(|(_, contact)| contact.waits()) {
            let told = contact.unservable || self.is_servable(contact, now);
            ensure(told, || format!("nobody can ever serve contact {id}, and nobody was told"))?;
        }
        Ok(())
    }

    fn nothing_overdue(&self, now: Timestamp) -> Result<(), String> {
        for (id, offer) in &self.offers {
            ensure(offer.expires_at > now, || format!("{id} should have expired at {}", offer.expires_at))?;
            let silent = self.contacts.get(&offer.contact).is_some_and(|contact| contact.uncallable);
            ensure(!silent, || format!("{id} is to dial a customer who may not be called now"))?;
        }
        for agent in &self.agents {
            let name = &agent.spec.name;
            let cooling = agent.cooling_until.is_none_or(|until| until > now);
            ensure(cooling, || format!("{name} should have cooled down at {:?}", agent.cooling_until))?;
            for work in &agent.work {
                let held = work.held.is_none_or(|(until, _)| until > now);
                ensure(held, || format!("{name} holds contact {} beyond {:?}", work.contact, work.held))?;
                if let StageBook::WrapUp { until, .. } = work.stage {
                    ensure(until > now, || format!("the wrap-up of {name} should have ended at {until}"))?;
                }
            }
            self.rights_in_time(agent, now)?;
            for (skill, grant, valid) in &agent.skills {
                ensure(*valid == counts(grant, now), || {
                    format!("{skill} of {name} should have changed by {now}")
                })?;
            }
        }
        for (id, contact) in &self.contacts {
            if let Phase::Connecting { until, .. } = contact.phase {
                ensure(until > now, || {
                    format!("the connection of contact {id} should have failed at {until}")
                })?;
            }
            let kept = contact.kept.map(|(_, until)| until);
            ensure(kept.is_none_or(|until| until > now), || format!("contact {id} was kept until {kept:?}"))?;
            let delay = self.delays(contact.queue).into_iter().nth(usize::from(contact.passed));
            let due =
                delay.filter(|_| contact.phase == Phase::Waiting).map(|delay| contact.joined_at + delay);
            ensure(due.is_none_or(|due| due > now), || {
                format!("a delay of contact {id} should have passed at {due:?}")
            })?;
            let due = contact.being_scored.as_ref().map(|(until, _)| *until);
            ensure(due.is_none_or(|due| due > now), || {
                format!("scores for contact {id} were due at {due:?}")
            })?;
            let overdue = contact.passed_over.values().find(|until| **until <= now);
            ensure(overdue.is_none(), || format!("contact {id} passes somebody over until {overdue:?}"))?;
        }
        Ok(())
    }

    /// A live offer has a contact that waits and an agent who may serve it; an agent's work stays within its capacity.
    fn offers_have_reasons(&self) -> Result<(), String> {
        for (id, offer) in &self.offers {
            let waits = self.contacts.get(&offer.contact).filter(|contact| contact.phase == Phase::Waiting);
            let contact =
                waits.ok_or_else(|| format!("{id} is of contact {}, which does not wait", offer.contact))?;
            ensure(self.is_available(offer.agent), || format!("{id} is to {}, who is away", offer.agent))?;
            let agent = &self.agents[offer.agent.index()];
            let paused = agent.paused.contains(&contact.queue);
            ensure(!paused, || format!("{id} is to {}, who pauses its queue", offer.agent))?;
            let kept = contact.is_forbidden_to(offer.agent, &agent.facts);
            ensure(!kept, || format!("{id} is to {}, who is kept from it by an absolute rule", offer.agent))?;
            let may = contact.need.is_met_by(&agent.facts) && !contact.excludes(offer.agent);
            ensure(may, || {
                format!("{id} is to {}, who may not serve contact {}", offer.agent, offer.contact)
            })?;
            let within = agent.has_room_with(contact.channel, self.document());
            ensure(within, || format!("{id} takes {} beyond its capacity", offer.agent))?;
        }
        Ok(())
    }

    fn nobody_idle(&self, now: Timestamp) -> Result<(), String> {
        // Between ticks, and while an index is negative, a joint rule keeps people apart.
        match &self.document().joint {
            Some(JointConfig::Weights(_)) => return Ok(()),
            Some(JointConfig::Assignment(settings)) if settings.tick > Span::ZERO => return Ok(()),
            _ => {}
        }
        for (id, agent) in (0..).map(AgentId).zip(&self.agents) {
            if !agent.is_ready() {
                continue;
            }
            for (contact_id, contact) in self.contacts.iter().filter(|(_, contact)| contact.waits()) {
                let idle = self.may_serve(id, agent, contact, now);
                ensure(!idle, || {
                    format!("{} could serve contact {contact_id}, which waits", agent.spec.name)
                })?;
            }
        }
        Ok(())
    }

    fn ledger_balances(&self) -> Result<(), String> {
        let mut inside = vec![0_u64; self.ledgers.len()];
        for contact in self.contacts.values() {
            inside[contact.queue.index()] += 1;
        }
        for (queue, (ledger, inside)) in self.ledgers.iter().zip(inside).enumerate() {
            let left = ledger.outcomes.iter().sum::<u64>() + ledger.moved_out;
            let balanced = ledger.arrived + ledger.moved_in == left + inside;
            ensure(balanced, || format!("queue {queue}: {ledger:?}, and {inside} inside"))?;
        }
        let all = self.ledger();
        let balanced = all.arrived == all.outcomes.iter().sum::<u64>() + self.contacts.len() as u64;
        ensure(balanced && all.moved_in == all.moved_out, || {
            format!("all queues: {all:?}, and {} inside", self.contacts.len())
        })
    }

    pub(super) fn agrees(&self, domain: &Domain) -> Result<(), String> {
        for (view, book) in domain.agents().zip(&self.agents) {
            let name = &book.spec.name;
            ensure(view.used == book.used(), || format!("{name} uses {}, not {}", book.used(), view.used))?;
            ensure(*view.presence == book.presence, || format!("{name} is {}", book.presence))?;
            let clock = view.idle_since == book.idle_since;
            let over = !book.is_within(self.document());
            ensure(view.over_capacity == over, || format!("{name} is beyond its capacity: {over}"))?;
            let counts = view.refusals == book.refusals && *view.paused == book.paused;
            ensure(counts, || format!("{name} counts {:?} and pauses {:?}", book.refusals, book.paused))?;
            ensure(clock, || {
                format!("{name} is idle since {}, not since {}", book.idle_since, view.idle_since)
            })?;
        }
        let mut seen = 0;
        for view in domain.contacts() {
            let Some(contact) = self.contacts.get(&view.id) else {
                return Err(format!("contact {} is gone", view.id));
            };
            let state = match contact.phase {
                Phase::Waiting if !contact.offers.is_empty() => ContactState::Offered,
                Phase::Waiting if contact.deferred => ContactState::Deferred,
                Phase::Waiting if !contact.is_held() => ContactState::Waiting,
                Phase::Waiting if contact.dialled.is_some() => ContactState::CallbackPending,
                Phase::Waiting => ContactState::Scheduled,
                Phase::Connecting { .. } => ContactState::Connecting,
                Phase::Engaged { .. } => ContactState::Engaged,
                Phase::Suspended { .. } => ContactState::Suspended,
                Phase::Parked { .. } => ContactState::Parked,
            };
            ensure(view.state == state, || format!("contact {} is {state}, not {}", view.id, view.state))?;
            let due = match contact.due {
                Some(Due::At(at)) => Some(at),
                Some(Due::Beyond { .. }) => None,
                None if self.queue(contact.queue).answer_clock.is_some() => None,
                None => Some(contact.origin + contact.talked + self.queue(contact.queue).answer_within),
            };
            ensure(view.due_at == due, || format!("contact {} is due at {due:?}", view.id))?;
            let way = view.transfers == contact.transfers && view.escalated == contact.escalated;
            ensure(way, || format!("contact {} was passed on {} times", view.id, contact.transfers))?;
            ensure(view.origin == contact.origin, || format!("contact {} changed its origin", view.id))?;
            seen += 1;
        }
        ensure(seen == self.contacts.len(), || {
            format!("{} contacts are inside, not {seen}", self.contacts.len())
        })?;
        for (view, ledger) in domain.queues().zip(&self.ledgers) {
            let inside = ledger.arrived + ledger.moved_in - ledger.ended - ledger.moved_out;
            ensure(u64::from(view.inside) == inside, || {
                format!("{} holds {inside}, not {}", view.name, view.inside)
            })?;
            let waiting = self.contacts.values().filter(|c| c.queue == view.id && c.waits_now()).count();
            ensure(view.waiting as usize == waiting, || {
                format!("{waiting} wait in {}, not {}", view.name, view.waiting)
            })?;
        }
        Ok(())
    }
}
