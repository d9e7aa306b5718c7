//! Queues: who waits there, in what order, and what happens to them.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{
    AdmissionConfig, AffinityConfig, AtRiskConfig, CallbackConfig, CanaryConfig, OfferConfig, OpeningConfig,
    OverflowConfig, Override, QueueOrder, ScorerConfig, StepConfig, Target, TransferConfig,
    optional_duration,
};
use crate::config::schema::DurationText;
use crate::config::{Decimal, duration};
use crate::skill::Absolute;
use crate::time::Span;

/// A queue: who waits there, in what order, and what happens to them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    #[schemars(with = "Option<DurationText>")]
    pub wrap_up: Option<Span>,
    /// Longest wrap-up that extensions may reach, from its start. Default 10 minutes: long enough for a form, short
    /// enough that a forgotten one is noticed the same quarter of an hour.
    #[serde(default = "ten_minutes", with = "duration")]
    #[schemars(with = "DurationText")]
    pub wrap_up_max: Span,
    /// What happens when no registered agent can ever serve the contact. Default `wait`: it is reported, and the
    /// host may still register somebody.
    #[serde(default)]
    pub on_unservable: OnUnservable,
    /// Answered within this counts as in time, in reports. Default 20 s, the common "80/20" target.
    #[serde(default = "twenty_seconds", with = "duration")]
    #[schemars(with = "DurationText")]
    pub answer_within: Span,
    /// Who gives up within this counts as a short abandonment, in reports. Default 5 s: nobody can have been answered.
    #[serde(default = "five_seconds", with = "duration")]
    #[schemars(with = "DurationText")]
    pub short_abandon: Span,
    /// Whom it lets wait, and for how long. Default: everybody, for ever.
    #[serde(default)]
    pub admission: AdmissionConfig,
    /// How customers are called back.
    #[serde(default)]
    pub callback: CallbackConfig,
    /// Queues with the same group hold one contact of a customer: one that comes while another waits or is to be called
    /// back takes its place. Default: none, every contact stands for itself.
    #[serde(default)]
    pub merge_group: Option<SmolStr>,
    /// When contacts that come move on; of several entered, the first whose target takes the contact.
    #[serde(default)]
    pub overflow: Vec<OverflowConfig>,
    /// What becomes of a contact whose agent's session is lost. Default `keep`: the media often outlives a session, as
    /// when a browser is loaded anew, and a customer in conversation is worst served by another agent's greeting.
    #[serde(default)]
    pub on_agent_lost: OnAgentLost,
    /// How long a contact is kept for an agent whose session is lost. Default 60 s: a browser or a network is back by
    /// then, and a customer in silence has hung up.
    #[serde(default = "sixty_seconds", with = "duration")]
    #[schemars(with = "DurationText")]
    pub agent_lost_grace: Span,
    /// Which contact of the queue is its head. Default `points`.
    #[serde(default)]
    pub order: QueueOrder,
    /// Rank among queues for `priority`, 1 to 1000; 1 goes first. Default 1: all alike.
    #[serde(default = "first_rank")]
    pub rank: u16,
    /// Wait that a contact of this queue is credited with, for `credit`. Default 0.
    #[serde(default, with = "duration")]
    #[schemars(with = "DurationText")]
    pub credit: Span,
    /// What a wait here weighs, for `weighted_wait`, `generalised_cmu` and `sla_risk`. 0 to 1000, default 1.
    #[serde(default = "one_whole")]
    pub weight: Decimal,
    /// The share of all waiting contacts that should wait here, for `queue_ratio`. 0 to 1, default 0.
    #[serde(default)]
    pub ratio: Decimal,
    /// Expected handle time of a contact of this queue, more than 0, where no pool or agent says otherwise. Default 3
    /// minutes: a usual call.
    #[serde(default = "three_minutes", with = "duration")]
    #[schemars(with = "DurationText")]
    pub handle_time: Span,
    /// Seed of the queue's own stream of chance, for `uniform` and `weighted`. Default 0.
    #[serde(default)]
    pub seed: u64,
    /// When it is open. Default: always.
    #[serde(default)]
    pub opening: Option<OpeningConfig>,
    /// The calendar in whose business time `answer_within` runs, from origin on. Default: all time counts.
    #[serde(default)]
    pub answer_clock: Option<SmolStr>,
    /// How long a contact is expected to take its agent, at least 0: the quantile of handle time that the shift guard
    /// shall reckon with. Default: not known, and only the end of the shift itself counts. The 80 % quantile is a good
    /// choice: with the mean, every second contact runs over.
    #[serde(default, with = "optional_duration")]
    #[schemars(with = "Option<DurationText>")]
    pub expected_handle: Option<Span>,
    /// How long `quota` counts before it begins anew, from midnight UTC where it divides a day; at least 1 s. Default 1
    /// day: shares are agreed by the day.
    #[serde(default = "one_day", with = "duration")]
    #[schemars(with = "DurationText")]
    pub quota_window: Span,
    /// A scorer outside that is asked how well agents suit a contact. Default: none.
    #[serde(default)]
    pub scorer: Option<ScorerConfig>,
    /// How long a parked contact whose customer writes again is held for its agent, when that one is away or beyond its
    /// room. Default 10 minutes: the agent knows the story, and who writes can wait longer than who calls.
    #[serde(default = "ten_minutes", with = "duration")]
    #[schemars(with = "DurationText")]
    pub unpark_hold: Span,
    /// How often its contacts may be passed on.
    #[serde(default)]
    pub transfers: TransferConfig,
    /// Rules that a supervisor who assigns its contacts by hand may break. Default none: who acts by hand should not break
    /// a rule by accident. The order of contacts and the choice of agents are no such rules, a hand always goes before them.
    #[serde(default)]
    pub overridable: BTreeSet<Override>,
    /// When it is announced that a contact will probably not be answered in time; needs `[forecast]`. Default: never.
    #[serde(default)]
    pub at_risk: Option<AtRiskConfig>,
    /// Who may serve the queue from the start. Default: everyone who meets its needs.
    #[serde(default)]
    pub targets: Vec<Target>,
    /// What opens while a contact waits, in order of time; at most 64 steps. Default: nothing.
    #[serde(default)]
    pub plan: Vec<StepConfig>,
    /// Whether contacts are kept for an agent they prefer, or who served their customer last. Default: they are not.
    #[serde(default)]
    pub affinity: Option<AffinityConfig>,
    /// What is recorded of each choice. Default `short`: the rest is worked out from the journal when somebody asks.
    #[serde(default)]
    pub record: RecordDetail,
    /// That it stands in for another queue for a share of its contacts. Default: it stands for itself.
    #[serde(default)]
    pub canary: Option<CanaryConfig>,
    /// That it is given up: whoever waits in it and whoever is sent to it goes to this queue, and who is talking to an agent
    /// stays. Default: it is in use.
    #[serde(default)]
    pub retired_to: Option<SmolStr>,
}

