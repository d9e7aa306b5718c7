//! A scenario: a configuration of the engine, and the world around it.
//!
//! The world says when contacts come, how long they take, how patient they are, who is on shift and how agents answer.
//! It never says who serves whom: that is the engine's work.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use sunline_core::config::Compiled;
use sunline_core::hours::{HoursTable, Interval};
use sunline_core::limits::{MAX_CURVES, MAX_POINTS};
use sunline_core::time::{Span, Timestamp};
use sunline_core::{Config, ConfigError, Curve};

use crate::arrivals::Arrivals;
use crate::cycle::Cycle;
use crate::distribution::Distribution;
use crate::learning::Learning;
use crate::parameter::ParameterError;
use crate::transfer::Transfer;

mod beyond;

/// A world to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The engine's configuration; its agents are the ones simulated.
    pub config: Config,
    /// When the run begins.
    pub start: Timestamp,
    /// When arrivals end. Contacts inside are then served to the end, unless `stop_at_end`.
    pub end: Timestamp,
    /// Figures begin this long after the start. Default: at once.
    #[serde(default)]
    pub warm_up: Span,
    /// Whether the run stops at `end`, in the middle of everything. Default false. For steady-state figures, true.
    #[serde(default)]
    pub stop_at_end: bool,
    /// Streams of contacts by chance or from instants.
    #[serde(default)]
    pub streams: Vec<ContactStream>,
    /// Single contacts with all they bring, in order of arrival: a recorded day.
    #[serde(default)]
    pub contacts: Vec<PlannedContact>,
    /// When each agent is on shift, by name; agents without an entry are there all the time.
    #[serde(default)]
    pub shifts: BTreeMap<SmolStr, HoursTable>,
    /// Handle time of each agent relative to others, by name; 1 where there is no entry, 2 is twice as long.
    #[serde(default)]
    pub pace: BTreeMap<SmolStr, f64>,
    /// How agents answer where the queue asks them.
    #[serde(default)]
    pub answers: Answers,
    /// Contacts that are handed on to other queues.
    #[serde(default)]
    pub transfers: Vec<Transfer>,
    /// Agents who learn.
    #[serde(default)]
    pub learning: Vec<Learning>,
    /// How much more patient the customers of streams are by the hour in which they arrive, by queue: a factor on their
    /// patience. Contacts that are planned bring their own as it is.
    #[serde(default)]
    pub patience_cycles: BTreeMap<SmolStr, Cycle>,
}

/// A stream of contacts of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactStream {
    /// Name of the queue.
    pub queue: SmolStr,
    /// When they arrive.
    pub arrivals: Arrivals,
    /// Length of the conversation.
    pub handling: Distribution,
    /// How long the customer is willing to wait; `None`: for ever.
    #[serde(default)]
    pub patience: Option<Distribution>,
    /// Priority points of each.
    #[serde(default)]
    pub points: i64,
}

/// One contact of a recorded day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedContact {
    /// When it arrives.
    pub at: Timestamp,
    /// Name of the queue.
    pub queue: SmolStr,
    /// Length of the conversation, once there is one.
    pub handling: Span,
    /// How long the customer is willing to wait; `None`: for ever.
    #[serde(default)]
    pub patience: Option<Span>,
    /// Priority points.
    #[serde(default)]
    pub points: i64,
}

/// How agents answer offers, where the engine does not answer for them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answers {
    /// Time from offer to accept. Default: at once.
    pub after: Distribution,
    /// Share of offers that get no answer, in `[0, 1]`. Default 0.
    pub ignored: f64,
    /// Share of offers declined, in `[0, 1]`. Default 0.
    pub declined: f64,
}

impl Default for Answers {
    fn default() -> Self {
        Self { after: Distribution::deterministic(Span::ZERO), ignored: 0.0, declined: 0.0 }
    }
}

/// Why a scenario cannot run; it names the part and what is wrong with it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// The configuration is refused.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A stream or contact names a queue that the configuration does not have.
    #[error("{path}: no queue is called {name:?}")]
    UnknownQueue {
        /// Where the name stands.
        path: String,
        /// The name.
        name: SmolStr,
    },
    /// A shift or pace names an agent that the configuration does not have.
    #[error("{path}: no agent is called {name:?}")]
    UnknownAgent {
        /// Where the name stands.
        path: &'static str,
        /// The name.
        name: SmolStr,
    },
    /// A law or process has a parameter that cannot be meant.
    #[error("{path}: {error}")]
    Parameter {
        /// Where the law stands.
        path: String,
        /// What is wrong.
        error: ParameterError,
    },
    /// A number lies outside its range.
    #[error("{path} must be {expected}, not {found}")]
    OutOfRange {
        /// Which number.
        path: String,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// The end is not after the start and the warm-up.
    #[error("the scenario ends at {end}, not after its start at {start} and a warm-up of {warm_up}")]
    EmptyWindow {
        /// The start.
        start: Timestamp,
        /// The end.
        end: Timestamp,
        /// The warm-up.
        warm_up: Span,
    },
    /// Planned contacts are not in order.
    #[error("contacts[{index}] arrives before the one ahead of it")]
    OutOfOrder {
        /// Position in the list.
        index: usize,
    },
}

impl ScenarioError {
    /// Stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Config(error) => error.code(),
            Self::UnknownQueue { .. } => "unknown_queue",
            Self::UnknownAgent { .. } => "unknown_agent",
            Self::Parameter { .. } => "invalid_parameter",
            Self::OutOfRange { .. } => "out_of_range",
            Self::EmptyWindow { .. } => "empty_window",
            Self::OutOfOrder { .. } => "out_of_order",
        }
    }
}

