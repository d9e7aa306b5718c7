//! What is true of an agent as far as requirements can ask: the facts that decide who may serve what.
//!
//! Agents with equal facts are interchangeable for matching; the board interns each distinct [`Facts`] once.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::proficiency::Proficiency;
use crate::contact::Value;
use crate::ids::{ChannelId, PoolId, QueueId, SkillId};

/// The facts of an agent at one instant.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Facts {
    /// The agent's pool.
    pub pool: PoolId,
    /// Skills valid now with their level, by `SkillId`.
    pub skills: Vec<(SkillId, Proficiency)>,
    /// Labels for expressions.
    pub groups: BTreeSet<SmolStr>,
    /// Where the agent works.
    pub site: Option<SmolStr>,
    /// The partner the agent works for; `None` is in-house.
    pub partner: Option<SmolStr>,
    /// Data classes the agent may see.
    pub clearance: BTreeSet<SmolStr>,
    /// Attributes by name.
    pub attributes: BTreeMap<SmolStr, Value>,
    /// Cost units in all.
    pub capacity: u16,
    /// Queues that the agent takes nothing of for now. They keep it from being asked, and not from being able to serve.
    #[serde(default)]
    pub paused: BTreeSet<QueueId>,
    /// Channels that the agent never serves.
    #[serde(default)]
    pub closed: BTreeSet<ChannelId>,
    /// Entitlements that count now.
    #[serde(default)]
    pub entitlements: BTreeSet<SmolStr>,
    /// The project whose work alone the agent may take now.
    #[serde(default)]
    pub locked_to: Option<SmolStr>,
}

impl Facts {
    /// The agent's level of `skill`, if it has the skill now.
    pub fn level(&self, skill: SkillId) -> Option<Proficiency> {
        self.skills.binary_search_by_key(&skill, |(s, _)| *s).ok().map(|i| self.skills[i].1)
    }

    /// The agent's attribute `name`.
    pub fn attribute(&self, name: &str) -> Option<&Value> {
        self.attributes.get(name)
    }
}
