//! Legs: every stay of every contact in a queue, kept from the event log, and counted again as often as wanted.
//!
//! A contact that moves has a leg in each queue. What is asked of them is an [`Ask`]: whose legs, by which thresholds,
//! in which window, by arrival or by end. With a queue's own thresholds and no window, the counts are the running ones.

use std::collections::BTreeMap;

use super::queue_counts::{Parting, QueueCounts, in_time};
use crate::contact::ContactOutcome;
use crate::event::{Connection, Event, EventKind};
use crate::hours::Due;
use crate::ids::{AgentId, ContactId, QueueId};
use crate::lookup::Table;
use crate::time::{Span, Timestamp};

/// One stay of a contact in a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Which contact.
    pub contact: ContactId,
    /// Which queue.
    pub queue: QueueId,
    /// Whether it is the contact's first.
    pub first: bool,
    /// Whether it came from another queue; otherwise it is the first, or it went back to this queue from an agent.
    pub moved_in: bool,
    /// An agent had answered the contact before this stay.
    pub answered_before: bool,
    /// When the contact's customer began to wait.
    pub origin: Timestamp,
    /// When the contact arrived.
    pub arrived_at: Timestamp,
    /// When it entered this queue.
    pub entered_at: Timestamp,
    /// When its customer accepted a callback here.
    pub callback_at: Option<Timestamp>,
    /// Its customer was to be called back, accepted here or before: its answer is out of A, its end out of B.
    pub is_callback: bool,
    /// By when it should be answered, where the queue's target runs in business time.
    pub due: Option<Due>,
    /// How its wait here was over; `None`: it waits.
    pub wait_over: Option<WaitOver>,
    /// How and when the contact ended here; `None`: it has not ended, or not here.
    pub ended: Option<(Timestamp, ContactOutcome)>,
    /// When an agent passed it on to another queue; `None`: none did.
    pub passed_on: Option<Timestamp>,
    /// When its handling was over, wrap-up included, and how long it took; `None`: it was not handled, or it still is.
    pub handled: Option<(Timestamp, Span)>,
}

/// How the wait of a leg was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitOver {
    /// When.
    pub at: Timestamp,
    /// Since the contact's origin.
    pub waited: Span,
    /// By what.
    pub by: WaitEnd,
}

/// What ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitEnd {
    /// This agent answered.
    Answer(AgentId),
    /// The contact ended unanswered.
    Left(ContactOutcome),
    /// It moved to another queue.
    Moved,
    /// This agent has it from a colleague; nobody waited.
    Given(AgentId),
}

impl WaitEnd {
    /// Whether an agent has the contact then.
    const fn is_with_an_agent(self) -> bool {
        matches!(self, Self::Answer(_) | Self::Given(_))
    }
}

/// To which interval a leg belongs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// All of it to that of its arrival; for a leg, of its entry to the queue.
    Arrival,
    /// Each part to its own instant: the arrival, the answer, the end. The running figures count so.
    #[default]
    End,
}

/// From when a wait counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WaitClock {
    /// From the contact's origin.
    #[default]
    Origin,
    /// From its entry to the queue.
    QueueEntry,
}

/// What is asked of the legs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Of this queue, by leg; `None`: of all queues, by contact.
    pub queue: Option<QueueId>,
    /// Answered within this counts as in time.
    pub answer_within: Span,
    /// Who gives up within this counts as a short abandonment.
    pub short_abandon: Span,
    /// First instant of the window.
    pub from: Timestamp,
    /// First instant after it.
    pub until: Timestamp,
    /// To which interval a leg belongs.
    pub by: By,
    /// From when a wait counts.
    pub clock: WaitClock,
    /// Legs whose target runs in business time are in time by their due instant, whatever `answer_within` says; only for
    /// waits from the origin. Off: all by the length of the wait.
    pub by_due: bool,
}

impl Ask {
    /// All queues and all time, by these thresholds.
    pub fn new(answer_within: Span, short_abandon: Span) -> Self {
        Self {
            queue: None,
            answer_within,
            short_abandon,
            from: Timestamp::MIN,
            until: Timestamp::MAX,
            by: By::End,
            clock: WaitClock::Origin,
            by_due: true,
        }
    }
}

/// Legs of a run, in order of entry.
#[derive(Clone, Debug, Default)]
pub struct Legs {
    legs: Vec<Leg>,
    /// The leg that a contact is in.
    open: Table<ContactId, usize>,
    /// The leg after which an agent wraps up.
    wrapping: Table<(AgentId, ContactId), usize>,
}

/// Adds one thing to counts.
type Count<'a> = &'a dyn Fn(&mut QueueCounts);

