//! The board: which groups of agents may serve which classes of contacts.
//!
//! It holds nothing that could not be made again from the agents and contacts, and no choice depends on the order in
//! which classes and groups were first seen. So it is not part of snapshots, and it is simply made anew when too much
//! of it has fallen out of use.

use std::collections::BTreeSet;

use super::classes::{Class, ClassKey, Classes, Compatible};
use super::groups::Groups;
use super::list::NO_KEY;
use super::policy::agent_order;
use crate::agent::{Reach, Room};
use crate::config::{AgentRule, Compiled};
use crate::ids::{AgentId, QueueId};
use crate::skill::{Facts, Requirement, Shortfall};
use crate::time::Timestamp;

/// Classes and profiles out of use that are borne before the board is made anew.
const STALE: usize = 4096;

#[derive(Clone, Debug, Default)]
pub(crate) struct Board {
    pub(crate) groups: Groups,
    pub(crate) classes: Classes,
    /// Class of a plain contact on its queue's own channel, by `QueueId`.
    plain: Vec<Option<u32>>,
    /// How many waiting contacts name the agent as one not to be asked, by `AgentId`.
    named: Vec<u32>,
    /// Waiting contacts that are kept for one agent, so that all others are not to be asked: for whom, and their places.
    kept: BTreeSet<(AgentId, u32)>,
}

impl Board {
    pub(crate) fn new(config: &Compiled) -> Self {
        let rings = config.queues.iter().any(|q| q.settings.agent_rule == AgentRule::RoundRobin);
        Self { groups: Groups::new(rings), plain: vec![None; config.queues.len()], ..Self::default() }
    }

    /// The class of a plain contact on its queue's own channel, once there is one.
    #[inline]
    pub(crate) fn plain_class(&self, queue: QueueId) -> Option<u32> {
        self.plain[queue.index()]
    }

    /// The class of a contact, made when it is first seen. `own` is what the contact needs beyond its queue.
    pub(crate) fn class(
        &mut self,
        config: &Compiled,
        channel: crate::ids::ChannelId,
        queue: QueueId,
        points: i64,
        passed: u8,
        own: Option<&Requirement>,
    ) -> u32 {
        let settings = &config.queues[queue.index()];
        let plain = points == 0 && passed == 0 && own.is_none() && channel == settings.channel;
        if let (true, Some(class)) = (plain, self.plain[queue.index()]) {
            return class;
        }
        let requirement = self.classes.requirement_id(own.unwrap_or(&settings.start));
        let key = ClassKey { queue, channel, requirement, curve: settings.curve.raised(points), passed };
        let class = self.classes.find(&key).unwrap_or_else(|| self.add_class(config, key));
        if plain {
            self.plain[queue.index()] = Some(class);
        }
        class
    }

    fn add_class(&mut self, config: &Compiled, key: ClassKey) -> u32 {
        let need = self.classes.requirement_by_id(key.requirement);
        let cost = config.channels[key.channel.index()].cost;
        let expected = config.expected_handle(key.queue);
        let rule = config.queues[key.queue.index()].settings.agent_rule;
        let order = agent_order(rule);
        let serves = |profile: &super::groups::Profile| {
            let closed = profile.facts.closed.contains(&key.channel);
            cost <= profile.facts.capacity && !closed && need.shortfall(&profile.facts).is_none()
        };
        let profiles: Vec<u32> =
            (0..).zip(self.groups.profiles()).filter(|(_, p)| serves(p)).map(|(id, _)| id).collect();
        let hidden_from = config.hidden_from(key.queue, key.passed);
        let mut groups: Vec<Compatible> = Vec::new();
        for (group, g) in self.groups.groups() {
            let facts = &self.groups.profile(g.profile).facts;
            let serves = g.room.open.contains(key.channel) && profiles.binary_search(&g.profile).is_ok();
            let closed = facts.paused.contains(&key.queue) || hidden_from.contains(&facts.pool);
            if serves && !closed && g.reach.covers(expected) {
                let rank = order.rank(need, facts, g.room.used);
                groups.push(Compatible { rank, group });
            }
        }
        groups.sort_by_key(|c| core::cmp::Reverse(c.rank));
        let members: Vec<u32> = groups.iter().map(|c| c.group).collect();
        let class = self.classes.add(Class { key, cost, expected, rule, groups, profiles, hidden_from });
        for group in members {
            self.groups.get_mut(group).classes.push(class);
        }
        class
    }

    /// An agent's facts became these: its profile, to be kept with the agent.
    pub(crate) fn join_profile(&mut self, facts: &Facts) -> u32 {
        let known = self.groups.profiles().len();
        let profile = self.groups.join_profile(facts);
        if profile as usize == known {
            for class in 0..self.classes.len() as u32 {
                let known = self.classes.get(class);
                let fits = known.cost <= facts.capacity && !facts.closed.contains(&known.key.channel);
                if fits && self.classes.requirement(class).shortfall(facts).is_none() {
                    self.classes.get_mut(class).profiles.push(profile);
                }
            }
        }
        profile
    }

