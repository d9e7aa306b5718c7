//! Where an agent's time went: handling contacts, or available without work.

use crate::time::{Span, Timestamp};

/// Time of one agent since the figures began.
///
/// Handling runs from accept to the end of wrap-up; several contacts at once count once. Ringing is not handling.
#[derive(Clone, Debug)]
pub struct AgentTime {
    handle: Span,
    idle: Span,
    since: Timestamp,
    working: u32,
    available: bool,
    /// Queues served, one bit each.
    served: Vec<u64>,
}

impl AgentTime {
    pub(super) fn new(at: Timestamp) -> Self {
        Self {
            handle: Span::ZERO,
            idle: Span::ZERO,
            since: at,
            working: 0,
            available: false,
            served: Vec::new(),
        }
    }

    #[inline]
    fn pass(&mut self, at: Timestamp) {
        (self.handle, self.idle) = (self.handle(at), self.idle(at));
        self.since = at;
    }

    fn passed(&self, at: Timestamp) -> Span {
        at.since(self.since).max(Span::ZERO)
    }

    pub(super) fn available(&mut self, available: bool, at: Timestamp) {
        self.pass(at);
        self.available = available;
    }

    #[inline]
    pub(super) fn work_begins(&mut self, queue: usize, at: Timestamp) {
        self.pass(at);
        self.working += 1;
        if self.served.len() <= queue / 64 {
            self.served.resize(queue / 64 + 1, 0);
        }
        self.served[queue / 64] |= 1 << (queue % 64);
    }

    pub(super) fn work_resumes(&mut self, at: Timestamp) {
        self.pass(at);
        self.working += 1;
    }

    #[inline]
    pub(super) fn work_ends(&mut self, at: Timestamp) {
        self.pass(at);
        self.working = self.working.saturating_sub(1);
    }

    pub(super) fn restart(&mut self, at: Timestamp) {
        (self.handle, self.idle, self.since) = (Span::ZERO, Span::ZERO, at);
        self.served.clear();
    }

    /// Time with at least one accepted contact in hand, up to `at`.
    pub fn handle(&self, at: Timestamp) -> Span {
        if self.working > 0 { self.handle + self.passed(at) } else { self.handle }
    }

    /// Time available with nothing accepted, up to `at`.
    pub fn idle(&self, at: Timestamp) -> Span {
        if self.working == 0 && self.available { self.idle + self.passed(at) } else { self.idle }
    }

    /// Whether the agent accepted a contact of the queue (by number) since the figures began.
    pub fn has_served(&self, queue: usize) -> bool {
        self.served.get(queue / 64).is_some_and(|bits| bits >> (queue % 64) & 1 == 1)
    }
}
