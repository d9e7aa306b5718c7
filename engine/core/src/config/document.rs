//! The configuration as people write it: one document, in TOML, JSON or code.
//!
//! Names refer to one another; [`super::compile`] turns them into numbers and reports every name that is wrong.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::duration;
use crate::contact::Value;
use crate::skill::{Absolute, Proficiency};
use crate::time::{Span, Timestamp};

/// A routing domain: its channels, skills, pools, queues and, where wanted, its agents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Name of the domain.
    pub name: SmolStr,
    /// How long and how many ids are remembered.
    #[serde(default)]
    pub memory: MemoryConfig,
    /// Channels, at least one.
    pub channels: Vec<ChannelConfig>,
    /// Skills that requirements and agents may name.
    #[serde(default)]
    pub skills: Vec<SkillConfig>,
    /// Pools (routing profiles); each agent is in exactly one. Without any, there is one called `default`.
    #[serde(default)]
    pub pools: Vec<PoolConfig>,
    /// Queues, at least one.
    pub queues: Vec<QueueConfig>,
    /// Agents registered with the configuration; more may register at any time.
    #[serde(default)]
    pub agents: Vec<AgentSpec>,
}

/// What is remembered of contacts that have ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MemoryConfig {
    /// How long an ended contact's id is remembered, so that a late repetition is recognised. Default 7 days:
    /// hosts retry within hours, at worst after a weekend.
    #[serde(with = "duration")]
    pub ended_ids_for: Span,
    /// How many ended ids at most. Default 1,000,000, about 50 MB; 0 remembers none, as in a simulation.
    pub ended_ids_max: u32,
}

impl Default for MemoryConfig {
    fn default() -> Self {
        Self { ended_ids_for: Span::from_secs(7 * 86_400), ended_ids_max: 1_000_000 }
    }
}

/// A way in which customers reach the centre.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelConfig {
    /// Its name.
    pub name: SmolStr,
    /// Cost units one contact takes of an agent, at least 1. Default 1. A voice contact that shall take the whole
    /// agent costs as much as the agent has.
    #[serde(default = "one")]
    pub cost: u16,
}

/// A skill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkillConfig {
    /// Its name.
    pub name: SmolStr,
}

/// A pool of agents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PoolConfig {
    /// Its name.
    pub name: SmolStr,
    /// When the idle clock of its agents restarts. Default `since_last_handled`: the usual reading of "longest idle".
    #[serde(default)]
    pub idle_clock: IdleClock,
    /// Whether a break leaves the idle clock alone. Default false: who was away queues up again.
    #[serde(default)]
    pub keep_seniority_on_break: bool,
}

/// When an agent's idle clock restarts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdleClock {
    /// When any work is accepted or ends.
    #[default]
    SinceLastHandled,
    /// When room goes from none to some.
    SinceAvailable,
}

/// A queue: who waits there, in what order, and what happens to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueConfig {
    /// Its name.
    pub name: SmolStr,
    /// Channel of contacts that name none; default: the first channel.
    #[serde(default)]
    pub channel: Option<SmolStr>,
    /// What nothing relaxes.
    #[serde(default)]
    pub absolute: Absolute,
    /// Mandatory requirement, as an expression; empty means any agent.
    #[serde(default)]
    pub requires: SmolStr,
    /// Preferred terms, used by `best_score`.
    #[serde(default)]
    pub prefers: Vec<PreferenceConfig>,
    /// Who is chosen when several agents could serve. Default `longest_idle`: it spreads work evenly and
    /// surprises nobody.
    #[serde(default)]
    pub agent_rule: AgentRule,
    /// Points of a contact that has just begun to wait. Default 0.
    #[serde(default)]
    pub base_points: i64,
    /// Points gained per hour of waiting, at least 0. Default 3600, one a second: points then read as seconds, and
    /// a base is a head start in seconds.
    #[serde(default = "one_a_second")]
    pub points_per_hour: u32,
    /// Points never rise above this. Default: no cap.
    #[serde(default)]
    pub points_cap: Option<i64>,
    /// How contacts are offered to agents.
    #[serde(default)]
    pub offer: OfferConfig,
    /// Wrap-up after a contact of this queue. Default: the agent's, else none.
    #[serde(default, with = "optional_duration")]
    pub wrap_up: Option<Span>,
    /// Longest wrap-up that extensions may reach, from its start. Default 10 minutes: long enough for a form, short
    /// enough that a forgotten one is noticed the same quarter of an hour.
    #[serde(default = "ten_minutes", with = "duration")]
    pub wrap_up_max: Span,
    /// What happens when no registered agent can ever serve the contact. Default `wait`: it is reported, and the
    /// host may still register somebody.
    #[serde(default)]
    pub on_unservable: OnUnservable,
    /// Answered within this counts as in time, in reports. Default 20 s, the common "80/20" target.
    #[serde(default = "twenty_seconds", with = "duration")]
    pub answer_within: Span,
    /// Who gives up within this counts as a short abandonment, in reports. Default 5 s: nobody can have been answered.
    #[serde(default = "five_seconds", with = "duration")]
    pub short_abandon: Span,
}

