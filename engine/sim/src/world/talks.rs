//! Conversations of the world: how long they go on, what interrupts them, and those that start over with somebody else.

use sunline_core::time::{Span, Timestamp};
use sunline_core::{AgentId, ContactId, QueueId};

use super::{Happening, World};
use crate::event_queue::EventHandle;

/// How a conversation stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Talk {
    /// There is none.
    None,
    /// It ends at this instant.
    Until(EventHandle, Timestamp),
    /// It is interrupted, or its customer silent; this much is left of it.
    Rests(Span),
}

impl World<'_> {
    /// In a world media comes up at once.
    pub(super) fn connect(&mut self, contact: &ContactId, at: Timestamp) {
        if let Some(contact) = self.names.number(contact) {
            self.driver.schedule(at, Happening::Connects { contact });
        }
    }

    /// A contact does not give up any more.
    pub(super) fn stays(&mut self, contact: u64) {
        let Some(guest) = self.guests.get(contact) else { return };
        guest.patient = true;
        if let Some(gives_up) = guest.gives_up.take() {
            self.driver.cancel(gives_up);
        }
    }

    #[inline(always)]
    pub(super) fn converse(&mut self, contact: &ContactId, queue: QueueId, agent: AgentId, at: Timestamp) {
        let Some(contact) = self.names.number(contact) else { return };
        self.stays(contact);
        let talk = self.next_of(contact, queue).and_then(|next| next.talk);
        let Some(guest) = self.guests.get(contact) else { return };
        let whole = talk.unwrap_or(guest.handling);
        let pace = self.pace[agent.index()] * self.experience.factor(queue, agent);
        #[allow(clippy::float_cmp, reason = "exactly 1 means untouched")]
        let length = if pace == 1.0 { whole } else { scaled(whole, pace) };
        self.talks(contact, at, length);
    }

    /// A conversation begins or goes on, and takes so long from now.
    #[inline(always)]
    pub(super) fn talks(&mut self, contact: u64, at: Timestamp, length: Span) {
        let ends = at + length;
        let handle = self.driver.schedule(ends, Happening::Finishes { contact });
        if let Some(guest) = self.guests.get(contact) {
            guest.talk = Talk::Until(handle, ends);
        }
    }

    /// A conversation is interrupted, or its customer silent.
    pub(super) fn rests(&mut self, contact: &ContactId, at: Timestamp) {
        let Some(guest) = self.names.number(contact).and_then(|number| self.guests.get(number)) else {
            return;
        };
        if let Talk::Until(handle, ends) = guest.talk {
            guest.talk = Talk::Rests(ends.since(at));
            self.driver.cancel(handle);
        }
    }

    /// A conversation that rested goes on.
    pub(super) fn goes_on(&mut self, contact: &ContactId, at: Timestamp) {
        let Some(number) = self.names.number(contact) else { return };
        if let Some(Talk::Rests(left)) = self.guests.get(number).map(|guest| guest.talk) {
            self.talks(number, at, left);
        }
    }

    /// A contact waits again: with its next agent the conversation starts over.
    pub(super) fn starts_over(&mut self, contact: &ContactId) {
        let Some(guest) = self.names.number(contact).and_then(|number| self.guests.get(number)) else {
            return;
        };
        guest.patient = false;
        if let Talk::Until(handle, _) = core::mem::replace(&mut guest.talk, Talk::None) {
            self.driver.cancel(handle);
        }
    }
}

pub(super) fn scaled(length: Span, pace: f64) -> Span {
    Span::from_secs_f64(length.as_secs_f64() * pace).unwrap_or(Span::MAX)
}
