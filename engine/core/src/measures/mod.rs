//! Measures: figures as folds over the event log.
//!
//! Feed [`Measures::observe`] every event in order, live or from a journal: the figures are the same. Per queue the leg
//! counts, over all queues the contact, by its first answer; waits run from origin. [`Legs`] keeps every leg, and gives
//! the same figures again for any threshold and any window.
#![allow(clippy::disallowed_types, reason = "figures for people; nothing here decides")]

mod agent_time;
mod feedback;
mod histogram;
mod legs;
mod policy;
mod queue_counts;
mod service_level;
#[cfg(test)]
mod tests;

pub use agent_time::AgentTime;
pub use feedback::{Feedback, FeedbackKind, FeedbackSum, FeedbackTable};
pub use legs::{Ask, By, Leg, Legs, WaitClock, WaitEnd, WaitOver};
pub use policy::{OccupancySpread, Overtaking, PolicyMeasures};
pub use queue_counts::QueueCounts;
use queue_counts::{Parting, in_time};
pub use service_level::ServiceLevel;

use std::collections::{BTreeMap, BTreeSet};

use crate::agent::{Presence, Stage};
use crate::config::Config;
use crate::contact::ContactOutcome;
use crate::domain::Domain;
use crate::event::{Connection, Event, EventKind};
use crate::hours::Due;
use crate::ids::{AgentId, ContactId, QueueId};
use crate::time::{Span, Timestamp};

/// Running figures of a domain.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    queues: Vec<QueueCounts>,
    total: QueueCounts,
    agents: Vec<AgentTime>,
    /// Contacts inside that an agent answered and that went back to their queue.
    returned: BTreeSet<ContactId>,
    /// Contacts that an agent accepted and whose media is not up.
    connecting: BTreeSet<ContactId>,
    /// Contacts at which nobody works for now.
    parked: BTreeSet<ContactId>,
    /// Questions of one agent to another, which are no contacts of customers.
    questions: BTreeSet<ContactId>,
    /// By when contacts are due whose target runs in business time.
    dues: BTreeMap<ContactId, Due>,
    /// Agents who wrap up after such a question.
    asides: BTreeSet<(AgentId, ContactId)>,
    /// Contacts inside whose customer is to be called back.
    callbacks: BTreeSet<ContactId>,
}

impl Measures {
    /// Figures for a domain with these thresholds, one a queue by `QueueId`: what counts as answered in time, and what
    /// as a short abandonment.
    pub fn new(thresholds: &[(Span, Span)]) -> Self {
        let queue = |&(answer_within, short): &(Span, Span)| QueueCounts::new(answer_within, short);
        Self { queues: thresholds.iter().map(queue).collect(), ..Self::default() }
    }

    /// Measures of a domain from the instant it has reached on, with nothing counted yet. Contacts inside count where they
    /// end; work in hand counts from now.
    pub fn from_now_on(domain: &Domain) -> Self {
        let at = domain.now();
        let settings = domain.config().queues.iter().map(|queue| &queue.settings);
        let queues = settings.map(|queue| QueueCounts::new(queue.answer_within, queue.short_abandon));
        let agents = domain.agents().map(|agent| {
            let mut time = AgentTime::new(at);
            time.available(*agent.presence == Presence::Available, at);
            let accepted = agent.work.iter().filter(|work| !matches!(work.stage, Stage::Reserved { .. }));
            accepted.for_each(|work| time.work_begins(work.queue.index(), at));
            time
        });
        let work = domain.agents().flat_map(|agent| agent.work);
        let parked = work.filter(|work| work.stage == Stage::Parked).map(|work| work.contact).collect();
        let questions = domain.questions();
        let dues = domain.dues();
        Self {
            queues: queues.collect(),
            agents: agents.collect(),
            parked,
            questions,
            dues,
            ..Self::default()
        }
    }

