//! Room, worked out anew: what fits beside what, in an agent's hands.

use std::collections::BTreeSet;

use smol_str::SmolStr;
use sunline_core::config::ChannelConfig;
use sunline_core::{ChannelId, Config, ContactId, Event, EventKind, Presence};

use super::agent::{StageBook, WorkBook};
use super::{AgentBook, Books, Phase, ensure};

/// A thing in an agent's hands, as far as room goes.
#[derive(Clone, Copy)]
struct Thing {
    channel: ChannelId,
    cost: u16,
    /// A conversation, which may be interrupted.
    talk: bool,
    /// It is at rest for a more urgent one.
    suspended: bool,
    /// The engine did not give it.
    external: bool,
}

impl AgentBook {
    /// All that has a claim to room: what is parked has none.
    fn things(&self) -> Vec<Thing> {
        let work = self.work.iter().filter(|work| work.stage != StageBook::Parked).map(|work| Thing {
            channel: work.channel,
            cost: work.cost,
            talk: work.engaged || work.stage == StageBook::Suspended,
            suspended: work.stage == StageBook::Suspended,
            external: false,
        });
        let external = self.external.iter().map(|(_, channel, cost)| Thing {
            channel: *channel,
            cost: *cost,
            talk: false,
            suspended: false,
            external: true,
        });
        work.chain(external).collect()
    }

    /// Whether things keep all bounds when they are in hand together.
    fn keep(&self, things: &[Thing], all: &[Thing], config: &Config) -> bool {
        let cost: u32 = things.iter().map(|thing| u32::from(thing.cost)).sum();
        let names: BTreeSet<&SmolStr> =
            things.iter().map(|thing| &channel(config, thing.channel).name).collect();
        let together = config.combinations.is_empty()
            || config.combinations.iter().any(|allowed| names.iter().all(|name| allowed.contains(*name)));
        let capped = config.channels.iter().enumerate().all(|(number, channel)| {
            let count = all.iter().filter(|thing| thing.channel.index() == number).count();
            let cap = self.spec.caps.get(&channel.name).copied().or(channel.cap);
            cap.is_none_or(|cap| count <= usize::from(cap))
        });
        cost <= u32::from(self.spec.capacity) && together && capped
    }

    /// Whether what is in hand keeps all bounds.
    pub(crate) fn is_within(&self, config: &Config) -> bool {
        let all = self.things();
        let active: Vec<Thing> = all.iter().filter(|thing| !thing.suspended).copied().collect();
        self.keep(&active, &all, config)
    }

    /// Whether one contact more of a channel fits: beside all that it may not interrupt.
    pub(crate) fn has_room_for(&self, new: ChannelId, config: &Config) -> bool {
        if !self.is_within(config) {
            return false;
        }
        let mut all = self.things();
        all.push(Thing {
            channel: new,
            cost: channel(config, new).cost,
            talk: false,
            suspended: false,
            external: false,
        });
        self.keep(&self.beside(&all, new, config), &all, config)
    }

    /// Whether an offer of a channel that is in hand still fits: beside all that does not yield to something else in hand.
    pub(crate) fn has_room_with(&self, offered: ChannelId, config: &Config) -> bool {
        let all = self.things();
        let yields = |(place, thing): &(usize, &Thing)| {
            let mut others = all.iter().enumerate().filter(|(other, _)| other != place);
            let urgent =
                |other: &Thing| !other.suspended && may_interrupt(config, other.channel, thing.channel);
            thing.talk && others.any(|(_, other)| !other.external && urgent(other))
        };
        let stay: Vec<Thing> =
            all.iter().enumerate().filter(|thing| !yields(thing)).map(|(_, thing)| *thing).collect();
        let of_its_channel: Vec<Thing> =
            all.iter().filter(|thing| thing.channel == offered).copied().collect();
        self.keep(&stay, &of_its_channel, config)
    }

    fn beside(&self, all: &[Thing], new: ChannelId, config: &Config) -> Vec<Thing> {
        let yields = |thing: &Thing| thing.talk && may_interrupt(config, new, thing.channel);
        all.iter().filter(|thing| !yields(thing)).copied().collect()
    }

    /// Whether nothing at all fits.
    pub(crate) fn is_full(&self, config: &Config) -> bool {
        (0..config.channels.len() as u16).all(|number| !self.has_room_for(ChannelId(number), config))
    }

    /// Whether suspended work can go on: what is active leaves room for it.
    pub(crate) fn can_resume(&self, work: &WorkBook, config: &Config) -> bool {
        let mut active: Vec<Thing> = self.things().into_iter().filter(|thing| !thing.suspended).collect();
        active.push(Thing {
            channel: work.channel,
            cost: work.cost,
            talk: true,
            suspended: false,
            external: false,
        });
        self.keep(&active, &[], config)
    }

    /// Whether the agent is there and has room for a contact that was parked.
    pub(crate) fn takes_back(&self, work: &WorkBook, config: &Config) -> bool {
        let back =
            Thing { channel: work.channel, cost: work.cost, talk: true, suspended: false, external: false };
        let active = self.things().into_iter().filter(|thing| !thing.suspended).chain([back]);
        let of_its_channel: Vec<Thing> =
            self.things().into_iter().chain([back]).filter(|thing| thing.channel == work.channel).collect();
        self.presence != Presence::Offline && self.keep(&active.collect::<Vec<_>>(), &of_its_channel, config)
    }
}