impl Scenario {
    /// A scenario of a configuration and a window, with no contacts yet.
    pub fn new(config: Config, start: Timestamp, end: Timestamp) -> Self {
        Self {
            config,
            start,
            end,
            warm_up: Span::ZERO,
            stop_at_end: false,
            streams: Vec::new(),
            contacts: Vec::new(),
            shifts: BTreeMap::new(),
            pace: BTreeMap::new(),
            answers: Answers::default(),
            transfers: Vec::new(),
            learning: Vec::new(),
            patience_cycles: BTreeMap::new(),
        }
    }

    /// The window in which contacts arrive.
    pub fn window(&self) -> Interval {
        Interval { from: self.start, until: self.end }
    }

    /// Whether everything can be meant.
    ///
    /// # Errors
    /// [`ScenarioError`] names the first problem; of the configuration, every one.
    pub fn check(&self) -> Result<(), ScenarioError> {
        let config = Compiled::new(&self.config)?;
        if self.end <= self.start + self.warm_up || self.warm_up.is_negative() {
            return Err(ScenarioError::EmptyWindow {
                start: self.start,
                end: self.end,
                warm_up: self.warm_up,
            });
        }
        let queue = |path: String, name: &SmolStr| match config.queue_id(name) {
            Some(_) => Ok(()),
            None => Err(ScenarioError::UnknownQueue { path, name: name.clone() }),
        };
        for (i, stream) in self.streams.iter().enumerate() {
            let at = |part: &str| format!("streams[{i}].{part}");
            queue(at("queue"), &stream.queue)?;
            let wrong = |part: &str| {
                let path = at(part);
                move |error| ScenarioError::Parameter { path, error }
            };
            stream.arrivals.ready().map_err(wrong("arrivals"))?;
            stream.handling.sampler().map_err(wrong("handling"))?;
            if let Some(patience) = &stream.patience {
                patience.sampler().map_err(wrong("patience"))?;
            }
        }
        for (index, contact) in self.contacts.iter().enumerate() {
            queue(format!("contacts[{index}].queue"), &contact.queue)?;
            if index > 0 && contact.at < self.contacts[index - 1].at {
                return Err(ScenarioError::OutOfOrder { index });
            }
            for (part, length) in [("handling", Some(contact.handling)), ("patience", contact.patience)] {
                if let Some(length) = length.filter(|length| length.is_negative()) {
                    let path = format!("contacts[{index}].{part}");
                    return Err(out_of_range(path, "0 s or more", length));
                }
            }
        }
        self.check_points(&config)?;
        self.check_agents()?;
        self.check_beyond_streams(&config)
    }

    /// Points in range, and no more distinct curves than a domain takes at once.
    fn check_points(&self, config: &Compiled) -> Result<(), ScenarioError> {
        let streams = self.streams.iter().enumerate().map(|(i, s)| ("streams", i, &s.queue, s.points));
        let contacts = self.contacts.iter().enumerate().map(|(i, c)| ("contacts", i, &c.queue, c.points));
        let mut curves = BTreeSet::new();
        for (list, i, queue, points) in streams.chain(contacts) {
            let wrong = |expected| Err(out_of_range(format!("{list}[{i}].points"), expected, points));
            if points.unsigned_abs() > MAX_POINTS as u64 {
                return wrong("from -1000000000 to 1000000000");
            }
            let settings = config.queue_id(queue).and_then(|queue| config.queue_settings(queue));
            let curve =
                settings.map(|q| Curve::new(q.base_points, q.points_per_hour, q.points_cap).raised(points));
            if curves.insert(curve) && curves.len() > MAX_CURVES {
                return wrong("one of at most 256 distinct sums of points with a queue's");
            }
        }
        Ok(())
    }

    fn check_agents(&self) -> Result<(), ScenarioError> {
        let known = |name: &SmolStr| self.config.agents.iter().any(|agent| agent.name == *name);
        if let Some(name) = self.shifts.keys().find(|name| !known(name)) {
            return Err(ScenarioError::UnknownAgent { path: "shifts", name: name.clone() });
        }
        for (name, pace) in &self.pace {
            if !known(name) {
                return Err(ScenarioError::UnknownAgent { path: "pace", name: name.clone() });
            }
            if !(*pace > 0.0 && *pace <= 1000.0) {
                return Err(out_of_range(format!("pace.{name}"), "more than 0 and at most 1000", pace));
            }
        }
        let Answers { after, ignored, declined } = &self.answers;
        after.sampler().map_err(|error| ScenarioError::Parameter { path: "answers.after".into(), error })?;
        for (path, share) in [("answers.ignored", ignored), ("answers.declined", declined)] {
            if !(0.0..=1.0).contains(share) {
                return Err(out_of_range(path.into(), "from 0 to 1", share));
            }
        }
        if ignored + declined > 1.0 {
            return Err(out_of_range(
                "answers.ignored + answers.declined".into(),
                "at most 1",
                ignored + declined,
            ));
        }
        Ok(())
    }
}

pub(crate) fn out_of_range(
    path: String,
    expected: &'static str,
    found: impl std::fmt::Display,
) -> ScenarioError {
    ScenarioError::OutOfRange { path, expected, found: format!("{found}") }
}
