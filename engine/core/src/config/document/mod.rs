//! The configuration as people write it: one document, in TOML, JSON or code.
//!
//! Names refer to one another; [`super::compile`] turns them into numbers and reports every name that is wrong.

mod admission;
mod affinity;
mod agent;
mod callback;
mod canary;
mod forecast;
mod hours;
mod joint;
mod offer;
mod order;
mod overflow;
mod plan;
mod pool;
mod queue;
mod scorer;
mod transfer;
mod trigger;

pub use admission::{AdmissionConfig, Staffing, TurnAway};
pub use affinity::AffinityConfig;
pub use agent::{AgentSpec, Dates, HandleTime, SkillGrant};
pub use callback::{CallbackConfig, SlotConfig};
pub use canary::CanaryConfig;
pub use forecast::{AtRiskConfig, ForecastConfig};
pub use hours::{
    CalendarConfig, CallingHoursConfig, ClosedAction, OffShift, OpeningConfig, ShiftConfig, SignIn,
};
pub use joint::{AssignmentConfig, JointConfig, WeightsConfig};
pub use offer::{AnswerMode, OfferConfig};
pub use order::{ContactRule, PastDue, PoolQueueConfig, QueueOrder};
pub use overflow::{OverflowConfig, PartnerConfig, SurgeBounds, SurgeConfig, SurgeReserve, WindowConfig};
pub use plan::{StepConfig, Target};
pub use pool::{IdleClock, PoolConfig};
pub use queue::{AgentRule, OnAgentLost, OnUnservable, PreferenceConfig, QueueConfig, RecordDetail};
pub use scorer::ScorerConfig;

use std::collections::BTreeSet;

pub use transfer::{Override, TransferConfig};
pub use trigger::{FORECAST_EVERY, Signal, TriggerConfig};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::duration;
use super::schema::DurationText;
use crate::time::Span;

/// A routing domain: its channels, skills, pools, queues and, where wanted, its agents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// Calendars that queues and agents may name, at most 20,000.
    #[serde(default)]
    pub calendars: Vec<CalendarConfig>,
    /// When customers may be called, by their zone; at most 4096 zones. With any, a contact that names a zone without
    /// a table is refused as `UnknownZone`: load its table first.
    #[serde(default)]
    pub calling_hours: Vec<CallingHoursConfig>,
    /// A joint rule in place of the rules of queues and pools. Default: none.
    #[serde(default)]
    pub joint: Option<JointConfig>,
    /// Channels that one agent may have in hand together, each a whole set; a single channel is a set too. Default: any.
    #[serde(default)]
    pub combinations: Vec<BTreeSet<SmolStr>>,
    /// For how long an agent who served a project takes no other project's work, from the end of that work; more than
    /// 0. Default: no lock. One that holds to the end of a shift keeps what was heard of one client from the next.
    #[serde(default, with = "optional_duration")]
    #[schemars(with = "Option<DurationText>")]
    pub project_lock: Option<Span>,
    /// That waits are predicted. Default: they are not, which costs nothing.
    #[serde(default)]
    pub forecast: Option<ForecastConfig>,
    /// Partners, and their terms.
    #[serde(default)]
    pub partners: Vec<PartnerConfig>,
    /// Surges, in order: where several are on, the first that says something of a queue counts.
    #[serde(default)]
    pub surges: Vec<SurgeConfig>,
    /// Attributes of contacts and agents, by name, whose values leave the engine to nobody but the host: events for other
    /// readers show a placeholder; at most 64. Default: none.
    #[serde(default)]
    pub private_attributes: BTreeSet<SmolStr>,
}

/// What is remembered of contacts that have ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MemoryConfig {
    /// How long an ended contact's id is remembered, so that a late repetition is recognised. Default 7 days:
    /// hosts retry within hours, at worst after a weekend.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub ended_ids_for: Span,
    /// How many ended ids at most. Default 1,000,000, about 100 MB; 0 remembers none, as in a simulation.
    pub ended_ids_max: u32,
}

impl Default for MemoryConfig {
    fn default() -> Self {
        Self { ended_ids_for: Span::from_secs(7 * 86_400), ended_ids_max: 1_000_000 }
    }
}

/// A way in which customers reach the centre.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelConfig {
    /// Its name.
    pub name: SmolStr,
    /// Cost units one contact takes of an agent, at least 1. Default 1. A voice contact that shall take the whole
    /// agent costs as much as the agent has.
    #[serde(default = "one")]
    pub cost: u16,
    /// Contacts of this channel that one agent may have in hand. Default: as many as fit.
    #[serde(default)]
    pub cap: Option<u16>,
    /// Channels whose conversations a contact of this channel may interrupt: they are suspended while it lasts, and resume
    /// after its wrap-up. Default none.
    #[serde(default)]
    pub interrupts: BTreeSet<SmolStr>,
    /// Whether its customers answer when they like, so that a silent contact may be parked. Default false.
    #[serde(default)]
    pub asynchronous: bool,
    /// Wrap-up after a contact of this channel, where neither agent nor queue says otherwise. Default none.
    #[serde(default, with = "optional_duration")]
    #[schemars(with = "Option<DurationText>")]
    pub wrap_up: Option<Span>,
}

impl ChannelConfig {
    /// A channel called `name` with the defaults of every setting.
    pub fn new(name: &str) -> Self {
        let (cap, interrupts, asynchronous, wrap_up) = (None, BTreeSet::new(), false, None);
        Self { name: name.into(), cost: one(), cap, interrupts, asynchronous, wrap_up }
    }
}

/// A skill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SkillConfig {
    /// Its name.
    pub name: SmolStr,
}

mod optional_duration {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::time::Span;

    #[derive(Serialize, Deserialize)]
    struct Text(#[serde(with = "crate::config::duration")] Span);

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
