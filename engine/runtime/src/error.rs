//! What the live engine may answer besides yes.
//!
//! A refused command is the caller's business and says so; a full ring asks to come back; a store that does not write
//! answers [`EngineError::Unavailable`] and nothing has left the engine.

use core::time::Duration;

use smol_str::SmolStr;
use sunline_core::{AgentId, CommandError, ConfigError, FoldError, Forbidden, IdError, Seq};

/// The ring of arrivals is full. Nothing of the contact has entered the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the engine is busy with {waiting} arrivals; try again in {retry_after:?}")]
pub struct Busy {
    /// Arrivals in the ring.
    pub waiting: usize,
    /// When there should be room, by the pace of the last moments; from 1 ms to 1 s.
    pub retry_after: Duration,
}

/// A reader of events fell behind the buffer of recent ones. Its next read goes on at `next`, from the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the reader stands at event {next}, the buffer begins at {oldest}; the next read re-reads from the journal"
)]
pub struct SinkLagged {
    /// The event the reader has not read yet.
    pub next: Seq,
    /// The oldest event in the buffer.
    pub oldest: Seq,
}

/// Why a call to the engine did not do what was asked.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The kernel refused the command; nothing changed.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The configuration has mistakes.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The text is no contact id.
    #[error(transparent)]
    Id(#[from] IdError),
    /// The ring of arrivals is full.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The reader fell behind.
    #[error(transparent)]
    SinkLagged(#[from] SinkLagged),
    /// The journal cannot be opened, or what it holds makes no state.
    #[error("the journal cannot be used: {reason}")]
    Journal {
        /// The journal's own word for it.
        code: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// The journal was begun with another configuration.
    #[error("the journal was begun with another configuration, called {found:?}")]
    OtherConfig {
        /// Name of the configuration in the journal.
        found: SmolStr,
    },
    /// No agent is called this.
    #[error("no agent is called {name:?}")]
    UnknownAgentName {
        /// The name given.
        name: SmolStr,
    },
    /// No queue is called this.
    #[error("no queue is called {name:?}")]
    UnknownQueueName {
        /// The name given.
        name: SmolStr,
    },
    /// No channel is called this.
    #[error("no channel is called {name:?}")]
    UnknownChannelName {
        /// The name given.
        name: SmolStr,
    },
    /// The kernel panicked over the command. It was not applied; everything before it was kept.
    #[error("{command} was refused: the kernel panicked over it ({message})")]
    KernelPanicked {
        /// The command's name.
        command: &'static str,
        /// What the panic said.
        message: String,
    },
    /// The engine could not do it now: its record cannot be written, or a part of it is being restarted. Where a command
    /// was under way it may or may not have been applied; repeat it under its key.
    #[error("the engine is unavailable: {reason}")]
    Unavailable {
        /// What stands in the way.
        reason: String,
    },
    /// The event is too old: the engine keeps no journal, and its buffer of recent events begins later.
    #[error("event {wanted} is kept no more; the oldest is {oldest}")]
    EventsGone {
        /// The event asked for.
        wanted: Seq,
        /// The oldest there is.
        oldest: Seq,
    },
    /// The engine is shut down.
    #[error("the engine is closed")]
    Closed,
    /// The session is over.
    #[error("the session of {agent} is over")]
    SessionOver {
        /// Whose it was.
        agent: AgentId,
    },
    /// Only an engine with a manual clock can be told the time.
    #[error("the engine's clock is not manual")]
    ClockNotManual,
    /// A scaled clock needs a finite factor above zero.
    #[error("a clock cannot run at {factor} times the usual pace")]
    ClockFactor {
        /// The factor given.
        factor: f64,
    },
    /// The engine was started outside a tokio runtime.
    #[error("the engine needs a tokio runtime with time enabled; without one, start the blocking engine")]
    NoRuntime,
    /// The closure that was to look at the state panicked.
    #[error("the inspection panicked: {message}")]
    InspectionPanicked {
        /// What the panic said.
        message: String,
    },
    /// The call took longer than its caller would wait. What it asked for may still happen.
    #[error("no answer within {waited:?}")]
    TimedOut {
        /// How long it waited.
        waited: Duration,
    },
    /// The handle has no right to it; nothing changed, and the audit tells of it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The event cannot be explained.
    #[error(transparent)]
    Explain(#[from] sunline_core::ExplainError),
}

impl EngineError {
    /// Stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Command(error) => error.code(),
            Self::Config(error) => error.code(),
            Self::Id(_) => "invalid_id",
            Self::Busy(_) => "busy",
            Self::SinkLagged(_) => "sink_lagged",
            Self::Journal { code, .. } => code,
            Self::OtherConfig { .. } => "other_config",
            Self::UnknownAgentName { .. } => "unknown_agent",
            Self::UnknownQueueName { .. } => "unknown_queue",
            Self::UnknownChannelName { .. } => "unknown_channel",
            Self::KernelPanicked { .. } => "kernel_panicked",
            Self::Unavailable { .. } => "unavailable",
            Self::EventsGone { .. } => "events_gone",
            Self::Closed => "closed",
            Self::SessionOver { .. } => "session_over",
            Self::ClockNotManual => "clock_not_manual",
            Self::ClockFactor { .. } => "clock_factor",
            Self::NoRuntime => "no_runtime",
            Self::InspectionPanicked { .. } => "inspection_panicked",
            Self::TimedOut { .. } => "timed_out",
            Self::Forbidden(_) => "forbidden",
            Self::Explain(error) => error.code(),
        }
    }

    pub(crate) fn unavailable(reason: impl core::fmt::Display) -> Self {
        Self::Unavailable { reason: reason.to_string() }
    }
}

impl From<FoldError> for EngineError {
    fn from(error: FoldError) -> Self {
        Self::Journal { code: "fold", reason: error.to_string() }
    }
}
