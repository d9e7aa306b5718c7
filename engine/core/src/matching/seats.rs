//! Contacts that wait in several places: which place serves, and who was next in line.
//!
//! Two places of one contact have the same key, and no other contact has it.

use super::board::Board;
use super::list::{Key, NO_KEY};
use crate::contact::{Contact, Seat};
use crate::ids::AgentId;
use crate::record::TieBreak;
use crate::time::Timestamp;

impl Board {
    /// The place in which the agent serves the contact: of those it may serve, the first with the largest index.
    pub(crate) fn best_seat(&self, agent: AgentId, contact: &Contact, now: Timestamp) -> Option<Seat> {
        let group = self.groups.get(self.groups.current(agent)?);
        let able = contact.seats().filter(|seat| group.classes.contains(&seat.class));
        let index = |seat: &Seat| self.classes.curve(seat.class).points(now.since(contact.origin));
        able.fold(None, |best: Option<(i64, Seat)>, seat| {
            let index = index(&seat);
            best.filter(|(known, _)| *known >= index).or(Some((index, seat)))
        })
        .map(|(_, seat)| seat)
    }

    /// What told the winner with this key and index from the next contact.
    pub(crate) fn tie_with(
        &self,
        agent: AgentId,
        winner: Key,
        index: i64,
        now: Timestamp,
        may_take: &dyn Fn(u32) -> bool,
    ) -> TieBreak {
        let Some(group) = self.groups.current(agent) else { return TieBreak::None };
        let waiting = &self.classes.waiting;
        let next = self.groups.get(group).classes.iter().filter_map(|&class| {
            let mut others = waiting.iter(class).filter(|&member| waiting.key_of(member) != winner);
            let key = waiting.key_of(others.find(|&member| may_take(member))?);
            let waited = now.since(Timestamp::from_nanos(key.0));
            (self.classes.curve(class).points(waited) == index).then_some(key)
        });
        match next.min().unwrap_or(NO_KEY) {
            NO_KEY => TieBreak::None,
            (origin, _) if origin == winner.0 => TieBreak::Arrival,
            _ => TieBreak::Origin,
        }
    }
}