/// A preferred term.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PreferenceConfig {
    /// The term, as an expression.
    pub term: SmolStr,
    /// Weight among the terms, 1 to 1000. Default 1.
    #[serde(default = "one_u32")]
    pub weight: u32,
}

/// Who is chosen among agents that may serve.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
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
    /// The one with the least cost in use relative to its total, then longest idle. It spreads work.
    LeastLoaded,
    /// The first by registration.
    Linear,
    /// The one with the highest levels of the skills asked for, added up, then longest idle.
    BestLevel,
    /// The one with the least time at work in the last hour, as a share of the time signed in, then longest idle.
    LeastOccupied,
    /// The one who accepted the fewest contacts in the last hour, then longest idle.
    FewestContacts,
    /// The one who is expected to handle it fastest, then longest idle.
    Fastest,
    /// One of the pool furthest above its `idle_share` of all idle agents, then longest idle.
    IdlenessRatio,
    /// Any of them, with equal chances.
    Uniform,
    /// Any of them, with chances as their `weight`.
    Weighted,
    /// One of the pool that lacks most of its `share` of the queue's contacts in this window, then longest idle.
    Quota,
    /// The one with the most cost in use relative to its total that still has room, then longest idle. It packs work, so
    /// that others stay free as a whole.
    MostLoaded,
}

/// What happens to a contact that nobody could ever serve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnUnservable {
    /// It waits, and the host is told.
    #[default]
    Wait,
    /// It ends as `Blocked`, and the host is told.
    Block,
}

/// What happens to a contact whose agent's session is lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnAgentLost {
    /// It stays with the agent for `agent_lost_grace`; if the agent is not back by then, it goes back to its queue.
    #[default]
    Keep,
    /// It goes back to its queue at once, with its origin.
    Requeue,
}

/// What is recorded of the choices of a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordDetail {
    /// The choice and what it was made by.
    #[default]
    Short,
    /// Also how many could have been chosen, and how many were rejected for what, as an event before each offer. It costs a look
    /// at every agent, or at every contact inside.
    Full,
}

impl AgentRule {
    /// Whether the rule asks what an agent did before.
    pub(crate) fn asks_history(self) -> bool {
        matches!(self, Self::LeastOccupied | Self::FewestContacts | Self::Fastest)
    }
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
            admission: AdmissionConfig::default(),
            callback: CallbackConfig::default(),
            merge_group: None,
            overflow: Vec::new(),
            on_agent_lost: OnAgentLost::default(),
            agent_lost_grace: sixty_seconds(),
            order: QueueOrder::default(),
            rank: first_rank(),
            credit: Span::ZERO,
            weight: one_whole(),
            ratio: Decimal::ZERO,
            handle_time: three_minutes(),
            seed: 0,
            opening: None,
            answer_clock: None,
            expected_handle: None,
            quota_window: one_day(),
            scorer: None,
            unpark_hold: ten_minutes(),
            transfers: TransferConfig::default(),
            overridable: BTreeSet::new(),
            at_risk: None,
            targets: Vec::new(),
            plan: Vec::new(),
            affinity: None,
            record: RecordDetail::default(),
            canary: None,
            retired_to: None,
        }
    }
}

fn one_day() -> Span {
    Span::from_secs(86_400)
}

fn first_rank() -> u16 {
    1
}

fn one_whole() -> Decimal {
    Decimal::ONE
}

fn three_minutes() -> Span {
    Span::from_secs(180)
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

fn sixty_seconds() -> Span {
    Span::from_secs(60)
}

fn twenty_seconds() -> Span {
    Span::from_secs(20)
}
