//! Where payloads lie while their events are pending, so that the entries that get moved about stay small.
//!
//! A slot's generation is odd while its event is pending and even otherwise. It grows with each use, so the
//! handle of an earlier event of the same slot fits no longer (after 2³¹ uses of one slot it would again).

/// Names one scheduled event, for cancelling it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventHandle {
    pub(super) slot: u32,
    generation: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Slots<P> {
    slots: Vec<Slot<P>>,
    free: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Slot<P> {
    generation: u32,
    payload: P,
}

impl<P: Copy> Slots<P> {
    pub(super) const fn new() -> Self {
        Self { slots: Vec::new(), free: Vec::new() }
    }

    /// Lays a payload down for a new pending event.
    #[inline]
    pub(super) fn fill(&mut self, payload: P) -> EventHandle {
        if let Some(slot) = self.free.pop() {
            let generation = self.slots[slot as usize].generation.wrapping_add(1);
            self.slots[slot as usize] = Slot { generation, payload };
            return EventHandle { slot, generation };
        }
        // Four thousand million pending events would need a hundred gigabytes first.
        let slot = self.slots.len() as u32;
        self.slots.push(Slot { generation: 1, payload });
        EventHandle { slot, generation: 1 }
    }

    /// Whether the event of an occupied slot is still to happen.
    #[inline]
    pub(super) fn is_live(&self, slot: u32) -> bool {
        self.slots[slot as usize].generation & 1 == 1
    }

    /// Marks a pending event as cancelled; its slot stays occupied until its entry comes to light.
    #[inline]
    pub(super) fn cancel(&mut self, handle: EventHandle) -> Option<P> {
        let slot = self.slots.get_mut(handle.slot as usize)?;
        if slot.generation != handle.generation {
            return None;
        }
        slot.generation = slot.generation.wrapping_add(1);
        Some(slot.payload)
    }

    /// Frees the slot of an entry that left the queue. Answers its payload, or `None` if it was cancelled.
    #[inline]
    pub(super) fn release(&mut self, slot: u32) -> Option<P> {
        self.free.push(slot);
        let held = &mut self.slots[slot as usize];
        if held.generation & 1 == 0 {
            return None;
        }
        held.generation = held.generation.wrapping_add(1);
        Some(held.payload)
    }
}
