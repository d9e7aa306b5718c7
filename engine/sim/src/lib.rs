//! The simulator: the same kernel in virtual time.
//!
//! A [`Scenario`] is a configuration and the world around it. Run it, and the kernel that decides live decides here,
//! with the clock moved by what happens next.
//!
//! ```
//! use sunline_core::{AgentSpec, Config, time::{Span, Timestamp}};
//! use sunline_sim::{Arrivals, ContactStream, Distribution, Scenario};
//!
//! let mut config = Config::from_toml(r#"
//!     name = "shop"
//!     channels = [{ name = "voice" }]
//!     queues = [{ name = "all", offer = { answer = "auto" } }]
//! "#)?;
//! config.agents = (0..10).map(|i| AgentSpec::new(&format!("agent {i}"))).collect();
//! let mut shop = Scenario::new(config, Timestamp::EPOCH, Timestamp::from_secs(8 * 3600));
//! shop.streams.push(ContactStream {
//!     queue: "all".into(),
//!     arrivals: Arrivals::Poisson { rate_per_hour: 100.0 },
//!     handling: Distribution::exponential(Span::from_secs(300)),
//!     patience: Some(Distribution::exponential(Span::from_secs(120))),
//!     points: 0,
//! });
//! let report = shop.run(7, 0)?;
//! assert!(report.total.service_level().unwrap() > 0.5);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod arrivals;
mod cycle;
pub mod distribution;
mod driver;
pub mod event_queue;
mod learning;
pub mod lookahead;
pub mod parameter;
pub mod random;
mod records;
mod report;
mod run;
mod scenario;
pub mod shifts;
pub mod statistics;
pub mod trace;
mod transfer;
mod world;

pub use arrivals::Arrivals;
pub use cycle::Cycle;
pub use distribution::Distribution;
pub use driver::{Driver, Step};
pub use learning::Learning;
pub use records::{Course, Records};
pub use report::{AgentReport, QueueReport, Report};
pub use scenario::{Answers, ContactStream, PlannedContact, Scenario, ScenarioError};
pub use transfer::Transfer;
pub use world::{Listener, Scorer, World};

#[cfg(test)]
mod testing;
