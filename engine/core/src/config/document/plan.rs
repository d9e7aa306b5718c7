//! Plans: what opens while a contact waits, and when.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::config::duration;
use crate::skill::Proficiency;
use crate::time::Span;

/// One step of a queue's plan: opens once a contact has been in the plan for `after`, and stays open.
///
/// A step may relax what is mandatory, add targets, or move the contact to others. It never relaxes what is absolute.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepConfig {
    /// How long after the contact's entry into the plan. Later than the step before it; 0 s opens on entry.
    #[serde(with = "duration")]
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
    /// Targets beside those open so far.
    #[serde(default)]
    pub add: Vec<Target>,
    /// Targets in place of those open so far: pools, partners and everyone, or one queue, which becomes the contact's
    /// home and whose plan it enters.
    #[serde(default, rename = "move")]
    pub move_to: Vec<Target>,
}

/// Where contacts may be served.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// By every agent who meets the needs.
    Everyone,
    /// By the agents of a pool.
    Pool(SmolStr),
    /// By the agents of a partner.
    Partner(SmolStr),
    /// In another queue, by its own needs, order and rules.
    Queue(SmolStr),
}
