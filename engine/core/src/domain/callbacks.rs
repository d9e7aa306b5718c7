//! When a customer may be called, and what else it has here.

use super::Domain;
use super::commands::Begun;
use crate::command::ContactDetails;
use crate::contact::{Contact, ContactMessage, Phase};
use crate::error::CommandError;
use crate::ids::{AgentId, ContactId, QueueId, Seq};
use crate::mailbox::Message;
use crate::queue::Twin;
use crate::time::Timestamp;

impl Domain {
    /// A customer wants to be called back at an instant, or at its turn (`None`), perhaps by one agent.
    pub(super) fn request_callback(
        &self,
        id: &ContactId,
        wanted: Option<Timestamp>,
        owner: Option<AgentId>,
    ) -> Result<Begun, CommandError> {
        let place = self.place(id).ok_or_else(|| self.missing(id))?;
        if let Some(at) = wanted.filter(|at| *at < self.now) {
            return Err(CommandError::CallbackInPast { at, now: self.now });
        }
        let not_before = wanted.filter(|at| *at > self.now);
        let contact = &self.contacts[place];
        if let Some(at) = not_before {
            self.check_slot(contact, at)?;
        }
        if let Some(agent) = owner {
            self.check_may_have(agent, contact)?;
        }
        let delay = self.config.queues[contact.queue.index()].settings.callback.owner_delay;
        let owner = owner.map(|agent| (agent, not_before.unwrap_or(self.now) + delay));
        Ok(Begun::Send(Message::Contact(place, ContactMessage::AcceptCallback { not_before, owner })))
    }

    /// Nobody, not even a supervisor, has a customer dialled outside the calling hours of the customer's zone.
    pub(super) fn check_calling_hours(&self, contact: &Contact) -> Result<(), CommandError> {
        if !contact.uncallable || contact.phase != Phase::Waiting {
            return Ok(());
        }
        let zone = contact.details.as_ref().and_then(|details| details.time_zone.clone()).unwrap_or_default();
        let opens_at = self.next_call_instant(&zone, self.now).ok().flatten();
        Err(CommandError::OutsideCallingHours { contact: contact.id, zone, opens_at })
    }

    /// When a customer who was not reached may be dialled again.
    pub(super) fn retry_from(&self, place: u32) -> Timestamp {
        let queue = self.contacts[place].queue;
        self.now + self.config.queues[queue.index()].settings.callback.gap
    }

    /// What a customer who comes to a queue has in its group already: those that wait or are to be called back.
    pub(super) fn twins(&self, queue: QueueId, details: Option<&ContactDetails>) -> Vec<Twin> {
        let group = self.config.queues[queue.index()].settings.merge_group.as_ref();
        let customer = details.and_then(|details| details.customer.as_ref());
        let (Some(group), Some(customer)) = (group, customer) else { return Vec::new() };
        let listed = self.customers.get(&(group.clone(), customer.clone())).into_iter().flatten();
        let is_there = |details: Option<&ContactDetails>| {
            details
                .is_none_or(|details| !details.outbound && details.not_before.is_none_or(|at| at <= self.now))
        };
        let new_is_there = is_there(details);
        let mut twins: Vec<(Seq, Twin)> = listed
            .filter_map(|id| {
                let place = self.place(id)?;
                let contact = &self.contacts[place];
                let gives_way = new_is_there || contact.dialled.is_some() || contact.not_before.is_some();
                let (queue, origin, talked) = (contact.queue, contact.origin, contact.talked);
                let twin = Twin { contact: *id, place, queue, origin, talked, gives_way };
                (contact.phase == Phase::Waiting).then_some((contact.arrival, twin))
            })
            .collect();
        // One at which the customer is present takes the newcomer in; those that give way come first.
        twins.sort_by_key(|(arrival, twin)| (!twin.gives_way, *arrival));
        twins.into_iter().map(|(_, twin)| twin).collect()
    }
}
