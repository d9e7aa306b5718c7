//! Plans: what opens while a contact waits, and when.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::config::duration;
use crate::config::schema::DurationText;
use crate::skill::Proficiency;
use crate::time::Span;

/// One step of a queue's plan: opens once a contact has been in the plan for `after`, and stays open.
///
/// A step may relax what is mandatory, add targets, move the contact to others, or make it a callback. It never relaxes
/// what is absolute.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepConfig {
    /// How long after the contact's entry into the plan, more than 0 and later than the step before it.
    #[serde(with = "duration")]
    #[schemars(with = "DurationText")]
    pub after: Span,
    /// Terms that are asked no more, each a single term of a requirement: a skill at whatever level, `group = …`,
    /// `site = …`, `pool = …`, `partner = …`, or an attribute compared in just this way.
    #[serde(default)]
    pub drop: Vec<SmolStr>,
    /// Whether nothing mandatory is asked any more. Default false.
    #[serde(default)]
    pub drop_all: bool,
    /// Skills of which no more than this level is asked from now on.
    #[serde(default)]
    pub lower: BTreeMap<SmolStr, Proficiency>,
    /// Pools, sites, partners, queues or everyone, beside those open so far.
    #[serde(default)]
    pub add: Vec<Target>,
    /// Pools, sites, partners, queues or everyone, in place of those open so far.
    #[serde(default, rename = "move")]
    pub move_to: Vec<Target>,
    /// The queue that becomes the contact's home, and whose plan it enters. No step follows this one.
    #[serde(default)]
    pub move_to_queue: Option<SmolStr>,
    /// Whether its customer is called back, when the queue's hours next begin; at its turn where they have begun. Default
    /// false.
    #[serde(default)]
    pub callback: bool,
}

/// By whom contacts may be served.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Every agent who meets the needs.
    Everyone,
    /// The agents of a pool.
    Pool(SmolStr),
    /// The agents of a site.
    Site(SmolStr),
    /// The agents of a partner.
    Partner(SmolStr),
    /// Whoever may serve plain contacts of that queue, whatever else this queue asks for. What the contact asks for itself they
    /// meet too. The contact keeps its place and its points.
    Queue(SmolStr),
}
