//! Applying a change of queue: the contact keeps its origin and its place follows from it.

use crate::contact::Contact;
use crate::deadlines::Deadline;
use crate::domain::Domain;
use crate::domain::overflow::Standing;
use crate::ids::{ContactId, QueueId};
use crate::time::Timestamp;

impl Domain {
    pub(super) fn contact_moved(&mut self, id: &ContactId, to: QueueId, at: Timestamp) {
        let Some(place) = self.place(id) else { return };
        self.leave_waiting(place);
        self.disarm_longest_wait(place);
        self.stop_delay(place);
        self.end_keep(place);
        self.leave_plan(place);
        // The queue that sends it away is not its own any more.
        self.turned_away.retain(|turned_away| *turned_away != place);
        self.unlist_customer(place);
        self.board.classes.quit(self.contacts[place].class);
        let waiting = u32::from(self.contacts[place].waits_now());
        let left = &mut self.queues[self.contacts[place].queue.index()];
        left.inside -= 1;
        left.waiting -= waiting;
        let entered = &mut self.queues[to.index()];
        entered.inside += 1;
        entered.waiting += waiting;
        entered.taken_in += 1;
        if self.config.partners.iter().any(|partner| partner.queue == to) {
            self.queues[self.contacts[place].queue.index()].given_out += 1;
        }
        self.carries_on(place, to);
        self.doubtful.extend(self.contacts[place].offers.iter().map(|(offer, _)| *offer));
        let contact = &mut self.contacts[place];
        contact.queue = to;
        contact.unservable = false;
        contact.passed = 0;
        (contact.deferred, contact.due) = (false, None);
        self.enters_queue(place, at);
        self.classify(place);
        self.list_customer(place);
        self.return_to_waiting(place);
    }

    /// A contact has come to its queue: what runs from queue entry begins.
    #[inline(always)]
    pub(super) fn enters_queue(&mut self, place: u32, at: Timestamp) {
        self.begins_to_wait(place, at);
        self.enter_plan(place, at);
        self.contacts[place].joined_at = at;
        self.start_delay(place);
    }

    /// A contact begins to wait in its queue, if it may be served: its longest wait begins, and it will be put to the
    /// queue's tests.
    #[inline(always)]
    pub(super) fn begins_to_wait(&mut self, place: u32, at: Timestamp) {
        self.begin_longest_wait(place, at);
        self.arm_risk_test(place);
        let contact = &self.contacts[place];
        if contact.waits_now() && self.config.queues[contact.queue.index()].admission.tests_newcomers {
            self.newcomers.push(place);
        }
    }

    /// The contact's longest wait in its queue begins, perhaps again.
    #[inline(always)]
    pub(super) fn begin_longest_wait(&mut self, place: u32, at: Timestamp) {
        let contact = &mut self.contacts[place];
        contact.entered_at = at;
        let (id, queue, bounded) = (contact.id, contact.queue, contact.waits_to_its_bound());
        if let Some(longest) = self.bounds_of(queue).0.max_wait.filter(|_| bounded) {
            self.deadlines.arm(at + longest, Deadline::WaitRunsOut(id));
        }
    }

    /// A surge began or ended: other bounds hold in its queues, and the longest waits there end at other instants.
    pub(super) fn surge_turned(&mut self, surge: u16, active: bool, at: Timestamp) {
        let surged = &self.config.surges[surge as usize];
        let waits = |contact: &Contact| surged.touches(contact.queue) && contact.waits_to_its_bound();
        let touched = self.by_arrival(waits);
        for place in &touched {
            self.disarm_longest_wait(*place);
        }
        self.standings.surges.insert(surge, Standing { active, since: Some(at) });
        for place in touched {
            let contact = &self.contacts[place];
            let longest = self.bounds_of(contact.queue).0.max_wait;
            if let Some(end) = longest.map(|longest| contact.entered_at + longest).filter(|end| *end > at) {
                self.deadlines.arm(end, Deadline::WaitRunsOut(contact.id));
            }
            if contact.is_listed() {
                self.seeking.push(place);
            }
            self.arm_risk_test(place);
        }
        // Where fewer are kept back now, those who are idle seek again.
        for (pool, ..) in &self.config.surges[surge as usize].reserves {
            self.freed.extend(self.board.groups.members_of(*pool));
        }
        self.departed |= self.config.tests_stay;
    }

    #[inline(always)]
    pub(super) fn disarm_longest_wait(&mut self, place: u32) {
        self.disarm_risk_test(place);
        let contact = &self.contacts[place];
        if let Some(longest) = self.bounds_of(contact.queue).0.max_wait {
            self.deadlines.disarm(contact.entered_at + longest, Deadline::WaitRunsOut(contact.id));
        }
    }
}
