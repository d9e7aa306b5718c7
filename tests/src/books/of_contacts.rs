//! What events of contacts must follow from, and what they change.

use std::collections::BTreeSet;

use sunline_core::config::OnUnservable;
use sunline_core::limits::LEAST_REST;
use sunline_core::{AgentId, ContactId, ContactOutcome, Event, EventKind, QueueId, Span, Timestamp};

use super::agent::StageBook;
use super::{Books, ContactBook, Owed, Phase, ensure};

impl Books {
    pub(super) fn of_contact(&mut self, event: &Event) -> Result<(), String> {
        let at = event.at;
        match &event.kind {
            EventKind::ContactArrived { contact, queue, channel, origin, points, details, .. } => {
                ensure(!self.contacts.contains_key(contact), || {
                    format!("contact {contact} is here already")
                })?;
                let scheduled = details.as_ref().and_then(|details| details.not_before);
                let latest = scheduled.unwrap_or(at).max(at);
                ensure(*origin <= latest, || format!("contact {contact} waits from {origin} on"))?;
                // An id that was forgotten may come again, and nobody has accepted it yet.
                self.won.remove(contact);
                self.leaving.remove(contact);
                self.comes_in(contact, *queue)?;
                self.comes_when_closed(contact, *queue);
                let mut known = ContactBook::new(*queue, *channel, at, event.seq, *points);
                (known.origin, known.details) = (*origin, details.clone());
                known.shunned_by = self.shunning(details.as_deref());
                known.not_before = scheduled.filter(|earliest| *earliest > at);
                known.dialled = details.as_ref().filter(|details| details.outbound).map(|_| 0);
                known.enter_plan(at);
                self.contacts.insert(*contact, known);
                self.renew_need(contact);
                self.renew_callable();
                self.ledgers[queue.index()].arrived += 1;
                self.flows.entry(*queue).or_default().0 += 1;
                self.fresh.push(*contact);
            }
            EventKind::ContactUpdated { contact, update } => {
                let mut known = self.take_waiting(contact)?;
                known.points = update.points.unwrap_or(known.points);
                known.details = update.details.clone().or(known.details);
                known.unservable = false;
                known.shunned_by = self.shunning(known.details.as_deref());
                known.forget_scores();
                if let (Some(details), None, None) = (&update.details, known.dialled, known.about) {
                    let held = known.not_before.is_some();
                    known.not_before = details.not_before.filter(|earliest| *earliest > at);
                    if held && known.not_before.is_none() {
                        known.entered_at = at;
                        known.resume_plan(at);
                    }
                }
                self.contacts.insert(*contact, known);
                self.renew_need(contact);
                self.renew_callable();
                self.fresh.push(*contact);
            }
            EventKind::ContactUnservable { contact, .. } => {
                let known =
                    self.contacts.get(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
                ensure(known.waits() && !known.unservable, || {
                    format!("contact {contact} does not seek anybody")
                })?;
                ensure(!self.is_servable(known, at), || format!("somebody could serve contact {contact}"))?;
                let block = self.queue(known.queue).on_unservable == OnUnservable::Block;
                self.contacts.get_mut(contact).expect("just found").unservable = true;
                self.owed = block.then_some(Owed::Blocked(*contact));
            }
            EventKind::ContactConnected { contact, agent, waited, .. } => {
                let known =
                    self.contacts.get_mut(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
                let right =
                    matches!(known.phase, Phase::Connecting { agent: a, until } if a == *agent && at < until);
                ensure(right, || format!("contact {contact} is {:?}", known.phase))?;
                ensure(*waited == known.waited(at), || {
                    format!("contact {contact} waited {}", known.waited(at))
                })?;
                (known.phase, known.dialled) = (Phase::Engaged { agent: *agent, waited: *waited }, None);
                (known.uncallable, known.was_kept) = (false, false);
                let place = self.accepted_work(*agent, contact)?;
                self.agents[agent.index()].work[place].engaged = true;
            }
            EventKind::ConnectionFailed { contact, agent, cool_down_until } => {
                let known =
                    self.contacts.get_mut(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
                let right = matches!(known.phase, Phase::Connecting { agent: a, until } if a == *agent && at <= until);
                ensure(right, || format!("contact {contact} is {:?}", known.phase))?;
                known.phase = Phase::Waiting;
                known.resume_plan(at);
                let time = at.since(known.joined_at);
                let passed = self.delays(self.contacts[contact].queue).iter().filter(|d| **d <= time).count();
                self.contacts.get_mut(contact).expect("just found").passed = passed as u8;
                let delay = self.contacts[contact].queue;
                let delay = self.queue(delay).offer.unreachable_delay;
                let pause = Some(at + delay.max(LEAST_REST));
                ensure(*cool_down_until == pause, || format!("{agent} should cool down until {pause:?}"))?;
                self.finish(*agent, contact, false, at)?;
                self.agents[agent.index()].cool_down(pause);
            }
            EventKind::ExclusionEnded { contact, agent } => {
                let known =
                    self.contacts.get_mut(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
                let until = known.passed_over.remove(agent);
                known.forget_scores();
                ensure(until == Some(at), || {
                    format!("{agent} is passed over for {contact} until {until:?}")
                })?;
            }
            EventKind::DelayPassed { contact, passed } => {
                let known =
                    self.contacts.get(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
                ensure(known.phase == Phase::Waiting, || format!("contact {contact} has an agent"))?;
                let delays = self.delays(known.queue);
                let due = delays.iter().nth(usize::from(known.passed)).map(|delay| known.joined_at + *delay);
                ensure(due == Some(at) && *passed == known.passed + 1, || {
                    format!("delay {passed} of contact {contact} passes at {due:?}")
                })?;
                let known = self.contacts.get_mut(contact).expect("just found");
                known.passed = *passed;
                known.forget_scores();
            }
            EventKind::ContactEnded { contact, queue, outcome, agent, waited, handled, wrap_up_until } => {
                let known =
                    self.contacts.remove(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
                if let (ContactOutcome::Served, Some(details), Some(agent), None) =
                    (outcome, &known.details, agent, known.about)
                {
                    let served = details.customer.iter().map(|customer| (customer.clone(), (*agent, at)));
                    self.handlers.extend(served);
                }
                if let Some(about) = known.about.and_then(|about| self.contacts.get_mut(&about)) {
                    about.consult = None;
                }
                ensure(known.queue == *queue, || format!("contact {contact} is not in {queue}"))?;
                self.ends(*queue, *outcome);
                let (holder, right_wait) = match known.phase {
                    Phase::Waiting => (None, known.waited(at)),
                    Phase::Connecting { agent, .. } => (Some(agent), known.waited(at)),
                    Phase::Engaged { agent, waited }
                    | Phase::Suspended { agent, waited }
                    | Phase::Parked { agent, waited } => (Some(agent), waited),
                };
                ensure(*agent == holder, || format!("contact {contact} was with {holder:?}"))?;
                ensure(*waited == right_wait, || {
                    format!("contact {contact} waited {right_wait}, not {waited}")
                })?;
                let engaged = matches!(known.phase, Phase::Engaged { .. });
                let right = match outcome {
                    ContactOutcome::Served => known.served_by().is_some(),
                    ContactOutcome::Abandoned => known.served_by().is_none(),
                    ContactOutcome::Blocked | ContactOutcome::Shed | ContactOutcome::TimedOut => {
                        self.may_be_turned_away(&known, *queue, *outcome, at)
                    }
                    ContactOutcome::Merged => self.merging.remove(contact),
                    ContactOutcome::CallbackFailed => {
                        known.phase == Phase::Waiting && known.dialled.is_some()
                    }
                    ContactOutcome::HandedOff => !matches!(known.phase, Phase::Connecting { .. }),
                    ContactOutcome::Closed => known.phase == Phase::Waiting && !self.open[queue.index()],
                    _ => true,
                };
                ensure(right, || format!("contact {contact}, {:?}, cannot end {outcome}", known.phase))?;
                let Some(holder) = holder else {
                    ensure(*handled == Span::ZERO, || format!("nobody handled contact {contact}"))?;
                    return ensure(wrap_up_until.is_none(), || "wrap-up of nobody".to_owned());
                };
                let place = self.accepted_work(holder, contact)?;
                let right = self.agents[holder.index()].work[place].handled(at);
                ensure(*handled == right, || format!("{contact} was handled for {right}, not {handled}"))?;
                let queue = self.queue(*queue);
                let (own, longest) = (queue.wrap_up, queue.wrap_up_max);
                let by_channel = self.document().channels[known.channel.index()].wrap_up;
                let length =
                    self.agents[holder.index()].spec.wrap_up.or(own).or(by_channel).unwrap_or_default();
                let end = (engaged && length > Span::ZERO).then(|| at + length);
                ensure(*wrap_up_until == end, || {
                    format!("the wrap-up after {contact} should end at {end:?}")
                })?;
                match end {
                    None => self.finish(holder, contact, known.served_by().is_some(), at)?,
                    Some(until) => {
                        let limit = (at + longest).max(until);
                        let place = self.accepted_work(holder, contact)?;
                        let work = &mut self.agents[holder.index()].work[place];
                        (work.stage, work.held, work.engaged) =
                            (StageBook::WrapUp { until, limit }, None, false);
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn take_waiting(&mut self, contact: &ContactId) -> Result<ContactBook, String> {
        let known = self.contacts.remove(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
        ensure(known.phase == Phase::Waiting, || format!("contact {contact} has an agent"))?;
        Ok(known)
    }

    /// An agent's accepted work on a contact is over.
    pub(super) fn finish(
        &mut self,
        agent: AgentId,
        contact: &ContactId,
        conversed: bool,
        at: Timestamp,
    ) -> Result<(), String> {
        let place = self.accepted_work(agent, contact)?;
        let config = self.shared();
        self.agents[agent.index()].finished(place, conversed, &config.0, at);
        Ok(())
    }

    /// Whether some registered agent could serve the contact, now or once a skill of it begins or ends to count.
    pub(super) fn is_servable(&self, contact: &ContactBook, now: Timestamp) -> bool {
        let (cost, needs) = (self.cost(contact), self.prospects(contact));
        (0..).map(AgentId).zip(&self.agents).any(|(id, agent)| {
            let channel = &self.document().channels[contact.channel.index()].name;
            cost <= agent.spec.capacity
                && agent.spec.caps.get(channel) != Some(&0)
                && !contact.excludes(id)
                && agent
                    .facts_from(now, self.compiled())
                    .iter()
                    .any(|facts| needs.iter().any(|need| need.is_met_by(facts)))
        })
    }

    /// Distinct delays after which pools see a queue's contacts, in order.
    pub(super) fn delays(&self, queue: QueueId) -> BTreeSet<Span> {
        let name = &self.queue(queue).name;
        let pools = self.document().pools.iter();
        let delays = pools.filter_map(|pool| pool.queues.get(name)).map(|seen| seen.delay);
        delays.filter(|delay| *delay > Span::ZERO).collect()
    }
}