    /// Takes one event into account.
    pub fn observe(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::AgentRegistered { agent, .. } if self.agents.len() <= agent.index() => {
                self.agents.resize(agent.index() + 1, AgentTime::new(at));
            }
            EventKind::Reconfigured { config, .. } => self.follow_thresholds(config),
            EventKind::PresenceChanged { agent, presence } => {
                self.agents[agent.index()].available(*presence == Presence::Available, at);
            }
            EventKind::ContactArrived { queue, .. } => {
                self.queues[queue.index()].arrived += 1;
                self.total.arrived += 1;
            }
            EventKind::OfferAccepted { contact, queue, agent, connection, .. } => {
                self.agents[agent.index()].work_begins(queue.index(), at);
                match connection {
                    Connection::Made { waited } => self.answered(contact, *queue, *waited, at),
                    Connection::Pending { .. } => {
                        self.connecting.insert(*contact);
                    }
                }
            }
            EventKind::ContactConnected { contact, queue, waited, .. } => {
                self.connecting.remove(contact);
                self.answered(contact, *queue, *waited, at);
            }
            EventKind::CallbackAccepted { contact, queue, .. } => {
                let first = u64::from(self.callbacks.insert(*contact));
                self.queues[queue.index()].callbacks += first;
                self.total.callbacks += first;
            }
            EventKind::CustomerNotReached { contact, agent, .. } => {
                self.connecting.remove(contact);
                self.agents[agent.index()].work_ends(at);
            }
            EventKind::ConnectionFailed { contact, agent, .. } => {
                self.connecting.remove(contact);
                self.agents[agent.index()].work_ends(at);
            }
            EventKind::ContactRequeued { contact, queue, agent, handled, .. } => {
                if !self.connecting.remove(contact) {
                    self.returned.insert(*contact);
                }
                if !self.parked.remove(contact) {
                    self.agents[agent.index()].work_ends(at);
                }
                if self.questions.is_empty() || !self.questions.contains(contact) {
                    self.handled(*queue, *handled);
                }
            }
            EventKind::ConsultBegun { consult, .. } => {
                self.questions.insert(*consult);
            }
            EventKind::ContactTransferred { contact, agent, from, queue, handled, wrap_up_until, .. } => {
                self.other_queue(contact, *from, *queue);
                if self.questions.contains(contact) {
                    return self.question_passed_on(*agent, contact, wrap_up_until.is_some(), at);
                }
                self.returned.insert(*contact);
                self.passed_on(*agent, (*from, *queue), (*handled, wrap_up_until.is_some()), at);
            }
            EventKind::ContactHandedOver {
                contact,
                consult,
                agent,
                from,
                queue,
                handled,
                wrap_up_until,
                ..
            } => {
                self.questions.remove(consult);
                self.other_queue(contact, *from, *queue);
                self.passed_on(*agent, (*from, *queue), (*handled, wrap_up_until.is_some()), at);
            }
            EventKind::ContactParked { contact, agent } => {
                self.parked.insert(*contact);
                self.agents[agent.index()].work_ends(at);
            }
            EventKind::ContactUnparked { contact, agent, .. } => {
                self.parked.remove(contact);
                self.agents[agent.index()].work_resumes(at);
            }
            EventKind::ContactEnded {
                contact,
                queue,
                outcome,
                agent,
                waited,
                wrap_up_until,
                handled,
                ..
            } => {
                if !self.connecting.is_empty() {
                    self.connecting.remove(contact);
                }
                let is_question = !self.questions.is_empty() && self.questions.remove(contact);
                if !is_question {
                    self.over(contact, *queue, *outcome, (*waited, agent.is_some()), at);
                }
                if !self.dues.is_empty() {
                    self.dues.remove(contact);
                }
                if let (Some(agent), Some(_), true) = (agent, wrap_up_until, is_question) {
                    self.asides.insert((*agent, *contact));
                }
                if let (Some(agent), None) = (agent, wrap_up_until) {
                    if self.parked.is_empty() || !self.parked.remove(contact) {
                        self.agents[agent.index()].work_ends(at);
                    }
                    if !is_question {
                        self.handled(*queue, *handled);
                    }
                }
            }
            EventKind::ContactDue { contact, due } => {
                self.dues.insert(*contact, *due);
            }
            EventKind::ContactMoved { contact, from, to, .. } => {
                self.other_queue(contact, *from, *to);
                if self.questions.contains(contact) {
                    return;
                }
                self.queues[from.index()].moved_out += 1;
                self.queues[to.index()].moved_in += 1;
            }
            EventKind::WrapUpEnded { agent, contact, queue, handled } => {
                self.agents[agent.index()].work_ends(at);
                if self.asides.is_empty() || !self.asides.remove(&(*agent, *contact)) {
                    self.handled(*queue, *handled);
                }
            }
            _ => {}
        }
    }

    /// Forgets what was counted so far; who is at work stays at work. For the end of a warm-up.
    pub fn restart(&mut self, at: Timestamp) {
        self.queues.iter_mut().for_each(QueueCounts::restart);
        self.total = QueueCounts::default();
        self.agents.iter_mut().for_each(|agent| agent.restart(at));
    }

    /// Queues that are new have thresholds of their own; the others keep theirs, so that what was counted stays of one kind.
    fn follow_thresholds(&mut self, config: &Config) {
        let new = config.queues.iter().skip(self.queues.len());
        self.queues.extend(new.map(|queue| QueueCounts::new(queue.answer_within, queue.short_abandon)));
    }

    /// A contact of a customer is over.
    fn over(
        &mut self,
        contact: &ContactId,
        queue: QueueId,
        outcome: ContactOutcome,
        (waited, was_answered): (Span, bool),
        at: Timestamp,
    ) {
        let due = if self.dues.is_empty() { None } else { self.dues.get(contact).copied() };
        let counts = &mut self.queues[queue.index()];
        if !self.callbacks.is_empty() && self.callbacks.remove(contact) {
            counts.callback_ended(outcome, waited, was_answered);
            self.total.callback_ended(outcome, waited, was_answered);
            self.returned.remove(contact);
            return;
        }
        let (answer_within, short) = counts.thresholds();
        let end = Parting { in_time: in_time(due, at, waited, answer_within), short: waited <= short };
        counts.ended(outcome, waited, was_answered, end);
        if !self.returned.is_empty() && self.returned.remove(contact) {
            self.total.ended_after_answer(outcome);
        } else {
            self.total.ended(outcome, waited, was_answered, end);
        }
    }

    /// An agent's part in a contact is over, and the contact goes on in a queue that may be another.
    fn passed_on(
        &mut self,
        agent: AgentId,
        (from, to): (QueueId, QueueId),
        (handled, wraps_up): (Span, bool),
        at: Timestamp,
    ) {
        if !wraps_up {
            self.agents[agent.index()].work_ends(at);
            self.handled(from, handled);
        }
        if from != to {
            self.queues[from.index()].moved_out += 1;
            self.queues[to.index()].moved_in += 1;
        }
    }

    /// An agent's part in a question is over, and the question goes on: the agent's time counts, and nothing of a queue's.
    fn question_passed_on(&mut self, agent: AgentId, question: &ContactId, wraps_up: bool, at: Timestamp) {
        if wraps_up {
            self.asides.insert((agent, *question));
        } else {
            self.agents[agent.index()].work_ends(at);
        }
    }

    /// What its old queue said of when a contact is due is over.
    fn other_queue(&mut self, contact: &ContactId, from: QueueId, to: QueueId) {
        if from != to && !self.dues.is_empty() {
            self.dues.remove(contact);
        }
    }

    /// A contact is answered; questions of one agent to another are none, and callbacks have figures of their own.
    #[inline(always)]
    fn answered(&mut self, contact: &ContactId, queue: QueueId, waited: Span, at: Timestamp) {
        if !self.questions.is_empty() && self.questions.contains(contact) {
            return;
        }
        if !self.callbacks.is_empty() && self.callbacks.contains(contact) {
            return;
        }
        let due = if self.dues.is_empty() { None } else { self.dues.get(contact).copied() };
        let counts = &mut self.queues[queue.index()];
        let in_time = in_time(due, at, waited, counts.thresholds().0);
        counts.answered(waited, in_time);
        if self.returned.is_empty() || !self.returned.contains(contact) {
            self.total.answered(waited, in_time);
        }
    }

    #[inline(always)]
    fn handled(&mut self, queue: QueueId, handled: Span) {
        self.queues[queue.index()].handled(handled);
        self.total.handled(handled);
    }

    /// Counts of all contacts, each by its first answer and by the thresholds of the queue where it was answered or ended.
    pub fn total(&self) -> &QueueCounts {
        &self.total
    }

    /// Counts of one queue.
    pub fn queue(&self, queue: QueueId) -> Option<&QueueCounts> {
        self.queues.get(queue.index())
    }

    /// Counts of all queues, by `QueueId`.
    pub fn queues(&self) -> &[QueueCounts] {
        &self.queues
    }

    /// Times of one agent up to now.
    pub fn agent(&self, agent: AgentId) -> Option<&AgentTime> {
        self.agents.get(agent.index())
    }

    /// Times of all agents, by `AgentId`.
    pub fn agents(&self) -> &[AgentTime] {
        &self.agents
    }

    /// Handle time ÷ (handle time + time available without work) of these agents up to `at`, in `[0, 1]`; `None` when
    /// nobody was there.
    pub fn occupancy<'a>(agents: impl IntoIterator<Item = &'a AgentTime>, at: Timestamp) -> Option<f64> {
        let (mut handle, mut idle) = (0.0, 0.0);
        for agent in agents {
            handle += agent.handle(at).as_secs_f64();
            idle += agent.idle(at).as_secs_f64();
        }
        (handle + idle > 0.0).then(|| handle / (handle + idle))
    }
}
