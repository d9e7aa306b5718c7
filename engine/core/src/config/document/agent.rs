//! Agents as registered: what they can do and where they belong.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{one, optional_duration};
use crate::config::schema::DurationText;
use crate::contact::Value;
use crate::skill::Proficiency;
use crate::time::{Span, Timestamp};

/// An agent as registered: what it can do and where it belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentSpec {
    /// Its name, unique in the domain.
    pub name: SmolStr,
    /// Its pool; default: the first pool.
    #[serde(default)]
    pub pool: Option<SmolStr>,
    /// Its skills, by name.
    #[serde(default)]
    pub skills: BTreeMap<SmolStr, SkillGrant>,
    /// Labels that expressions may ask for.
    #[serde(default)]
    pub groups: BTreeSet<SmolStr>,
    /// Where it works.
    #[serde(default)]
    pub site: Option<SmolStr>,
    /// The partner it works for; without one it is in-house.
    #[serde(default)]
    pub partner: Option<SmolStr>,
    /// Data classes it may see.
    #[serde(default)]
    pub clearance: BTreeSet<SmolStr>,
    /// Attributes by name.
    #[serde(default)]
    pub attributes: BTreeMap<SmolStr, Value>,
    /// Cost units in all, 1 to 1000. Default 1: one contact at a time.
    #[serde(default = "one")]
    pub capacity: u16,
    /// Wrap-up length of this agent; goes before the queue's.
    #[serde(default, with = "optional_duration")]
    #[schemars(with = "Option<DurationText>")]
    pub wrap_up: Option<Span>,
    /// Chances relative to others for the rule `weighted`, 1 to 100. Default 1.
    #[serde(default = "one")]
    pub weight: u16,
    /// Expected handle time by queue, for the rule `fastest`; goes before the pool's and the queue's.
    #[serde(default)]
    pub handle_times: BTreeMap<SmolStr, HandleTime>,
    /// The calendar of its shifts, from the start of each to its end, breaks included. Default: none; it may work at any
    /// time.
    #[serde(default)]
    pub shift: Option<SmolStr>,
    /// Contacts of a channel, by its name, that this agent may have in hand; goes before the channel's own bound. 0 keeps
    /// the channel from the agent.
    #[serde(default)]
    pub caps: BTreeMap<SmolStr, u16>,
    /// Entitlements that absolute needs may ask for, by name, each with its dates; at most 64. Default: none.
    #[serde(default)]
    pub entitlements: BTreeMap<SmolStr, Dates>,
    /// Customers the agent never serves, at most 1024: whatever relaxes, they do not meet. Default: none.
    #[serde(default)]
    pub never_serves: BTreeSet<SmolStr>,
}

/// From when to when something counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Dates {
    /// First instant at which it counts; `None`: since ever.
    pub from: Option<Timestamp>,
    /// First instant at which it counts no more; `None`: for ever.
    pub until: Option<Timestamp>,
}

impl Dates {
    /// Whether it counts at an instant.
    pub fn hold(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

/// An expected handle time, more than 0. In a document: a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct HandleTime(
    #[serde(with = "crate::config::duration")]
    #[schemars(with = "DurationText")]
    pub Span,
);

impl AgentSpec {
    /// An in-house agent called `name` with room for one contact and no skills yet.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            pool: None,
            skills: BTreeMap::new(),
            groups: BTreeSet::new(),
            site: None,
            partner: None,
            clearance: BTreeSet::new(),
            attributes: BTreeMap::new(),
            capacity: 1,
            wrap_up: None,
            weight: 1,
            handle_times: BTreeMap::new(),
            shift: None,
            caps: BTreeMap::new(),
            entitlements: BTreeMap::new(),
            never_serves: BTreeSet::new(),
        }
    }

    /// The same agent with a skill at a level.
    #[must_use]
    pub fn with_skill(mut self, skill: &str, level: Proficiency) -> Self {
        self.skills.insert(skill.into(), level.into());
        self
    }
}

/// How well and from when to when an agent has a skill. In a document: a level, or a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SkillGrant {
    /// The level.
    pub level: Proficiency,
    /// First instant at which it counts; `None`: since ever.
    pub from: Option<Timestamp>,
    /// First instant at which it counts no more; `None`: for ever.
    pub until: Option<Timestamp>,
}

impl From<Proficiency> for SkillGrant {
    fn from(level: Proficiency) -> Self {
        Self { level, from: None, until: None }
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GrantTable {
    level: Proficiency,
    #[serde(default)]
    from: Option<Timestamp>,
    #[serde(default)]
    until: Option<Timestamp>,
}

impl Serialize for SkillGrant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { level, from, until } = *self;
        if serializer.is_human_readable() && from.is_none() && until.is_none() {
            level.serialize(serializer)
        } else {
            GrantTable { level, from, until }.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for SkillGrant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a level from 1 to 10, or a table with level, from and until")]
        enum Readable {
            Level(Proficiency),
            Table(GrantTable),
        }
        let table = if deserializer.is_human_readable() {
            match Readable::deserialize(deserializer)? {
                Readable::Level(level) => return Ok(level.into()),
                Readable::Table(table) => table,
            }
        } else {
            GrantTable::deserialize(deserializer)?
        };
        Ok(Self { level: table.level, from: table.from, until: table.until })
    }
}
