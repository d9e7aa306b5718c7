//! Where a contact that comes to a queue comes in: at the queue itself, at the one that took its place, or at the one that stands
//! in for it.

use super::{Compiled, Queue};
use crate::config::Decimal;
use crate::config::document::{Config, QueueConfig};
use crate::config::problem::Problems;
use crate::digest::mix;
use crate::ids::{ContactId, QueueId};

/// Says which side of a canary a contact is on: any number would do, so long as it never changes.
const SIDE: u64 = 0x5EED_CA9A_2700_0001;

/// A queue that stands in for another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StandIn {
    pub(crate) queue: QueueId,
    share: Decimal,
}

impl Compiled {
    /// The queue at which a contact comes in that is sent to `queue`.
    #[inline(always)]
    pub(crate) fn entrance(&self, queue: QueueId, contact: &ContactId) -> QueueId {
        if self.has_entrances { self.find_entrance(queue, contact) } else { queue }
    }

    fn find_entrance(&self, queue: QueueId, contact: &ContactId) -> QueueId {
        let queue = self.in_use(queue);
        // Sent to the one or the other, the contact alone decides.
        let queue = self.queues[queue.index()].stands_in_for.unwrap_or(queue);
        let stand_in = self.queues[queue.index()].stand_in;
        stand_in.filter(|it| it.takes(contact)).map_or(queue, |it| it.queue)
    }

    /// The queue itself, or the one that took its place.
    pub(crate) fn in_use(&self, queue: QueueId) -> QueueId {
        self.queues.get(queue.index()).and_then(|queue| queue.retired_to).unwrap_or(queue)
    }

    /// The queue itself, and the one that stands in for it.
    pub(crate) fn stands_for(&self, queue: QueueId) -> impl Iterator<Item = QueueId> {
        core::iter::once(queue).chain(self.queues[queue.index()].stand_in.map(|it| it.queue))
    }

    /// Whether a queue was given up.
    pub(crate) fn is_retired(&self, queue: QueueId) -> bool {
        self.has_entrances && self.queues[queue.index()].retired_to.is_some()
    }

    /// Finds what takes the place of queues and what stands in for them, once all are known.
    pub(super) fn resolve_entrances(&mut self, config: &Config, problems: &mut Problems) {
        for (i, queue) in config.queues.iter().enumerate() {
            let path = format!("queues[{i}]");
            if queue.retired_to.is_some() {
                self.queues[i].retired_to = self.successor(config, queue, &path, problems);
                self.has_entrances = true;
            } else if queue.canary.is_some() {
                self.stands_in(config, (i, queue), &path, problems);
                self.has_entrances = true;
            }
        }
    }

    /// The queue in use to which the contacts of a retired one go, at the end of the chain.
    fn successor(
        &self,
        config: &Config,
        queue: &QueueConfig,
        path: &str,
        problems: &mut Problems,
    ) -> Option<QueueId> {
        let at = format!("{path}.retired_to");
        let mut name = queue.retired_to.as_ref()?;
        for _ in &config.queues {
            let Some(id) = self.queue_id(name) else {
                problems.add(at, format!("no queue is called {name:?}"));
                return None;
            };
            let next = &config.queues[id.index()];
            if let Some(further) = &next.retired_to {
                name = further;
                continue;
            }
            let is_partners = self.partners.iter().any(|partner| partner.queue == id);
            problems.check(
                !is_partners,
                &*at,
                format_args!("{name:?} is a partner's queue: its terms would not be asked"),
            );
            let own = self.partners.iter().any(|partner| partner.terms.queue == queue.name);
            problems.check(!own, at, "is a partner's queue: take the partner out first");
            return Some(id);
        }
        problems.add(at, "the queues that take its place go round in a circle");
        None
    }

    fn stands_in(
        &mut self,
        config: &Config,
        (i, queue): (usize, &QueueConfig),
        path: &str,
        problems: &mut Problems,
    ) {
        let Some(canary) = &queue.canary else { return };
        let share = canary.share;
        let within = share > Decimal::ZERO && share <= Decimal::ONE;
        problems.check(
            within,
            format!("{path}.canary.share"),
            format_args!("must be above 0 and at most 1, not {share}"),
        );
        let at = format!("{path}.canary.of");
        let Some(of) = self.queue_id(&canary.of) else {
            problems.add(at, format!("no queue is called {:?}", canary.of));
            return;
        };
        let other = &config.queues[of.index()];
        let plain = of.index() != i && other.canary.is_none() && other.retired_to.is_none();
        problems.check(plain, &*at, "is no queue in use that stands for itself");
        let is_partners = self.partners.iter().any(|partner| partner.queue == of);
        problems.check(!is_partners, &*at, "is a partner's queue: its terms would not be asked");
        let first = self.queues[of.index()].stand_in.is_none();
        problems.check(first, at, "has a stand-in already");
        self.queues[i].stands_in_for = Some(of);
        self.queues[of.index()].stand_in = Some(StandIn { queue: QueueId(i as u16), share });
    }
}

impl StandIn {
    fn takes(&self, contact: &ContactId) -> bool {
        let drawn = u128::from(mix(contact.hash64() ^ SIDE)) * 1_000_000;
        ((drawn >> 64) as i64) < self.share.millionths()
    }
}

impl Queue {
    /// Where its contacts may go when they come to it: for looking ahead along ways through queues.
    pub(crate) fn leads_to(&self) -> impl Iterator<Item = QueueId> {
        // A stand-in is its queue by another name; ways through it are ways through that.
        self.retired_to.into_iter().chain(self.stand_in.map(|it| it.queue))
    }
}
