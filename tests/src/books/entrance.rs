//! Queues that were given up and queues that stand in for others: where contacts may come in.

use smol_str::SmolStr;
use sunline_core::config::QueueConfig;
use sunline_core::{ContactId, QueueId};

use super::{Books, Phase, ensure};

impl Books {
    /// Whether a contact that is sent to the queue of this name may come in at `to`.
    pub(super) fn leads(&self, name: &SmolStr, to: QueueId) -> bool {
        let to = self.queue(to);
        let in_use = self.in_use(name);
        let named = self.document().queues.iter().find(|queue| queue.name == *in_use);
        // Sent to a stand-in is sent to its queue.
        let in_use = named.and_then(|queue| queue.canary.as_ref()).map_or(in_use, |canary| &canary.of);
        to.retired_to.is_none()
            && (to.name == *in_use || to.canary.as_ref().is_some_and(|canary| canary.of == *in_use))
    }

    /// The name of the queue that has taken the place of this one, at the end of the chain.
    fn in_use<'a>(&'a self, name: &'a SmolStr) -> &'a SmolStr {
        let queue = |name: &SmolStr| self.document().queues.iter().find(|queue| queue.name == *name);
        let mut name = name;
        while let Some(next) = queue(name).and_then(|queue| queue.retired_to.as_ref()) {
            name = next;
        }
        name
    }

    /// The number of the queue that has taken the place of this one.
    pub(super) fn number_in_use(&self, name: &SmolStr) -> QueueId {
        self.compiled().queue_id(self.in_use(name)).expect("a queue in use has a number")
    }

    /// A contact comes to a queue: nobody comes to one that was given up, and on one side of a canary everybody stays.
    pub(super) fn comes_in(&mut self, contact: &ContactId, queue: QueueId) -> Result<(), String> {
        let settings = self.queue(queue);
        let gone = settings.retired_to.clone();
        ensure(gone.is_none(), || format!("contact {contact} came to {queue}, which gave way to {gone:?}"))?;
        let trial = match &settings.canary {
            Some(canary) => Some((canary.share, true)),
            None => self.stand_in_of(&settings.name).map(|(_, share)| (share, false)),
        };
        let Some((share, side)) = trial else { return Ok(()) };
        let known = *self.sides.entry((*contact, share)).or_insert(side);
        ensure(known == side, || format!("contact {contact} changed sides of a canary in {queue}"))
    }

    fn stand_in_of(&self, name: &SmolStr) -> Option<(&QueueConfig, sunline_core::config::Decimal)> {
        let queues = self.document().queues.iter().filter(|queue| queue.retired_to.is_none());
        let mut trials = queues.filter_map(|queue| Some((queue, queue.canary.as_ref()?)));
        trials.find(|(_, canary)| canary.of == *name).map(|(queue, canary)| (queue, canary.share))
    }

    /// Nobody waits in a queue that was given up but those who are on offer there.
    pub(super) fn given_up_queues_are_empty(&self) -> Result<(), String> {
        for (id, contact) in &self.contacts {
            let stranded = self.queue(contact.queue).retired_to.is_some()
                && contact.phase == Phase::Waiting
                && contact.offers.is_empty();
            ensure(!stranded, || format!("contact {id} waits in {}, which was given up", contact.queue))?;
        }
        Ok(())
    }
}
