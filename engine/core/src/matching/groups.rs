//! Agents that can take work, by kind.
//!
//! Agents with equal facts share a *profile*. A profile, the room of an agent and the reach of its shift make a *group*: its
//! members are interchangeable but for the order they went idle. An agent that can take something now is in exactly one group.

use std::collections::{BTreeMap, BTreeSet};

use smallvec::SmallVec;

use super::list::OrderedLists;
use crate::agent::{Reach, Room};
use crate::ids::{AgentId, PoolId};
use crate::skill::Facts;
use crate::time::Timestamp;

/// Agents with equal facts.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) facts: Facts,
    /// Registered agents with these facts, whatever they are doing.
    pub(crate) members: u32,
    /// Groups for each number of cost units in use; nearly always one.
    groups: Vec<SmallVec<[u32; 1]>>,
}

/// Agents with equal facts and equal room.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) profile: u32,
    pub(crate) room: Room,
    /// How long new work may be expected to last.
    pub(crate) reach: Reach,
    /// Classes of contacts that its members may serve, in order of interning.
    pub(crate) classes: Vec<u32>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    profiles: Vec<Profile>,
    profile_ids: BTreeMap<Facts, u32>,
    groups: Vec<Group>,
    /// Members by idle clock, one list a group.
    pub(crate) idle: OrderedLists,
    /// Members by registration, one set a group; kept only where a rule goes round.
    rings: Option<Vec<BTreeSet<AgentId>>>,
    memberless: usize,
}

impl Groups {
    pub(crate) fn new(rings: bool) -> Self {
        Self { rings: rings.then(Vec::new), ..Self::default() }
    }

    /// The profile of an agent with these facts, with one member more.
    pub(crate) fn join_profile(&mut self, facts: &Facts) -> u32 {
        if let Some(&profile) = self.profile_ids.get(facts) {
            self.memberless -= usize::from(self.profiles[profile as usize].members == 0);
            self.profiles[profile as usize].members += 1;
            return profile;
        }
        let profile = self.profiles.len() as u32;
        self.profile_ids.insert(facts.clone(), profile);
        self.profiles.push(Profile { facts: facts.clone(), members: 1, groups: Vec::new() });
        profile
    }

    pub(crate) fn leave_profile(&mut self, profile: u32) {
        let members = &mut self.profiles[profile as usize].members;
        *members -= 1;
        self.memberless += usize::from(*members == 0);
    }

    /// The group of a profile's members with this room and this reach; true when it is new.
    pub(crate) fn group_of(&mut self, profile: u32, room: Room, reach: Reach) -> (u32, bool) {
        let known = &mut self.profiles[profile as usize];
        if known.groups.len() <= room.used as usize {
            known.groups.resize(room.used as usize + 1, SmallVec::new());
        }
        let alike = &mut known.groups[room.used as usize];
        if let Some(&group) = alike.iter().find(|&&group| {
            let known = &self.groups[group as usize];
            known.room == room && known.reach == reach
        }) {
            return (group, false);
        }
        alike.push(self.groups.len() as u32);
        self.groups.push(Group { profile, room, reach, classes: Vec::new() });
        self.idle.add_list();
        if let Some(rings) = &mut self.rings {
            rings.push(BTreeSet::new());
        }
        (self.groups.len() as u32 - 1, true)
    }

    #[inline]
    pub(crate) fn enter(&mut self, group: u32, agent: AgentId, idle_since: Timestamp) {
        self.idle.insert(group, agent.0, (idle_since.as_nanos(), agent.0.into()));
        if let Some(rings) = &mut self.rings {
            rings[group as usize].insert(agent);
        }
    }

    #[inline(always)]
    pub(crate) fn leave(&mut self, agent: AgentId) {
        if self.idle.list_of(agent.0).is_some() {
            self.leave_its_group(agent);
        }
    }

    fn leave_its_group(&mut self, agent: AgentId) {
        let left = self.idle.remove(agent.0);
        if let (Some(group), Some(rings)) = (left, &mut self.rings) {
            rings[group as usize].remove(&agent);
        }
    }

    /// The group that the agent is in, if it can take anything now.
    pub(crate) fn current(&self, agent: AgentId) -> Option<u32> {
        self.idle.list_of(agent.0)
    }

    /// The next member by registration after `last`, going round.
    pub(crate) fn next_round(&self, group: u32, last: Option<AgentId>) -> Option<AgentId> {
        let ring = &self.rings.as_ref()?[group as usize];
        let after = last.and_then(|last| ring.range(AgentId(last.0.saturating_add(1))..).next());
        after.or_else(|| ring.first()).copied()
    }

    /// Members by registration.
    pub(crate) fn ring(&self, group: u32) -> Option<&BTreeSet<AgentId>> {
        Some(&self.rings.as_ref()?[group as usize])
    }

    pub(crate) fn get(&self, group: u32) -> &Group {
        &self.groups[group as usize]
    }

    pub(crate) fn get_mut(&mut self, group: u32) -> &mut Group {
        &mut self.groups[group as usize]
    }

    pub(crate) fn profile(&self, profile: u32) -> &Profile {
        &self.profiles[profile as usize]
    }

    pub(crate) fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    pub(crate) fn groups(&self) -> impl Iterator<Item = (u32, &Group)> {
        self.groups.iter().enumerate().map(|(i, group)| (i as u32, group))
    }

    /// Agents of a pool that can take something, by group.
    pub(crate) fn members_of(&self, pool: PoolId) -> impl Iterator<Item = AgentId> {
        let groups = self.groups().filter(move |(_, group)| self.profile(group.profile).facts.pool == pool);
        groups.flat_map(|(id, _)| self.idle.iter(id)).map(AgentId)
    }

    /// Profiles that nobody has any more.
    pub(crate) fn memberless(&self) -> usize {
        self.memberless
    }
}
