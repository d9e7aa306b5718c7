//! When a customer may be called, and what else it has here.

use super::Domain;
use crate::command::ContactDetails;
use crate::contact::Phase;
use crate::error::CommandError;
use crate::ids::{QueueId, Seq};
use crate::queue::Twin;
use crate::time::Timestamp;

impl Domain {
    /// From when on a customer may be called back who wants it at an instant, or at its turn (`None`).
    pub(super) fn callback_from(&self, wanted: Option<Timestamp>) -> Result<Option<Timestamp>, CommandError> {
        match wanted {
            Some(at) if at < self.now => Err(CommandError::CallbackInPast { at, now: self.now }),
            _ => Ok(wanted.filter(|at| *at > self.now)),
        }
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
