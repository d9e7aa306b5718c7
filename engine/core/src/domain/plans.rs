//! What a step of a plan sets going once it is open: the contact goes to another queue.

use super::Domain;
use crate::contact::{ContactMessage, Phase};
use crate::ids::{ContactId, QueueId};
use crate::mailbox::Message;
use crate::offer::{OfferMessage, OfferOutcome};
use crate::queue::MoveCause;

impl Domain {
    /// After a step has opened: a contact whose plan leaves its queue with that step goes.
    pub(super) fn moves_by_plan(&mut self, id: &ContactId) {
        let Some(place) = self.place(id) else { return };
        let contact = &self.contacts[place];
        let opened = contact.plan.as_ref().and_then(|plan| usize::from(plan.stage).checked_sub(1));
        let steps = &self.config.queues[contact.queue.index()].plan.steps;
        let to = opened.and_then(|last| steps[last].moves_to);
        let to = to.map(|to| self.config.entrance(to, id)).filter(|to| *to != contact.queue);
        if let Some(to) = to.filter(|_| contact.phase == Phase::Waiting) {
            self.moving(place, to, MoveCause::Plan)
                .into_iter()
                .for_each(|message| self.send_and_run(message));
        }
    }

    /// What takes a waiting contact to another queue: its offers end in the queue that made them, before it comes there.
    pub(super) fn moving(&self, place: u32, to: QueueId, cause: MoveCause) -> Vec<Message> {
        let offers = self.contacts[place].offers.iter();
        let revoked = offers.map(|(id, _)| Message::Offer(*id, OfferMessage::End(OfferOutcome::Revoked)));
        revoked.chain([Message::Contact(place, ContactMessage::Move(to, cause))]).collect()
    }
}
