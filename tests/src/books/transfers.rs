//! Contacts on their way from hand to hand: who may pass them on, where they may go, and what hands may break.

use sunline_core::config::Override;
use sunline_core::{
    AgentId, AssignedBy, ContactId, ContactOutcome, Event, EventKind, Presence, QueueId, Span, Timestamp,
    TransferTarget,
};

use super::agent::StageBook;
use super::need::Need;
use super::{Books, ContactBook, Owed, Phase, ensure};

/// A pair that must be made next, because somebody made it by hand.
#[derive(Clone, Debug)]
pub(crate) struct ByHand {
    pub(crate) contact: ContactId,
    pub(crate) agent: AgentId,
    /// The agent has it without being asked.
    pub(crate) at_once: bool,
}

impl Books {
    pub(super) fn of_transfers(&mut self, event: &Event) -> Result<(), String> {
        let at = event.at;
        match &event.kind {
            EventKind::ContactAssigned { contact, agent, by, broken } => {
                self.assigned(contact, *agent, *by, broken, at)
            }
            EventKind::ContactTransferred {
                contact,
                agent,
                from,
                queue,
                target,
                escalated,
                handled,
                wrap_up_until,
            } => {
                self.part_ends(*agent, contact, *from, (*handled, *wrap_up_until), at)?;
                let next = match target {
                    TransferTarget::Agent(next) => Some(*next),
                    _ => None,
                };
                self.check_way(contact, *agent, next, (*from, *queue), *escalated)?;
                self.passed_on(contact, *agent, (*from, *queue), *escalated);
                let known = self.contacts.get_mut(contact).expect("checked");
                let waited = known.served_by().map_or(Span::ZERO, |(_, waited)| waited);
                known.talked = at.since(known.origin) - waited;
                known.warned = false;
                (known.phase, known.entered_at, known.unservable) = (Phase::Waiting, at, false);
                (known.joined_at, known.passed) = (at, 0);
                (known.need_beside, known.site) = match target {
                    TransferTarget::Need(need) => (Some(need.clone()), None),
                    TransferTarget::Site(site) => (None, Some(site.clone())),
                    _ => (None, None),
                };
                known.consult = None;
                known.resume_plan(at);
                self.renew_need(contact);
                self.fresh.push(*contact);
                if from != queue {
                    self.comes_when_closed(contact, *queue);
                }
                self.by_hand = next.map(|agent| ByHand { contact: *contact, agent, at_once: false });
                Ok(())
            }
            EventKind::ContactHandedOver {
                contact,
                consult,
                agent,
                to,
                from,
                queue,
                escalated,
                handled,
                wrap_up_until,
            } => {
                self.part_ends(*agent, contact, *from, (*handled, *wrap_up_until), at)?;
                self.check_way(contact, *agent, Some(*to), (*from, *queue), *escalated)?;
                let asked =
                    self.contacts.remove(consult).ok_or_else(|| format!("{consult} was not asked"))?;
                let right = matches!(asked.phase, Phase::Engaged { agent, .. } if agent == *to)
                    && asked.about == Some(*contact)
                    && asked.queue == *queue;
                ensure(right, || format!("{to} was not asked about {contact}"))?;
                self.ends(*queue, ContactOutcome::Withdrawn);
                let place = self.accepted_work(*to, consult)?;
                let work = &mut self.agents[to.index()].work[place];
                (work.contact, work.queue, work.held) = (*contact, *queue, None);
                if let Some(lock) = &mut self.agents[to.index()].lock
                    && lock.in_hand.remove(consult)
                {
                    lock.in_hand.insert(*contact);
                }
                self.passed_on(contact, *agent, (*from, *queue), *escalated);
                self.won.remove(contact);
                let offer = self.won.get(consult).copied();
                self.won.extend(offer.map(|offer| (*contact, offer)));
                let known = self.contacts.get_mut(contact).expect("checked");
                let waited = known.served_by().map_or(Span::ZERO, |(_, waited)| waited);
                known.phase = Phase::Engaged { agent: *to, waited };
                (known.joined_at, known.passed) = (at, 0);
                known.consult = None;
                self.renew_need(contact);
                Ok(())
            }
            EventKind::ConsultBegun {
                consult, contact, agent, queue, channel, points, details, to, ..
            } => {
                let known = self.contacts.get_mut(contact).ok_or_else(|| format!("{contact} is not here"))?;
                let right = matches!(known.phase, Phase::Engaged { agent: holder, .. } if holder == *agent)
                    && known.consult.is_none()
                    && known.about.is_none();
                ensure(right, || format!("{agent} cannot ask about contact {contact}"))?;
                known.consult = Some(*consult);
                let (home, mut carried) = (known.queue, known.carried.clone());
                let mut passed_by = known.passed_by.clone();
                passed_by.insert(*agent);
                ensure(!self.contacts.contains_key(consult), || format!("{consult} is here already"))?;
                self.won.remove(consult);
                if home != *queue {
                    carried.insert(0, self.queue(home).absolute.clone());
                }
                let mut asked = ContactBook::new(*queue, *channel, at, event.seq, *points);
                asked.details.clone_from(details);
                asked.shunned_by = self.shunning(details.as_deref());
                asked.carried = carried;
                asked.enter_plan(at);
                (asked.passed_by, asked.about) = (passed_by, Some(*contact));
                (asked.need_beside, asked.site) = match to {
                    TransferTarget::Need(need) => (Some(need.clone()), None),
                    TransferTarget::Site(site) => (None, Some(site.clone())),
                    _ => (None, None),
                };
                self.contacts.insert(*consult, asked);
                self.renew_need(consult);
                self.ledgers[queue.index()].arrived += 1;
                self.fresh.push(*consult);
                if let TransferTarget::Agent(agent) = to {
                    let (contact, agent) = (*consult, *agent);
                    self.by_hand = Some(ByHand { contact, agent, at_once: false });
                }
                Ok(())
            }
            EventKind::Reconciled { unknown, .. } => {
                let here = unknown.iter().find(|id| self.contacts.contains_key(id));
                ensure(here.is_none(), || format!("contact {here:?} is known after all"))
            }
            other => Err(format!("the books know nothing of {other:?}")),
        }
    }