    /// Puts an agent that can take work into its group.
    pub(crate) fn enter(
        &mut self,
        agent: AgentId,
        profile: u32,
        room: Room,
        reach: Reach,
        idle_since: Timestamp,
    ) {
        let (group, new) = self.groups.group_of(profile, room, reach);
        if new {
            self.connect(group);
        }
        self.groups.enter(group, agent, idle_since);
    }

    /// Takes an agent out of its group, if it is in one.
    #[inline]
    pub(crate) fn leave(&mut self, agent: AgentId) {
        self.groups.leave(agent);
    }

    fn connect(&mut self, group: u32) {
        let (profile, room, reach) = {
            let g = self.groups.get(group);
            (g.profile, g.room, g.reach)
        };
        for class in 0..self.classes.len() as u32 {
            let known = self.classes.get(class);
            if !room.open.contains(known.key.channel)
                || !reach.covers(known.expected)
                || known.profiles.binary_search(&profile).is_err()
            {
                continue;
            }
            let facts = &self.groups.profile(profile).facts;
            if facts.paused.contains(&known.key.queue) || known.hidden_from.contains(&facts.pool) {
                continue;
            }
            let rank = agent_order(known.rule).rank(self.classes.requirement(class), facts, room.used);
            let groups = &mut self.classes.get_mut(class).groups;
            let place = groups.partition_point(|c| c.rank >= rank);
            groups.insert(place, Compatible { rank, group });
            self.groups.get_mut(group).classes.push(class);
        }
    }

    /// Whether some registered agent could serve the class as it is now, were it present and free; `excluded` are the
    /// profiles of agents that do not count.
    pub(crate) fn is_servable(&self, class: u32, excluded: impl Iterator<Item = u32>) -> bool {
        let able = &self.classes.get(class).profiles;
        let excluded = excluded.filter(|profile| able.binary_search(profile).is_ok()).count();
        let mut members = able.iter().map(|&profile| self.groups.profile(profile).members as usize);
        let mut seen = 0;
        members.any(|more| {
            seen += more;
            seen > excluded
        })
    }

    /// What the registered agent that comes closest to a class nobody can serve fails first; `None` when there is no
    /// agent at all.
    pub(crate) fn nearest_shortfall(&self, class: u32) -> Option<Shortfall> {
        let (need, cost) = (self.classes.requirement(class), self.classes.get(class).cost);
        let channel = self.classes.get(class).key.channel;
        let registered = self.groups.profiles().iter().filter(|p| p.members > 0);
        let shortfall = |facts: &Facts| match need.shortfall(facts) {
            Some(shortfall) => shortfall,
            None if cost > facts.capacity || facts.closed.contains(&channel) => Shortfall::Capacity,
            None => Shortfall::Excluded,
        };
        let all = registered.map(|p| shortfall(&p.facts));
        all.max_by(|one, other| one.closeness().cmp(&other.closeness()))
    }

    /// Origin of the head of each class in which somebody waits without an offer, with its queue.
    pub(crate) fn oldest_by_class(&self) -> impl Iterator<Item = (QueueId, Timestamp)> {
        (0..self.classes.len() as u32).filter_map(|class| {
            let (origin, _) = Some(self.classes.waiting.head_key(class)).filter(|key| *key != NO_KEY)?;
            Some((self.classes.get(class).key.queue, Timestamp::from_nanos(origin)))
        })
    }

    /// A waiting contact says that the agent is not to be asked (`true`), or no more (`false`).
    pub(crate) fn name(&mut self, agent: AgentId, named: bool) {
        if self.named.len() <= agent.index() {
            self.named.resize(agent.index() + 1, 0);
        }
        let count = &mut self.named[agent.index()];
        *count = if named { *count + 1 } else { *count - 1 };
    }

    /// A contact that is kept for one agent joins those that wait, or leaves them.
    #[inline]
    pub(crate) fn keep(&mut self, kept_for: Option<AgentId>, place: u32, joins: bool) {
        if let Some(agent) = kept_for {
            if joins {
                self.kept.insert((agent, place))
            } else {
                self.kept.remove(&(agent, place))
            };
        }
    }

    /// The places of waiting contacts that are kept for an agent.
    pub(crate) fn kept_for(&self, agent: AgentId) -> impl Iterator<Item = u32> {
        self.kept.range((agent, 0)..=(agent, u32::MAX)).map(|(_, place)| *place)
    }

    /// Whether a contact with this curve may wait beside those that do.
    #[inline]
    pub(crate) fn has_room_for(&self, curve: super::curve::Curve) -> bool {
        self.classes.has_room_for(curve)
    }

    /// Whether any waiting contact says that the agent is not to be asked.
    pub(crate) fn is_named(&self, agent: AgentId) -> bool {
        !self.kept.is_empty() || self.named.get(agent.index()).is_some_and(|&count| count > 0)
    }

    /// Whether any waiting contact names an agent as one not to be asked.
    pub(crate) fn names_anybody(&self) -> bool {
        !self.kept.is_empty() || self.named.iter().any(|&count| count > 0)
    }

    /// Whether enough has fallen out of use that the board should be made anew. `live` is the number of contacts inside.
    pub(crate) fn is_stale(&self, live: usize) -> bool {
        self.classes.len() > STALE + 2 * live || self.groups.memberless() > STALE
    }
}
