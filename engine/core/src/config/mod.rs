//! The configuration: the document, its reading, its checking.

mod age_bound;
mod canary;
mod compile;
mod decimal;
mod diff;
mod document;
pub mod duration;
mod lint;
mod problem;
mod read;
mod reload;
mod schema;

pub use age_bound::{AgeBound, age_bounds};
pub use canary::{Canary, CanaryError};
pub use compile::Compiled;
pub(crate) use compile::{Partner, Queue, ResolvedAgent, Rooms, Sight, Step, Surge};
pub use decimal::{Decimal, DecimalError};
pub use diff::{Change, diff};
pub use document::{
    AdmissionConfig, AffinityConfig, AgentRule, AgentSpec, AnswerMode, AssignmentConfig, AtRiskConfig,
    CalendarConfig, CallbackConfig, CallingHoursConfig, CanaryConfig, ChannelConfig, ClosedAction, Config,
    ContactRule, Dates, FORECAST_EVERY, ForecastConfig, HandleTime, IdleClock, JointConfig, MemoryConfig,
    OffShift, OfferConfig, OnAgentLost, OnUnservable, OpeningConfig, OverflowConfig, Override, PartnerConfig,
    PastDue, PoolConfig, PoolQueueConfig, PreferenceConfig, QueueConfig, QueueOrder, RecordDetail,
    ScorerConfig, ShiftConfig, SignIn, Signal, SkillConfig, SkillGrant, SlotConfig, Staffing, StepConfig,
    SurgeBounds, SurgeConfig, SurgeReserve, Target, TransferConfig, TriggerConfig, TurnAway, WeightsConfig,
    WindowConfig,
};
pub use lint::{Finding, FindingKind, lint};
pub use problem::{ConfigError, Problem};
pub use reload::FixedSetting;
