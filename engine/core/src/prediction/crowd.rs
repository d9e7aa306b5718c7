//! Those who wait, found by their id.

use serde::{Deserialize, Serialize};

use super::lines::Key;
use crate::forecast::Ticket;
use crate::ids::{ContactId, QueueId};
use crate::lookup::Index;
use crate::matching::Curve;
use crate::slab::Slab;
use crate::time::Timestamp;

/// A contact that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Standing {
    pub(super) contact: ContactId,
    pub(super) queue: QueueId,
    pub(super) curve: Curve,
    pub(super) key: Key,
    pub(super) line: u32,
    /// Whether it stands there; one that is being connected does not.
    pub(super) in_line: bool,
    /// The wait that the predictor watches; a contact served at once has none.
    pub(super) ticket: Option<Ticket>,
    /// Since when it is in its queue, and when it should be answered, where that is known.
    pub(super) since: Timestamp,
    pub(super) due: Option<Timestamp>,
    /// Whether no customer waits: the customer will be called back, or it is an agent's question. It counts in no service
    /// level and cannot give up.
    pub(super) nobody_waits: bool,
    /// Whether it was told that its service level is at risk.
    pub(super) warned: bool,
}

/// All of them. Where one lies is an accident and means nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Standing>", into = "Vec<Standing>")]
pub(super) struct Crowd {
    standing: Slab<Standing>,
    by_id: Index,
}

impl Crowd {
    pub(super) fn get(&self, contact: &ContactId) -> Option<&Standing> {
        self.standing.get(self.place(contact)?)
    }

    pub(super) fn get_mut(&mut self, contact: &ContactId) -> Option<&mut Standing> {
        let place = self.place(contact)?;
        Some(&mut self.standing[place])
    }

    /// Adds one, or says anew where it stands.
    pub(super) fn insert(&mut self, standing: Standing) {
        match self.place(&standing.contact) {
            Some(place) => self.standing[place] = standing,
            None => {
                let place = self.standing.insert(standing);
                self.by_id.insert(standing.contact.hash64(), place);
            }
        }
    }

    pub(super) fn remove(&mut self, contact: &ContactId) -> Option<Standing> {
        let place = self.place(contact)?;
        let standing = self.standing[place];
        self.by_id.remove(contact.hash64(), place);
        self.standing.remove(place);
        Some(standing)
    }

    /// All of them by id.
    pub(super) fn sorted(&self) -> Vec<Standing> {
        let mut all: Vec<Standing> = self.standing.iter().map(|(_, standing)| *standing).collect();
        all.sort_unstable_by_key(|standing| standing.contact);
        all
    }

    fn place(&self, contact: &ContactId) -> Option<u32> {
        let is_it = |place| self.standing.get(place).is_some_and(|standing| standing.contact == *contact);
        self.by_id.find(contact.hash64(), is_it)
    }
}

impl PartialEq for Crowd {
    fn eq(&self, other: &Self) -> bool {
        self.sorted() == other.sorted()
    }
}

impl Eq for Crowd {}

impl From<Vec<Standing>> for Crowd {
    fn from(all: Vec<Standing>) -> Self {
        let mut crowd = Self::default();
        all.into_iter().for_each(|standing| crowd.insert(standing));
        crowd
    }
}

impl From<Crowd> for Vec<Standing> {
    fn from(crowd: Crowd) -> Self {
        crowd.sorted()
    }
}
