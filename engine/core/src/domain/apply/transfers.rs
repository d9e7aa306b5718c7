//! Applying what happened on a contact's way from hand to hand.

use crate::contact::{Contact, Journey, Phase};
use crate::deadlines::Deadline;
use crate::domain::Domain;
use crate::event::{Event, EventKind};
use crate::ids::{AgentId, ContactId, QueueId};
use crate::time::{Span, Timestamp};

impl Domain {
    pub(super) fn apply_to_transfers(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::ContactTransferred {
                contact,
                agent,
                from,
                queue,
                target,
                escalated,
                wrap_up_until,
                ..
            } => {
                self.part_ends(*agent, contact, *from, *wrap_up_until, at);
                let Some(place) = self.place(contact) else { return };
                self.board.classes.quit(self.contacts[place].class);
                self.disarm_longest_wait(place);
                self.carries_on(place, *queue);
                self.unlist_customer(place);
                if from != queue {
                    self.leave_plan(place);
                }
                let known = &mut self.contacts[place];
                self.orphans.extend(known.journey_mut().consult.take());
                known.apply_back_in_queue(at);
                known.enters(*queue);
                known.unservable = false;
                known.journey_mut().apply_passed_on(*agent, *from, *queue, *escalated);
                known.journey_mut().apply_target(target);
                self.queues[from.index()].inside -= 1;
                let entered = &mut self.queues[queue.index()];
                entered.inside += 1;
                entered.waiting += 1;
                self.contacts[place].passed = 0;
                self.contacts[place].joined_at = at;
                self.begin_longest_wait(place, at);
                self.start_delay(place);
                self.arm_risk_test(place);
                self.resume_plan(place, at);
                self.classify(place);
                self.list_customer(place);
                self.return_to_waiting(place);
            }
            EventKind::ContactHandedOver {
                contact,
                consult,
                agent,
                to,
                from,
                queue,
                escalated,
                wrap_up_until,
                ..
            } => {
                self.part_ends(*agent, contact, *from, *wrap_up_until, at);
                self.hold(*to, consult, None);
                self.agents[to.index()].apply_taken_over(consult, contact, *queue);
                self.refresh_agent(*to);
                let won = self.place(consult).and_then(|place| self.contacts[place].won);
                if let Some(place) = self.place(consult) {
                    self.contact_ended(place, at);
                }
                let Some(place) = self.place(contact) else { return };
                self.board.classes.quit(self.contacts[place].class);
                self.disarm_longest_wait(place);
                self.carries_on(place, *queue);
                self.unlist_customer(place);
                if from != queue {
                    self.leave_plan(place);
                }
                let known = &mut self.contacts[place];
                let waited = known.served_by().map_or(Span::ZERO, |(_, waited)| waited);
                known.phase = Phase::Engaged { agent: *to, waited };
                known.enters(*queue);
                (known.passed, known.joined_at) = (0, at);
                known.won = won;
                let way = known.journey_mut();
                way.consult = None;
                way.apply_passed_on(*agent, *from, *queue, *escalated);
                self.queues[from.index()].inside -= 1;
                self.queues[queue.index()].inside += 1;
                self.classify(place);
                self.list_customer(place);
            }
            EventKind::ConsultBegun {
                consult,
                contact,
                agent,
                queue,
                channel,
                points,
                details,
                to,
                digest,
            } => {
                let Some(place) = self.place(contact) else { return };
                self.contacts[place].journey_mut().consult = Some(*consult);
                let mut passed_by = self.contacts[place].journey_mut().passed_by.clone();
                if let Err(place) = passed_by.binary_search(agent) {
                    passed_by.insert(place, *agent);
                }
                let mut journey = Journey { about: Some(*contact), passed_by, ..Journey::default() };
                journey.apply_target(to);
                let mut asked = Contact::new(*consult, *queue, *channel, at, event.seq, *points, *digest);
                asked.details.clone_from(details);
                asked.journey = Some(Box::new(journey));
                asked.carried.clone_from(&self.contacts[place].carried);
                if self.contacts[place].queue != *queue {
                    asked.carry(&self.config.queues[self.contacts[place].queue.index()].settings.absolute);
                }
                self.contact_arrived(asked);
            }
            // The offer that follows says what it leads to; it may take the room of others.
            EventKind::ContactAssigned { contact, agent, .. } => {
                if let Some(place) = self.place(contact) {
                    let was_held = self.no_longer_held(place, at);
                    if core::mem::take(&mut self.contacts[place].deferred) || was_held {
                        self.return_to_waiting(place);
                    }
                }
                self.doubtful.extend(self.agents[agent.index()].offers());
            }
            EventKind::Reconciled { .. } => {}
            other => unreachable!("no event of transfers: {other:?}"),
        }
    }

    /// An agent's part in a contact that goes on without it is over.
    fn part_ends(
        &mut self,
        agent: AgentId,
        contact: &ContactId,
        queue: QueueId,
        wrap_up_until: Option<Timestamp>,
        at: Timestamp,
    ) {
        self.hold(agent, contact, None);
        match wrap_up_until {
            None => {
                self.release_work(agent, contact, at);
            }
            Some(until) => {
                let limit = (at + self.config.queues[queue.index()].settings.wrap_up_max).max(until);
                self.agents[agent.index()].apply_wrap_up(contact, until, limit, at);
                self.deadlines.arm(until, Deadline::WrapUpEnds(agent, *contact));
                self.refresh_interruptible(agent);
            }
        }
    }
}
