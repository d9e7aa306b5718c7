//! Look-ahead: a copy of the live state, run forward many times.
//!
//! A [`LookAhead`] is a state and what is assumed of the hours to come. Ask it how long a contact will wait, how the queues
//! will do, and what if something were different; every answer carries how sure it is. The live domain is copied once and
//! never touched, and the code that decides in the copies is the code that decides live.
//!
//! ```text
//! live Domain ─copy─▶ LookAhead ──────────▶ queues(&plan), wait(subject, mode, &plan)
//!                        └─what_if(changes)─▶ another LookAhead: the same luck, other circumstances
//! ```
//!
//! What has begun goes on: conversations for what is left of them, patience for what is left of it, both conditional on
//! the time that has passed; offers, wrap-ups and pauses end at their own instants. Replication n of a what-if has the
//! luck of replication n of its origin: the same contacts with the same patience and the same questions, as far as both
//! have them. So differences ([`QueueOutlook::minus`]) are far surer than the figures themselves.
//!
//! ```
//! use sunline_core::forecast::WaitMode;
//! use sunline_core::time::{Span, Timestamp};
//! use sunline_core::{Command, Config, ContactId, Domain, NewContact, Presence};
//! use sunline_sim::lookahead::{Assumptions, LookAhead, Plan, Subject};
//! use sunline_sim::{Arrivals, ContactStream, Distribution};
//!
//! let config = Config::from_toml(r#"
//!     name = "shop"
//!     channels = [{ name = "voice" }]
//!     queues = [{ name = "all", offer = { answer = "auto" } }]
//!     agents = [{ name = "ann" }]
//! "#)?;
//! let mut live = Domain::new(Timestamp::EPOCH, config)?;
//! let (ann, all) = (live.agent_id("ann").unwrap(), live.queue_id("all").unwrap());
//! live.handle(Timestamp::EPOCH, Command::SetPresence(ann, Presence::Available))?;
//! for id in [1, 2] {
//!     live.handle(Timestamp::EPOCH, Command::Arrive(NewContact::new(ContactId::from(id), all)))?;
//! }
//!
//! // Ann has talked for a minute. Contact 2 waits for the rest of a conversation of five minutes.
//! let assumed = Assumptions::of_streams(vec![ContactStream {
//!     queue: "all".into(),
//!     arrivals: Arrivals::Poisson { rate_per_hour: 6.0 },
//!     handling: Distribution::deterministic(Span::from_secs(300)),
//!     patience: None,
//!     points: 0,
//! }]);
//! let ahead = LookAhead::new(&live, Timestamp::from_secs(60), assumed)?;
//! let wait = ahead.wait(&Subject::Contact(ContactId::from(2)), WaitMode::IfYouStay, &Plan::default())?;
//! assert_eq!(wait.quantile(0.5).unwrap().value, Some(Span::from_secs(240)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod change;
mod copy;
mod error;
mod observed;
mod plan;
mod queues;
mod wait;

use sunline_core::forecast::WaitMode;
use sunline_core::time::Timestamp;
use sunline_core::{ContactDetails, ContactId, Domain, Snapshot};

use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;

use sunline_core::hours::HoursTable;

use crate::random::Chance;
use crate::scenario::{Answers, ContactStream, Scenario};
use crate::world::{Start, World};

pub use change::{Change, Who};
pub use error::LookAheadError;
pub use observed::Observed;
pub use plan::Plan;
pub use queues::{Difference, Figure, QueueFigures, QueueOutlook};
pub use wait::{Quantile, Share, WaitOutlook};

/// What is assumed of the hours to come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assumptions {
    /// Contacts that come, and the laws that they and those inside follow. A contact inside follows the first stream of its
    /// queue with its points, else the first of its queue; so a queue in which somebody is needs a stream, if one with rate 0.
    pub streams: Vec<ContactStream>,
    /// When each agent is on shift, by name. Who has none stays what it is; who should be on shift now and is not, or is on
    /// a break, stays so until the next shift begins.
    pub shifts: BTreeMap<SmolStr, HoursTable>,
    /// Handle time of each agent relative to others, by name; 1 where there is no entry.
    pub pace: BTreeMap<SmolStr, f64>,
    /// How agents answer where the queue asks them.
    pub answers: Answers,
}

/// Whose wait is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// A contact that waits.
    Contact(ContactId),
    /// One that would arrive now.
    Newcomer {
        /// In which queue.
        queue: SmolStr,
        /// With what priority points.
        points: i64,
        /// With what else.
        details: Option<Arc<ContactDetails>>,
    },
}

/// A copied state, and what is assumed of the hours to come.
#[derive(Clone, Debug)]
pub struct LookAhead {
    start: Start,
    assumptions: Assumptions,
}

impl Assumptions {
    /// These streams, and nothing else in particular.
    pub fn of_streams(streams: Vec<ContactStream>) -> Self {
        Self { streams, ..Self::default() }
    }
}

impl Subject {
    /// A contact with nothing special about it that would arrive now.
    pub fn newcomer(queue: &str) -> Self {
        Self::Newcomer { queue: queue.into(), points: 0, details: None }
    }
}

