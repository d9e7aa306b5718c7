//! Erlang A: contacts give up after an exponential patience, so any load has a steady state.
//!
//! It is general patience with the exponential law; what is special to it is the law of the wait given the
//! number ahead, in [`base_law`](super::BaseLaw).

use super::patience::Exponential;
use super::{ForecastError, ImpatientQueue, Traffic, general_patience};

/// The queue of `agents` (at least 1) under `traffic` whose contacts give up after an exponential time of
/// `mean_patience` seconds (1e-15 to 1e15): Erlang A, M/M/c+M.
///
/// Any load will do. As `mean_patience` grows the figures tend to those of [`DelayQueue`](super::DelayQueue),
/// where that has any. Exact to about 1e-12, and to 1e-16·√(agents × patience ÷ handle time) where that is
/// more.
///
/// # Errors
/// [`ForecastError::NoAgents`], [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
///
/// # Source
/// C. Palm, 1957; Garnett, Mandelbaum and Reiman, "Designing a call center with impatient customers", M&SOM
/// 4(3), 2002.
///
/// # Examples
/// Thirty agents for thirty erlangs: 58 % wait and 6 % of all give up.
///
/// ```
/// use sunline_core::forecast::{Traffic, WaitingLine, erlang_a};
/// let queue = erlang_a(30, Traffic::new(10.0 / 60.0, 180.0)?, 300.0)?;
/// assert!((queue.figures().p_wait - 0.58444).abs() < 5e-6);
/// assert!((queue.figures().p_abandon - 0.06345).abs() < 5e-6);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub fn erlang_a(
    agents: u32,
    traffic: Traffic,
    mean_patience: f64,
) -> Result<ImpatientQueue<Exponential>, ForecastError> {
    general_patience(agents, traffic, Exponential::with_mean(mean_patience)?)
}
