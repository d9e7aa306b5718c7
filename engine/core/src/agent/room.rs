//! Room: of which channels an agent can take one contact more.
//!
//! An agent has cost units in all, and what it has in hand takes some of them: offers as much as conversations and
//! wrap-ups, a parked contact none. Channels may be capped, some may not be mixed, and some may interrupt others: what may
//! be interrupted does not stand in the way. It is then suspended when the interrupting contact is accepted, and resumes
//! when there is room for it again. Who has more in hand than it may takes nothing new.

use super::actor::Agent;
use super::work::{Stage, Work};
use crate::channel_set::ChannelSet;
use crate::config::Rooms;
use crate::event::EventKind;
use crate::ids::{ChannelId, ContactId};
use crate::mailbox::Context;

/// What an agent uses and what it can take: agents with equal facts and equal room are interchangeable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Room {
    /// Cost units in use.
    pub(crate) used: u16,
    /// Channels of which one contact more fits.
    pub(crate) open: ChannelSet,
}

impl Room {
    /// Whether nothing fits.
    pub(crate) const fn is_none(self) -> bool {
        self.open.is_empty()
    }
}

impl Agent {
    /// What the agent uses and what it can take.
    #[inline(always)]
    pub(crate) fn room(&self, rooms: &Rooms) -> Room {
        let open = if rooms.is_plain() && self.caps.is_empty() {
            rooms.fitting(self.spec.capacity.saturating_sub(self.used))
        } else {
            self.open_channels(rooms)
        };
        Room { used: self.used, open }
    }

    fn open_channels(&self, rooms: &Rooms) -> ChannelSet {
        if !self.is_within(rooms) {
            return ChannelSet::NONE;
        }
        rooms.channels().filter(|&channel| self.fits(channel, rooms)).collect()
    }

    /// Whether one contact of the channel more fits, beside what it may not interrupt.
    fn fits(&self, channel: ChannelId, rooms: &Rooms) -> bool {
        let load = self.load_for(channel, rooms).saturating_add(rooms.cost(channel));
        let mut together = self.channels_beside(channel, rooms);
        together.insert(channel);
        load <= self.spec.capacity
            && self.cap(channel, rooms).is_none_or(|cap| self.count(channel) < cap)
            && rooms.combine(together)
    }

    /// Whether what is in hand keeps every bound.
    pub(crate) fn is_within(&self, rooms: &Rooms) -> bool {
        if self.used > self.spec.capacity {
            return false;
        }
        let plain = rooms.is_plain() && self.caps.is_empty();
        plain
            || rooms.combine(self.active_channels())
                && rooms.channels().all(|c| self.cap(c, rooms).is_none_or(|cap| self.count(c) <= cap))
    }

    /// Whether an offer of the channel that the agent has still has its room: beside all that does not yield to something
    /// else in hand.
    pub(crate) fn offer_fits(&self, channel: ChannelId, rooms: &Rooms) -> bool {
        if rooms.is_plain() && self.caps.is_empty() {
            return self.used <= self.spec.capacity;
        }
        let yields = |work: &Work| {
            let others = self.work.iter().filter(|other| other.contact != work.contact);
            others.filter(|other| other.stage.is_active()).any(|other| work.yields_to(other.channel, rooms))
        };
        let stays = |work: &&Work| work.stage != Stage::Parked && !yields(work);
        let external = || self.external.iter();
        let load: u32 = self.work.iter().filter(stays).map(|work| u32::from(work.cost)).sum();
        let load = load + external().map(|external| u32::from(external.cost)).sum::<u32>();
        let channels = self.work.iter().filter(stays).map(|work| work.channel);
        load <= u32::from(self.spec.capacity)
            && self.cap(channel, rooms).is_none_or(|cap| self.count(channel) <= cap)
            && rooms.combine(channels.chain(external().map(|external| external.channel)).collect())
    }

    /// Whether the bounds would hold with this work too.
    fn is_within_with(&self, channel: ChannelId, cost: u16, rooms: &Rooms) -> bool {
        let mut together = self.active_channels();
        together.insert(channel);
        self.used.saturating_add(cost) <= self.spec.capacity
            && self.cap(channel, rooms).is_none_or(|cap| self.count(channel) < cap)
            && rooms.combine(together)
    }

