//! Messages between actors, and the run queue that delivers them.
//!
//! Messages are delivered in the order they were sent, until none is left. Each carries its depth, the length of the
//! chain that led to it: a chain that grows past [`MAX_DEPTH`] never comes to rest and poisons the step.

use std::collections::VecDeque;

use crate::agent::AgentMessage;
use crate::config::Compiled;
use crate::contact::ContactMessage;
use crate::event::{Event, EventKind};
use crate::hours::{CalendarMessage, Calendars};
use crate::ids::{AgentId, CalendarId, OfferId, QueueId, Seq, SkillId};
use crate::limits::MAX_DEPTH;
use crate::offer::OfferMessage;
use crate::queue::QueueMessage;
use crate::skill::SkillMessage;
use crate::time::Timestamp;

/// A message with its address.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    Agent(AgentId, AgentMessage),
    /// A contact is addressed by its place.
    Contact(u32, ContactMessage),
    Offer(OfferId, OfferMessage),
    Queue(QueueId, QueueMessage),
    Skill(SkillId, SkillMessage),
    Calendar(CalendarId, CalendarMessage),
}

#[derive(Clone, Debug)]
struct Envelope {
    message: Message,
    depth: u8,
}

/// The run queue of one step.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunQueue {
    waiting: VecDeque<Envelope>,
    poisoned: bool,
}

impl RunQueue {
    #[inline]
    fn push(&mut self, message: Message, depth: u8) {
        if depth > MAX_DEPTH {
            self.poisoned = true;
        } else {
            self.waiting.push_back(Envelope { message, depth });
        }
    }

    /// The next message and its depth.
    pub(crate) fn pop(&mut self) -> Option<(Message, u8)> {
        self.waiting.pop_front().map(|Envelope { message, depth }| (message, depth))
    }

    /// Whether there is nothing to do.
    #[inline]
    pub(crate) fn is_quiet(&self) -> bool {
        self.waiting.is_empty() && !self.poisoned
    }

    pub(crate) fn is_poisoned(&self) -> bool {
        self.poisoned
    }

    pub(crate) fn poison(&mut self) {
        self.poisoned = true;
        self.waiting.clear();
    }
}

/// Events on their way out, numbered as they are stated.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox {
    /// One that was heard leaves its place empty until all were heard.
    events: Vec<Option<Event>>,
    /// How many of them have been heard, and how many applied.
    heard: usize,
    applied: usize,
    /// Number of the last event stated.
    pub(crate) last: Seq,
}

impl Outbox {
    #[inline]
    pub(crate) fn push(&mut self, at: Timestamp, kind: EventKind) {
        self.last = self.last.next();
        self.events.push(Some(Event { seq: self.last, at, kind }));
    }

    /// The first event that has not been applied; it counts as applied from now on.
    pub(crate) fn next_to_apply(&mut self) -> Option<&Event> {
        let event = self.events.get(self.applied)?;
        self.applied += 1;
        event.as_ref()
    }

    pub(crate) fn has_more_to_apply(&self) -> bool {
        self.applied < self.events.len()
    }

    /// Forgets all events; each has been applied and heard.
    pub(crate) fn forget(&mut self) {
        (self.heard, self.applied) = (0, 0);
        self.events.clear();
    }

    /// Takes the oldest event that has been applied.
    pub(crate) fn pop(&mut self) -> Option<Event> {
        if self.heard == self.applied {
            return None;
        }
        let event = self.events[self.heard].take();
        self.heard += 1;
        if self.heard == self.events.len() {
            self.forget();
        }
        event
    }
}

/// Events taken out of a domain to be heard where they lie; see [`Domain::take_events`](crate::Domain::take_events).
#[derive(Debug)]
pub struct Told(pub(crate) Box<Outbox>);

impl Told {
    /// The events, oldest first.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = &Event> {
        self.0.events.iter().flatten()
    }
}

/// Something that stands in its place but for the while that it is lent out; lending moves a pointer.
#[derive(Clone, Debug)]
pub(crate) struct Lent<T>(Option<Box<T>>);

impl<T: Default> Default for Lent<T> {
    fn default() -> Self {
        Self(Some(Box::default()))
    }
}

impl<T> Lent<T> {
    #[inline]
    pub(crate) fn lend(&mut self) -> Box<T> {
        self.0.take().expect("lent to one at a time")
    }

    #[inline]
    pub(crate) fn give_back(&mut self, it: Box<T>) {
        self.0 = Some(it);
    }
}

impl<T> core::ops::Deref for Lent<T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        self.0.as_ref().expect("given back")
    }
}

impl<T> core::ops::DerefMut for Lent<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        self.0.as_mut().expect("given back")
    }
}

/// What an actor sees and can do while it handles one message.
///
/// It may read the time, the configuration and the calendars, emit events and send messages. It changes nothing: its own state
/// changes when the events are applied, right after the handler returns.
pub(crate) struct Context<'a> {
    pub(crate) now: Timestamp,
    pub(crate) config: &'a Compiled,
    pub(crate) calendars: &'a Calendars,
    pub(crate) outbox: &'a mut Outbox,
    pub(crate) run_queue: &'a mut RunQueue,
    pub(crate) depth: u8,
}

impl Context<'_> {
    /// States a fact.
    pub(crate) fn emit(&mut self, kind: EventKind) {
        self.outbox.push(self.now, kind);
    }

    /// The number that the next emitted event will have.
    pub(crate) fn seq(&self) -> Seq {
        self.outbox.last.next()
    }

    /// Sends a message, to be delivered after those already waiting.
    #[inline]
    pub(crate) fn send(&mut self, message: Message) {
        self.run_queue.push(message, self.depth.saturating_add(1));
    }
}