impl Legs {
    /// Takes one event into account; every event in order.
    pub fn observe(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::ContactArrived { contact, queue, origin, .. } => {
                self.enter(*contact, *queue, *origin, at, None);
            }
            EventKind::ContactMoved { contact, to, .. } => {
                let Some(place) = self.over(contact, at, None, WaitEnd::Moved) else { return };
                let Leg { origin, arrived_at, .. } = self.legs[place];
                self.enter(*contact, *to, origin, at, Some(arrived_at));
                self.carry_on(place, true);
            }
            EventKind::ContactRequeued { contact, queue, handled, .. } => {
                let Some(&place) = self.open.get(contact) else { return };
                self.legs[place].handled = Some((at, *handled));
                let Leg { origin, arrived_at, .. } = self.legs[place];
                self.enter(*contact, *queue, origin, at, Some(arrived_at));
                self.carry_on(place, false);
            }
            EventKind::ContactTransferred { contact, agent, from, queue, handled, wrap_up_until, .. } => {
                self.pass_on((contact, *agent), (*from, *queue), (*handled, *wrap_up_until), at);
            }
            EventKind::ContactHandedOver {
                contact, agent, to, from, queue, handled, wrap_up_until, ..
            } => {
                let waited = self.open.get(contact).and_then(|&place| self.legs[place].wait_over);
                self.pass_on((contact, *agent), (*from, *queue), (*handled, *wrap_up_until), at);
                self.over(contact, at, waited.map(|over| over.waited), WaitEnd::Given(*to));
            }
            EventKind::OfferAccepted { contact, agent, connection: Connection::Made { waited }, .. }
            | EventKind::ContactConnected { contact, agent, waited, .. } => {
                self.over(contact, at, Some(*waited), WaitEnd::Answer(*agent));
            }
            EventKind::CallbackAccepted { contact, .. } => {
                let Some(&place) = self.open.get(contact) else { return };
                let leg = &mut self.legs[place];
                if !leg.is_callback {
                    (leg.is_callback, leg.callback_at) = (true, Some(at));
                }
            }
            EventKind::ContactMerged { contact, origin, .. } => {
                if let Some(&place) = self.open.get(contact) {
                    self.legs[place].origin = *origin;
                }
            }
            EventKind::ContactEnded { contact, outcome, agent, waited, handled, wrap_up_until, .. } => {
                self.over(contact, at, Some(*waited), WaitEnd::Left(*outcome));
                let Some(place) = self.open.remove(contact) else { return };
                self.legs[place].ended = Some((at, *outcome));
                match (agent, wrap_up_until) {
                    (None, _) => {}
                    (Some(_), None) => self.legs[place].handled = Some((at, *handled)),
                    (Some(agent), Some(_)) => {
                        self.wrapping.insert((*agent, *contact), place);
                    }
                }
            }
            EventKind::ContactDue { contact, due } => {
                if let Some(&place) = self.open.get(contact) {
                    self.legs[place].due = Some(*due);
                }
            }
            EventKind::WrapUpEnded { agent, contact, handled, .. } => {
                if let Some(place) = self.wrapping.remove(&(*agent, *contact)) {
                    self.legs[place].handled = Some((at, *handled));
                }
            }
            _ => {}
        }
    }

    /// An agent's part in a contact is over, which goes on in a queue that may be the same.
    fn pass_on(
        &mut self,
        (contact, agent): (&ContactId, AgentId),
        (from, to): (QueueId, QueueId),
        (handled, wrap_up_until): (Span, Option<Timestamp>),
        at: Timestamp,
    ) {
        let Some(&place) = self.open.get(contact) else { return };
        match wrap_up_until {
            None => self.legs[place].handled = Some((at, handled)),
            Some(_) => {
                self.wrapping.insert((agent, *contact), place);
            }
        }
        self.legs[place].passed_on = (from != to).then_some(at);
        let Leg { origin, arrived_at, .. } = self.legs[place];
        self.enter(*contact, to, origin, at, Some(arrived_at));
        self.carry_on(place, from != to);
    }

    fn enter(
        &mut self,
        contact: ContactId,
        queue: QueueId,
        origin: Timestamp,
        at: Timestamp,
        arrived_at: Option<Timestamp>,
    ) {
        self.open.insert(contact, self.legs.len());
        self.legs.push(Leg {
            contact,
            queue,
            first: arrived_at.is_none(),
            moved_in: false,
            answered_before: false,
            origin,
            arrived_at: arrived_at.unwrap_or(at),
            entered_at: at,
            callback_at: None,
            is_callback: false,
            due: None,
            wait_over: None,
            ended: None,
            passed_on: None,
            handled: None,
        });
    }

    /// The leg that was entered last follows one at `before`.
    fn carry_on(&mut self, before: usize, moved_in: bool) {
        let known = &self.legs[before];
        let answered = known.wait_over.is_some_and(|over| over.by.is_with_an_agent());
        let (answered_before, is_callback) = (known.answered_before || answered, known.is_callback);
        let (queue, due) = (known.queue, known.due);
        if let Some(leg) = self.legs.last_mut() {
            leg.due = due.filter(|_| leg.queue == queue);
            (leg.moved_in, leg.answered_before, leg.is_callback) = (moved_in, answered_before, is_callback);
        }
    }

    /// The wait of the contact's leg is over, if it was not before; the leg's place.
    fn over(
        &mut self,
        contact: &ContactId,
        at: Timestamp,
        waited: Option<Span>,
        by: WaitEnd,
    ) -> Option<usize> {
        let place = *self.open.get(contact)?;
        let leg = &mut self.legs[place];
        let waited = waited.unwrap_or(at.since(leg.origin).max(Span::ZERO));
        leg.wait_over.get_or_insert(WaitOver { at, waited, by });
        Some(place)
    }

    /// The legs, in order of entry.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Leg> {
        self.legs.iter()
    }

    /// What an ask comes to.
    pub fn counts(&self, ask: &Ask) -> QueueCounts {
        let mut counts = QueueCounts::new(ask.answer_within, ask.short_abandon);
        self.walk(ask, &mut |at, count| {
            if at >= ask.from && at < ask.until {
                count(&mut counts);
            }
        });
        counts
    }

    /// The same by quarter hours of UTC, each by its first instant; a quarter in which nothing counts is left out.
    pub fn quarter_hours(&self, ask: &Ask) -> BTreeMap<Timestamp, QueueCounts> {
        const QUARTER: i64 = 900_000_000_000;
        let mut quarters = BTreeMap::new();
        self.walk(ask, &mut |at, count| {
            if at >= ask.from && at < ask.until {
                let nanos = at.as_nanos();
                let start = Timestamp::from_nanos(nanos - nanos.rem_euclid(QUARTER));
                let empty = || QueueCounts::new(ask.answer_within, ask.short_abandon);
                count(quarters.entry(start).or_insert_with(empty));
            }
        });
        quarters
    }

    /// Hands out every count that an ask may concern, each with the instant it belongs to.
    fn walk(&self, ask: &Ask, tell: &mut dyn FnMut(Timestamp, Count<'_>)) {
        let overall = ask.queue.is_none();
        for leg in self.legs.iter().filter(|leg| ask.queue.is_none_or(|queue| queue == leg.queue)) {
            let entry = if overall { leg.arrived_at } else { leg.entered_at };
            let of = |own: Timestamp| if ask.by == By::Arrival { entry } else { own };
            if leg.first {
                tell(of(entry), &|counts| counts.arrived += 1);
            } else if leg.moved_in && !overall {
                tell(of(entry), &|counts| counts.moved_in += 1);
            }
            if let Some(at) = leg.callback_at {
                tell(of(at), &|counts| counts.callbacks += 1);
            }
            if let (Some(at), false) = (leg.passed_on, overall) {
                tell(of(at), &|counts| counts.moved_out += 1);
            }
            let answered = leg.wait_over.is_some_and(|over| over.by.is_with_an_agent());
            if let Some(WaitOver { at, waited, by }) = leg.wait_over {
                let waited = match ask.clock {
                    WaitClock::Origin => waited,
                    WaitClock::QueueEntry => at.since(leg.entered_at),
                };
                let due = leg.due.filter(|_| ask.by_due && ask.clock == WaitClock::Origin);
                match by {
                    WaitEnd::Answer(_) if overall && leg.answered_before => {}
                    WaitEnd::Answer(_) if leg.is_callback => {}
                    WaitEnd::Answer(_) => {
                        let in_time = in_time(due, at, waited, ask.answer_within);
                        tell(of(at), &|counts| counts.answered(waited, in_time));
                    }
                    WaitEnd::Moved if !overall => tell(of(at), &|counts| counts.moved_out += 1),
                    WaitEnd::Moved | WaitEnd::Left(_) | WaitEnd::Given(_) => {}
                }
                if let Some((at, outcome)) = leg.ended {
                    // Who was given from agent to agent did not wait again.
                    let given = matches!(by, WaitEnd::Given(_));
                    let again = overall && leg.answered_before && !given;
                    let end = Parting {
                        in_time: in_time(due, at, waited, ask.answer_within),
                        short: waited <= ask.short_abandon,
                    };
                    tell(of(at), &|counts| {
                        if leg.is_callback {
                            counts.callback_ended(outcome, waited, answered);
                        } else if again {
                            counts.ended_after_answer(outcome);
                        } else {
                            counts.ended(outcome, waited, answered, end);
                        }
                    });
                }
            }
            if let Some((at, handled)) = leg.handled {
                tell(of(at), &|counts| counts.handled(handled));
            }
        }
    }
}
