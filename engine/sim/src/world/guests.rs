//! The contacts that the world has sent and that have not ended.
//!
//! They are numbered in order of arrival and leave nearly in that order, so they lie in a window over the numbers.

use std::collections::VecDeque;

use sunline_core::time::Span;

use crate::event_queue::EventHandle;

/// What the world knows of a contact: drawn at its arrival, and tied to it whatever the policy does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guest {
    pub(super) handling: Span,
    pub(super) gives_up: Option<EventHandle>,
    pub(super) answered: bool,
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

    pub(super) fn get(&mut self, contact: u64) -> Option<&mut Guest> {
        let place = contact.checked_sub(self.first)? as usize;
        self.window.get_mut(place)?.as_mut()
    }

    /// The contact, if it is inside and nobody has answered it.
    pub(super) fn waiting(&mut self, contact: u64) -> Option<&mut Guest> {
        self.get(contact).filter(|guest| !guest.answered)
    }

    /// The contact has ended.
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
