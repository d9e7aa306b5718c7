//! The live engine: ractor actors around the kernel, with rings, sessions and sinks.
//!
//! The kernel decides; this crate brings it what happened, in order and with the time, and lets nothing out before its
//! record is durable. Tell an [`Engine`] from any thread, await it on tokio, or take [`blocking::Engine`] where there is
//! no runtime.
//!
//! | to know | read |
//! |---|---|
//! | how to start one | [`Engine::in_memory`], [`Engine::durable`], [`EngineBuilder`] |
//! | how agents connect | [`AgentSession`], [`AgentNotice`] |
//! | how events are read | [`EventStream`], [`EventSink`] |
//! | what dashboards read | [`Views`], [`Latencies`] |
//! | how events are posted to endpoints | `webhooks`, with the feature of that name |
//! | what may be said by whom | [`IngressHandle`], [`AgentHandle`], [`SupervisorHandle`], [`ObserverHandle`], [`Audit`] |
//! | what may be how large | [`limits`], [`Engine::limits`] |
//! | what is wrong | [`Finding`], [`describe_metrics`] |
//! | how calendars are kept | [`KeptCalendars`] |
//! | what is refused, and why | [`EngineError`] |

mod actors;
pub mod blocking;
mod builder;
mod calendars;
mod clock;
mod crash_points;
mod doorbell;
mod engine;
mod entry;
mod error;
#[cfg(test)]
mod faults;
mod host;
mod ledger;
mod limits;
mod log;
mod pending;
mod port;
mod registry;
mod release;
mod rights;
mod rings;
mod session;
mod shadow;
mod shared;
mod sink;
mod step;
mod stream;
mod telemetry;
mod views;
mod wait;
#[cfg(feature = "webhooks")]
pub mod webhooks;

/// What the simulator of faults drives without the actors around it. No part of the API: it changes without notice.
#[doc(hidden)]
pub mod parts {
    #[cfg(feature = "failpoints")]
    pub use crate::crash_points::{CRASH_POINTS, at_crash_points};
    pub use crate::host::{Break, Host, Kernel};
    pub use crate::ledger::{Journaled, Ledger, LedgerError, Recovered};
    pub use crate::log::{EventLog, Found, Frame};
}

pub use builder::{Durability, EngineBuilder};
pub use calendars::{KeepError, KeptCalendars};
pub use clock::Clock;
pub use engine::{Engine, EngineStats};
pub use entry::Stamp;
pub use error::{Busy, EngineError, SinkLagged};
pub use limits::{EngineLimits, Limits, limits};
pub use pending::Pending;
pub use registry::{AgentRef, QueueRef};
pub use rights::{
    AgentHandle, AgentStanding, Answer, Audit, AuditRecord, IngressHandle, ObserverHandle, SupervisorHandle,
};
pub use session::{AgentNotice, AgentSession, SessionEnd, SessionOptions, SessionVoice};
pub use shadow::ShadowHandle;
pub use sink::{Delivery, EventSink, SinkError, SinkHandle};
pub use stream::EventStream;
pub use telemetry::{Finding, FindingKind, Latencies, Latency, WatchdogOptions, describe_metrics};
pub use views::{AgentCounts, NewcomerWait, PoolReading, QueueReading, Views};
