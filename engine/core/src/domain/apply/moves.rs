//! Applying what a queue counts from the instant a contact came to it: its longest wait, and the tests of newcomers.

use crate::deadlines::Deadline;
use crate::domain::Domain;
use crate::time::Timestamp;

impl Domain {
    /// A contact has come to its queue: its longest wait there begins, and it will be put to the queue's tests.
    pub(super) fn enters_queue(&mut self, place: u32, at: Timestamp) {
        self.begin_longest_wait(place, at);
        if self.config.queues[self.contacts[place].queue.index()].admission.tests_newcomers {
            self.newcomers.push(place);
        }
        self.contacts[place].joined_at = at;
        self.start_delay(place);
    }

    /// The contact's longest wait in its queue begins, perhaps again.
    pub(super) fn begin_longest_wait(&mut self, place: u32, at: Timestamp) {
        let contact = &mut self.contacts[place];
        contact.entered_at = at;
        let queue = &self.config.queues[contact.queue.index()];
        if let Some(longest) = queue.settings.admission.max_wait {
            self.deadlines.arm(at + longest, Deadline::WaitRunsOut(contact.id));
        }
    }

    pub(super) fn disarm_longest_wait(&mut self, place: u32) {
        let contact = &self.contacts[place];
        let queue = &self.config.queues[contact.queue.index()];
        if let Some(longest) = queue.settings.admission.max_wait {
            self.deadlines.disarm(contact.entered_at + longest, Deadline::WaitRunsOut(contact.id));
        }
    }
}
