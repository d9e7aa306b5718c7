//! The configuration: the document, its reading, its checking.

mod compile;
mod decimal;
mod document;
pub mod duration;
mod problem;
mod read;

pub use compile::Compiled;
pub(crate) use compile::{Partner, ResolvedAgent, Sight, Surge};
pub use decimal::{Decimal, DecimalError};
pub use document::{
    AdmissionConfig, AgentRule, AgentSpec, AnswerMode, CalendarConfig, CallbackConfig, CallingHoursConfig,
    ChannelConfig, ClosedAction, Config, ContactRule, HandleTime, IdleClock, MemoryConfig, OffShift,
    OfferConfig, OnAgentLost, OnUnservable, OpeningConfig, OverflowConfig, PartnerConfig, PastDue,
    PoolConfig, PoolQueueConfig, PreferenceConfig, QueueConfig, QueueOrder, ShiftConfig, SignIn, Signal,
    SkillConfig, SkillGrant, Staffing, SurgeBounds, SurgeConfig, TriggerConfig, TurnAway, WindowConfig,
};
pub use problem::{ConfigError, Problem};
