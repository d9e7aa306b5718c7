//! Queueing formulas and the base law of the wait.
//!
//! What a queue does in the long run, how many agents a target needs, and how long one contact will wait
//! given who is ahead of it. All are exact unless they say "limit", pure, and the same on every machine: only
//! + − × ÷ √ and `libm` are used.
//!
//! Rates are per second, times in seconds, loads in erlangs, all `f64`. Whatever is put in, the answer is a
//! finite figure or a [`ForecastError`]; a forecast never decides a match before it was rounded.
//!
//! ```text
//! question                              answer
//! ─────────────────────────────────────────────────────────────────────────────────────
//! who is lost, who waits                erlang_b, erlang_c, their inverses and real-valued forms
//! a queue in its long run               DelayQueue (M/M/c) · erlang_a (M/M/c+M) · general_patience (M/M/n+G)
//!                                       · finite_room (M/M/c/K, with patience or without)
//!   … its figures                       WaitingLine: figures, service_level(T), virtual_wait_quantile(p)
//! classes with priorities               PriorityQueue (M/M/c) · cobham_mean_wait (M/G/1)
//! how many agents                       smallest_agents, smallest_agents_by, with_shrinkage
//! large groups in short                 halfin_whitt, garnett_limit, square_root_staffing
//! the wait of this contact              BaseLaw (number ahead) · RemainingWait (and time waited)
//!                                       · HeadOfLine (age of the head)
//!   … learned from what happens         WaitPredictor: facts in, WaitForecast out, Assessment of itself
//! ```
//!
//! # Examples
//! Who answers four of five calls within 20 s, and how long the fifth in line should be told to wait:
//!
//! ```
//! use sunline_core::forecast::{BaseLaw, Target, Traffic, WaitMode, smallest_agents};
//!
//! let traffic = Traffic::new(100.0 / 1800.0, 180.0)?;
//! let staff = smallest_agents(traffic, None, Target::ServiceLevel { share: 0.8, threshold: 20.0 })?;
//! assert_eq!(staff.agents, 14);
//!
//! let wait = BaseLaw::new(4, 14.0 / 180.0, 1.0 / 300.0, WaitMode::IfYouStay)?;
//! assert!(wait.quantile(0.1)? < wait.mean() && wait.mean() < wait.quantile(0.9)?);
//! # Ok::<(), sunline_core::forecast::ForecastError>(())
//! ```
#![allow(clippy::disallowed_types, reason = "figures for people; a forecast is rounded before it decides")]

mod ahead;
mod base_law;
mod checks;
mod cobham;
mod erlang_a;
mod erlang_b;
mod erlang_c;
mod error;
mod finite_room;
mod general_patience;
mod head_of_line;
mod heavy_traffic;
mod numeric;
pub mod patience;
mod predictor;
mod priority;
mod remaining;
mod staffing;
mod stages;
mod steady_state;
mod traffic;

pub use base_law::{BaseLaw, WaitMode};
pub use cobham::{CobhamClass, cobham_mean_wait};
pub use erlang_a::{ErlangAQueue, erlang_a};
pub use erlang_b::{erlang_b, erlang_b_load, erlang_b_real};
pub use erlang_c::{DelayQueue, erlang_c, erlang_c_real};
pub use error::ForecastError;
pub use finite_room::{FiniteRoomQueue, finite_room};
pub use general_patience::{ImpatientQueue, general_patience};
pub use head_of_line::HeadOfLine;
pub use heavy_traffic::{
    GarnettLimit, garnett_limit, halfin_whitt, halfin_whitt_beta, square_root_margin, square_root_staffing,
};
pub use predictor::{
    Announced, Assessment, CalibrationBin, HorizonScore, LEVELS, Place, PoolStart, QueueStart, Ticket,
    Unknown, WaitForecast, WaitPredictor,
};
pub use priority::{PriorityClass, PriorityQueue};
pub use remaining::RemainingWait;
pub use staffing::{Staffing, Target, smallest_agents, smallest_agents_by, with_shrinkage};
pub use steady_state::{ServiceLevel, SteadyState, WaitingLine};
pub use traffic::Traffic;
