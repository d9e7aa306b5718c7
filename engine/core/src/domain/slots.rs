//! Booked slots: callbacks are promised for times at which staff is expected, and no more than that can make.
//!
//! What is expected is what the shifts say: agents whose shift covers a whole slot and who could serve a plain contact of
//! the queue. Who has no shift is promised to nobody.

use super::Domain;
use crate::agent::Agent;
use crate::config::SlotConfig;
use crate::contact::{Contact, Phase};
use crate::error::CommandError;
use crate::ids::QueueId;
use crate::limits::MAX_SLOTS;
use crate::time::{Span, Timestamp};

/// A time for which callbacks may be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallbackSlot {
    /// When it begins.
    pub from: Timestamp,
    /// When it is over.
    pub until: Timestamp,
    /// Callbacks that the staff on shift is expected to make in it.
    pub room: u32,
    /// Callbacks that are booked in it.
    pub booked: u32,
}

impl CallbackSlot {
    /// Callbacks that may still be booked.
    pub const fn left(&self) -> u32 {
        self.room.saturating_sub(self.booked)
    }
}

impl Domain {
    /// The slots of a queue that begin in a window and have room left, the first first; at most 1000. Empty where the queue
    /// has no slots: then every instant may be booked.
    pub fn callback_slots(&self, queue: QueueId, from: Timestamp, until: Timestamp) -> Vec<CallbackSlot> {
        let Some(compiled) = self.config.queues.get(queue.index()) else { return Vec::new() };
        let Some(slots) = &compiled.settings.callback.slots else { return Vec::new() };
        let first = start_of(slots, from.max(self.now));
        let starts = (0..MAX_SLOTS as i64)
            .map(|n| first + Span::from_nanos(n.saturating_mul(slots.length.as_nanos())));
        let begun = starts.filter(|start| *start >= from).take_while(|start| *start < until);
        begun.map(|start| self.slot(queue, slots, start, None)).filter(|slot| slot.left() > 0).collect()
    }

    /// Refuses a booking at an instant whose slot is full.
    pub(super) fn check_slot(&self, contact: &Contact, at: Timestamp) -> Result<(), CommandError> {
        let settings = &self.config.queues[contact.queue.index()].settings;
        let Some(slots) = &settings.callback.slots else { return Ok(()) };
        let slot = self.slot(contact.queue, slots, start_of(slots, at), Some(contact));
        if slot.left() > 0 {
            return Ok(());
        }
        Err(CommandError::NoSlot { at, room: slot.room, booked: slot.booked })
    }

    /// A slot, without the booking of one contact.
    fn slot(
        &self,
        queue: QueueId,
        slots: &SlotConfig,
        from: Timestamp,
        but: Option<&Contact>,
    ) -> CallbackSlot {
        let until = from + slots.length;
        let staff =
            self.agents.iter().filter(|agent| self.is_expected(agent, queue, from, until)).count() as i128;
        let expected = i128::from(self.config.expected_handle(queue).as_nanos().max(1));
        let time = staff * i128::from(slots.length.as_nanos()) * i128::from(slots.share) / 100;
        let booked = self.contacts.iter().filter(|(_, contact)| {
            let inside = contact.not_before.is_some_and(|at| from <= at && at < until);
            let other = but.is_none_or(|but| but.id != contact.id);
            contact.queue == queue
                && contact.phase == Phase::Waiting
                && contact.dialled.is_some()
                && inside
                && other
        });
        let room = u32::try_from(time / expected).unwrap_or(u32::MAX);
        CallbackSlot { from, until, room, booked: booked.count() as u32 }
    }

    /// Whether an agent is on shift all the time and could serve a plain contact of the queue.
    fn is_expected(&self, agent: &Agent, queue: QueueId, from: Timestamp, until: Timestamp) -> bool {
        let Some(hours) = agent.shift.map(|shift| self.calendars.hours(shift)) else { return false };
        let there = hours.is_open(from) && hours.next_turn(from).is_none_or(|turn| turn >= until);
        there && self.config.queues[queue.index()].start.shortfall(&agent.facts_at(from)).is_none()
    }
}

fn start_of(slots: &SlotConfig, at: Timestamp) -> Timestamp {
    let length = slots.length.as_nanos();
    Timestamp::from_nanos(at.as_nanos().div_euclid(length).saturating_mul(length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    #[test]
    fn slots_of_a_century_end_where_time_does() {
        let config = Config::from_toml(
            "name = 'desk'\nchannels = [{ name = 'voice' }]\n[[queues]]\nname = 'all'\nexpected_handle = '5m'\n\
             callback = { slots = { length = '876000h', share = 50 } }",
        );
        let domain = Domain::new(Timestamp::EPOCH, config.unwrap()).unwrap();
        assert_eq!(domain.callback_slots(QueueId(0), Timestamp::EPOCH, Timestamp::MAX), []);
    }
}