impl LookAhead {
    /// Copies a domain's state as of `now`; what falls due until then happens in the copy.
    ///
    /// # Errors
    /// [`LookAheadError::NoLaw`] when somebody is inside a queue that no stream describes; [`LookAheadError::Scenario`]
    /// names an assumption that cannot be meant.
    pub fn new(domain: &Domain, now: Timestamp, assumptions: Assumptions) -> Result<Self, LookAheadError> {
        Self::of_branch(domain.branch(), now, assumptions)
    }

    /// The same from a copy that was made by [`Domain::branch`], where the domain is not at hand.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of_branch(
        mut domain: Domain,
        now: Timestamp,
        assumptions: Assumptions,
    ) -> Result<Self, LookAheadError> {
        domain.remember_no_ids();
        domain.handle_deadlines(now);
        while domain.poll_event().is_some() {}
        let start = copy::start(domain, &assumptions)?;
        let ahead = Self { start, assumptions };
        ahead.scenario(&Plan::default()).check()?;
        Ok(ahead)
    }

    /// The same from a snapshot.
    ///
    /// # Errors
    /// As [`Self::new`]; [`LookAheadError::Snapshot`] when this release refuses the snapshot's configuration.
    pub fn of_snapshot(
        snapshot: Snapshot,
        now: Timestamp,
        assumptions: Assumptions,
    ) -> Result<Self, LookAheadError> {
        Self::of_branch(Domain::restore(snapshot)?, now, assumptions)
    }

    /// The instant from which it looks.
    pub fn now(&self) -> Timestamp {
        self.start.domain.now()
    }

    /// The copied state.
    pub fn domain(&self) -> &Domain {
        &self.start.domain
    }

    /// What is assumed.
    pub fn assumptions(&self) -> &Assumptions {
        &self.assumptions
    }

    /// How the queues will do within the plan's horizon.
    ///
    /// # Errors
    /// [`LookAheadError::OutOfRange`] names what of the plan cannot be meant.
    pub fn queues(&self, plan: &Plan) -> Result<QueueOutlook, LookAheadError> {
        self.queues_while(plan, || true)
    }

    /// The same, as long as `go_on` says so; it is asked before each replication.
    ///
    /// # Errors
    /// As [`Self::queues`].
    pub fn queues_while(
        &self,
        plan: &Plan,
        go_on: impl Fn() -> bool + Sync,
    ) -> Result<QueueOutlook, LookAheadError> {
        let scenario = self.scenario(plan);
        let replications = plan.replicate(go_on, |chance| {
            let mut world = World::resume(&self.start, &scenario, chance, None)?;
            world.run(&mut ());
            Ok(queues::figures(&world))
        })?;
        Ok(QueueOutlook::new(self.start.domain.config(), replications))
    }

    /// How long somebody will wait from now on.
    ///
    /// `IfYouStay`: the wait of one who never gives up, as everybody else may. `GivenServed`: the subject may give up like
    /// everybody, and the wait is that of the replications in which it was served.
    ///
    /// # Errors
    /// [`LookAheadError::NotWaiting`], [`LookAheadError::UnknownContact`], [`LookAheadError::UnknownQueue`];
    /// [`LookAheadError::Arrival`] when the domain would refuse the newcomer; as [`Self::queues`].
    pub fn wait(
        &self,
        subject: &Subject,
        mode: WaitMode,
        plan: &Plan,
    ) -> Result<WaitOutlook, LookAheadError> {
        self.wait_while(subject, mode, plan, || true)
    }

    /// The same, as long as `go_on` says so; it is asked before each replication.
    ///
    /// # Errors
    /// As [`Self::wait`].
    pub fn wait_while(
        &self,
        subject: &Subject,
        mode: WaitMode,
        plan: &Plan,
        go_on: impl Fn() -> bool + Sync,
    ) -> Result<WaitOutlook, LookAheadError> {
        let question = wait::Question::new(self, subject, mode)?;
        let scenario = self.scenario(plan);
        let fates = plan.replicate(go_on, |chance| question.answer(self, &scenario, chance))?;
        Ok(question.outlook(&fates, plan))
    }

    /// The same state under other circumstances, with the same luck.
    ///
    /// # Errors
    /// [`LookAheadError`] names what of a change cannot be meant.
    pub fn what_if(&self, changes: &[Change]) -> Result<Self, LookAheadError> {
        let mut other = self.clone();
        for change in changes {
            change.apply(&mut other.start, &mut other.assumptions)?;
        }
        other.scenario(&Plan::default()).check()?;
        Ok(other)
    }

    /// The world of the plan's horizon.
    fn scenario(&self, plan: &Plan) -> Scenario {
        let now = self.now();
        let Assumptions { streams, shifts, pace, answers } = self.assumptions.clone();
        let agents = self.start.domain.agents().map(|agent| agent.spec.clone()).collect();
        let config = sunline_core::Config { agents, ..self.start.domain.document().clone() };
        Scenario {
            streams,
            shifts,
            pace,
            answers,
            stop_at_end: true,
            ..Scenario::new(config, now, now + plan.horizon)
        }
    }

    /// The world of one replication; the contact with the number `stays` never gives up.
    fn world<'a>(
        &'a self,
        scenario: &'a Scenario,
        chance: Chance,
        stays: Option<u64>,
    ) -> Result<World<'a>, LookAheadError> {
        Ok(World::resume(&self.start, scenario, chance, stays)?)
    }
}
