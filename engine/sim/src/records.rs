//! One row per contact, as columns: what came, how long it waited, who served it, how it ended.

use sunline_core::time::{Span, Timestamp};
use sunline_core::{AgentId, Connection, ContactOutcome, Event, EventKind, QueueId};

use crate::world::Listener;

/// Columns over contacts, in order of their end.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// Number of the contact in order of arrival, from 0.
    pub contact: Vec<u64>,
    /// Its queue.
    pub queue: Vec<QueueId>,
    /// When it ended.
    pub ended_at: Vec<Timestamp>,
    /// From origin to answer, or to the end when there was none.
    pub waited: Vec<Span>,
    /// How it ended.
    pub outcome: Vec<ContactOutcome>,
    /// Who served it.
    pub agent: Vec<Option<AgentId>>,
    /// From accept to the end of the conversation, without wrap-up.
    pub talked: Vec<Span>,
}

impl Records {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.contact.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.contact.is_empty()
    }

    /// When the contact in a row began to wait.
    pub fn arrived_at(&self, row: usize) -> Timestamp {
        self.ended_at[row] - self.talked[row] - self.waited[row]
    }
}

impl Listener for Records {
    fn hear(&mut self, event: &Event) {
        if let EventKind::ContactEnded { contact, queue, outcome, agent, waited, handled, .. } = &event.kind {
            self.contact.push(contact.number().unwrap_or(u64::MAX));
            self.queue.push(*queue);
            self.ended_at.push(event.at);
            self.waited.push(*waited);
            self.outcome.push(*outcome);
            self.agent.push(*agent);
            self.talked.push(*handled);
        }
    }
}

/// How long the queues were, sampled by event: for plots of one day.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// (instant, contacts waiting, agents with accepted work), one entry a change.
    pub points: Vec<(Timestamp, i64, i64)>,
    waiting: i64,
    working: i64,
}

impl Listener for Course {
    fn hear(&mut self, event: &Event) {
        match &event.kind {
            EventKind::ContactArrived { .. } => self.waiting += 1,
            EventKind::OfferAccepted { connection, .. } => {
                self.working += 1;
                self.waiting -= i64::from(matches!(connection, Connection::Made { .. }));
            }
            EventKind::ContactConnected { .. } => self.waiting -= 1,
            EventKind::ConnectionFailed { .. } | EventKind::WrapUpEnded { .. } => self.working -= 1,
            EventKind::ContactEnded { agent: Some(_), wrap_up_until: None, .. } => self.working -= 1,
            EventKind::ContactEnded { agent: None, .. } => self.waiting -= 1,
            _ => return,
        }
        self.points.push((event.at, self.waiting, self.working));
    }
}