    /// Cost units taken by all that a contact of the channel may not interrupt. Suspended work keeps its claim.
    fn load_for(&self, channel: ChannelId, rooms: &Rooms) -> u16 {
        let stays = |work: &&Work| work.stage != Stage::Parked && !work.yields_to(channel, rooms);
        let work: u16 = self.work.iter().filter(stays).map(|work| work.cost).sum();
        self.external.iter().fold(work, |sum, external| sum.saturating_add(external.cost))
    }

    fn channels_beside(&self, channel: ChannelId, rooms: &Rooms) -> ChannelSet {
        let stays = |work: &&Work| work.stage != Stage::Parked && !work.yields_to(channel, rooms);
        let work = self.work.iter().filter(stays).map(|work| work.channel);
        work.chain(self.external.iter().map(|external| external.channel)).collect()
    }

    fn active_channels(&self) -> ChannelSet {
        let work = self.work.iter().filter(|work| work.stage.is_active()).map(|work| work.channel);
        work.chain(self.external.iter().map(|external| external.channel)).collect()
    }

    /// Contacts of the channel in hand; suspended ones keep their claim, parked ones do not count.
    fn count(&self, channel: ChannelId) -> u16 {
        let work =
            self.work.iter().filter(|work| work.stage != Stage::Parked && work.channel == channel).count();
        (work + self.external.iter().filter(|external| external.channel == channel).count()) as u16
    }

    /// Contacts of the channel that this agent may have in hand: its own bound, else the channel's.
    fn cap(&self, channel: ChannelId, rooms: &Rooms) -> Option<u16> {
        let own = self.caps.iter().find(|(capped, _)| *capped == channel).map(|(_, cap)| *cap);
        own.or_else(|| rooms.cap(channel))
    }

    // ── deciding ─────────────────────────────────────────────────────────────────────────────────────────────

    /// The agent has accepted this contact. Of what yields to it, the oldest for which there is still room goes on; the rest
    /// is suspended.
    pub(super) fn interrupt_for(&self, contact: &ContactId, cx: &mut Context<'_>) {
        let rooms = &cx.config.rooms;
        let Some(by) = self.work_on(contact).map(|work| work.channel) else { return };
        if self.is_within(rooms) {
            return;
        }
        let yields = |work: &&Work| work.stage == Stage::Engaged && work.yields_to(by, rooms);
        let stays = self.work.iter().filter(|work| work.stage.is_active() && !yields(work));
        let mut together: ChannelSet =
            stays.map(|work| work.channel).chain(self.external.iter().map(|e| e.channel)).collect();
        let mut used = self.used - self.work.iter().filter(yields).map(|work| work.cost).sum::<u16>();
        for work in self.work.iter().filter(yields) {
            let mut with = together;
            with.insert(work.channel);
            if used + work.cost <= self.spec.capacity && rooms.combine(with) {
                (used, together) = (used + work.cost, with);
            } else {
                cx.emit(EventKind::WorkSuspended { agent: self.id, contact: work.contact, by: *contact });
            }
        }
    }

    /// The suspended contact that can go on now, the oldest first.
    pub(crate) fn next_to_resume(&self, rooms: &Rooms) -> Option<ContactId> {
        let suspended = self.work.iter().filter(|work| work.stage == Stage::Suspended);
        let mut fits = suspended.filter(|work| self.resumes(work, rooms));
        fits.next().map(|work| work.contact)
    }

    /// Suspended work keeps its claim, so only what is active stands in its way.
    fn resumes(&self, suspended: &Work, rooms: &Rooms) -> bool {
        let mut together = self.active_channels();
        together.insert(suspended.channel);
        self.used.saturating_add(suspended.cost) <= self.spec.capacity && rooms.combine(together)
    }

    /// Whether a parked contact finds its agent there and with room.
    pub(super) fn takes_back(&self, work: &Work, rooms: &Rooms) -> bool {
        self.presence != super::Presence::Offline && self.is_within_with(work.channel, work.cost, rooms)
    }

    // ── applying ─────────────────────────────────────────────────────────────────────────────────────────────

    /// Takes a piece of work from one stage to another; its cost counts while it is active.
    pub(crate) fn apply_stage(&mut self, contact: &ContactId, stage: Stage, now: crate::Timestamp) {
        let Some(work) = self.work.iter_mut().find(|work| work.contact == *contact) else { return };
        if !work.stage.is_active() {
            work.paused += now.since(work.since);
            self.used += work.cost;
            self.suspended -= u16::from(work.stage == Stage::Suspended);
        }
        (work.stage, work.since) = (stage, now);
        if !stage.is_active() {
            self.used -= work.cost;
            self.suspended += u16::from(stage == Stage::Suspended);
        }
    }
}
