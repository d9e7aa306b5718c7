//! Delays of pools: when a waiting contact becomes visible to further pools.
//!
//! The clock runs from queue entry, through offers, declines and expiries. While an agent has the contact it rests; a
//! contact that comes back is as visible as its time in the queue says.

use crate::contact::{Contact, Phase};
use crate::deadlines::Deadline;
use crate::domain::Domain;
use crate::ids::ContactId;
use crate::time::Timestamp;

impl Domain {
    /// A delay has passed: further pools see the contact.
    pub(super) fn delay_passed(&mut self, id: &ContactId, passed: u8) {
        let Some(place) = self.place(id) else { return };
        self.stop_delay(place);
        self.leave_waiting(place);
        self.board.classes.quit(self.contacts[place].class);
        self.contacts[place].passed = passed;
        self.classify(place);
        self.return_to_waiting(place);
        self.start_delay(place);
    }

    /// Arms the next delay of a contact that waits.
    #[inline]
    pub(crate) fn start_delay(&mut self, place: u32) {
        let contact = &self.contacts[place];
        if let (Phase::Waiting, Some(at)) = (contact.phase, self.next_delay(contact)) {
            self.deadlines.arm(at, Deadline::DelayPasses(contact.id));
        }
    }

    /// Disarms it.
    #[inline(always)]
    pub(crate) fn stop_delay(&mut self, place: u32) {
        if !self.config.queues[self.contacts[place].queue.index()].delays.is_empty() {
            self.stop_its_delay(place);
        }
    }

    fn stop_its_delay(&mut self, place: u32) {
        let contact = &self.contacts[place];
        if let Some(at) = self.next_delay(contact) {
            self.deadlines.disarm(at, Deadline::DelayPasses(contact.id));
        }
    }

    /// The connection of a contact failed: it is visible to every pool whose delay has passed meanwhile.
    pub(super) fn resume_delays(&mut self, place: u32, now: Timestamp) {
        let contact = &self.contacts[place];
        let delays = &self.config.queues[contact.queue.index()].delays;
        if delays.is_empty() {
            return;
        }
        let passed = delays.iter().take_while(|delay| contact.joined_at + **delay <= now).count() as u8;
        if passed != contact.passed {
            self.board.classes.quit(contact.class);
            self.contacts[place].passed = passed;
            self.classify(place);
        }
        self.start_delay(place);
    }

    /// When the next delay of a contact passes.
    #[inline]
    pub(crate) fn next_delay(&self, contact: &Contact) -> Option<Timestamp> {
        let delays = &self.config.queues[contact.queue.index()].delays;
        delays.get(usize::from(contact.passed)).map(|delay| contact.joined_at + *delay)
    }
}