fn channel(config: &Config, id: ChannelId) -> &ChannelConfig {
    &config.channels[id.index()]
}

/// Whether a contact of one channel may interrupt one of another.
fn may_interrupt(config: &Config, one: ChannelId, other: ChannelId) -> bool {
    channel(config, one).interrupts.contains(&channel(config, other).name)
}

impl Books {
    pub(super) fn of_room(&mut self, event: &Event) -> Result<(), String> {
        let at = event.at;
        let shared = self.shared();
        let config = &shared.0;
        match &event.kind {
            EventKind::ExternalWorkBegun { agent, work, channel, cost } => {
                let known = self.agent(*agent)?;
                let used = known.external.iter().any(|(id, ..)| id == work);
                ensure(!used, || format!("{agent} has external work {work} already"))?;
                known.external.push((*work, *channel, *cost));
                known.touch(sunline_core::WorkKind::External, config, at);
            }
            EventKind::ExternalWorkEnded { agent, work } => {
                let known = self.agent(*agent)?;
                let place = known.external.iter().position(|(id, ..)| id == work);
                let place = place.ok_or_else(|| format!("{agent} has no external work {work}"))?;
                let full = known.is_full(config);
                known.external.remove(place);
                known.freed(sunline_core::WorkKind::External, full, config, at);
            }
            EventKind::WorkSuspended { agent, contact, by } => {
                let due = self.interrupted.remove(contact);
                ensure(due, || format!("contact {contact} need not have been interrupted by {by}"))?;
                let place = self.accepted_work(*agent, contact)?;
                let known = &mut self.agents[agent.index()];
                known.set_stage(place, StageBook::Suspended, at);
                self.set_phase(contact, |agent, waited| Phase::Suspended { agent, waited });
            }
            EventKind::WorkResumed { agent, contact } => {
                let place = self.accepted_work(*agent, contact)?;
                let known = &mut self.agents[agent.index()];
                let work = &known.work[place];
                let right = work.stage == StageBook::Suspended && known.can_resume(work, config);
                ensure(right, || format!("contact {contact} cannot go on with {agent}"))?;
                known.set_stage(place, StageBook::Accepted, at);
                self.set_phase(contact, |agent, waited| Phase::Engaged { agent, waited });
            }
            EventKind::ContactParked { contact, agent } => {
                let place = self.accepted_work(*agent, contact)?;
                let known = &mut self.agents[agent.index()];
                let work = &known.work[place];
                let kind = work.kind;
                let right = work.engaged && config.channels[work.channel.index()].asynchronous;
                ensure(right, || format!("contact {contact} cannot be parked"))?;
                let full = known.is_full(config);
                known.work[place].held = None;
                known.set_stage(place, StageBook::Parked, at);
                known.freed(kind, full, config, at);
                self.set_phase(contact, |agent, waited| Phase::Parked { agent, waited });
            }
            EventKind::ContactUnparked { contact, agent, over } => {
                let place = self.accepted_work(*agent, contact)?;
                let known = &mut self.agents[agent.index()];
                let work = &known.work[place];
                ensure(work.stage == StageBook::Parked, || format!("contact {contact} was not parked"))?;
                let right = !known.takes_back(work, config);
                ensure(*over == right, || format!("{agent} is beyond its room: {right}, not {over}"))?;
                known.set_stage(place, StageBook::Accepted, at);
                self.unparked = over.then_some(*contact);
                self.set_phase(contact, |agent, waited| Phase::Engaged { agent, waited });
            }
            other => return Err(format!("the books know nothing of {other:?}")),
        }
        Ok(())
    }

    /// An agent has accepted: what must be suspended for it is noted.
    pub(super) fn interrupts(&mut self, agent: sunline_core::AgentId, contact: &ContactId) {
        let shared = self.shared();
        let known = &self.agents[agent.index()];
        let by = self.contacts[contact].channel;
        if known.is_within(&shared.0) {
            return;
        }
        let talks = known.work.iter().filter(|work| work.engaged && work.contact != *contact);
        let yields: Vec<&WorkBook> =
            talks.filter(|work| may_interrupt(&shared.0, by, work.channel)).collect();
        let mut suspended = known.clone();
        for work in &mut suspended.work {
            if yields.iter().any(|yields| yields.contact == work.contact) {
                work.stage = StageBook::Suspended;
            }
        }
        // The oldest that can go on beside it does, and so on.
        for work in yields {
            let place = suspended.work.iter().position(|other| other.contact == work.contact);
            if suspended.can_resume(work, &shared.0) {
                suspended.work[place.expect("a copy")].stage = work.stage;
            } else {
                self.interrupted.insert(work.contact);
            }
        }
    }

    fn set_phase(
        &mut self,
        contact: &ContactId,
        phase: impl Fn(sunline_core::AgentId, sunline_core::Span) -> Phase,
    ) {
        let Some(known) = self.contacts.get_mut(contact) else { return };
        if let Some((agent, waited)) = known.served_by() {
            known.phase = phase(agent, waited);
        }
    }
}
