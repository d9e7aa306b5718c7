//! Where an agent's time went: handling contacts, or available without work.

use crate::time::{Span, Timestamp};

/// Time of one agent since the figures began.
///
/// Handling runs from accept to the end of wrap-up; several contacts at once count once. Ringing is not handling.
#[derive(Clone, Copy, Debug)]
pub struct AgentTime {
    handle: Span,
    idle: Span,
    since: Timestamp,
    working: u32,
    available: bool,
}

impl AgentTime {
    pub(super) fn new(at: Timestamp) -> Self {
        Self { handle: Span::ZERO, idle: Span::ZERO, since: at, working: 0, available: false }
    }

    fn pass(&mut self, at: Timestamp) {
        let passed = at.since(self.since);
        if self.working > 0 {
            self.handle += passed;
        } else if self.available {
            self.idle += passed;
        }
        self.since = at;
    }

    pub(super) fn available(&mut self, available: bool, at: Timestamp) {
        self.pass(at);
        self.available = available;
    }

    pub(super) fn work_begins(&mut self, at: Timestamp) {
        self.pass(at);
        self.working += 1;
    }

    pub(super) fn work_ends(&mut self, at: Timestamp) {
        self.pass(at);
        self.working = self.working.saturating_sub(1);
    }

    pub(super) fn restart(&mut self, at: Timestamp) {
        (self.handle, self.idle, self.since) = (Span::ZERO, Span::ZERO, at);
    }

    /// Time with at least one accepted contact in hand, up to `at`.
    pub fn handle(&self, at: Timestamp) -> Span {
        let mut this = *self;
        this.pass(at.max(self.since));
        this.handle
    }

    /// Time available with nothing accepted, up to `at`.
    pub fn idle(&self, at: Timestamp) -> Span {
        let mut this = *self;
        this.pass(at.max(self.since));
        this.idle
    }
}
