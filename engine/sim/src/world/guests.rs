//! The contacts of the world that have not ended, by numbers of its own.
//!
//! They are numbered in order of arrival and leave nearly in that order, so they lie in a window over the numbers. In a
//! world that goes on from a live state the first numbers belong to the contacts that were inside, under ids of the host's;
//! those that come later get ids that none of them has.

use std::collections::{BTreeMap, VecDeque};

use sunline_core::ContactId;
use sunline_core::time::Span;

use super::handing_on::Origin;
use super::talks::Talk;
use crate::event_queue::EventHandle;

/// So many new contacts have an id that nobody inside had: more than a run can send.
const STRETCH: u64 = 1 << 40;

/// What the world knows of a contact: drawn at its arrival, and tied to it whatever the policy does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guest {
    pub(super) handling: Span,
    pub(super) gives_up: Option<EventHandle>,
    /// Whether it does not give up: it was answered, or its customer will be called back.
    pub(super) patient: bool,
    pub(super) talk: Talk,
    pub(super) origin: Origin,
}

/// Which id has which number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    present: Vec<ContactId>,
    numbers: BTreeMap<ContactId, u64>,
    /// The id of the first new contact.
    first_new: u64,
}

impl Names {
    /// With these contacts inside, numbered in this order.
    pub(crate) fn of(present: Vec<ContactId>) -> Self {
        let numbers: BTreeMap<_, _> = present.iter().copied().zip(0..).collect();
        let mut taken: Vec<u64> = present.iter().filter_map(ContactId::number).collect();
        taken.sort_unstable();
        // There are far fewer contacts than stretches of numbers.
        let mut first_new = 0_u64;
        for id in taken {
            if id.saturating_sub(first_new) >= STRETCH {
                break;
            }
            first_new = id + 1;
        }
        Self { present, numbers, first_new }
    }

    #[inline]
    pub(crate) fn id(&self, number: u64) -> ContactId {
        if self.present.is_empty() {
            return ContactId::from(number);
        }
        let inside = usize::try_from(number).ok().and_then(|number| self.present.get(number));
        inside
            .copied()
            .unwrap_or_else(|| ContactId::from(self.first_new + number - self.present.len() as u64))
    }

    /// The number of a contact that the world knows.
    #[inline(always)]
    pub(crate) fn number(&self, id: &ContactId) -> Option<u64> {
        if self.present.is_empty() {
            return id.number().filter(|number| *number < STRETCH);
        }
        self.number_beside_the_present(id)
    }

    fn number_beside_the_present(&self, id: &ContactId) -> Option<u64> {
        let new = id.number().and_then(|id| id.checked_sub(self.first_new)).filter(|new| *new < STRETCH);
        new.map(|new| self.present.len() as u64 + new).or_else(|| self.numbers.get(id).copied())
    }
}

#[derive(Debug, Default)]
pub(super) struct Guests {
    /// Number of the first contact in the window.
    first: u64,
    window: VecDeque<Option<Guest>>,
}

impl Guests {
    /// The number of a new contact.
    pub(super) fn welcome(&mut self, guest: Guest) -> u64 {
        self.window.push_back(Some(guest));
        self.first + self.window.len() as u64 - 1
    }

    #[inline]
    pub(super) fn get(&mut self, contact: u64) -> Option<&mut Guest> {
        let place = contact.checked_sub(self.first)? as usize;
        self.window.get_mut(place)?.as_mut()
    }

    /// The contact, if it is inside and may give up.
    pub(super) fn restless(&mut self, contact: u64) -> Option<&mut Guest> {
        self.get(contact).filter(|guest| !guest.patient)
    }

    /// The contact has ended.
    #[inline]
    pub(super) fn farewell(&mut self, contact: u64) -> Option<Guest> {
        let place = contact.checked_sub(self.first)? as usize;
        let guest = self.window.get_mut(place)?.take();
        while matches!(self.window.front(), Some(None)) {
            self.window.pop_front();
            self.first += 1;
        }
        guest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_contacts_have_ids_that_nobody_inside_has() {
        let texts = ["0", "call 7", "3", "18446744073709551615", "2f1c9f8e-1111-4222-8333-444455556666"];
        let present: Vec<ContactId> = texts.iter().map(|text| ContactId::new(text).unwrap()).collect();
        let names = Names::of(present.clone());
        for (number, id) in (0..).zip(&present) {
            assert_eq!((names.id(number), names.number(id)), (*id, Some(number)));
        }
        for number in [5, 6, 1_000_000] {
            assert_eq!(names.number(&names.id(number)), Some(number));
            assert!(!present.contains(&names.id(number)));
        }
        assert_eq!(names.id(5), ContactId::from(4));
        assert_eq!(names.number(&ContactId::new("unheard of").unwrap()), None);
    }

    #[test]
    fn in_a_world_that_begins_empty_ids_are_numbers() {
        let names = Names::default();
        assert_eq!((names.id(17), names.number(&ContactId::from(17))), (ContactId::from(17), Some(17)));
    }
}
