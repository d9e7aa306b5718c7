//! Gates: what may keep a pool from a contact that its agents could serve.
//!
//! A reserve keeps agents back for others, a cap bounds what the pool has in hand. Delays are no gates here: until one
//! has passed, the contact's class is not connected to the pool's groups at all.

use crate::contact::Contact;
use crate::domain::{Domain, Matcher};
use crate::ids::{ChannelId, PoolId, QueueId};

impl Domain {
    /// Whether a contact of the queue and channel may start in the pool now.
    pub(crate) fn gate_is_open(&self, pool: PoolId, queue: QueueId, channel: ChannelId) -> bool {
        let sight = self.config.sight(pool, queue);
        let Some(gauges) = self.gauges.as_ref().filter(|_| sight.is_gated()) else { return true };
        let reserve = self.reserve_of(pool, queue);
        let kept = reserve > 0 && gauges.idle(pool, channel) <= u32::from(reserve);
        let full = sight.cap.is_some_and(|cap| gauges.in_hand(pool, queue) >= cap);
        !kept && !full
    }

    /// How many idle agents the pool keeps back from a queue now: as a surge that is on has it, else as the pool has it.
    pub(super) fn reserve_of(&self, pool: PoolId, queue: QueueId) -> u16 {
        let sight = self.config.sight(pool, queue);
        if sight.surged.is_none() {
            return sight.reserve;
        }
        let of_both = |(of, to, _): &&(PoolId, QueueId, u16)| *of == pool && *to == queue;
        let surged = self.surges_on().find_map(|surge| surge.reserves.iter().find(of_both));
        surged.map_or(sight.reserve, |(.., reserve)| *reserve)
    }

    /// The same, however pairs are found.
    pub(crate) fn joint_gate_is_open(&self, pool: PoolId, contact: &Contact) -> bool {
        match self.matcher {
            Matcher::Naive => self.naive_gates_are_open(pool, contact),
            Matcher::Indexed => self.gate_is_open(pool, contact.queue, contact.channel),
        }
    }

    /// Lets idle agents seek again whose pool's gates may have opened, although they gained no room themselves.
    #[inline(always)]
    pub(crate) fn wake_pools(&mut self) {
        if self.gauges.is_some() {
            self.wake_those_with_open_gates();
        }
    }

    fn wake_those_with_open_gates(&mut self) {
        let Some(gauges) = &mut self.gauges else { return };
        for pool in gauges.take_woken() {
            self.freed.extend(self.board.groups.members_of(pool));
        }
    }
}
