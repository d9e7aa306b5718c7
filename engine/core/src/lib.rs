//! The kernel of Sunline: who serves whom, when and why, decided without a clock.
//!
//! Tell a [`Domain`] what happened and what time it is; it answers with [`Event`]s. The same configuration and the
//! same commands at the same instants give the same events, byte for byte, on every machine.
//!
//! | to know | read |
//! |---|---|
//! | what may be said | [`Command`] |
//! | what is told | [`Event`], [`EventKind`] |
//! | what may be configured | [`Config`] |
//! | what is refused, and why | [`CommandError`], [`ConfigError`] |
//! | why this pair | [`Decision`] |
//! | who may say what | [`Right`], [`Domain::permits`] |

mod agent;
mod channel_set;
mod command;
pub mod config;
mod contact;
mod deadlines;
mod digest;
mod domain;
mod error;
mod event;
mod explain;
pub mod forecast;
pub mod hours;
mod ids;
mod invariants;
pub mod limits;
mod lookup;
mod mailbox;
mod matching;
pub mod measures;
mod offer;
mod prediction;
mod privacy;
mod queue;
mod record;
mod rights;
mod schema;
pub mod skill;
mod slab;
mod snapshot;
pub mod time;

pub use agent::{AgentState, ExternalWork, Presence, Reach, Refusals, Stage, Work, WorkKind};
pub use command::{
    AgentReport, Command, CommandKey, ContactDetails, ContactUpdate, DeliveryFailure, NewContact, Receipt,
};
pub use config::{AgentSpec, Config, ConfigError};
pub use contact::{ContactOutcome, ContactState, Payload, ScoresMiss, TransferTarget, Value};
pub use deadlines::BrokenDeadline;
pub use domain::{
    AgentView, BranchError, CallbackSlot, ContactView, Difference, Domain, FoldError, Instead, Matcher,
    OfferView, QueueView, Shadow, ShadowCounts, ShadowReport,
};
pub use error::CommandError;
pub use event::{AssignedBy, Connection, Event, EventKind, HoldReason};
pub use explain::{
    ExplainError, Explanation, Nearby, Order, Reason, Runner, Sought, WhatWouldMake, WhyWaiting,
};
pub use ids::{AgentId, CalendarId, ChannelId, ContactId, IdError, OfferId, PoolId, QueueId, Seq, SkillId};
pub use mailbox::Told;
#[cfg(feature = "bench")]
#[doc(hidden)]
pub use matching::bench;
pub use matching::{
    AgentOrder, AgentSight, ContactIndex, Curve, Fit, Head, JointRule, Pair, Scene, SceneAgent, SceneContact,
    Ties,
};
pub use offer::OfferOutcome;
pub use prediction::{Closing, IntervalForecast, NoForecast, PredictedWait};
pub use privacy::PRIVATE;
pub use queue::{Bound, MoveCause};
pub use record::{ChosenBy, Decision, TieBreak};
pub use rights::{Beyond, Forbidden, Named, Right, RightKind};
pub use skill::Proficiency;
pub use snapshot::{Snapshot, StateHash};
pub use time::{Span, Timestamp};