    fn assigned(
        &mut self,
        contact: &ContactId,
        agent: AgentId,
        by: AssignedBy,
        broken: &[Override],
        at: Timestamp,
    ) -> Result<(), String> {
        let known = self.contacts.get(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
        ensure(known.phase == Phase::Waiting, || format!("contact {contact} has an agent already"))?;
        let taker = &self.agents[agent.index()];
        let kept = known.is_forbidden_to(agent, &taker.facts);
        ensure(!kept, || format!("{agent} is kept from contact {contact} by an absolute rule"))?;
        ensure(!known.excludes(agent), || format!("{agent} passed contact {contact} on"))?;
        if by != AssignedBy::Host {
            let kept = known.kept.is_some_and(|(kept, _)| kept != agent) && by == AssignedBy::Agent;
            ensure(!kept, || format!("contact {contact} is kept for another"))?;
            ensure(!known.uncallable, || format!("the customer of {contact} may not be called now"))?;
            ensure(taker.presence != Presence::Offline, || format!("{agent} is not there"))?;
            let right = self.rules_broken(agent, known);
            ensure(right == broken, || format!("that breaks {right:?}, not {broken:?}"))?;
            let settings = self.queue(known.queue);
            let may = broken.iter().all(|rule| settings.overridable.contains(rule));
            ensure(may && (by == AssignedBy::Supervisor || broken.is_empty()), || {
                format!("{by:?} may not break {broken:?}")
            })?;
        }
        let asked = self.offers.iter().find(|(_, offer)| offer.contact == *contact && offer.agent == agent);
        let asked = asked.map(|(id, _)| *id);
        let known = self.contacts.get_mut(contact).expect("just seen");
        known.deferred = false;
        known.no_longer_held(at);
        match asked {
            Some(offer) => self.owed = Some(Owed::Accepted(offer)),
            None => {
                self.by_hand = Some(ByHand { contact: *contact, agent, at_once: true });
            }
        }
        Ok(())
    }

    /// What giving a contact to an agent by hand would break.
    fn rules_broken(&self, id: AgentId, contact: &ContactBook) -> Vec<Override> {
        let agent = &self.agents[id.index()];
        let mut broken = Vec::new();
        if !contact.need.is_met_by(&agent.facts) {
            broken.push(Override::Mandatory);
        }
        if !contact.asked.contains(&id) && !agent.has_room_for(contact.channel, self.document()) {
            broken.push(Override::Capacity);
        }
        if !agent.is_ready() {
            broken.push(Override::Presence);
        }
        if agent.paused.contains(&contact.queue) {
            broken.push(Override::Pause);
        }
        if contact.passed_over.contains_key(&id) {
            broken.push(Override::PassedOver);
        }
        let expected = self.queue(contact.queue).expected_handle.unwrap_or_default();
        if !self.fits_shift(agent, expected, self.at) {
            broken.push(Override::Shift);
        }
        broken
    }

    /// Whether an offer may be made by hand; whether its agent has it at once.
    pub(super) fn check_hand(&mut self, contact: &ContactId, agent: AgentId) -> Result<bool, String> {
        let made = self.by_hand.take().filter(|made| made.contact == *contact && made.agent == agent);
        let made = made.ok_or_else(|| format!("nobody gave contact {contact} to {agent} by hand"))?;
        if made.at_once {
            return Ok(true);
        }
        let known = &self.contacts[contact];
        let broken = self.rules_broken(agent, known);
        ensure(broken.is_empty() && !known.excludes(agent), || {
            format!("{agent} is given contact {contact}, which breaks {broken:?}")
        })?;
        Ok(false)
    }

    /// An agent's part in a contact that goes on without it ends now.
    fn part_ends(
        &mut self,
        agent: AgentId,
        contact: &ContactId,
        queue: QueueId,
        (handled, wrap_up_until): (Span, Option<Timestamp>),
        at: Timestamp,
    ) -> Result<(), String> {
        let place = self.accepted_work(agent, contact)?;
        let work = &self.agents[agent.index()].work[place];
        ensure(work.engaged && work.queue == queue, || format!("{agent} is not at contact {contact}"))?;
        let right = work.handled(at);
        ensure(handled == right, || format!("{agent} handled it for {right}, not {handled}"))?;
        let by_channel = self.document().channels[work.channel.index()].wrap_up;
        let settings = self.queue(queue);
        let own = self.agents[agent.index()].spec.wrap_up;
        let length = own.or(settings.wrap_up).or(by_channel).unwrap_or_default();
        let end = (length > Span::ZERO).then(|| at + length);
        ensure(wrap_up_until == end, || format!("the wrap-up after {contact} should end at {end:?}"))?;
        match end {
            None => self.finish(agent, contact, true, at)?,
            Some(until) => {
                let limit = (at + settings.wrap_up_max).max(until);
                let work = &mut self.agents[agent.index()].work[place];
                (work.stage, work.held, work.engaged) = (StageBook::WrapUp { until, limit }, None, false);
            }
        }
        Ok(())
    }

    /// Whether a contact may go this way: not round, and not too far.
    fn check_way(
        &self,
        contact: &ContactId,
        by: AgentId,
        next: Option<AgentId>,
        (from, to): (QueueId, QueueId),
        escalated: bool,
    ) -> Result<(), String> {
        let known = self.contacts.get(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
        let round = next.is_some_and(|next| next == by || known.passed_by.contains(&next))
            || (next.is_none() && from != to && known.came_from.contains(&to));
        ensure(known.queue == from && !round, || format!("contact {contact} goes round"))?;
        let settings = &self.queue(from).transfers;
        let beyond = known.transfers >= settings.max;
        ensure(escalated == beyond, || format!("contact {contact} was passed on {} times", known.transfers))?;
        let groups = next.map(|next| &self.agents[next.index()].spec.groups);
        let may = settings.escalate_to_queues.contains(&self.queue(to).name)
            || groups
                .is_some_and(|groups| groups.iter().any(|group| settings.escalate_to_groups.contains(group)));
        ensure(!beyond || may, || format!("contact {contact} may not go on to {to}"))
    }

    fn passed_on(
        &mut self,
        contact: &ContactId,
        by: AgentId,
        (from, to): (QueueId, QueueId),
        escalated: bool,
    ) {
        let absolute = self.queue(from).absolute.clone();
        let known = self.contacts.get_mut(contact).expect("checked");
        known.transfers += 1;
        known.escalated |= escalated;
        known.passed_by.insert(by);
        known.queue = to;
        if from != to {
            (known.deferred, known.due, known.left) = (false, None, None);
            (known.planned, known.stage) = (None, 0);
            known.came_from.insert(from);
            known.carried.insert(0, absolute);
            self.ledgers[from.index()].moved_out += 1;
            self.ledgers[to.index()].moved_in += 1;
        }
    }

    /// Reads anew what a contact needs.
    pub(super) fn renew_need(&mut self, contact: &ContactId) {
        let known = &self.contacts[contact];
        let need = Need::of(known, self.queue(known.queue), &self.document().queues, self.compiled());
        self.contacts.get_mut(contact).expect("just found").need = need;
    }

    /// Questions about contacts that are gone are over when a step is.
    pub(super) fn no_orphans(&self) -> Result<(), String> {
        for (id, asked) in self.contacts.iter().filter(|(_, contact)| contact.about.is_some()) {
            let about = asked.about.and_then(|about| self.contacts.get(&about));
            let open = about.is_some_and(|about| about.consult == Some(*id));
            ensure(open, || format!("{id} asks about {:?}, and nobody wants to know", asked.about))?;
        }
        Ok(())
    }
}