/// A preferred term.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreferenceConfig {
    /// The term, as an expression.
    pub term: SmolStr,
    /// Weight among the terms, 1 to 1000. Default 1.
    #[serde(default = "one_u32")]
    pub weight: u32,
}

/// Who is chosen among agents that may serve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentRule {
    /// The one whose idle clock started first.
    #[default]
    LongestIdle,
    /// The one with the highest label score of preferred terms, then longest idle.
    BestScore,
    /// The one with the fewest skills beyond the need and the lowest sufficient levels, then longest idle.
    LeastQualifiedSufficient,
    /// The next by registration after the one chosen last for this queue.
    RoundRobin,
    /// The one with the least cost in use relative to its total, then longest idle.
    LeastLoaded,
}

/// What happens to a contact that nobody could ever serve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnUnservable {
    /// It waits, and the host is told.
    #[default]
    Wait,
    /// It ends as `Blocked`, and the host is told.
    Block,
}

/// How contacts of a queue are offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OfferConfig {
    /// Who answers. Default `agent`.
    pub answer: AnswerMode,
    /// How long an agent has to answer, more than 0. Default 20 s: three to four rings.
    #[serde(with = "duration")]
    pub expires_after: Span,
    /// How many agents are asked at once, 1 to 64. Default 1.
    pub parallel: u16,
    /// How long a decliner is not asked again for this contact. Default 60 s: long enough that others are asked first.
    #[serde(with = "duration")]
    pub exclude_decliner: Span,
    /// How long an agent who did not answer is asked nothing. Default 10 s: the usual delay on no answer.
    #[serde(with = "duration")]
    pub no_answer_delay: Span,
    /// The same for an agent whose line was busy. Default 30 s.
    #[serde(with = "duration")]
    pub busy_delay: Span,
    /// The same for an agent who could not be reached. Default 30 s.
    #[serde(with = "duration")]
    pub unreachable_delay: Span,
    /// Unanswered offers in a row after which an agent counts as not responding, at least 1. Default 3.
    pub max_strikes: u16,
    /// Whether the host confirms that media is up (`Connected`) after an accepted offer. Default false: the wait ends
    /// at accept.
    pub confirm_connection: bool,
    /// How long a connection may take before the contact is offered again, more than 0. Default 10 s.
    #[serde(with = "duration")]
    pub connect_grace: Span,
}

impl Default for OfferConfig {
    fn default() -> Self {
        Self {
            answer: AnswerMode::Agent,
            expires_after: Span::from_secs(20),
            parallel: 1,
            exclude_decliner: Span::from_secs(60),
            no_answer_delay: Span::from_secs(10),
            busy_delay: Span::from_secs(30),
            unreachable_delay: Span::from_secs(30),
            max_strikes: 3,
            confirm_connection: false,
            connect_grace: Span::from_secs(10),
        }
    }
}

/// Who answers an offer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerMode {
    /// The agent accepts or declines.
    #[default]
    Agent,
    /// The engine accepts at once in the agent's name.
    Auto,
}

/// An agent as registered: what it can do and where it belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    pub wrap_up: Option<Span>,
}

impl QueueConfig {
    /// A queue called `name` with the defaults of every setting, open to any agent.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            channel: None,
            absolute: Absolute::default(),
            requires: SmolStr::default(),
            prefers: Vec::new(),
            agent_rule: AgentRule::default(),
            base_points: 0,
            points_per_hour: one_a_second(),
            points_cap: None,
            offer: OfferConfig::default(),
            wrap_up: None,
            wrap_up_max: ten_minutes(),
            on_unservable: OnUnservable::default(),
            answer_within: twenty_seconds(),
            short_abandon: five_seconds(),
        }
    }
}

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

#[derive(Serialize, Deserialize)]
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

mod optional_duration {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::time::Span;

    #[derive(Serialize, Deserialize)]
    struct Text(#[serde(with = "super::duration")] Span);

    pub(super) fn serialize<S: Serializer>(span: &Option<Span>, serializer: S) -> Result<S::Ok, S::Error> {
        span.map(Text).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Span>, D::Error> {
        Ok(Option::<Text>::deserialize(deserializer)?.map(|text| text.0))
    }
}

fn one() -> u16 {
    1
}

fn one_u32() -> u32 {
    1
}

fn one_a_second() -> u32 {
    3600
}

fn ten_minutes() -> Span {
    Span::from_secs(600)
}

fn five_seconds() -> Span {
    Span::from_secs(5)
}

fn twenty_seconds() -> Span {
    Span::from_secs(20)
}
