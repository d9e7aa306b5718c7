//! Overflow, partners and surges: what is done when a queue alone does not cope.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{AdmissionConfig, TriggerConfig, optional_duration};
use crate::config::schema::DurationText;
use crate::time::{Span, Timestamp};

/// While its trigger is entered, contacts that come to the queue and find nobody move on, with their origin. Those who wait
/// already keep their place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverflowConfig {
    /// When it is entered and left, by the queue's own figure.
    pub when: TriggerConfig,
    /// The queue they move to. Where that is a partner's, all of the partner's terms apply.
    pub to: SmolStr,
}

/// A partner that serves contacts for the centre, and its terms. Contacts reach it by overflow to its queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartnerConfig {
    /// Its name, as its agents say it.
    pub name: SmolStr,
    /// The queue its agents serve.
    pub queue: SmolStr,
    /// Data classes it may see. A contact with another never goes there, and no agent of the partner is cleared for more,
    /// whatever its registration says. Default: none.
    #[serde(default)]
    pub data_classes: BTreeSet<SmolStr>,
    /// Queues whose contacts it may be given; empty means any.
    #[serde(default)]
    pub topics: BTreeSet<SmolStr>,
    /// First instant of its contract. Default: since ever.
    #[serde(default)]
    pub from: Option<Timestamp>,
    /// First instant after it. Default: for ever.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// Contacts in its queue and in its hands at most. Default: no cap.
    #[serde(default)]
    pub concurrency: Option<u32>,
    /// Percent of a queue's arrivals that may be given to it, 1 to 100. Default 100.
    #[serde(default = "hundred")]
    pub share: u8,
    /// Whether it is given contacts only while a surge opens it. Default false.
    #[serde(default)]
    pub only_in_surge: bool,
    /// What it owes: answered within this. Default: nothing is agreed. Only reports use it.
    #[serde(default, with = "optional_duration")]
    #[schemars(with = "Option<DurationText>")]
    pub answer_within: Option<Span>,
}

/// A surge: named, planned or triggered. While it is on, its settings stand in for those of its queues; when it is over, they
/// are exactly as before, because nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SurgeConfig {
    /// Its name.
    pub name: SmolStr,
    /// The queues whose figures count.
    pub queues: BTreeSet<SmolStr>,
    /// When it begins and ends by those figures together. Default: it is only planned.
    #[serde(default)]
    pub when: Option<TriggerConfig>,
    /// When it is on by plan.
    #[serde(default)]
    pub planned: Vec<WindowConfig>,
    /// Bounds that stand in for a queue's own while it is on.
    #[serde(default)]
    pub bounds: Vec<SurgeBounds>,
    /// Queues whose contacts, where they find nobody, are handed off (to a bot, a page, a recording).
    #[serde(default)]
    pub deflect: BTreeSet<SmolStr>,
    /// Queues whose contacts are shed, in this order, the newest first, while more than `shed_above` wait in its queues.
    #[serde(default)]
    pub shed: Vec<SmolStr>,
    /// How many may wait before any is shed. Default 0.
    #[serde(default)]
    pub shed_above: u32,
    /// Partners that it opens.
    #[serde(default)]
    pub open_partners: BTreeSet<SmolStr>,
    /// Reserves that stand in for a pool's own while it is on.
    #[serde(default)]
    pub reserves: Vec<SurgeReserve>,
}

/// A reserve that stands in for a pool's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SurgeReserve {
    /// The pool.
    pub pool: SmolStr,
    /// The queue whose contacts are let in only while more than `reserve` agents of the pool are idle.
    pub queue: SmolStr,
    /// How many are kept for other queues meanwhile, 0 to 10,000. 0 lifts the pool's own reserve.
    pub reserve: u16,
}

/// Bounds that stand in for a queue's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SurgeBounds {
    /// The queue.
    pub queue: SmolStr,
    /// Its bounds meanwhile, all of them.
    pub admission: AdmissionConfig,
}

/// A stretch of time, its end not inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WindowConfig {
    /// First instant inside.
    pub from: Timestamp,
    /// First instant after.
    pub until: Timestamp,
}

fn hundred() -> u8 {
    100
}
