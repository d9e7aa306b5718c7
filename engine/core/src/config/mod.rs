//! The configuration: the document, its reading, its checking.

mod compile;
mod document;
pub mod duration;
mod problem;
mod read;

pub use compile::Compiled;
pub(crate) use compile::ResolvedAgent;
pub use document::{
    AdmissionConfig, AgentRule, AgentSpec, AnswerMode, ChannelConfig, Config, IdleClock, MemoryConfig,
    OfferConfig, OnAgentLost, OnUnservable, PoolConfig, PreferenceConfig, QueueConfig, SkillConfig,
    SkillGrant, Staffing, TurnAway,
};
pub use problem::{ConfigError, Problem};
