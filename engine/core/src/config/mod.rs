//! The configuration: the document, its reading, its checking.

mod age_bound;
mod compile;
mod decimal;
mod document;
pub mod duration;
mod problem;
mod read;

pub use age_bound::{AgeBound, age_bounds};
pub use compile::Compiled;
<<<<<<< HEAD
pub(crate) use compile::{ResolvedAgent, Rooms, Sight};
||||||| 824408b3fd4df23ad433fb0f4e7802ee23105f82
pub(crate) use compile::{ResolvedAgent, Sight};
=======
pub(crate) use compile::{ResolvedAgent, Sight, Step};
>>>>>>> f979cb7
pub use decimal::{Decimal, DecimalError};
pub use document::{
    AdmissionConfig, AgentRule, AgentSpec, AnswerMode, AssignmentConfig, CalendarConfig, CallingHoursConfig,
    ChannelConfig, ClosedAction, Config, ContactRule, Dates, HandleTime, IdleClock, JointConfig,
<<<<<<< HEAD
    MemoryConfig, OffShift, OfferConfig, OnAgentLost, OnUnservable, OpeningConfig, Override, PastDue,
    PoolConfig, PoolQueueConfig, PreferenceConfig, QueueConfig, QueueOrder, ScorerConfig, ShiftConfig,
    SignIn, SkillConfig, SkillGrant, Staffing, TransferConfig, TurnAway, WeightsConfig,
||||||| 824408b3fd4df23ad433fb0f4e7802ee23105f82
    ChannelConfig, ClosedAction, Config, ContactRule, HandleTime, IdleClock, JointConfig, MemoryConfig,
    OffShift, OfferConfig, OnAgentLost, OnUnservable, OpeningConfig, PastDue, PoolConfig, PoolQueueConfig,
    PreferenceConfig, QueueConfig, QueueOrder, ScorerConfig, ShiftConfig, SignIn, SkillConfig, SkillGrant,
    Staffing, TurnAway, WeightsConfig,
=======
    MemoryConfig, OffShift, OfferConfig, OnAgentLost, OnUnservable, OpeningConfig, PastDue, PoolConfig,
    PoolQueueConfig, PreferenceConfig, QueueConfig, QueueOrder, ScorerConfig, ShiftConfig, SignIn,
    SkillConfig, SkillGrant, Staffing, StepConfig, Target, TurnAway, WeightsConfig,
>>>>>>> f979cb7
};
pub use problem::{ConfigError, Problem};
